//! How far a workload has come, by what its status says.

use serde_json::Value;

use super::key::Key;

/// How far a workload has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Rollout {
    /// It runs as it should, or is nothing that runs.
    Done,
    /// Not yet, and why.
    Waiting(String),
    /// It will not come by itself, and why.
    Failed(String),
}

use Rollout::{Done, Failed, Waiting};

/// Whether there is anything to wait for in objects of this kind.
pub(super) fn is_workload(key: &Key) -> bool {
    match &*key.group {
        "apps" => matches!(&*key.kind, "Deployment" | "DaemonSet" | "StatefulSet"),
        "batch" => key.kind == "Job",
        "" => key.kind == "Pod",
        _ => false,
    }
}

impl Rollout {
    /// What an object of the cluster says.
    ///
    /// Source: [kubectl rollout status](https://kubernetes.io/docs/reference/kubectl/generated/kubectl_rollout/)
    pub(super) fn of(object: &Value) -> Self {
        let status = &object["status"];
        let is_observed =
            || status["observedGeneration"].as_i64() >= object["metadata"]["generation"].as_i64();
        match object["kind"].as_str() {
            Some("Pod") => pod(status),
            Some("Job") => job(object),
            Some("Deployment" | "DaemonSet" | "StatefulSet") if !is_observed() => {
                Waiting("the cluster has not looked at it yet".into())
            }
            Some("Deployment") => deployment(object),
            Some("DaemonSet") => daemon_set(object),
            Some("StatefulSet") => stateful_set(object),
            _ => Done,
        }
    }
}

fn deployment(object: &Value) -> Rollout {
    let status = &object["status"];
    if let Some(condition) = condition(status, "Progressing")
        && condition["reason"] == "ProgressDeadlineExceeded"
    {
        return Failed(said(condition));
    }
    let wanted = object["spec"]["replicas"].as_i64().unwrap_or(1);
    let (updated, all) = (number(status, "updatedReplicas"), number(status, "replicas"));
    if updated < wanted {
        return Waiting(format!("pods of the new version: {updated} of {wanted}"));
    }
    if all > updated {
        return Waiting(format!("pods of the old version left: {}", all - updated));
    }
    enough(number(status, "availableReplicas"), wanted)
}

fn daemon_set(object: &Value) -> Rollout {
    if object["spec"]["updateStrategy"]["type"] == "OnDelete" {
        return Done;
    }
    let status = &object["status"];
    let wanted = number(status, "desiredNumberScheduled");
    let updated = number(status, "updatedNumberScheduled");
    if updated < wanted {
        return Waiting(format!("pods of the new version: {updated} of {wanted}"));
    }
    enough(number(status, "numberAvailable"), wanted)
}

fn stateful_set(object: &Value) -> Rollout {
    let (spec, status) = (&object["spec"], &object["status"]);
    if spec["updateStrategy"]["type"] == "OnDelete" {
        return Done;
    }
    let wanted = spec["replicas"].as_i64().unwrap_or(1);
    let partition = spec["updateStrategy"]["rollingUpdate"]["partition"].as_i64().unwrap_or(0);
    let (updated, ready) = (number(status, "updatedReplicas"), number(status, "readyReplicas"));
    if ready < wanted {
        return enough(ready, wanted);
    }
    match status["updateRevision"] != status["currentRevision"] && updated < wanted - partition {
        true => Waiting(format!("pods of the new version: {updated} of {}", wanted - partition)),
        false => Done,
    }
}

fn job(object: &Value) -> Rollout {
    let status = &object["status"];
    if let Some(failed) = condition(status, "Failed") {
        return Failed(said(failed));
    }
    match condition(status, "Complete").is_some() || object["spec"]["suspend"] == true {
        true => Done,
        false => Waiting(format!("pods at work: {}", number(status, "active"))),
    }
}

