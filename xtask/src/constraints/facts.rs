//! What crates/aws/facts say of the same resource types.

use std::collections::BTreeMap;
use std::path::Path;

use stackwright_codegen::model::{Property, Resource, Type};
use stackwright_codegen::parse;

const FACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/aws/facts");

pub(super) struct Facts(BTreeMap<String, Resource>);

impl Facts {
    pub(super) fn read() -> Result<Self, String> {
        let read = |name: &str| {
            let path = Path::new(FACTS).join(name);
            std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))
        };
        let index = parse::index(&read("index")?).map_err(|error| format!("index: {error}"))?;
        let mut resources = BTreeMap::new();
        for module in index.services.keys() {
            let name = format!("{module}.facts");
            let service = parse::service(&read(&name)?).map_err(|error| format!("{name}: {error}"))?;
            for resource in service.resources {
                resources.insert(format!("{}::{}", service.namespace, resource.name), resource);
            }
        }
        Ok(Facts(resources))
    }

    pub(super) fn resource(&self, type_name: &str) -> Option<&Resource> {
        self.0.get(type_name)
    }

    pub(super) fn resources(&self) -> impl Iterator<Item = (&String, &Resource)> {
        self.0.iter()
    }
}

/// The properties of what a type holds, through lists and maps.
pub(super) fn properties<'a>(ty: &Type, resource: &'a Resource) -> Option<&'a [Property]> {
    match ty {
        Type::Defined(name) => {
            let definition = resource.types.iter().find(|definition| definition.name == *name);
            definition.map(|definition| &*definition.properties)
        }
        _ => None,
    }
}
