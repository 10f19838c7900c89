//! Pods, and the workloads that make them.

use serde_json::Value;

use super::{Finding, Verdict, finding, subject};

/// What asks for interfaces: a pod, or the template of pods.
pub(super) struct Workload<'a> {
    pub(super) namespace: &'a str,
    pub(super) annotation: &'a str,
}

impl<'a> Workload<'a> {
    /// The object as one whose pods ask for further networks; `None` where they do not.
    pub(super) fn with_networks(object: &'a Value) -> Option<Self> {
        let metadata = match object["kind"].as_str()? {
            "Pod" => &object["metadata"],
            "Deployment" | "DaemonSet" | "StatefulSet" | "Job" => &object["spec"]["template"]["metadata"],
            _ => return None,
        };
        Some(Workload {
            namespace: object["metadata"]["namespace"].as_str().unwrap_or("default"),
            annotation: metadata["annotations"]["k8s.v1.cni.cncf.io/networks"].as_str()?,
        })
    }
}

/// What selects the pods of a workload; those of a Job go by the labels of its template.
pub(super) fn selector(object: &Value) -> Option<String> {
    let spec = &object["spec"];
    let labels = match object["kind"] == "Job" {
        true => &spec["template"]["metadata"]["labels"],
        false => &spec["selector"]["matchLabels"],
    };
    let labels = labels.as_object()?.iter();
    let labels: Vec<String> =
        labels.filter_map(|(label, value)| Some(format!("{label}={}", value.as_str()?))).collect();
    (!labels.is_empty()).then(|| labels.join(","))
}

pub(super) fn name(object: &Value) -> String {
    object["metadata"]["name"].as_str().unwrap_or_default().to_owned()
}

pub(super) fn is_ready(pod: &Value) -> bool {
    let is_it = |condition: &Value| condition["type"] == "Ready" && condition["status"] == "True";
    pod["status"]["conditions"].as_array().is_some_and(|conditions| conditions.iter().any(is_it))
}

/// Whether a DaemonSet has a pod that is ready on every node that it is for.
pub(super) fn on_nodes(object: &Value, live: Option<&Value>, pods: &[Value], nodes: &[String]) -> Finding {
    let subject = subject(object);
    let Some(live) = live else { return finding(Verdict::Fails, subject, "it is not there") };
    let wanted = live["status"]["desiredNumberScheduled"].as_u64().unwrap_or(0) as usize;
    let node = |pod: &Value| pod["spec"]["nodeName"].as_str().map(str::to_owned);
    let ready: Vec<String> = pods.iter().filter(|pod| is_ready(pod)).filter_map(node).collect();
    let count = format!("ready on {} of {wanted} nodes", ready.len());
    if wanted == 0 {
        return finding(Verdict::Fails, subject, "it is for none of the nodes");
    }
    if ready.len() >= wanted {
        return finding(Verdict::Holds, subject, count);
    }
    let missing: Vec<&str> = nodes.iter().filter(|node| !ready.contains(node)).map(String::as_str).collect();
    finding(Verdict::Fails, subject, format!("{count}, not on {}", missing.join(", ")))
}
