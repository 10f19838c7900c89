//! Objects that pods are made of: pods themselves, and workloads that make them.

use stackwright_k8s::{Data, Map, Object};

/// Their kinds.
pub(super) const KINDS: [&str; 8] = [
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Job",
    "Pod",
    "ReplicaSet",
    "ReplicationController",
    "StatefulSet",
];

/// The fields that lead from an object to its pods; `None` for any other kind.
fn way(kind: &str) -> Option<&'static [&'static str]> {
    match kind {
        "Pod" => Some(&[]),
        "CronJob" => Some(&["spec", "jobTemplate", "spec", "template"]),
        other if KINDS.contains(&other) => Some(&["spec", "template"]),
        _ => None,
    }
}

/// The pod, or what the workload makes pods of; `None` for any other kind.
pub(super) fn pod_of(object: &mut Object) -> Option<&mut Map> {
    let way = way(object.kind())?;
    way.iter().try_fold(object.fields_mut(), |map, field| map.get_mut(field)?.as_map_mut())
}

/// The value of an annotation of its pods.
pub(super) fn pod_annotation(object: &Object, key: &str) -> Option<String> {
    let way = way(object.kind())?.iter().chain(&["metadata", "annotations"]);
    let annotations = way.copied().try_fold(object.fields(), |map, field| map.get(field)?.as_map())?;
    annotations.get(key)?.as_str().map(str::to_owned)
}

/// How many pods it makes at a time, as far as the object says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PodCount {
    /// As many.
    Exactly(u64),
    /// One on every node that fits.
    EachNode,
}

impl PodCount {
    /// How many there are where there are so many nodes.
    pub(super) fn with(self, nodes: u64) -> u64 {
        match self {
            Self::Exactly(pods) => pods,
            Self::EachNode => nodes,
        }
    }
}

/// How many pods an object makes at a time.
pub(super) fn pod_count(object: &Object) -> PodCount {
    let number = |way: &[&str], field: &str| {
        let map = way.iter().try_fold(object.fields(), |map, field| map.get(field)?.as_map());
        match map.and_then(|map| map.get(field)) {
            Some(Data::Int(count)) => PodCount::Exactly(u64::try_from(*count).unwrap_or(0)),
            // What a server takes where it is left out.
            _ => PodCount::Exactly(1),
        }
    };
    match object.kind() {
        "DaemonSet" => PodCount::EachNode,
        "Job" => number(&["spec"], "parallelism"),
        "CronJob" => number(&["spec", "jobTemplate", "spec"], "parallelism"),
        "Pod" => PodCount::Exactly(1),
        _ => number(&["spec"], "replicas"),
    }
}

/// Whether a new pod may be there before the one that it replaces has gone.
pub(super) fn may_overlap(object: &Object) -> bool {
    let strategy = || object.fields().get("spec")?.as_map()?.get("strategy")?.as_map()?.get("type")?.as_str();
    object.kind() == "Deployment" && strategy() != Some("Recreate")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        stackwright_k8s::read(text).unwrap().remove(0)
    }

    #[test]
    fn workloads_say_how_many_pods_they_make() {
        let count = |text: &str| pod_count(&object(text));
        assert_eq!(count("{kind: Pod}"), PodCount::Exactly(1));
        assert_eq!(count("{kind: Deployment, spec: {}}"), PodCount::Exactly(1));
        assert_eq!(count("{kind: StatefulSet, spec: {replicas: 3}}"), PodCount::Exactly(3));
        assert_eq!(count("{kind: Deployment, spec: {replicas: -3}}"), PodCount::Exactly(0));
        assert_eq!(count("{kind: Job, spec: {parallelism: 4, replicas: 9}}"), PodCount::Exactly(4));
        let nightly = "{kind: CronJob, spec: {jobTemplate: {spec: {parallelism: 2}}}}";
        assert_eq!(count(nightly), PodCount::Exactly(2));
        assert_eq!(count("{kind: DaemonSet, spec: {replicas: 3}}"), PodCount::EachNode);
    }

    #[test]
    fn deployments_have_two_pods_for_a_while() {
        assert!(may_overlap(&object("{kind: Deployment, spec: {}}")));
        assert!(may_overlap(&object("{kind: Deployment, spec: {strategy: {type: RollingUpdate}}}")));
        assert!(!may_overlap(&object("{kind: Deployment, spec: {strategy: {type: Recreate}}}")));
        assert!(!may_overlap(&object("{kind: StatefulSet, spec: {}}")));
    }

    #[test]
    fn annotations_are_those_of_the_pods() {
        let annotation = |text: &str| pod_annotation(&object(text), "a");
        let b = Some("b".to_owned());
        assert_eq!(annotation("{kind: Pod, metadata: {annotations: {a: b}}}"), b);
        assert_eq!(annotation("{kind: Job, metadata: {annotations: {a: c}}}"), None);
        let job = "{kind: Job, spec: {template: {metadata: {annotations: {a: b}}}}}";
        assert_eq!(annotation(job), b);
        assert_eq!(annotation("{kind: Service, metadata: {annotations: {a: b}}}"), None);
    }
}
