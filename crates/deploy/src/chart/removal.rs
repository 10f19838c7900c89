//! Taking objects away: only what we made, nothing that is to stay, and nothing that others still need.

use std::time::Duration;

use serde_json::Value;
use stackwright_k8s::policy;

use super::MARK;
use super::key::{Entry, Key};
use super::live::{Found, Live};
use super::report::Report;
use super::wait;
use crate::{Error, ObjectStatus};

/// How long an object may take to be gone. Namespaces and load balancers take minutes.
const LIMIT: Duration = Duration::from_secs(600);

/// Removes objects of a chart.
pub(super) struct Removal<'a> {
    pub(super) live: Live<'a>,
    pub(super) report: &'a Report<'a>,
}

/// What is still there after a removal.
#[derive(Debug, Default)]
pub(super) struct Remainder {
    /// What could not be removed.
    pub(super) kept: Vec<Kept>,
    /// How many objects stay because they say so.
    pub(super) left: usize,
}

/// An object that could not be removed, and why.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) entry: Entry,
    pub(super) reason: String,
}

/// The phase of all that runs.
const WORKLOADS: usize = 1;

/// What goes together, and before the next: custom objects while their controllers run, then everything else, then the
/// definitions of kinds and the namespaces, which take all that is in them along.
fn phase(key: &Key) -> usize {
    match key.group.contains('.') && !key.group.ends_with(".k8s.io") {
        true => 0,
        false if key.is_definition() => 2,
        false if key.is_namespace() => 3,
        false => WORKLOADS,
    }
}

impl Removal<'_> {
    /// Removes objects, the last first, and tells what stays.
    pub(super) fn run(&self, entries: &[Entry]) -> Result<Remainder, Error> {
        let found = self.live.find(&entries.iter().map(Entry::stub).collect::<Vec<_>>())?;
        let Remainder { mut kept, mut left } = Remainder::default();
        for now in 0..4 {
            let here = |entry: &&Entry| phase(&entry.key) == now && found.get(&entry.key).is_some();
            let mut ours = Vec::new();
            for entry in entries.iter().rev().filter(here) {
                let object = found.get(&entry.key);
                // Whoever made it: others may rely on what the chart has set in it.
                if let Some(policy) = object.and_then(keeping) {
                    self.leave(entry, policy)?;
                    left += 1;
                    continue;
                }
                let reason = match object.is_some_and(|object| self.is_ours(object)) {
                    false => self.release(entry, &found)?,
                    true => match self.in_the_way(&entry.key, &found)? {
                        None => {
                            ours.push(entry.clone());
                            None
                        }
                        reason => reason,
                    },
                };
                kept.extend(reason.map(|reason| Kept { entry: entry.clone(), reason }));
            }
            if ours.is_empty() {
                continue;
            }
            // The pods of workloads are to be gone before what they use is.
            self.live.delete(&ours.iter().map(Entry::stub).collect::<Vec<_>>(), now == WORKLOADS)?;
            let held = wait::gone(self.live, &ours, &found, LIMIT)?;
            for entry in ours.iter().filter(|entry| held.iter().all(|(held, _)| held != *entry)) {
                self.report.tell(&entry.key, ObjectStatus::Deleted);
            }
            kept.extend(held.into_iter().map(|(entry, reason)| Kept { entry, reason }));
        }
        for Kept { entry, reason } in &kept {
            self.report.tell_why(&entry.key, ObjectStatus::Kept, Some(reason.clone()));
        }
        Ok(Remainder { kept, left })
    }

    /// Lets an object be as it is. Any chart may have it from now on.
    fn leave(&self, entry: &Entry, policy: &str) -> Result<(), Error> {
        self.live.remove_annotation(&entry.stub(), MARK)?;
        self.report.tell_why(&entry.key, ObjectStatus::Kept, Some(format!("as it says by {policy}")));
        Ok(())
    }

    fn is_ours(&self, object: &Value) -> bool {
        object["metadata"]["annotations"][MARK] == self.report.chart()
    }

    /// Takes what the chart had set out of an object that others made: applying nothing gives up every field. Says why
    /// where that cannot be.
    fn release(&self, entry: &Entry, found: &Found) -> Result<Option<String>, Error> {
        let mut nothing = entry.stub();
        // Were it gone meanwhile, it would be made anew without this.
        nothing["metadata"]["uid"] =
            found.get(&entry.key).map(|object| object["metadata"]["uid"].clone()).into();
        match self.live.apply(&[nothing], false)? {
            Ok(_) => {
                self.report.tell(&entry.key, ObjectStatus::Released);
                Ok(None)
            }
            Err(talk) => Ok(Some(format!(
                "others made it, and it cannot be without what the chart has set: {}",
                super::refusal::Refusal::read(&talk).reason
            ))),
        }
    }

    /// What would be lost with the object, and is not the chart's.
    fn in_the_way(&self, key: &Key, found: &Found) -> Result<Option<String>, Error> {
        let Some(object) = found.get(key).filter(|object| object["metadata"]["deletionTimestamp"].is_null())
        else {
            return Ok(None);
        };
        let others = if key.is_definition() {
            let spec = &object["spec"];
            let (plural, group) = (spec["names"]["plural"].as_str(), spec["group"].as_str());
            let (Some(plural), Some(group)) = (plural, group) else { return Ok(None) };
            self.live.list(&format!("{plural}.{group}"), &["--all-namespaces"])?
        } else if key.is_namespace() {
            self.live.list_in(&key.name, is_by_the_way)?
        } else {
            return Ok(None);
        };
        let others: Vec<String> = others
            .iter()
            .filter(|object| is_meant(object))
            .map(|object| Key::of(object).to_string())
            .collect();
        let first = others.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        Ok(match others.len() {
            0 => None,
            1..=3 => Some(format!("there are objects in it that are not the chart's: {first}")),
            many => Some(format!(
                "there are objects in it that are not the chart's: {first} and {} more",
                many - 3
            )),
        })
    }
}

