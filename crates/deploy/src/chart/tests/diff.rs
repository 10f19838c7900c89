//! What would change in a cluster.

use serde_json::json;
use stackwright_assembly::{Binding, Source, SourceEntry};

use super::fake::Cluster;
use super::{ALL, SETTINGS, all, chart, deploy, with};
use crate::chart::{ChartOptions, Charts};
use crate::{Difference, Error, Script, Standing};

fn diff(cluster: &Cluster, name: &str, text: &str) -> Difference {
    with(cluster, &ChartOptions::default(), |charts| charts.diff(&chart(name), text.as_bytes())).0.unwrap()
}

/// Each change in a word, with the places that differ in what stays.
fn told(difference: &Difference) -> Vec<String> {
    let change = |change: &crate::compare::Change| {
        let places = change.edits.iter().map(|edit| format!(" {}", edit.path));
        let places: String =
            if change.kind == crate::compare::Kind::Changed { places.collect() } else { String::new() };
        format!("{:?} {}{places}", change.kind, change.id)
    };
    difference.changes.iter().map(change).collect()
}

#[test]
fn a_chart_that_was_never_deployed_is_all_new() {
    let cluster = Cluster::default();
    let difference = diff(&cluster, "crew", &all());
    assert_eq!(difference.standing, Standing::New);
    let mut expected = ALL.map(|object| format!("Added {object}"));
    expected.sort();
    let mut changes = told(&difference);
    changes.sort();
    assert_eq!(changes, expected);
    assert!(cluster.state().is_empty(), "nothing was made");
}

#[test]
fn a_chart_as_deployed_does_not_differ() {
    let cluster = Cluster::default();
    deploy(&cluster, "crew", &all()).0.unwrap();
    let difference = diff(&cluster, "crew", &all());
    assert_eq!((difference.standing, told(&difference)), (Standing::Kept, vec![]));
}

#[test]
fn what_changes_comes_and_goes_is_told_and_not_done() {
    let cluster = Cluster::default();
    deploy(&cluster, "crew", &all()).0.unwrap();
    let before = cluster.objects();
    let after = all().replace(SETTINGS, "").replace("size: 1", "size: 2")
        + "{apiVersion: v1, kind: ConfigMap, metadata: {name: more}}\n";
    let difference = diff(&cluster, "crew", &after);
    assert_eq!(
        told(&difference),
        [
            "Changed Fleet jobs/one spec.size",
            "Added ConfigMap default/more",
            "Removed ConfigMap jobs/settings"
        ]
    );
    assert_eq!(cluster.objects(), before);
    assert_eq!(cluster.get("example.com/v1 Fleet jobs/one").unwrap()["spec"], json!({ "size": 1 }));
}

#[test]
fn what_others_changed_is_told() {
    let cluster = Cluster::default();
    deploy(&cluster, "crew", &all()).0.unwrap();
    let mut settings = cluster.get("v1 ConfigMap jobs/settings").unwrap();
    settings["data"] = json!({ "a": "by hand" });
    cluster.set(settings);
    assert_eq!(told(&diff(&cluster, "crew", &all())), ["Changed ConfigMap jobs/settings data.a"]);
}

#[test]
fn what_others_made_stays_theirs() {
    let cluster = Cluster::default();
    cluster.make("v1 Namespace jobs");
    assert_eq!(told(&diff(&cluster, "crew", super::NAMESPACE)), [""; 0], "no mark is set in it");

    deploy(&cluster, "one", SETTINGS).0.unwrap();
    assert_eq!(
        diff(&cluster, "two", SETTINGS).notes,
        ["ConfigMap jobs/settings is of chart \"one\", and deploy would refuse it"]
    );
}

#[test]
fn places_are_found_whatever_the_namespace() {
    let cluster = Cluster::default();
    let mut chart = chart("crew");
    chart.source_map.push(SourceEntry {
        id: "ConfigMap a".to_owned(),
        path: "crew/a".to_owned(),
        type_name: None,
        source: Source { file: "src/main.rs".into(), line: 3, column: 1 },
        overrides: Vec::new(),
    });
    let text = b"{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";
    let difference = with(&cluster, &ChartOptions::default(), |charts| charts.diff(&chart, text)).0.unwrap();
    assert_eq!(difference.changes[0].id, "ConfigMap default/a");
    assert_eq!(difference.changes[0].construct.as_deref(), Some("crew/a"));
}

/// Compares a chart that waits for an output.
fn bound(stacks: &str, code: i32) -> Result<Difference, Error> {
    let mut chart = chart("crew");
    chart.bindings.push(Binding {
        placeholder: "${stackwright:web.Name}".to_owned(),
        stack: "web".to_owned(),
        output: "Name".to_owned(),
    });
    let script = match code {
        0 => Script::new().reply("aws cloudformation describe-stacks --stack-name web", stacks),
        code => Script::new().fail("aws cloudformation describe-stacks --stack-name web", code, stacks),
    };
    let text = b"{apiVersion: v1, kind: ConfigMap, metadata: {name: '${stackwright:web.Name}'}}";
    let run = |charts: &Charts<'_>| charts.diff(&chart, text);
    with(&script, &ChartOptions::default(), run).0
}

#[test]
fn a_chart_may_wait_for_what_is_not_there_yet() {
    let none = "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id web does not exist";
    let difference = bound(none, 254).unwrap();
    assert_eq!(difference.notes, ["it waits for stack \"web\", which is not there"]);
    assert_eq!(told(&difference), ["Added ConfigMap ${stackwright:web.Name}"]);

    let stack =
        r#"{ "Stacks": [{ "StackId": "arn:w", "StackName": "web", "StackStatus": "CREATE_COMPLETE" }] }"#;
    let difference = bound(stack, 0).unwrap();
    assert_eq!(
        difference.notes,
        ["it waits for Name of stack \"web\": until they are there it cannot be compared"]
    );
    assert_eq!(difference.standing, Standing::Kept);
}

#[test]
fn what_kubectl_refuses_is_told() {
    let stub =
        r#"{"kind":"List","items":[{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"jobs"}}]}"#;
    let script = Script::new()
        .reply("kubectl get", r#"{"kind":"List","items":[]}"#)
        .reply("kubectl get", stub)
        .fail("kubectl diff --server-side", 2, "error: executable file not found: \"diff\"");
    let run = |charts: &Charts<'_>| charts.diff(&chart("crew"), super::NAMESPACE.as_bytes());
    let error = with(&script, &ChartOptions::default(), run).0.unwrap_err();
    assert!(
        error.to_string().starts_with("cannot compare the objects of the cluster: error: executable"),
        "{error}"
    );
    assert_eq!(error.help(), Some("install the program diff: kubectl compares with it"));
}
