//! What CloudFormation says of resources that it would change, beside what the templates tell.

use std::collections::BTreeMap;

use stackwright_cfn::Template;

use super::change::{Change, Consequence, Kind, Section};
use super::facts::Replacement;
use super::path::{Path, Step};

/// What CloudFormation says of a resource. Of one that it would leave alone or change in place it says nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is new, as where a condition holds now.
    Added,
    /// It goes, as where a condition no longer holds.
    Removed,
    /// It is replaced by another one.
    Replaced {
        /// The properties that are the reason, each with the name in the template of what it follows, as far as told.
        causes: Vec<(String, Option<String>)>,
    },
    /// Whether it is replaced is known only once it is done.
    Unclear,
}

/// Settles what the templates leave open by the verdicts on all resources, by logical id.
///
/// CloudFormation knows whether a resource is replaced that only may be, and of replacements that no template shows, as
/// where the value of a parameter is looked up. Where it does not know either, the templates are believed; and what
/// replaces for certain by them is not taken back.
pub(super) fn settle(after: &Template, verdicts: &BTreeMap<&str, Verdict>, changes: &mut Vec<Change>) {
    let is_resource = |change: &Change| change.section == Section::Resources;
    for change in changes.iter_mut().filter(|it| is_resource(it) && it.kind == Kind::Changed) {
        match verdicts.get(&*change.id) {
            Some(verdict) => obey(change, verdict),
            None => lower(change),
        }
    }
    let is_any = |change: &Change| {
        change.kind != Kind::Changed || !(change.edits.is_empty() && change.consequences.is_empty())
    };
    changes.retain(|change| !is_resource(change) || is_any(change));
    let places: BTreeMap<&str, usize> =
        after.resources.iter().enumerate().map(|(place, (id, _))| (&**id, place)).collect();
    for (id, verdict) in verdicts {
        let is_known = changes.iter().any(|change| is_resource(change) && change.id == *id);
        let Some(place) = places.get(id).filter(|_| !is_known) else { continue };
        let mut change = Change::new(Section::Resources, id, Kind::Changed);
        change.type_name = Some(after.resources[*place].1.type_name.to_string());
        obey(&mut change, verdict);
        if !is_any(&change) {
            continue;
        }
        // In the order of the template, after the sections before it; what is gone comes last.
        let is_before = |other: &Change| {
            other.section < Section::Resources
                || is_resource(other) && places.get(&*other.id).is_some_and(|other| other < place)
        };
        let at = changes.partition_point(is_before);
        changes.insert(at, change);
    }
}

fn obey(change: &mut Change, verdict: &Verdict) {
    match verdict {
        Verdict::Added => change.kind = Kind::Added,
        Verdict::Removed => change.kind = Kind::Removed,
        Verdict::Replaced { causes } => raise(change, causes),
        Verdict::Unclear => {}
    }
}

/// Has the change replace the resource: by what is known to change in it already, if that is the reason.
fn raise(change: &mut Change, causes: &[(String, Option<String>)]) {
    if change.replacement() == Replacement::Yes {
        return;
    }
    let is_cause = |path: &Path| causes.iter().any(|(property, _)| is_at(path, property));
    for edit in change.edits.iter_mut().filter(|edit| is_cause(&edit.path)) {
        edit.replacement = Replacement::Yes;
    }
    for consequence in change.consequences.iter_mut().filter(|it| is_cause(&it.path)) {
        consequence.replacement = Replacement::Yes;
    }
    if change.replacement() == Replacement::Yes {
        return;
    }
    let properties = Path::default().key("Properties");
    let replaces = |path, of| Consequence { path, of, replacement: Replacement::Yes };
    change.consequences.extend(causes.iter().map(|(name, of)| replaces(properties.key(name), of.clone())));
    if causes.is_empty() {
        change.consequences.push(replaces(properties, None));
    }
}

/// Takes back what only may replace the resource.
fn lower(change: &mut Change) {
    for edit in change.edits.iter_mut().filter(|edit| edit.replacement == Replacement::Maybe) {
        edit.replacement = Replacement::No;
    }
    change.consequences.retain(|consequence| consequence.replacement == Replacement::Yes);
}

fn is_at(path: &Path, property: &str) -> bool {
    matches!(path.steps(), [Step::Key(_), Step::Key(key), ..] if key == property)
}
