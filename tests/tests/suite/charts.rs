//! Charts: typed objects and others, defaults, order, existing manifests, and what is wrong with them.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use k8s_openapi::api::apps::v1::{DaemonSet, DaemonSetSpec};
use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use stackwright::prelude::*;

use crate::{findings, manifest, queue};

fn text(map: &[(&str, &str)]) -> BTreeMap<String, String> {
    map.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn daemon_set() -> DaemonSet {
    let container = Container {
        name: "agent".to_owned(),
        image: Some("agent:1".to_owned()),
        command: Some(vec!["sh".to_owned(), "-c".to_owned(), "set -e\nexec agent\n".to_owned()]),
        resources: Some(ResourceRequirements {
            limits: Some(BTreeMap::from([("memory".to_owned(), Quantity("64Mi".to_owned()))])),
            ..Default::default()
        }),
        ..Default::default()
    };
    DaemonSet {
        metadata: ObjectMeta { name: Some("agent".to_owned()), ..Default::default() },
        spec: Some(DaemonSetSpec {
            selector: LabelSelector { match_labels: Some(text(&[("app", "agent")])), ..Default::default() },
            template: PodTemplateSpec {
                metadata: Some(ObjectMeta { labels: Some(text(&[("app", "agent")])), ..Default::default() }),
                spec: Some(PodSpec { containers: vec![container], ..Default::default() }),
            },
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn named(kind: &str, name: &str) -> Node {
    json!({ "apiVersion": "v1", "kind": kind, "metadata": { "name": name } })
}

#[test]
fn typed_objects_go_in_and_come_out() {
    let app = App::new();
    let chart =
        Chart::with_props(&app, "chart", ChartProps::new().namespace("kube-system").label("team", "net"));
    let added = chart.add(daemon_set());
    assert_eq!(added.path(), "chart/DaemonSet-agent");
    let yaml = manifest(&app, "chart");
    assert_snapshot!(yaml);

    let read = stackwright::k8s::read(&yaml).unwrap();
    let back: DaemonSet = serde_json::from_value(serde_json::to_value(read[0].fields()).unwrap()).unwrap();
    let mut expected = daemon_set();
    expected.metadata.namespace = Some("kube-system".to_owned());
    expected.metadata.labels = Some(text(&[("team", "net")]));
    assert_eq!(back, expected);
}

#[test]
fn objects_come_after_what_they_need() {
    let app = App::new();
    let chart = Chart::with_props(&app, "chart", ChartProps::new().namespace("apps"));
    let late = chart.add(named("ConfigMap", "late"));
    chart.add(json!({ "apiVersion": "a.io/v1", "kind": "Fleet", "metadata": { "name": "fleet" } }));
    let early = Manifest::new(&Construct::new(&chart, "group"), "early", named("ServiceAccount", "early"));
    chart.add(json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "fleets.a.io" },
        "spec": {
            "group": "a.io",
            "scope": "Cluster",
            "names": { "kind": "Fleet", "plural": "fleets" },
            "versions": [{ "name": "v1", "served": true, "storage": true }],
        },
    }));
    chart.add(named("Namespace", "apps"));
    late.depends_on(&early);
    assert_snapshot!(manifest(&app, "chart"));
}

#[test]
fn a_circle_of_objects_is_told() {
    let app = App::new();
    let chart = Chart::new(&app, "chart");
    let (one, two) = (chart.add(named("ConfigMap", "one")), chart.add(named("ConfigMap", "two")));
    one.depends_on(&two);
    two.depends_on(&one);
    assert_snapshot!(findings(&app));
}

#[test]
fn existing_objects_are_taken_over_and_changed() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let chart = Chart::new(&app, "chart");
    let existing = Manifests::read(
        &chart,
        "upstream",
        "
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: web, labels: {app.kubernetes.io/name: web}}, data: {debug: 'on'}}
---
{\"apiVersion\": \"v1\", \"kind\": \"Service\", \"metadata\": {\"name\": \"web\"}, \"spec\": {\"ports\": [{\"port\": 80}]}}
",
    );
    assert_eq!(existing.iter().len(), 2);
    let config = existing.get("ConfigMap", "web");
    assert_eq!(config.path(), "chart/upstream/ConfigMap-web");
    config.override_field("data.queue", queue(&stack, "Queue").ref_::<String>());
    config.override_field(r"metadata.labels.app\.kubernetes\.io/name", "site");
    config.delete_field("data.debug");
    let service = existing.get("Service", "web");
    service.edit(|object| object.default_label("tier", "front"));
    service.override_field("spec.ports.1", json!({ "name": "tls", "port": 443 }));
    service.override_field("spec.ports.0.name", "http");

    let assembly = app.synth(&SynthOptions::new()).unwrap();
    let yaml = String::from_utf8(assembly.file("chart.k8s.yaml").unwrap().to_vec()).unwrap();
    assert_snapshot!(yaml);
    let entries = &assembly.deployable("chart").unwrap().source_map;
    assert_eq!(entries[0].id, "ConfigMap web");
    assert_eq!(
        entries[0].overrides,
        ["data.queue", r"metadata.labels.app\.kubernetes\.io/name", "data.debug"]
    );
}

