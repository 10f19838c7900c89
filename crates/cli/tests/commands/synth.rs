//! `synth`, and `validate` beside an earlier output.

use insta::assert_snapshot;
use stackwright_assembly::{Diagnostic, Diagnostics};

use crate::app::{Place, sample, with_warning};

#[test]
fn synth() {
    let place = Place::new();
    assert_snapshot!(place.run("synth", with_warning));
    assert_eq!(
        place.files("out"),
        ["cluster.template.json", "manifest.json", "multus.k8s.yaml", "network.template.json"]
    );
    assert_snapshot!("synth_manifest", place.read("out/manifest.json"));
}

#[test]
fn synth_again_touches_nothing() {
    let place = Place::new();
    place.run("synth", sample);
    assert_snapshot!(place.run("synth", sample));
}

#[test]
fn synth_in_another_form_leaves_no_file_of_the_first() {
    let place = Place::new();
    place.run("synth", sample);
    assert_snapshot!(place.run("synth --format yaml", sample));
    assert_eq!(
        place.files("out"),
        ["cluster.template.yaml", "manifest.json", "multus.k8s.yaml", "network.template.yaml"]
    );
}

#[test]
fn synth_of_one_name_in_a_directory() {
    let place = Place::new();
    assert_snapshot!(place.run("synth cluster --out build/aws", sample));
    assert_eq!(place.files("build/aws"), ["cluster.template.json", "manifest.json", "network.template.json"]);
}

#[test]
fn synth_json() {
    let place = Place::new();
    place.run("synth network", sample);
    assert_snapshot!(place.run("synth --json", with_warning));
}

#[test]
fn synth_with_errors_writes_nothing() {
    let place = Place::new();
    place.run("synth", sample);
    let before = place.read("out/manifest.json");
    let errors =
        Diagnostics::new(vec![Diagnostic::error("too-many-resources", "501 resources, allowed are 500")]);
    assert_snapshot!(place.run("synth", |_| Err(errors)));
    assert_eq!(place.read("out/manifest.json"), before);
}

#[test]
fn synth_where_a_file_is_in_the_way() {
    let place = Place::new();
    place.put("out", "a file");
    assert_snapshot!(place.run("synth", sample));
    assert_eq!(place.read("out"), "a file");
}

#[test]
fn synth_where_nothing_can_be_written() {
    let place = Place::new();
    place.put("file", "");
    assert_snapshot!(place.run("synth --out file/out", sample));
}

#[test]
fn synth_where_a_directory_has_the_name_of_a_template() {
    let place = Place::new();
    place.put("out/cluster.template.json/mine", "mine");
    assert_snapshot!(place.run("synth", sample));
    assert_eq!(place.files("out"), ["cluster.template.json"]);
}

#[test]
fn synth_beside_a_manifest_of_something_else() {
    let place = Place::new();
    place.put("manifest.json", "{\"name\": \"a web app\"}");
    assert_snapshot!(place.run("synth --out .", sample));
    assert_eq!(place.files("."), ["manifest.json"]);
}

#[test]
fn synth_over_a_manifest_that_breaks_off() {
    let place = Place::new();
    place.put("out/manifest.json", "{");
    assert_snapshot!(place.run("synth", sample));
}

#[test]
fn synth_beside_a_manifest_of_the_future() {
    let place = Place::new();
    place.put("out/manifest.json", "{\"version\": 1000}");
    assert_snapshot!(place.run("synth", sample));
}

#[test]
fn the_program_sees_the_earlier_output() {
    let place = Place::new();
    let mut seen = Vec::new();
    for line in
        ["validate", "synth --out elsewhere", "validate --out elsewhere", "synth --out elsewhere", "ls"]
    {
        place.run(line, |options| {
            seen.push(options.previous.as_ref().map(|previous| {
                assert_eq!(previous.template("no such stack"), None);
                let text = previous.template("network").map(|text| String::from_utf8(text).unwrap());
                (previous.manifest().map(|manifest| manifest.deployables.len()), text)
            }));
            sample(options)
        });
    }
    let empty = Some((None, None));
    let there = Some((Some(3), Some("{\n  \"Resources\": {}\n}\n".to_owned())));
    assert_eq!(seen, [empty.clone(), empty, there.clone(), there, None]);
}