/// The annotation by which an object says that it is to stay; absent where it does not.
pub(super) fn keeping(object: &Value) -> Option<&'static str> {
    let annotations = &object["metadata"]["annotations"];
    [policy::REMOVAL, "helm.sh/resource-policy"].into_iter().find(|name| annotations[*name] == policy::KEEP)
}

/// Kinds of objects that come and go by themselves.
fn is_by_the_way(kind: &str) -> bool {
    const KINDS: [&str; 6] = [
        "endpoints",
        "endpointslices.discovery.k8s.io",
        "events",
        "events.events.k8s.io",
        "leases.coordination.k8s.io",
        "pods.metrics.k8s.io",
    ];
    KINDS.contains(&kind)
}

/// Whether somebody meant the object to be there: it belongs to no other, is not going, and is not made in every namespace.
fn is_meant(object: &Value) -> bool {
    let (metadata, key) = (&object["metadata"], Key::of(object));
    let is_owned = metadata["ownerReferences"].as_array().is_some_and(|owners| !owners.is_empty());
    let is_standard = key.is("", "ServiceAccount") && key.name == "default"
        || key.is("", "ConfigMap") && key.name == "kube-root-ca.crt"
        || object["type"] == "kubernetes.io/service-account-token";
    !is_owned && !is_standard && metadata["deletionTimestamp"].is_null()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn objects_that_come_by_themselves_are_in_nobodys_way() {
        let object =
            |kind: &str, metadata: Value| json!({ "apiVersion": "v1", "kind": kind, "metadata": metadata });
        assert!(is_meant(&object("ConfigMap", json!({ "name": "a" }))));
        assert!(is_meant(&object("ServiceAccount", json!({ "name": "a" }))));
        assert!(!is_meant(&object("ServiceAccount", json!({ "name": "default" }))));
        assert!(!is_meant(&object("ConfigMap", json!({ "name": "kube-root-ca.crt" }))));
        assert!(!is_meant(&object("Pod", json!({ "name": "a", "ownerReferences": [{ "name": "b" }] }))));
        assert!(!is_meant(&object(
            "Pod",
            json!({ "name": "a", "deletionTimestamp": "2026-11-22T22:00:00Z" })
        )));
    }

    #[test]
    fn definitions_and_namespaces_go_last() {
        let phase = |line: &str| phase(&Entry::parse(line).unwrap().key);
        let lines = [
            "k8s.cni.cncf.io/v1 NetworkAttachmentDefinition a/b",
            "apps/v1 DaemonSet a/b",
            "apiextensions.k8s.io/v1 CustomResourceDefinition a",
            "v1 Namespace a",
        ];
        assert_eq!(lines.map(phase), [0, 1, 2, 3]);
    }
}
