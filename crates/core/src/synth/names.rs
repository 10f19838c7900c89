//! Logical ids: one for every element, from its path alone.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use fnv::{FnvHashSet, FnvHasher};
use stackwright_assembly::Diagnostic;
use stackwright_cfn::{LogicalId, Names, Target, Text};

use crate::tree::{Entry, Kind, NodeId, Section, Tree};

/// The logical ids of an app, by node; empty for what has none.
pub(super) struct LogicalIds {
    ids: Vec<Text>,
}

impl LogicalIds {
    pub(super) fn of(&self, id: NodeId) -> &Text {
        &self.ids[id as usize]
    }
}

impl Names for LogicalIds {
    fn logical_id(&self, target: Target) -> &str {
        self.ids.get(target.index() as usize).map_or("", Text::as_str)
    }
}

/// What the names in one stack mean: for names that a program writes into a template by hand.
pub(super) struct StackNames<'a> {
    by_name: BTreeMap<&'a str, NodeId>,
}

impl<'a> StackNames<'a> {
    pub(super) fn new(tree: &Tree, names: &'a LogicalIds, stack: NodeId) -> Self {
        let is_meant = |(_, node): &(usize, &Entry)| {
            node.deployable == stack && !matches!(node.kind, Kind::Section(Section::Output, _))
        };
        let named = tree.nodes.iter().enumerate().filter(is_meant).map(|(id, _)| id as NodeId);
        let by_name = named.map(|id| (names.of(id).as_str(), id)).filter(|(name, _)| !name.is_empty());
        StackNames { by_name: by_name.collect() }
    }

    pub(super) fn find(&self, name: &str) -> Option<NodeId> {
        self.by_name.get(name).copied()
    }

    /// The name nearest to one that does not exist, where it is near enough to be meant.
    pub(super) fn nearest(&self, given: &str) -> Option<&'a str> {
        let folded = given.to_ascii_lowercase();
        let mut names = self.by_name.keys().copied();
        let is_near = |name: &&str| given.len() > 3 && (name.starts_with(given) || given.starts_with(*name));
        names.clone().find(|name| name.to_ascii_lowercase() == folded).or_else(|| names.find(is_near))
    }
}

pub(super) fn assign(tree: &mut Tree) -> LogicalIds {
    let mut ids = Vec::with_capacity(tree.nodes.len());
    let mut hashes = FnvHashSet::with_capacity_and_hasher(tree.nodes.len(), Default::default());
    let mut findings = Vec::new();
    for (index, node) in tree.nodes.iter().enumerate() {
        let id = index as NodeId;
        let Some(space) = NameSpace::of(&node.kind) else {
            ids.push(Text::Static(""));
            continue;
        };
        let stack = node.deployable;
        if !matches!(tree.entry(stack).kind, Kind::Stack(_)) {
            let finding = Diagnostic::error("outside-stack", "an element of a template is outside any stack")
                .allowed("a stack, or a construct within one")
                .hint("make it with a stack as its scope");
            findings.push(tree.at(id, finding));
        }
        let name = logical_id(tree, id);
        let mut hash = FnvHasher::default();
        (stack, space, &name).hash(&mut hash);
        if !hashes.insert(hash.finish()) {
            // A hash may lie; only two equal names are an error.
            let is_same = |first: &NodeId| {
                let first_node = tree.entry(*first);
                ids[*first as usize] == name
                    && first_node.deployable == stack
                    && NameSpace::of(&first_node.kind) == Some(space)
            };
            // Two constructs of one path have been told already.
            let is_other = |first: &NodeId| tree.ids(*first) != tree.ids(id);
            if let Some(first) = (0..id).find(is_same).filter(is_other) {
                let finding = Diagnostic::error(
                    "duplicate-logical-id",
                    format!("logical id {:?} is used twice in one stack", name.as_str()),
                )
                .value(name.as_str())
                .related(tree.related(first, "used first"))
                .hint("give one of the two another construct id");
                findings.push(tree.at(id, finding));
            }
        }
        ids.push(name);
    }
    tree.findings.append(&mut findings);
    LogicalIds { ids }
}

/// Where a logical id must be unique: outputs are never referred to by name, and have a section of names to themselves.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum NameSpace {
    Elements,
    Outputs,
}

impl NameSpace {
    fn of(kind: &Kind) -> Option<NameSpace> {
        match kind {
            Kind::Section(Section::Output, _) => Some(NameSpace::Outputs),
            Kind::Resource(_) | Kind::Section(..) => Some(NameSpace::Elements),
            _ => None,
        }
    }
}

/// The logical id of an element: its own, or the one that follows from its path.
pub(crate) fn logical_id(tree: &Tree, id: NodeId) -> Text {
    if let Some(own) = tree.logical_ids.get(&id) {
        return own.clone();
    }
    let entry = tree.entry(id);
    if entry.parent == entry.deployable
        && let Ok(name) = LogicalId::new(entry.id.clone())
    {
        return name.into_text();
    }
    LogicalId::from_path(tree.ids_below(entry.deployable, id)).into_text()
}