fn pod(status: &Value) -> Rollout {
    match status["phase"].as_str() {
        Some("Succeeded") => Done,
        Some("Failed") => Failed(trouble(status).unwrap_or_else(|| "it failed".into())),
        _ if condition(status, "Ready").is_some() => Done,
        _ => Waiting(trouble(status).unwrap_or_else(|| "it is not ready".into())),
    }
}

/// What keeps a pod from being ready, where that can be told.
pub(crate) fn trouble(status: &Value) -> Option<String> {
    let containers = ["initContainerStatuses", "containerStatuses"];
    let mut containers = containers.iter().filter_map(|list| status[*list].as_array()).flatten();
    let stuck = containers.find_map(|container| {
        let name = container["name"].as_str()?;
        let state = &container["state"];
        let (state, reason) = [&state["waiting"], &state["terminated"]]
            .into_iter()
            .find_map(|state| Some((state, state["reason"].as_str()?)))?;
        // A container that has done its work is no trouble, nor one that is just being made.
        if matches!(reason, "Completed" | "ContainerCreating" | "PodInitializing") {
            return None;
        }
        let message = state["message"].as_str().map_or(String::new(), |message| format!(": {message}"));
        Some(format!("container {name:?}: {reason}{message}"))
    });
    let unscheduled = || {
        let conditions = status["conditions"].as_array()?;
        let unscheduled =
            |condition: &&Value| condition["type"] == "PodScheduled" && condition["status"] == "False";
        conditions.iter().find(unscheduled).map(said)
    };
    stuck.or_else(unscheduled).or_else(|| status["message"].as_str().map(str::to_owned))
}

fn enough(ready: i64, wanted: i64) -> Rollout {
    match ready < wanted {
        true => Waiting(format!("pods ready: {ready} of {wanted}")),
        false => Done,
    }
}

/// The condition of this kind, if it is true; `Progressing` whatever it is.
fn condition<'a>(status: &'a Value, kind: &str) -> Option<&'a Value> {
    let is_it = |condition: &&Value| {
        condition["type"] == kind && (condition["status"] == "True" || kind == "Progressing")
    };
    status["conditions"].as_array()?.iter().find(is_it)
}

fn said(condition: &Value) -> String {
    let text = |field: &str| condition[field].as_str().filter(|text| !text.is_empty());
    text("message").or(text("reason")).unwrap_or("it does not say why").to_owned()
}

