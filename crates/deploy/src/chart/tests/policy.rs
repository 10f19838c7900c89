//! What objects say themselves of how they are deployed.

use serde_json::json;

use super::*;

/// The ConfigMap that says who gets into a cluster, with this role in it.
fn auth(role: &str) -> String {
    format!(
        "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: aws-auth, namespace: kube-system, annotations: \
         {{stackwright/removal-policy: keep, stackwright/conflict-policy: take-over}}}}, \
         data: {{mapRoles: \"- rolearn: arn:aws:iam::1:role/{role}\\n\"}}}}\n---\n"
    )
}

const AUTH: &str = "v1 ConfigMap kube-system/aws-auth";

/// What others have written there, before and in spite of us.
fn written(cluster: &Cluster, roles: &[&str]) {
    let text: String = roles.iter().map(|role| format!("- rolearn: arn:aws:iam::1:role/{role}\n")).collect();
    let metadata = json!({ "name": "aws-auth", "namespace": "kube-system" });
    cluster.set(json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": { "mapRoles": text } }));
    let conflict = "\"vpcLambda\" using v1: .data.mapRoles".to_owned();
    cluster.state().conflicts = [("ConfigMap kube-system/aws-auth".to_owned(), conflict)].into();
}

#[test]
fn an_object_that_says_so_stays_as_it_is() {
    let cluster = Cluster::default();
    deploy(&cluster, "web", &[NAMESPACE, SETTINGS, &auth("a")].concat()).0.unwrap();
    let (changes, told) = deploy(&cluster, "web", &[NAMESPACE, SETTINGS].concat());
    assert_eq!(changes.unwrap().to_string(), "2 unchanged, 1 left as they are");
    let kept = "Kept ConfigMap kube-system/aws-auth: as it says by stackwright/removal-policy";
    assert_eq!(told.last().unwrap(), kept);
    let live = cluster.get(AUTH).unwrap();
    assert_eq!(live["data"]["mapRoles"], "- rolearn: arn:aws:iam::1:role/a\n");
    assert!(live["metadata"]["annotations"].get(MARK).is_none(), "any chart may have it");
    assert_eq!(deploy(&cluster, "web", &[NAMESPACE, SETTINGS].concat()).0.unwrap().to_string(), "no changes");

    deploy(&cluster, "other", &auth("b")).0.unwrap();
    let (changes, told) = destroy(&cluster, "other");
    assert_eq!((changes.unwrap().left, &*told), (1, &[kept.to_owned()][..]));
    assert_eq!(cluster.get(AUTH).unwrap()["data"]["mapRoles"], "- rolearn: arn:aws:iam::1:role/b\n");
    assert!(destroy(&cluster, "other").0.unwrap().is_none(), "nothing is known of the chart any more");
}

#[test]
fn what_helm_would_keep_stays() {
    let cluster = Cluster::default();
    let kept = SETTINGS
        .replace("namespace: jobs", "namespace: kube-system, annotations: {helm.sh/resource-policy: keep}");
    deploy(&cluster, "web", &kept).0.unwrap();
    destroy(&cluster, "web").0.unwrap();
    assert_eq!(cluster.objects(), ["ConfigMap kube-system/settings"]);
}

#[test]
fn it_stays_whatever_a_killed_run_left() {
    let setting =
        |cluster: &Cluster| deploy(cluster, "web", &[SETTINGS_IN_KUBE, &auth("a")].concat()).0.unwrap();
    let whole = Cluster::default();
    setting(&whole);
    let first = whole.changes();
    destroy(&whole, "web").0.unwrap();
    for kill in (first..whole.changes()).flat_map(|at| [Kill::Before(at), Kill::After(at)]) {
        let cluster = Cluster::default();
        setting(&cluster);
        cluster.state().kill = Some(kill);
        assert!(destroy(&cluster, "web").0.unwrap_err().is_interrupted(), "{kill:?}");
        cluster.state().kill = None;
        destroy(&cluster, "web").0.unwrap();
        assert_eq!(cluster.objects(), ["ConfigMap kube-system/aws-auth"], "{kill:?}");
        assert_eq!(cluster.get(AUTH), whole.get(AUTH), "{kill:?}");
    }
}

const SETTINGS_IN_KUBE: &str =
    "{apiVersion: v1, kind: ConfigMap, metadata: {name: settings, namespace: kube-system}}\n---\n";

#[test]
fn what_others_have_written_is_taken_over_if_nobody_is_locked_out() {
    let cluster = Cluster::default();
    written(&cluster, &["nodes"]);
    let text = [NAMESPACE, SETTINGS, &auth("nodes")].concat();
    let (changes, told) = deploy(&cluster, "web", &text);
    assert_eq!(changes.unwrap().to_string(), "2 created, 1 changed");
    assert_eq!(
        told.last().unwrap(),
        "Changed ConfigMap kube-system/aws-auth: taken over: .data.mapRoles is owned by \"vpcLambda\"; others made it, so it \
         stays when it leaves the chart"
    );
    // What others made is not stripped of what the chart has set when it leaves.
    deploy(&cluster, "web", NAMESPACE).0.unwrap();
    assert_eq!(cluster.get(AUTH).unwrap()["data"]["mapRoles"], "- rolearn: arn:aws:iam::1:role/nodes\n");
}

#[test]
fn who_would_be_locked_out_is_told() {
    let cluster = Cluster::default();
    written(&cluster, &["nodes", "people"]);
    let before = cluster.get(AUTH);
    let error = deploy(&cluster, "web", &auth("nodes")).0.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the cluster refuses objects of chart \"web\": ConfigMap kube-system/aws-auth: .data.mapRoles is owned by \
         \"vpcLambda\", and arn:aws:iam::1:role/people would no longer be in it"
    );
    assert_eq!(error.help(), Some("leave these fields out, or take them over with --force-conflicts"));
    assert_eq!(cluster.get(AUTH), before);
    let force = ChartOptions { force_conflicts: true, ..ChartOptions::default() };
    with(&cluster, &force, |charts| charts.deploy(&chart("web"), auth("nodes").as_bytes())).0.unwrap();
    assert_eq!(cluster.get(AUTH).unwrap()["data"]["mapRoles"], "- rolearn: arn:aws:iam::1:role/nodes\n");
}

#[test]
fn what_stays_is_no_difference_and_is_noted() {
    let cluster = Cluster::default();
    deploy(&cluster, "web", &[SETTINGS_IN_KUBE, &auth("a")].concat()).0.unwrap();
    let (difference, _) = with(&cluster, &ChartOptions::default(), |charts| {
        charts.diff(&chart("web"), SETTINGS_IN_KUBE.as_bytes())
    });
    let difference = difference.unwrap();
    assert_eq!(difference.changes, []);
    assert_eq!(
        difference.notes,
        [
            "ConfigMap kube-system/aws-auth leaves the chart, and stays as it says by stackwright/removal-policy"
        ]
    );
}
