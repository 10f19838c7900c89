//! What differs between two templates, or between two sets of Kubernetes objects.
//!
//! Templates that mean the same to CloudFormation are the same: order of keys, JSON or YAML, short or long forms of
//! functions, `"true"` or `true` where a property wants a boolean, `Fn::Sub` or `Fn::Join`, one dependency or a list
//! of it. What differs is told by element and property, with what the change does to the resource.
//!
//! ```
//! use stackwright_cfn::read;
//! use stackwright_deploy::compare::{Comparison, Replacement};
//!
//! let before = read("Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}}")?;
//! let after = read("Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.1.0.0/16}}}")?;
//! let comparison = Comparison::of(&before, &after);
//! let change = &comparison.changes()[0];
//! assert_eq!((&*change.id, change.replacement()), ("Vpc", Replacement::Yes));
//! assert_eq!(change.edits[0].path.to_string(), "Properties.CidrBlock");
//! # Ok::<(), stackwright_cfn::ReadError>(())
//! ```

mod alignment;
mod canonical;
mod change;
mod dependents;
mod edit;
mod facts;
mod filling;
mod moves;
mod objects;
mod path;
mod sequence;
mod settlement;
mod spelling;

use std::collections::BTreeMap;

use stackwright_assembly::SourceEntry;
use stackwright_cfn::{Map, Node, Resource, Template};

pub use change::{Change, Consequence, Kind, Section};
pub use edit::Edit;
pub use facts::Replacement;
pub use objects::objects;
pub use path::{Path, Step};
pub use sequence::{Aligned, aligned};
pub use spelling::{lines, short, text};

pub(crate) use canonical::is_deleted_by_default;
#[cfg(test)]
pub(crate) use facts::is_known;
pub(crate) use filling::fill;
pub(crate) use settlement::Verdict;

use facts::Facts;

/// What differs between two templates.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// In the one form.
    before: Template,
    after: Template,
    changes: Vec<Change>,
}

impl Comparison {
    /// Compares two templates: what is there with what is to be. A stack that is not there yet is the default template.
    pub fn of(before: &Template, after: &Template) -> Self {
        let (before, after) = (canonical::template(before), canonical::template(after));
        let mut changes = outside(&before, &after);
        let sections = [
            (Section::Metadata, &before.metadata, &after.metadata),
            (Section::Parameters, &before.parameters, &after.parameters),
            (Section::Mappings, &before.mappings, &after.mappings),
            (Section::Conditions, &before.conditions, &after.conditions),
            (Section::Rules, &before.rules, &after.rules),
        ];
        for (section, before, after) in sections {
            elements(section, before, after, &mut changes);
        }
        let mut resources = resources(&before, &after);
        moves::find(&before, &after, &mut resources);
        dependents::find(&after, &changes, &mut resources);
        changes.extend(resources);
        elements(Section::Resources, &before.generated, &after.generated, &mut changes);
        elements(Section::Outputs, &before.outputs, &after.outputs, &mut changes);
        Comparison { before, after, changes }
    }

    /// The changes, by section, in the order of the template to be; then what is gone.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// Settles what the templates leave open by what CloudFormation says of each resource.
    #[must_use]
    pub(crate) fn settled(mut self, verdicts: &BTreeMap<&str, Verdict>) -> Self {
        settlement::settle(&self.after, verdicts, &mut self.changes);
        self
    }

    /// Tells the path and the line of every element, and which properties are overridden, from the source maps of the
    /// templates before and after; the former is empty where it is not known.
    #[must_use]
    pub fn located(mut self, before: &[SourceEntry], after: &[SourceEntry]) -> Self {
        change::locate(&mut self.changes, before, after);
        self
    }

    /// The templates in the one form.
    pub(crate) fn templates(&self) -> (&Template, &Template) {
        (&self.before, &self.after)
    }
}

/// What differs in what a stack has beside its template.
pub(crate) fn settings(before: &Map, after: &Map) -> Vec<Change> {
    let mut changes = Vec::new();
    elements(Section::Stack, before, after, &mut changes);
    changes
}