fn number(status: &Value, field: &str) -> i64 {
    status[field].as_i64().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(kind: &str, spec: Value, status: Value, expected: Rollout) {
        let object = json!({ "kind": kind, "metadata": { "generation": 2 }, "spec": spec, "status": status });
        assert_eq!(Rollout::of(&object), expected);
    }

    fn waiting(why: &str) -> Rollout {
        Waiting(why.to_owned())
    }

    #[test]
    fn a_status_of_an_older_generation_says_nothing() {
        let old = json!({ "observedGeneration": 1, "desiredNumberScheduled": 1, "updatedNumberScheduled": 1, "numberAvailable": 1 });
        check("DaemonSet", json!({}), old, waiting("the cluster has not looked at it yet"));
        check("Deployment", json!({}), json!({}), waiting("the cluster has not looked at it yet"));
    }

    #[test]
    fn a_deployment_is_done_when_only_new_pods_are_left() {
        let status = |updated, all, available| json!({ "observedGeneration": 2, "updatedReplicas": updated, "replicas": all, "availableReplicas": available });
        let spec = || json!({ "replicas": 2 });
        check("Deployment", spec(), status(1, 2, 2), waiting("pods of the new version: 1 of 2"));
        check("Deployment", spec(), status(2, 3, 3), waiting("pods of the old version left: 1"));
        check("Deployment", spec(), status(2, 2, 1), waiting("pods ready: 1 of 2"));
        check("Deployment", spec(), status(2, 2, 2), Done);
        check("Deployment", json!({ "replicas": 0 }), json!({ "observedGeneration": 2 }), Done);
        let late = json!({
            "observedGeneration": 2,
            "conditions": [{ "type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded", "message": "timed out" }],
        });
        check("Deployment", spec(), late, Failed("timed out".into()));
    }

    #[test]
    fn a_daemon_set_is_done_when_every_node_has_its_pod() {
        let status = |updated, available| json!({ "observedGeneration": 2, "desiredNumberScheduled": 3, "updatedNumberScheduled": updated, "numberAvailable": available });
        check("DaemonSet", json!({}), status(2, 3), waiting("pods of the new version: 2 of 3"));
        check("DaemonSet", json!({}), status(3, 2), waiting("pods ready: 2 of 3"));
        check("DaemonSet", json!({}), status(3, 3), Done);
        check("DaemonSet", json!({ "updateStrategy": { "type": "OnDelete" } }), status(0, 3), Done);
    }

    #[test]
    fn a_stateful_set_is_done_when_its_share_is_updated() {
        let status = |updated, ready, current: &str| json!({ "observedGeneration": 2, "updatedReplicas": updated, "readyReplicas": ready, "currentRevision": current, "updateRevision": "b" });
        let spec = |partition: i64| json!({ "replicas": 3, "updateStrategy": { "rollingUpdate": { "partition": partition } } });
        check("StatefulSet", spec(0), status(3, 2, "a"), waiting("pods ready: 2 of 3"));
        check("StatefulSet", spec(0), status(2, 3, "a"), waiting("pods of the new version: 2 of 3"));
        check("StatefulSet", spec(1), status(2, 3, "a"), Done);
        check("StatefulSet", spec(0), status(0, 3, "b"), Done);
    }

    #[test]
    fn a_job_is_done_when_it_is_complete() {
        let condition =
            |kind: &str| json!({ "conditions": [{ "type": kind, "status": "True", "message": "why" }] });
        check("Job", json!({}), json!({ "active": 2 }), waiting("pods at work: 2"));
        check("Job", json!({}), condition("Complete"), Done);
        check("Job", json!({}), condition("Failed"), Failed("why".into()));
        check("Job", json!({ "suspend": true }), json!({}), Done);
    }

    #[test]
    fn a_pod_tells_what_keeps_it() {
        let ready = |status: &str| json!({ "phase": "Running", "conditions": [{ "type": "Ready", "status": status }] });
        check("Pod", json!({}), ready("True"), Done);
        check("Pod", json!({}), ready("False"), waiting("it is not ready"));
        check("Pod", json!({}), json!({ "phase": "Succeeded" }), Done);
        let pulling = json!({
            "phase": "Pending",
            "containerStatuses": [{ "name": "web", "state": { "waiting": { "reason": "ErrImagePull", "message": "no such image" } } }],
        });
        check("Pod", json!({}), pulling, waiting("container \"web\": ErrImagePull: no such image"));
        let unscheduled = json!({
            "phase": "Pending",
            "conditions": [{ "type": "PodScheduled", "status": "False", "message": "0/2 nodes are available" }],
        });
        check("Pod", json!({}), unscheduled, waiting("0/2 nodes are available"));
        let failed = json!({
            "phase": "Failed",
            "containerStatuses": [{ "name": "web", "state": { "terminated": { "reason": "Error" } } }],
        });
        check("Pod", json!({}), failed, Failed("container \"web\": Error".into()));
    }

    #[test]
    fn what_does_not_run_is_not_waited_for() {
        let key = |api_version: &str, kind: &str| {
            is_workload(&Key::of(
                &json!({ "apiVersion": api_version, "kind": kind, "metadata": { "name": "a" } }),
            ))
        };
        assert!(key("apps/v1", "DaemonSet") && key("batch/v1", "Job") && key("v1", "Pod"));
        assert!(
            !key("example.com/v1", "Deployment") && !key("v1", "ConfigMap") && !key("batch/v1", "CronJob")
        );
    }
}
