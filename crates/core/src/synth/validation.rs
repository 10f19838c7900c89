//! Rules of templates, shown each stack while its elements still know their constructs.

use std::collections::BTreeMap;

use stackwright_assembly::{Diagnostic, Related};
use stackwright_validation::{Document, Finding, Place, Section as Part, validate};

use super::names::LogicalIds;
use crate::acknowledgement::covers;
use crate::tree::{Kind, NodeId, Section, Tree};

/// Tells what every rule finds in the template of each stack.
pub(super) fn check(tree: &mut Tree, names: &LogicalIds, members: &BTreeMap<NodeId, Vec<NodeId>>) {
    let mut findings = Vec::new();
    for (stack, members) in members {
        let Kind::Stack(data) = &tree.entry(*stack).kind else { continue };
        let mut document = Document::new(names);
        if !data.transforms.is_empty() || !data.generated.is_empty() {
            document.open();
        }
        for &member in members {
            let id = names.of(member).as_str();
            match &tree.entry(member).kind {
                Kind::Resource(resource) => document.add_resource(id, resource),
                Kind::Section(section, node) => document.add(part(*section), id, node),
                _ => {}
            }
        }
        let found = validate(&document);
        if !found.is_empty() {
            let elements = Elements { tree, stack: *stack, by_place: by_place(tree, names, members) };
            let found = found.into_iter().map(|finding| elements.diagnostic(finding));
            findings.extend(found.filter(|finding| !is_told(&tree.findings, finding)));
        }
    }
    tree.findings.append(&mut findings);
}

/// Whether the construct that made an element has told of the same value, and knows better what to do about it.
fn is_told(findings: &[Diagnostic], finding: &Diagnostic) -> bool {
    let is_within = |outer: &str| !outer.is_empty() && covers(outer, finding.path.as_deref());
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
struct Elements<'a> {
    tree: &'a Tree,
    stack: NodeId,
    by_place: BTreeMap<(Part, &'a str), NodeId>,
}

fn by_place<'a>(tree: &Tree, names: &'a LogicalIds, members: &[NodeId]) -> BTreeMap<(Part, &'a str), NodeId> {
    let place = |member: &NodeId| {
        let part = match &tree.entry(*member).kind {
            Kind::Section(section, _) => part(*section),
            _ => Part::Resource,
        };
        ((part, names.of(*member).as_str()), *member)
    };
    members.iter().map(place).collect()
}

impl Elements<'_> {
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
