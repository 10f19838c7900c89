//! The arena that holds what every handle refers to.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::panic::Location;
use std::sync::atomic::{AtomicU32, Ordering};

use fnv::{FnvHashSet, FnvHasher};
use stackwright_assembly::{AddressPlan, Diagnostic, Related, Source};
use stackwright_cfn::{Node, Resource, Target, Text};
use stackwright_k8s::{Data, Object};

use crate::acknowledgement::Acknowledgement;
use crate::chart::ChartData;
use crate::property_path::PropertyPath;
use crate::stack::StackData;
use crate::tag::Tag;

/// The number of a node in the arena.
pub(crate) type NodeId = u32;

/// The root of every tree.
pub(crate) const ROOT: NodeId = 0;

/// A node of the tree.
pub(crate) struct Entry {
    pub(crate) parent: NodeId,
    /// The stack or chart it belongs to; [`ROOT`] where it is above them.
    pub(crate) deployable: NodeId,
    pub(crate) id: Text,
    pub(crate) location: &'static Location<'static>,
    pub(crate) kind: Kind,
}

/// What a node is.
pub(crate) enum Kind {
    Root,
    Group,
    Stack(Box<StackData>),
    Chart(Box<ChartData>),
    Resource(Box<Resource>),
    /// A parameter, mapping, condition, rule or output.
    Section(Section, Box<Node>),
    /// A Kubernetes object.
    Manifest(Box<Object>),
}

/// The sections of a template that hold something other than resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Parameter,
    Mapping,
    Condition,
    Rule,
    Output,
}

/// A change to one property, made after all others.
pub(crate) struct Override {
    pub(crate) construct: NodeId,
    pub(crate) path: PropertyPath,
    pub(crate) change: Change,
    pub(crate) location: &'static Location<'static>,
}

/// What an override does to its property.
pub(crate) enum Change {
    Set(Node),
    /// Of a Kubernetes object.
    SetData(Data),
    Delete,
}

/// The tree with everything that was said about it: plain data, which several threads may read.
pub(crate) struct Tree {
    number: u32,
    pub(crate) nodes: Vec<Entry>,
    /// Hashes of (parent, id), so that an id given twice is seen without looking at every sibling.
    children: FnvHashSet<u64>,
    pub(crate) context: BTreeMap<String, String>,
    pub(crate) findings: Vec<Diagnostic>,
    pub(crate) acknowledgements: Vec<Acknowledgement>,
    pub(crate) tags: Vec<(NodeId, Tag)>,
    pub(crate) address_plans: Vec<(NodeId, AddressPlan)>,
    /// (what depends, what it depends on)
    pub(crate) dependencies: Vec<(NodeId, NodeId)>,
    pub(crate) logical_ids: BTreeMap<NodeId, Text>,
    pub(crate) overrides: Vec<Override>,
    /// The overrides that were made, for review.
    pub(crate) overridden: Vec<(NodeId, String)>,
    pub(crate) synthesized: bool,
}

impl Tree {
    pub(crate) fn new(context: BTreeMap<String, String>, location: &'static Location<'static>) -> Self {
        // Tells trees of one process apart; it never reaches output.
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let root =
            Entry { parent: ROOT, deployable: ROOT, id: Text::from_static(""), location, kind: Kind::Root };
        Tree {
            number: NUMBER.fetch_add(1, Ordering::Relaxed),
            nodes: vec![root],
            children: FnvHashSet::default(),
            context,
            findings: Vec::new(),
            acknowledgements: Vec::new(),
            tags: Vec::new(),
            address_plans: Vec::new(),
            dependencies: Vec::new(),
            logical_ids: BTreeMap::new(),
            overrides: Vec::new(),
            overridden: Vec::new(),
            synthesized: false,
        }
    }

    pub(crate) fn entry(&self, id: NodeId) -> &Entry {
        &self.nodes[id as usize]
    }

    pub(crate) fn entry_mut(&mut self, id: NodeId) -> &mut Entry {
        &mut self.nodes[id as usize]
    }

    pub(crate) fn resource_mut(&mut self, id: NodeId) -> Option<&mut Resource> {
        match &mut self.entry_mut(id).kind {
            Kind::Resource(resource) => Some(resource),
            _ => None,
        }
    }

    pub(crate) fn target(&self, id: NodeId) -> Target {
        Target::new(self.number, id)
    }

