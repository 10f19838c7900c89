//! Logical ids: one for every element, from its path alone.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use fnv::{FnvHashSet, FnvHasher};
use stackwright_assembly::Diagnostic;
use stackwright_cfn::{LogicalId, Names, Space, Target, Text};

use crate::tree::{Kind, NodeId, Section, Tree};

/// The logical ids of an app, by node; empty for what has none.
pub(super) struct LogicalIds {
    ids: Vec<Text>,
    spaces: Vec<Option<NameSpace>>,
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

/// What the names in one stack mean: for names that are written into a template by hand.
pub(super) struct StackNames<'a> {
    by_name: BTreeMap<(Space, &'a str), NodeId>,
    /// Whether there may be resources whose names are made only at deploy time.
    pub(super) is_open: bool,
}

impl<'a> StackNames<'a> {
    pub(super) fn new(tree: &Tree, names: &'a LogicalIds, stack: NodeId) -> Self {
        let own = tree.nodes.iter().enumerate().filter(|(_, node)| node.deployable == stack);
        let named = own.filter_map(|(id, _)| match names.spaces[id] {
            Some(NameSpace::Named(space)) => Some(((space, names.ids[id].as_str()), id as NodeId)),
            _ => None,
        });
        let is_open = matches!(&tree.entry(stack).kind, Kind::Stack(data) if !data.generated.is_empty());
        StackNames { by_name: named.collect(), is_open }
    }

    pub(super) fn find(&self, space: Space, name: &'a str) -> Option<NodeId> {
        self.by_name.get(&(space, name)).copied()
    }

    /// The name nearest to one that does not exist, where it is near enough to be meant.
    pub(super) fn nearest(&self, space: Space, given: &str) -> Option<&'a str> {
        let folded = given.to_ascii_lowercase();
        let mut names = self.by_name.keys().filter(|(of, _)| *of == space).map(|(_, name)| *name);
        let is_near = |name: &&str| given.len() > 3 && (name.starts_with(given) || given.starts_with(*name));
        names.clone().find(|name| name.to_ascii_lowercase() == folded).or_else(|| names.find(is_near))
    }
}

pub(super) fn assign(tree: &mut Tree) -> LogicalIds {
    let spaces: Vec<_> = tree.nodes.iter().map(|node| NameSpace::of(&node.kind)).collect();
    let mut ids = Vec::with_capacity(tree.nodes.len());
    let mut hashes = FnvHashSet::with_capacity_and_hasher(tree.nodes.len(), Default::default());
    let mut findings = Vec::new();
    for (index, node) in tree.nodes.iter().enumerate() {
        let id = index as NodeId;
        let Some(space) = spaces[index] else {
            ids.push(Text::from_static(""));
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
                let at = *first as usize;
                spaces[at] == Some(space) && ids[at] == name && tree.entry(*first).deployable == stack
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
    LogicalIds { ids, spaces }
}

/// Where a logical id must be unique: the same word may name one thing of each.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum NameSpace {
    Named(Space),
    Rules,
    Outputs,
}

impl NameSpace {
    fn of(kind: &Kind) -> Option<NameSpace> {
        Some(match kind {
            Kind::Resource(_) | Kind::Section(Section::Parameter, _) => NameSpace::Named(Space::Element),
            Kind::Section(Section::Condition, _) => NameSpace::Named(Space::Condition),
            Kind::Section(Section::Mapping, _) => NameSpace::Named(Space::Mapping),
            Kind::Section(Section::Rule, _) => NameSpace::Rules,
            Kind::Section(Section::Output, _) => NameSpace::Outputs,
            _ => return None,
        })
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
