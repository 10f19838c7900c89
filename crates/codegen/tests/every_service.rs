//! Reads, writes and generates every service of the repository.
#![expect(clippy::disallowed_methods, reason = "reads the facts")]

use stackwright_codegen::index::{ALWAYS_ON, Entry, Index};
use stackwright_codegen::model::{Service, Type};
use stackwright_codegen::{parse, rust, write};
use std::fs;

const AWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../aws");

fn index() -> Index {
    parse::index(&fs::read_to_string(format!("{AWS}/facts/index")).unwrap()).unwrap()
}

/// Every service with the text of its facts file.
fn services() -> Vec<(Service, String)> {
    index()
        .services
        .keys()
        .map(|module| {
            let text = fs::read_to_string(format!("{AWS}/facts/{module}.facts")).unwrap();
            let service = parse::service(&text).unwrap_or_else(|error| panic!("{module}: {error}"));
            assert_eq!(service.module, *module);
            (service, text)
        })
        .collect()
}

/// The numbers of the release that `PROVENANCE` names: a change of upstream shows here.
#[test]
fn the_facts_hold_every_resource_type() {
    let services = services();
    let resources: Vec<_> = services.iter().flat_map(|(service, _)| &service.resources).collect();
    let types = || resources.iter().flat_map(|resource| &resource.types);
    let attributes = || resources.iter().flat_map(|resource| &resource.attributes);
    assert_eq!(services.len(), 311, "services");
    assert_eq!(resources.len(), 1_828, "resource types");
    assert_eq!(types().count(), 9_877, "property types");
    assert_eq!(
        resources.iter().map(|resource| resource.properties.len()).sum::<usize>(),
        12_116,
        "properties"
    );
    assert_eq!(types().map(|ty| ty.properties.len()).sum::<usize>(), 30_542, "nested properties");
    assert_eq!(attributes().count(), 5_441, "attributes");
    assert_eq!(
        attributes().filter(|attribute| attribute.name.contains('.')).count(),
        407,
        "dotted attributes"
    );
}

#[test]
fn what_is_read_is_written_back() {
    for (service, text) in services() {
        assert_eq!(write::service(&service), text, "{}", service.module);
    }
    assert_eq!(write::index(&index()), fs::read_to_string(format!("{AWS}/facts/index")).unwrap());
}

/// Counts in the generated text, so that nothing the facts hold is dropped on the way.
#[test]
fn every_fact_becomes_rust() {
    let index = index();
    for (service, _) in services() {
        let code = rust::service(&service, &index).unwrap_or_else(|error| panic!("{error}"));
        let count = |is: fn(&str) -> bool| code.lines().filter(|line| is(line)).count();
        let types = || service.resources.iter().flat_map(|resource| &resource.types);
        let properties = service.resources.iter().map(|resource| &resource.properties);
        let properties = || properties.clone().chain(types().map(|ty| &ty.properties)).flatten();
        let required = properties().filter(|property| property.required).count();
        let setters = properties().filter(|property| !property.required).map(|property| match &property.ty {
            Type::Union(alternatives) => alternatives.len(),
            _ => 1,
        });
        let attributes = service.resources.iter().map(|resource| resource.attributes.len());
        let found = [
            count(|line| line.starts_with("impl cfn::ResourceType for ")),
            count(|line| line.starts_with("impl cfn::PropertyType for ")),
            count(|line| line.starts_with("pub fn attr_")),
            count(|line| line.starts_with("pub ") && line.ends_with(">,")),
            count(|line| line.starts_with("pub fn ") && line.contains("(self, value: impl Into<")),
        ];
        let expected = [service.resources.len(), types().count(), attributes.sum(), required, setters.sum()];
        assert_eq!(found, expected, "{}: resources, types, attributes, required, setters", service.module);
    }
}

#[test]
fn the_features_are_the_services_of_the_index() {
    let index = index();
    for (service, _) in services() {
        assert_eq!(Entry::of(&service), index.services[&service.module], "{}", service.module);
    }
    let manifest = fs::read_to_string(format!("{AWS}/Cargo.toml")).unwrap();
    let (_, features) = manifest.split_once("\n[features]\n").unwrap();
    let declared: Vec<&str> = features.lines().filter_map(|line| line.strip_suffix(" = []")).collect();
    let in_all: Vec<&str> =
        features.lines().filter_map(|line| line.strip_prefix("    \"")?.strip_suffix("\",")).collect();
    let gated: Vec<&str> =
        index.services.iter().filter(|(_, entry)| entry.gated).map(|(module, _)| module.as_str()).collect();
    assert_eq!(declared[0], "default");
    assert_eq!(declared[1..], gated, "run `cargo xtask facts`");
    assert_eq!(in_all, gated, "run `cargo xtask facts`");
    assert!(
        gated.len() < 298,
        "crates.io takes 300 features: let more than {ALWAYS_ON} structs be always on"
    );
}