    /// The node a reference points at; `None` where it is another tree's.
    pub(crate) fn node_of(&self, target: Target) -> Option<NodeId> {
        (target.app() == self.number).then_some(target.index())
    }

    pub(crate) fn add(
        &mut self,
        parent: NodeId,
        id: &str,
        location: &'static Location<'static>,
        kind: Kind,
    ) -> NodeId {
        let number = self.nodes.len() as NodeId;
        let mut hash = FnvHasher::default();
        hash.write_u32(parent);
        hash.write(id.as_bytes());
        if !self.children.insert(hash.finish()) {
            self.report_duplicate(parent, id, location);
        }
        if let Some(problem) = id_problem(id) {
            let path = self.child_path(parent, id);
            self.findings.push(
                Diagnostic::error("invalid-construct-id", format!("construct id {id:?} {problem}"))
                    .value(id)
                    .allowed("1 to 255 characters, without slashes and control characters")
                    .path(path)
                    .source(location),
            );
        }
        let deployable = match kind {
            Kind::Stack(_) | Kind::Chart(_) => number,
            _ => self.entry(parent).deployable,
        };
        self.nodes.push(Entry { parent, deployable, id: id.into(), location, kind });
        number
    }

    fn report_duplicate(&mut self, parent: NodeId, id: &str, location: &'static Location<'static>) {
        // A hash may lie; only two equal ids are an error.
        let Some(first) = self.nodes.iter().skip(1).find(|node| node.parent == parent && node.id == *id)
        else {
            return;
        };
        let path = self.child_path(parent, id);
        let finding = Diagnostic::error(
            "duplicate-construct-id",
            format!("construct id {id:?} is used twice in one scope"),
        )
        .value(id)
        .related(Related {
            label: "used first".to_owned(),
            path: Some(path.clone()),
            source: Source::from(first.location),
        })
        .path(path)
        .source(location)
        .hint("give each construct of a scope an id of its own: its logical id follows from it");
        self.findings.push(finding);
    }

    fn child_path(&self, parent: NodeId, id: &str) -> String {
        match self.path(parent) {
            path if path.is_empty() => id.to_owned(),
            path => format!("{path}/{id}"),
        }
    }

    /// The ids from below the root down to the node.
    pub(crate) fn ids(&self, id: NodeId) -> Vec<&str> {
        self.ids_below(ROOT, id)
    }

    /// The ids from below `top` down to the node.
    pub(crate) fn ids_below(&self, top: NodeId, id: NodeId) -> Vec<&str> {
        let mut ids = Vec::with_capacity(4);
        let mut at = id;
        while at != top && at != ROOT {
            let entry = self.entry(at);
            ids.push(entry.id.as_str());
            at = entry.parent;
        }
        ids.reverse();
        ids
    }

    pub(crate) fn path(&self, id: NodeId) -> String {
        self.ids(id).join("/")
    }

    /// The name of a stack or chart: its path with dashes.
    pub(crate) fn name(&self, id: NodeId) -> String {
        self.ids(id).join("-")
    }

    pub(crate) fn is_within(&self, id: NodeId, scope: NodeId) -> bool {
        let mut at = id;
        loop {
            if at == scope {
                return true;
            }
            if at == ROOT {
                return false;
            }
            at = self.entry(at).parent;
        }
    }

    /// Points a finding at a node of the tree, as far as it does not point anywhere itself.
    pub(crate) fn at(&self, id: NodeId, finding: Diagnostic) -> Diagnostic {
        let Related { path, source, .. } = self.related(id, "");
        let (path, source) = (finding.path.clone().or(path), finding.source.clone().or(Some(source)));
        Diagnostic { path, source, ..finding }
    }

    /// Another place of the tree, for a finding.
    pub(crate) fn related(&self, id: NodeId, label: impl Into<String>) -> Related {
        Related {
            label: label.into(),
            path: (id != ROOT).then(|| self.path(id)),
            source: Source::from(self.entry(id).location),
        }
    }
}

fn id_problem(id: &str) -> Option<&'static str> {
    if id.is_empty() {
        Some("is empty")
    } else if id.len() > 255 {
        Some("is longer than 255 characters")
    } else if id.contains('/') {
        Some("has a slash, which separates ids in a path")
    } else if id.contains(char::is_control) {
        Some("has a control character, such as a line break")
    } else {
        None
    }
}
