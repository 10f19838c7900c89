//! Whole runs of charts, on a cluster in memory.

mod diff;
mod fake;
mod policy;

use std::sync::Mutex;
use std::time::Duration;

use stackwright_assembly::{Binding, ClusterFacts, Deployable, Environment, FORMAT_VERSION, Kind, Manifest};

use super::{ChartChanges, ChartOptions, Charts, MARK};
use crate::driver::Driver;
use crate::{Aws, AwsOptions, Error, Event, Moments, Script, Session};
use fake::{Cluster, Kill};

pub(crate) fn chart(name: &str) -> Deployable {
    Deployable::new(name, Kind::Chart, format!("{name}.k8s.yaml"))
}

/// Runs something with the charts of an empty assembly, and gives what was told of objects.
fn with<T>(
    driver: &dyn Driver,
    options: &ChartOptions,
    run: impl FnOnce(&Charts<'_>) -> T,
) -> (T, Vec<String>) {
    let clock = Moments::new();
    let told = Mutex::new(Vec::new());
    let observer = |event| {
        if let Event::ObjectStatus { id, status, reason, .. } = event {
            let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
            told.lock().unwrap().push(format!("{status:?} {id}{reason}"));
        }
    };
    let manifest = Manifest { version: FORMAT_VERSION, deployables: Vec::new() };
    let aws = Aws::new(Session::new(driver, &clock, &observer), AwsOptions::default());
    let result = run(&Charts::new(aws, &manifest, options.clone()));
    (result, told.into_inner().unwrap())
}

fn deploy(cluster: &Cluster, name: &str, text: &str) -> (Result<ChartChanges, Error>, Vec<String>) {
    with(cluster, &ChartOptions::default(), |charts| charts.deploy(&chart(name), text.as_bytes()))
}

fn destroy(cluster: &Cluster, name: &str) -> (Result<ChartChanges, Error>, Vec<String>) {
    with(cluster, &ChartOptions::default(), |charts| charts.destroy(&chart(name)))
}

const NAMESPACE: &str = "{apiVersion: v1, kind: Namespace, metadata: {name: jobs}}\n---\n";
const DEFINITION: &str = "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: fleets.example.com}
spec: {group: example.com, names: {kind: Fleet, plural: fleets}, scope: Namespaced}
---
";
const FLEET: &str = "{apiVersion: example.com/v1, kind: Fleet, metadata: {name: one, namespace: jobs}, spec: {size: 1}}\n---\n";
const SETTINGS: &str =
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: jobs}, data: {a: b}}\n---\n";
const AGENT: &str = "{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent, namespace: jobs}}\n---\n";

fn all() -> String {
    [NAMESPACE, DEFINITION, FLEET, SETTINGS, AGENT].concat()
}

const ALL: [&str; 5] = [
    "ConfigMap jobs/settings",
    "Namespace jobs",
    "CustomResourceDefinition fleets.example.com",
    "DaemonSet jobs/agent",
    "Fleet jobs/one",
];

#[test]
fn a_second_run_changes_nothing() {
    let cluster = Cluster::default();
    let (changes, told) = deploy(&cluster, "web", &all());
    assert_eq!(changes.unwrap().to_string(), "5 created");
    assert_eq!(
        told,
        [
            "Created Namespace jobs",
            "Created CustomResourceDefinition fleets.example.com",
            "Created Fleet jobs/one",
            "Created ConfigMap jobs/settings",
            "Created DaemonSet jobs/agent",
        ]
    );
    cluster.state().log.clear();
    let (changes, _) = deploy(&cluster, "web", &all());
    assert_eq!(changes.unwrap().to_string(), "no changes");
    assert!(cluster.state().log.is_empty());
}

