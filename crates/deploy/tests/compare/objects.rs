//! What is told of Kubernetes objects that differ.

use insta::assert_snapshot;
use stackwright_assembly::{Source, SourceEntry};
use stackwright_deploy::compare::objects;

use super::told;

const APP: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec:
  replicas: 2
  template:
    spec:
      containers:
        - {name: web, image: 'web:1', ports: [{containerPort: 80}], args: [a, b]}
        - {name: log, image: 'log:1'}
      tolerations: [{key: a, operator: Exists}]
";

fn check(before: &str, after: &str) -> String {
    let [before, after] = [before, after].map(|text| stackwright_k8s::read(text).unwrap());
    told(&objects(&before, &after, &[], &[]))
}

#[test]
fn objects_are_compared_field_by_field() {
    assert_eq!(check(APP, APP), "");
    let after = APP
        .replace("replicas: 2", "replicas: '2'")
        .replace("containerPort: 80", "containerPort: 80}, {containerPort: 81")
        .replace("args: [a, b]", "args: [b, a]")
        .replace("        - {name: log, image: 'log:1'}", "        - {name: mesh, image: 'mesh:1'}")
        .replace("key: a, operator: Exists", "key: a, operator: Equal");
    assert_snapshot!(check(APP, &after));
}

#[test]
fn a_new_version_of_an_api_is_no_other_object() {
    assert_eq!(
        check(APP, &APP.replace("apps/v1", "apps/v2")),
        "objects Changed Deployment web/web\n  apiVersion: apps/v1 -> apps/v2\n"
    );
    let renamed = APP.replace("name: web, namespace", "name: site, namespace");
    let changes = check(APP, &renamed);
    assert!(changes.contains("objects Added Deployment web/site\n"), "{changes}");
    assert!(changes.contains("objects Removed Deployment web/web\n"), "{changes}");
}

#[test]
fn functions_of_templates_are_nothing_special_in_objects() {
    let config = |value| format!("{{apiVersion: v1, kind: ConfigMap, metadata: {{name: a}}, data: {value}}}");
    let text = check(&config("{Ref: x}"), &config("{Ref: z}"));
    assert_eq!(text, "objects Changed ConfigMap a\n  data.Ref: x -> z\n");
}

#[test]
fn places_and_overrides_come_from_the_source_map() {
    let after = APP.replace("web:1", "web:2").replace("replicas: 2", "replicas: 3");
    let [before, after] = [APP, &after].map(|text| stackwright_k8s::read(text).unwrap());
    let entry = SourceEntry {
        id: "Deployment web/web".to_owned(),
        path: "web/deployment".to_owned(),
        type_name: None,
        source: Source { file: "src/main.rs".into(), line: 7, column: 5 },
        overrides: vec!["spec.replicas".to_owned()],
    };
    let changes = objects(&before, &after, &[], &[entry]);
    assert_eq!(changes[0].construct.as_deref(), Some("web/deployment"));
    assert_eq!(changes[0].source.as_ref().unwrap().line, 7);
    let overridden: Vec<_> =
        changes[0].edits.iter().map(|edit| (edit.path.to_string(), edit.is_override)).collect();
    assert_eq!(
        overridden,
        [("spec.replicas".to_owned(), true), ("spec.template.spec.containers[web].image".to_owned(), false)],
    );
}

#[test]
fn secrets_are_not_shown() {
    let secret = |data| format!("{{apiVersion: v1, kind: Secret, metadata: {{name: a}}, data: {data}}}");
    let text = check(&secret("{a: aGk=, b: eA==}"), &secret("{a: aG8=, b: eA==}"));
    assert_eq!(text, "objects Changed Secret a\n  data.a: \"*** (before)\" -> \"*** (after)\"\n");
    let text = check("", &secret("{a: aGk=}"));
    assert!(!text.contains("aGk"), "{text}");
}
