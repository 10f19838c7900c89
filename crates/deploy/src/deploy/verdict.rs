//! What a change set says of each resource.

use std::collections::BTreeMap;

use crate::aws::{ChangeSet, ResourceChange};
use crate::compare::Verdict;

/// The verdicts on resources, by logical id.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html>
pub(super) fn all(change_set: &ChangeSet) -> BTreeMap<&str, Verdict> {
    let changes = change_set.resource_changes();
    changes.filter_map(|change| Some((&*change.logical_resource_id, verdict(change)?))).collect()
}

fn verdict(change: &ResourceChange) -> Option<Verdict> {
    Some(match (&*change.action, change.replacement.as_deref()) {
        ("Add", _) => Verdict::Added,
        ("Remove", _) => Verdict::Removed,
        ("Modify", Some("True")) => Verdict::Replaced { causes: causes(change) },
        ("Modify", Some("False")) => return None,
        _ => Verdict::Unclear,
    })
}

/// The properties that replace a resource, with what each of them follows. Of a property that follows something else the
/// change set tells twice: that it changes, and what it follows.
fn causes(change: &ResourceChange) -> Vec<(String, Option<String>)> {
    let mut causes: Vec<(String, Option<String>)> = Vec::new();
    for detail in &change.details {
        let Some(target) = &detail.target else { continue };
        let Some(name) =
            target.name.as_ref().filter(|_| target.requires_recreation.as_deref() == Some("Always"))
        else {
            continue;
        };
        let of = detail.causing_entity.clone();
        match causes.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = known.take().or(of),
            None => causes.push((name.clone(), of)),
        }
    }
    causes
}
