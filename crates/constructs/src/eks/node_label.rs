//! Labels and taints of nodes.

use stackwright_core::{Construct, Diagnostic, Scope};
use stackwright_k8s::{Map, names};

use crate::line::Line;

/// What nodes repel, unless a pod tolerates it.
///
/// ```
/// use stackwright_constructs::eks::Taint;
///
/// let gpu = Taint::no_schedule("nvidia.com/gpu", "true");
/// ```
///
/// Source: [node taints](https://docs.aws.amazon.com/eks/latest/userguide/node-taints-managed-node-groups.html)
#[derive(Clone, Debug)]
pub struct Taint {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) effect: Effect,
    line: Line,
}

/// What nodes are called in Kubernetes.
#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) key: String,
    pub(super) value: String,
    pub(super) line: Line,
}

/// What happens to pods that do not tolerate a taint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    NoSchedule,
    PreferNoSchedule,
    NoExecute,
}

impl Effect {
    /// As the API of EKS has it.
    pub(super) const fn of_eks(self) -> &'static str {
        match self {
            Self::NoSchedule => "NO_SCHEDULE",
            Self::PreferNoSchedule => "PREFER_NO_SCHEDULE",
            Self::NoExecute => "NO_EXECUTE",
        }
    }

    /// As Kubernetes has it.
    pub(super) const fn of_kubernetes(self) -> &'static str {
        match self {
            Self::NoSchedule => "NoSchedule",
            Self::PreferNoSchedule => "PreferNoSchedule",
            Self::NoExecute => "NoExecute",
        }
    }
}

impl Taint {
    /// No pod comes that does not tolerate it. The value may be empty.
    #[track_caller]
    pub fn no_schedule(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: value.into(), effect: Effect::NoSchedule, line: Line::of_caller() }
    }

    /// Pods that do not tolerate it come only where there is no other place. The value may be empty.
    #[track_caller]
    pub fn prefer_no_schedule(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { effect: Effect::PreferNoSchedule, ..Self::no_schedule(key, value) }
    }

    /// No pod comes that does not tolerate it, and those that are there leave. The value may be empty.
    #[track_caller]
    pub fn no_execute(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { effect: Effect::NoExecute, ..Self::no_schedule(key, value) }
    }

    /// What a pod says to tolerate it.
    pub(crate) fn toleration(&self) -> Map {
        let effect = self.effect.of_kubernetes();
        [("key", &*self.key), ("operator", "Equal"), ("value", &*self.value), ("effect", effect)]
            .into_iter()
            .collect()
    }
}

/// Labels below these domains belong to Kubernetes.
const RESERVED: [&str; 2] = ["kubernetes.io", "k8s.io"];

/// The domains of Kubernetes below which a node may name itself what it likes.
const OPEN: [&str; 2] = ["kubelet.kubernetes.io", "node.kubernetes.io"];

/// Reports labels that would keep nodes from starting.
///
/// Source: [kubelet](https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/)
pub(super) fn check_labels(nodes: &Construct, labels: &[Label]) {
    for (index, Label { key, value, line }) in labels.iter().enumerate() {
        let report = |finding| nodes.report(line.mark(finding));
        check(nodes, "label", key, value, *line);
        let prefix = key.split_once('/').map_or("", |(prefix, _)| prefix);
        let is_below = |domain: &str| {
            prefix.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        if RESERVED.into_iter().any(is_below) && !OPEN.into_iter().any(is_below) {
            let finding = format!(
                "a node cannot label itself {key:?}: below kubernetes.io and k8s.io, Kubernetes does"
            );
            report(
                Diagnostic::error("reserved-label", finding)
                    .value(key)
                    .hint("use a domain of your own, or node.kubernetes.io/"),
            );
        }
        if labels[..index].iter().any(|other| other.key == *key) {
            let finding = format!("the label {key:?} is given twice: allowed is one value");
            report(Diagnostic::error("duplicate-label", finding).value(key));
        }
    }
}

pub(super) fn check_taints(nodes: &Construct, taints: &[Taint]) {
    for taint in taints {
        check(nodes, "taint", &taint.key, &taint.value, taint.line);
    }
}

/// Reports a key or value that Kubernetes does not take.
///
/// Source: [labels](https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set)
fn check(nodes: &Construct, what: &str, key: &str, value: &str, line: Line) {
    let report = |finding| nodes.report(line.mark(finding));
    if !names::is_key(key) {
        let allowed =
            "up to 63 letters, digits, dashes, underscores and dots, after a domain and a slash if need be";
        let finding = format!("{key:?} cannot be the key of a {what}: allowed are {allowed}");
        report(Diagnostic::error("kubernetes-label", finding).value(key).allowed(allowed));
    }
    if !names::is_label_value(value) {
        let allowed = "up to 63 letters, digits, dashes, underscores and dots";
        let finding = format!("{value:?} cannot be the value of the {what} {key:?}: allowed are {allowed}");
        report(Diagnostic::error("kubernetes-label", finding).value(value).allowed(allowed));
    }
}