#[test]
fn what_is_added_changed_and_removed_is_told() {
    let cluster = Cluster::default();
    deploy(&cluster, "web", &[NAMESPACE, SETTINGS, AGENT].concat()).0.unwrap();
    let other = SETTINGS.replace("a: b", "a: c");
    let added = "{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: jobs}}";
    let (changes, told) = deploy(&cluster, "web", &[NAMESPACE, &other, added].concat());
    assert_eq!(changes.unwrap().to_string(), "1 created, 1 changed, 1 unchanged, 1 removed");
    assert_eq!(
        told,
        [
            "Unchanged Namespace jobs",
            "Changed ConfigMap jobs/settings",
            "Created Secret jobs/key",
            "Deleted DaemonSet jobs/agent",
        ]
    );
    assert_eq!(cluster.objects(), ["ConfigMap jobs/settings", "Namespace jobs", "Secret jobs/key"]);
}

#[test]
fn an_object_of_others_is_applied_to_and_never_deleted() {
    let cluster = Cluster::default();
    cluster.make("v1 Namespace jobs");
    cluster.make("v1 ConfigMap jobs/settings");
    let (_, told) = deploy(&cluster, "web", &[NAMESPACE, SETTINGS, AGENT].concat());
    assert_eq!(
        told[1],
        "Changed ConfigMap jobs/settings: others made it, so it stays when it leaves the chart"
    );
    let settings = cluster.get("v1 ConfigMap jobs/settings").unwrap();
    assert_eq!(settings["data"]["a"], "b");
    let (changes, told) = deploy(&cluster, "web", AGENT);
    assert_eq!(changes.unwrap().to_string(), "1 unchanged, 2 removed");
    assert_eq!(
        told,
        ["Unchanged DaemonSet jobs/agent", "Released ConfigMap jobs/settings", "Released Namespace jobs"]
    );
    destroy(&cluster, "web").0.unwrap();
    assert_eq!(cluster.objects(), ["ConfigMap jobs/settings", "Namespace jobs"]);
}

#[test]
fn an_object_of_another_chart_is_refused() {
    let cluster = Cluster::default();
    deploy(&cluster, "web", &[NAMESPACE, SETTINGS].concat()).0.unwrap();
    let error = deploy(&cluster, "other", SETTINGS).0.unwrap_err();
    assert_eq!(
        error.to_string(),
        "chart \"other\" has objects of other charts: ConfigMap jobs/settings is of chart \"web\""
    );
    deploy(&cluster, "web", NAMESPACE).0.unwrap();
    deploy(&cluster, "other", SETTINGS).0.unwrap();
}

#[test]
fn every_refusal_is_told_with_the_owner_of_the_field() {
    let cluster = Cluster::default();
    let conflict = |field: &str| format!("\"kubectl-edit\" using v1: {field}");
    cluster.state().conflicts = [
        ("ConfigMap jobs/settings".to_owned(), conflict(".data.a")),
        ("DaemonSet jobs/agent".to_owned(), conflict(".spec")),
    ]
    .into();
    let (result, told) = deploy(&cluster, "web", &all());
    let error = result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the cluster refuses objects of chart \"web\": ConfigMap jobs/settings: .data.a is owned by \"kubectl-edit\"; \
         DaemonSet jobs/agent: .spec is owned by \"kubectl-edit\""
    );
    assert_eq!(error.help(), Some("leave these fields out, or take them over with --force-conflicts"));
    assert!(
        told.contains(&"Refused ConfigMap jobs/settings: .data.a is owned by \"kubectl-edit\"".to_owned())
    );

    let force = ChartOptions { force_conflicts: true, ..ChartOptions::default() };
    let (changes, _) = with(&cluster, &force, |charts| charts.deploy(&chart("web"), all().as_bytes()));
    assert_eq!(changes.unwrap().to_string(), "2 created, 3 unchanged");
}

