//! Logical ids: one for every element, from its path alone.

use fnv::FnvHashMap;
use stackwright_assembly::Diagnostic;
use stackwright_cfn::{LogicalId, Names, Target, Text};

use crate::tree::{Kind, NodeId, Section, Tree};

/// The logical ids of an app, by node; empty for what has none.
pub(super) struct LogicalIds {
    ids: Vec<Text>,
    /// By stack and name: what a name written into a template by hand means.
    by_name: FnvHashMap<(NodeId, Text), NodeId>,
}

impl LogicalIds {
    pub(super) fn of(&self, id: NodeId) -> &Text {
        &self.ids[id as usize]
    }

    /// The element of a stack by its name.
    pub(super) fn find(&self, stack: NodeId, name: &str) -> Option<NodeId> {
        self.by_name.get(&(stack, Text::from(name))).copied()
    }

    /// Every name of a stack, sorted.
    pub(super) fn names_of(&self, stack: NodeId) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.by_name.keys().filter(|(at, _)| *at == stack).map(|(_, name)| name.as_str()).collect();
        names.sort_unstable();
        names
    }
}

impl Names for LogicalIds {
    fn logical_id(&self, target: Target) -> &str {
        self.ids.get(target.index() as usize).map_or("", Text::as_str)
    }
}

pub(super) fn assign(tree: &mut Tree) -> LogicalIds {
    let mut ids = Vec::with_capacity(tree.nodes.len());
    let mut by_name = FnvHashMap::default();
    let mut outputs = FnvHashMap::default();
    let mut findings = Vec::new();
    for (index, node) in tree.nodes.iter().enumerate() {
        let id = index as NodeId;
        let is_output = match node.kind {
            Kind::Resource(_) => false,
            Kind::Section(section, _) => section == Section::Output,
            _ => {
                ids.push(Text::Static(""));
                continue;
            }
        };
        let stack = node.deployable;
        if !matches!(tree.entry(stack).kind, Kind::Stack(_)) {
            let what = if is_output { "an output" } else { "a template element" };
            let finding = Diagnostic::error("outside-stack", format!("{what} is outside any stack"))
                .allowed("a stack, or a construct within one")
                .hint("make it with a stack as its scope");
            findings.push(tree.at(id, finding));
        }
        let name = match tree.logical_ids.get(&id) {
            Some(name) => name.clone(),
            None => LogicalId::from_path(tree.ids_below(stack, id)).into_text(),
        };
        // Outputs are never referred to by name, and have a section of names to themselves.
        let taken = if is_output { &mut outputs } else { &mut by_name };
        if let Some(first) = taken.insert((stack, name.clone()), id) {
            let finding = Diagnostic::error(
                "duplicate-logical-id",
                format!("logical id {:?} is used twice in one stack", name.as_str()),
            )
            .value(name.as_str())
            .related(tree.related(first, "used first"))
            .hint("give one of the two another construct id");
            findings.push(tree.at(id, finding));
        }
        ids.push(name);
    }
    tree.findings.append(&mut findings);
    LogicalIds { ids, by_name }
}