/// What stands outside of the sections.
fn outside(before: &Template, after: &Template) -> Vec<Change> {
    let gather = |template: &Template| {
        let text = |text: &stackwright_cfn::Text| Node::Text(text.clone());
        let known = [
            ("AWSTemplateFormatVersion", template.format_version.as_ref().map(text)),
            ("Description", template.description.as_ref().map(text)),
            ("Transform", template.transform.clone()),
        ];
        let known = known.into_iter().filter_map(|(key, value)| Some((key.into(), value?)));
        let others = template.others.iter().map(|(key, value)| (key.clone(), value.clone()));
        known.chain(others).collect::<Map>()
    };
    let mut changes = Vec::new();
    elements(Section::Template, &gather(before), &gather(after), &mut changes);
    changes
}

/// The changes of a section that is a map of elements.
fn elements(section: Section, before: &Map, after: &Map, changes: &mut Vec<Change>) {
    for (id, value) in after.iter() {
        let mut change = Change::new(section, id, Kind::Changed);
        match before.get(id) {
            Some(old) => {
                edit::between(old, value, &Path::default(), &Facts::EXACT, &mut change.edits);
                if change.edits.is_empty() {
                    continue;
                }
            }
            None => {
                change.kind = Kind::Added;
                change.edits = contents(value, |value| (None, Some(value)));
            }
        }
        changes.push(change);
    }
    for (id, value) in before.iter().filter(|(id, _)| !after.contains_key(id)) {
        let mut change = Change::new(section, id, Kind::Removed);
        change.edits = contents(value, |value| (Some(value), None));
        changes.push(change);
    }
}

/// All of an element that comes or goes, as one edit for each entry.
fn contents<'a>(
    value: &'a Node,
    sides: impl Fn(&'a Node) -> (Option<&'a Node>, Option<&'a Node>),
) -> Vec<Edit> {
    let edit = |path: &Path, value: &'a Node| {
        let (before, after) = sides(value);
        edit::edit(before, after, path, &Facts::EXACT)
    };
    match value {
        Node::Map(map) => map.iter().map(|(key, value)| edit(&Path::default().key(key), value)).collect(),
        value => vec![edit(&Path::default(), value)],
    }
}

fn resources(before: &Template, after: &Template) -> Vec<Change> {
    let mut changes = Vec::new();
    let known: BTreeMap<&str, &Resource> =
        before.resources.iter().map(|(id, resource)| (&**id, resource)).collect();
    for (id, resource) in &after.resources {
        let mut change = match known.get(&**id) {
            Some(old) => resource_change(id, old, resource),
            None => {
                let mut change = Change::new(Section::Resources, id, Kind::Added);
                change.edits = resource_contents(resource, |value| (None, Some(value)));
                change
            }
        };
        change.type_name = Some(resource.type_name.to_string());
        if change.kind != Kind::Changed || !change.edits.is_empty() {
            changes.push(change);
        }
    }
    let stays: std::collections::BTreeSet<&str> = after.resources.iter().map(|(id, _)| &**id).collect();
    for (id, resource) in before.resources.iter().filter(|(id, _)| !stays.contains(&**id)) {
        let mut change = Change::new(Section::Resources, id, Kind::Removed);
        change.type_name = Some(resource.type_name.to_string());
        change.edits = resource_contents(resource, |value| (Some(value), None));
        changes.push(change);
    }
    changes
}

fn resource_change(id: &str, before: &Resource, after: &Resource) -> Change {
    let mut change = Change::new(Section::Resources, id, Kind::Changed);
    if before.type_name != after.type_name {
        let [old, new] = [before, after].map(|resource| Node::Text(resource.type_name.clone()));
        change.edits.push(edit::edit(Some(&old), Some(&new), &Path::default().key("Type"), &Facts::EXACT));
    }
    let (properties, facts) = (Path::default().key("Properties"), Facts::of(&after.type_name));
    edit::between_maps(&before.properties, &after.properties, &properties, &facts, &mut change.edits);
    let attributes = (&before.attributes, &after.attributes);
    edit::between_maps(attributes.0, attributes.1, &Path::default(), &Facts::EXACT, &mut change.edits);
    change
}

fn resource_contents<'a>(
    resource: &'a Resource,
    sides: impl Fn(&'a Node) -> (Option<&'a Node>, Option<&'a Node>),
) -> Vec<Edit> {
    let properties = Path::default().key("Properties");
    let properties = resource.properties.iter().map(|(key, value)| (properties.key(key), value));
    let attributes = resource.attributes.iter().map(|(key, value)| (Path::default().key(key), value));
    let edit = |(path, value): (Path, &'a Node)| {
        let (before, after) = sides(value);
        edit::edit(before, after, &path, &Facts::EXACT)
    };
    properties.chain(attributes).map(edit).collect()
}