#[test]
fn whatever_a_killed_run_left_the_next_one_finishes() {
    let next = [
        NAMESPACE,
        &SETTINGS.replace("a: b", "a: c"),
        "{apiVersion: v1, kind: Secret, metadata: {name: key, namespace: jobs}}",
    ]
    .concat();
    let setting = |cluster: &Cluster| {
        deploy(cluster, "web", &all()).0.unwrap();
        cluster.make("v1 ConfigMap jobs/foreign");
    };
    let whole = Cluster::default();
    setting(&whole);
    let first = whole.changes();
    deploy(&whole, "web", &next).0.unwrap();
    let last = whole.changes();
    assert!(last - first >= 5, "the inventory twice, the objects, and removals: {first} to {last}");
    for kill in (first..last).flat_map(|at| [Kill::Before(at), Kill::After(at)]) {
        let cluster = Cluster::default();
        setting(&cluster);
        cluster.state().kill = Some(kill);
        assert!(deploy(&cluster, "web", &next).0.unwrap_err().is_interrupted(), "{kill:?}");
        cluster.state().kill = None;
        deploy(&cluster, "web", &next).0.unwrap();
        assert_eq!(cluster.objects(), whole.objects(), "{kill:?}");
        assert_eq!(deploy(&cluster, "web", &next).0.unwrap().to_string(), "no changes", "{kill:?}");
    }
}

#[test]
fn whatever_a_killed_run_left_a_destroy_removes() {
    let whole = Cluster::default();
    deploy(&whole, "web", &all()).0.unwrap();
    assert_eq!(whole.objects(), ALL);
    for kill in (0..whole.changes()).flat_map(|at| [Kill::Before(at), Kill::After(at)]) {
        let cluster = Cluster::default();
        cluster.state().kill = Some(kill);
        assert!(deploy(&cluster, "web", &all()).0.unwrap_err().is_interrupted(), "{kill:?}");
        cluster.state().kill = None;
        destroy(&cluster, "web").0.unwrap();
        assert!(cluster.objects().is_empty(), "{kill:?}: {:?}", cluster.objects());
    }
}

#[test]
fn a_killed_destroy_is_finished_by_the_next() {
    let whole = Cluster::default();
    deploy(&whole, "web", &all()).0.unwrap();
    let first = whole.changes();
    let (changes, told) = destroy(&whole, "web");
    assert_eq!(changes.unwrap().removed, 5);
    assert_eq!(
        told,
        [
            "Deleted Fleet jobs/one",
            "Deleted DaemonSet jobs/agent",
            "Deleted ConfigMap jobs/settings",
            "Deleted CustomResourceDefinition fleets.example.com",
            "Deleted Namespace jobs",
        ]
    );
    assert!(whole.state().is_empty());
    let last = whole.changes();
    for kill in (first..last).flat_map(|at| [Kill::Before(at), Kill::After(at)]) {
        let cluster = Cluster::default();
        deploy(&cluster, "web", &all()).0.unwrap();
        cluster.state().kill = Some(kill);
        assert!(destroy(&cluster, "web").0.unwrap_err().is_interrupted(), "{kill:?}");
        cluster.state().kill = None;
        destroy(&cluster, "web").0.unwrap();
        assert!(cluster.state().is_empty(), "{kill:?}");
    }
}

#[test]
fn a_kind_may_go_while_a_namespace_is_looked_at() {
    let cluster = Cluster::default();
    deploy(&cluster, "web", &all()).0.unwrap();
    cluster.state().going = vec!["fleets".to_owned()];
    destroy(&cluster, "web").0.unwrap();
    assert!(cluster.state().is_empty());
}

#[test]
fn what_holds_things_of_others_stays_and_is_told() {
    let cluster = Cluster::default();
    deploy(&cluster, "web", &all()).0.unwrap();
    cluster.make("v1 ConfigMap jobs/foreign");
    cluster.make("example.com/v1 Fleet other/two");
    let (result, _) = destroy(&cluster, "web");
    let error = result.unwrap_err();
    assert_eq!(
        error.to_string(),
        "chart \"web\" is not gone: CustomResourceDefinition fleets.example.com: there are objects in it that are not \
         the chart's: Fleet other/two; Namespace jobs: there are objects in it that are not the chart's: \
         ConfigMap jobs/foreign"
    );
    assert_eq!(
        cluster.objects(),
        [
            "ConfigMap jobs/foreign",
            "Namespace jobs",
            "CustomResourceDefinition fleets.example.com",
            "Fleet other/two"
        ]
    );
}