#[test]
fn charts_of_one_cluster_are_deployed_in_the_order_of_what_they_define() {
    let app = App::new();
    let cluster = || ChartCluster::existing("main").region("eu-west-1");
    let pods = Chart::for_cluster(&app, "pods", cluster());
    let fleets = Chart::for_cluster(&app, "fleets", cluster());
    let base = Chart::for_cluster(&app, "base", cluster());
    let other = Chart::for_cluster(&app, "other", ChartCluster::existing("other"));
    pods.add(
        json!({ "apiVersion": "v1", "kind": "Secret", "metadata": { "name": "a", "namespace": "apps" } }),
    );
    fleets.add(json!({ "apiVersion": "a.io/v2", "kind": "Fleet", "metadata": { "name": "fleet" } }));
    other.add(json!({ "apiVersion": "a.io/v2", "kind": "Fleet", "metadata": { "name": "fleet" } }));
    base.add(named("Namespace", "apps"));
    base.add(json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "fleets.a.io" },
        "spec": {
            "group": "a.io",
            "scope": "Namespaced",
            "names": { "kind": "Fleet", "plural": "fleets" },
            "versions": [{ "name": "v2", "served": true, "storage": true }],
        },
    }));
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    assert!(assembly.warnings.is_empty(), "{}", assembly.warnings);
    let needed = |name: &str| assembly.deployable(name).unwrap().dependencies.clone();
    assert_eq!(needed("pods"), ["base"]);
    assert_eq!(needed("fleets"), ["base"]);
    assert!(needed("base").is_empty() && needed("other").is_empty());
    let cluster = assembly.deployable("pods").unwrap().cluster.clone().unwrap();
    assert_eq!((cluster.name.as_str(), cluster.environment.region.as_deref()), ("main", Some("eu-west-1")));
}

#[test]
fn what_a_server_would_refuse_is_told() {
    let app = App::new();
    let chart = Chart::with_props(&app, "chart", ChartProps::new().namespace("apps"));
    let mut agent = daemon_set();
    agent.metadata.name = Some("Agent".to_owned());
    let template = agent.spec.as_mut().unwrap();
    template.selector.match_labels = Some(text(&[("app", "other")]));
    template.template.spec.as_mut().unwrap().restart_policy = Some("Never".to_owned());
    chart.add(agent);
    chart.add(named("Node", "node"));
    chart.add(
        json!({ "apiVersion": "v1", "kind": "Node", "metadata": { "name": "other", "namespace": "apps" } }),
    );
    Manifest::new(&chart, "again", named("Node", "node"));
    assert_snapshot!(findings(&app));
}

#[test]
fn what_is_no_object_is_told() {
    let app = App::new();
    let (stack, chart) = (Stack::new(&app, "stack"), Chart::new(&app, "chart"));
    queue(&stack, "Queue");
    chart.add(["a"]);
    Manifest::new(&chart, "infinite", f64::INFINITY);
    Manifest::new(&stack, "astray", named("ConfigMap", "astray"));
    Manifests::read(&chart, "broken", "a: [b\n").get("ConfigMap", "web");
    Manifests::read(&chart, "empty", "").get("ConfigMap", "web");
    let config = chart.add(named("ConfigMap", "web"));
    config.delete_field("data.debug");
    config.override_field("a..b", 1);
    config.override_field("data.number", f64::NAN);
    queue(&chart, "Queue");
    assert_snapshot!(findings(&app));
}

#[test]
fn an_empty_chart_is_a_warning() {
    let app = App::new();
    Chart::new(&app, "chart");
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    assert_eq!(assembly.file("chart.k8s.yaml"), Some(&b""[..]));
    let codes: Vec<&str> = assembly.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["empty-chart"]);
}

#[test]
fn a_namespace_that_nobody_creates_is_a_warning() {
    let app = App::new();
    let props = || ChartProps::new().namespace("apps");
    Chart::with_props(&app, "chart", props()).add(named("ConfigMap", "web"));
    let known = Chart::with_props(
        &app,
        "known",
        props().cluster(ChartCluster::existing("a")).existing_namespace("apps"),
    );
    known.add(named("ConfigMap", "web"));
    let warnings = app.synth(&SynthOptions::new()).unwrap().warnings;
    let told: Vec<_> =
        warnings.iter().map(|warning| (warning.code.as_str(), warning.path.as_deref())).collect();
    assert_eq!(told, [("unknown-namespace", Some("chart/ConfigMap-web"))]);
}

#[test]
fn a_check_sees_the_objects_of_its_own_cluster() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let queue = queue(&stack, "queue");
    let cluster = |id: &str| {
        let cluster = Construct::new(&stack, id);
        cluster.validate(|check| {
            let told = |manifest: &Manifest| format!("{} {}", manifest.path(), manifest.namespace());
            let told: Vec<String> = check.manifests("ConfigMap", "one").iter().map(told).collect();
            check.report(Diagnostic::error("seen", told.join(", ")));
        });
        ChartCluster::new(&cluster, queue.ref_::<String>())
    };
    let (green, blue) = (cluster("green"), cluster("blue"));
    let props = ChartProps::new().cluster(green.clone()).namespace("apps");
    let apps = Chart::with_props(&app, "apps", props);
    let more = Chart::for_cluster(&app, "more", green);
    let other = Chart::for_cluster(&app, "other", blue);
    for chart in [&apps, &more, &other, &Chart::new(&app, "any")] {
        chart.add(named("ConfigMap", "one"));
        chart.add(named("ConfigMap", "two"));
        chart.add(named("Secret", "one"));
    }
    let mut own = named("ConfigMap", "one");
    if let Node::Map(own) = &mut own {
        own.insert("metadata", json!({ "name": "one", "namespace": "own" }));
    }
    Manifest::new(&Construct::new(&apps, "group"), "own", own);
    let findings = app.synth(&SynthOptions::new()).unwrap_err();
    let seen: Vec<&str> =
        findings.iter().filter(|one| one.code == "seen").map(|one| one.message.as_str()).collect();
    let expected = [
        "other/ConfigMap-one default",
        "apps/ConfigMap-one apps, more/ConfigMap-one default, apps/group/own own",
    ];
    assert_eq!(seen, expected);
}
