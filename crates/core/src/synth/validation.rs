//! Rules of templates, shown each stack while its elements still know their constructs.

use std::collections::BTreeMap;

use stackwright_assembly::{Acknowledged, Diagnostic, Related};
use stackwright_validation::{Document, Finding, Place, Section as Part, validate};

use super::names::LogicalIds;
use super::render::{Element, Renderer};
use crate::tree::{Kind, NodeId, Section, Tree};

/// What rules find in the template of a stack.
#[derive(Default)]
pub(super) struct Checked {
    pub(super) findings: Vec<Diagnostic>,
    /// What the template acknowledges itself.
    pub(super) acknowledged: Vec<Acknowledged>,
}

/// What every rule finds in the template that a stack with these elements gets, as far as `told` has not told it.
pub(super) fn check(
    &Renderer { tree, names, .. }: &Renderer<'_>,
    stack: NodeId,
    elements: &[Element],
    told: &[Diagnostic],
) -> Checked {
    let mut checked = Checked::default();
    let mut document = Document::new(names);
    if let Kind::Stack(data) = &tree.entry(stack).kind
        && (!data.transforms.is_empty() || !data.generated.is_empty())
    {
        document.open();
    }
    for (id, kind) in elements {
        let id = names.of(*id).as_str();
        match kind {
            Kind::Resource(resource) => document.add_resource(id, resource),
            Kind::Section(section, node) => document.add(part(*section), id, node),
            _ => {}
        }
    }
    let found = validate(&document);
    if !found.is_empty() {
        let constructs = Constructs { tree, stack, by_place: by_place(names, elements) };
        for mut finding in found {
            let reason = finding.acknowledged.take();
            let finding = constructs.diagnostic(finding);
            match reason {
                Some(reason) => checked.acknowledged.push(Acknowledged { finding, reason, source: None }),
                None if is_told(told, &finding) => {}
                None => checked.findings.push(finding),
            }
        }
    }
    checked
}

/// Whether the construct that made an element has told of the same value, and knows better what to do about it.
fn is_told(findings: &[Diagnostic], finding: &Diagnostic) -> bool {
    let is_within = |outer: &str| {
        let rest = finding.path.as_deref().and_then(|path| path.strip_prefix(outer));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    findings.iter().any(|other| {
        other.value.is_some() && other.value == finding.value && other.path.as_deref().is_some_and(is_within)
    })
}

const fn part(section: Section) -> Part {
    match section {
        Section::Parameter => Part::Parameter,
        Section::Mapping => Part::Mapping,
        Section::Condition => Part::Condition,
        Section::Rule => Part::Rule,
        Section::Output => Part::Output,
    }
}

/// The constructs of a stack's elements.
struct Constructs<'a> {
    tree: &'a Tree,
    stack: NodeId,
    by_place: BTreeMap<(Part, &'a str), NodeId>,
}

fn by_place<'a>(names: &'a LogicalIds, elements: &[Element]) -> BTreeMap<(Part, &'a str), NodeId> {
    let place = |(id, kind): &Element| {
        let part = match kind {
            Kind::Section(section, _) => part(*section),
            _ => Part::Resource,
        };
        ((part, names.of(*id).as_str()), *id)
    };
    elements.iter().map(place).collect()
}

impl Constructs<'_> {
    fn node(&self, place: &Place) -> NodeId {
        self.by_place.get(&(place.section, place.id.as_str())).copied().unwrap_or(self.stack)
    }

    fn diagnostic(&self, finding: Finding) -> Diagnostic {
        let related =
            |(label, place): (String, Place)| -> Related { self.tree.related(self.node(&place), label) };
        let mut diagnostic = finding.diagnostic;
        diagnostic.related.extend(finding.related.into_iter().map(related));
        self.tree.at(self.node(&finding.place), diagnostic)
    }
}