#[test]
fn a_workload_that_does_not_run_is_waited_for_and_told() {
    let cluster = Cluster::default();
    cluster.state().stuck = true;
    let options = ChartOptions { timeout: Duration::from_secs(30), ..ChartOptions::default() };
    let text = [NAMESPACE, AGENT].concat();
    let (result, told) = with(&cluster, &options, |charts| charts.deploy(&chart("web"), text.as_bytes()));
    assert_eq!(
        result.unwrap_err().to_string(),
        "not everything in chart \"web\" runs within 30 seconds: DaemonSet jobs/agent: pods of the new version: 0 of 2"
    );
    assert_eq!(told.last().unwrap(), "Waiting DaemonSet jobs/agent: pods of the new version: 0 of 2");

    let hurried = ChartOptions { timeout: Duration::ZERO, ..options };
    let (result, _) = with(&cluster, &hurried, |charts| charts.deploy(&chart("web"), text.as_bytes()));
    assert!(result.unwrap().is_none());
}

/// A chart of a cluster whose name and role are outputs.
fn bound() -> Deployable {
    let binding = |output: &str| Binding {
        placeholder: stackwright_k8s::placeholder("shop", output),
        stack: "shop".into(),
        output: output.into(),
    };
    let [name, role] = ["Name", "Role"].map(binding);
    let environment = Environment { region: Some("eu-west-1".into()), account: None };
    let facts =
        ClusterFacts { name: name.placeholder.clone(), environment, role: Some(role.placeholder.clone()) };
    Deployable { cluster: Some(facts), bindings: vec![name, role], ..chart("web") }
}

#[test]
fn the_way_to_the_cluster_is_that_of_its_role() {
    let stack = r#"{ "Stacks": [{ "StackId": "1", "StackName": "shop", "StackStatus": "CREATE_COMPLETE", "Outputs": [
        { "OutputKey": "Name", "OutputValue": "shop-1" }, { "OutputKey": "Role", "OutputValue": "arn:aws:iam::1:role/a" }
    ] }] }"#;
    let script = Script::new()
        .reply("aws cloudformation describe-stacks --stack-name shop", stack)
        .reply("aws eks update-kubeconfig --name shop-1", "Added new context\n")
        .reply("kubectl get --filename -", "");
    let (changes, _) = with(&script, &ChartOptions::default(), |charts| charts.destroy(&bound()));
    assert!(changes.unwrap().is_none());
    script.finish();
    let calls = script.calls();
    let words = calls[1].words();
    let kubeconfig = &words[6];
    assert_eq!(words[5], "--kubeconfig");
    assert_eq!(words[7..11], ["--role-arn", "arn:aws:iam::1:role/a", "--region", "eu-west-1"]);
    assert_eq!(calls[2].words().last(), Some(kubeconfig));
    assert!(!std::path::Path::new(kubeconfig).exists(), "it is gone with the run");
}

#[test]
fn a_chart_without_its_stack_cannot_be_deployed_and_is_destroyed_already() {
    let gone = "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id shop does not exist";
    let script = || Script::new().fail("aws cloudformation describe-stacks", 254, gone);
    let (result, _) = with(&script(), &ChartOptions::default(), |charts| charts.deploy(&bound(), b""));
    assert_eq!(
        result.unwrap_err().to_string(),
        "chart \"web\" waits for outputs of stack \"shop\": there is no such stack"
    );
    let (result, _) = with(&script(), &ChartOptions::default(), |charts| charts.destroy(&bound()));
    assert!(result.unwrap().is_none());
}

#[test]
fn a_missing_output_is_told() {
    let stack = r#"{ "Stacks": [{ "StackId": "1", "StackName": "shop", "StackStatus": "CREATE_COMPLETE", "Outputs": [
        { "OutputKey": "Name", "OutputValue": "shop-1" }
    ] }] }"#;
    let script = Script::new().reply("aws cloudformation describe-stacks", stack);
    let (result, _) = with(&script, &ChartOptions::default(), |charts| charts.deploy(&bound(), b""));
    assert_eq!(
        result.unwrap_err().to_string(),
        "chart \"web\" waits for outputs that there are not: Role of stack \"shop\""
    );
}
