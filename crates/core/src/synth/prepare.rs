//! What changes the tree before it is named: aspects, the program's own checks, tags, overrides.

use std::collections::BTreeMap;

use stackwright_assembly::Diagnostic;
use stackwright_cfn::Node;
use stackwright_k8s::Data;

use super::SynthOptions;
use crate::aspect::ResourceView;
use crate::check::Check;
use crate::construct::Construct;
use crate::tag::{Tag, TagSet};
use crate::tree::{Change, Kind, NodeId, Override, ROOT, Tree};

/// Shows resources to aspects. The tree is free meanwhile, so an aspect may look around and add constructs; aspects that
/// it adds have their turn after those that are there.
pub(super) fn run_aspects(root: &Construct) {
    loop {
        let aspects = root.calls(|calls| std::mem::take(&mut calls.aspects));
        if aspects.is_empty() {
            return;
        }
        aspects.into_iter().for_each(|(scope, visit)| run_aspect(root, scope, &*visit));
    }
}

fn run_aspect(root: &Construct, scope: NodeId, visit: &dyn Fn(&mut ResourceView<'_>)) {
    let mut id = scope;
    while (id as usize) < root.reads(|tree| tree.nodes.len()) {
        let taken = root.changes(|tree| match &tree.entry(id).kind {
            Kind::Resource(_) if tree.is_within(id, scope) => {
                let kind = std::mem::replace(&mut tree.entry_mut(id).kind, Kind::Group);
                Some((kind, tree.path(id)))
            }
            _ => None,
        });
        if let Some((Kind::Resource(mut resource), path)) = taken {
            let mut view = ResourceView { path, resource: &mut resource, findings: Vec::new() };
            visit(&mut view);
            let findings = view.findings;
            root.changes(|tree| {
                tree.entry_mut(id).kind = Kind::Resource(resource);
                for finding in findings {
                    let finding = tree.at(id, finding);
                    tree.findings.push(finding);
                }
            });
        }
        id += 1;
    }
}

/// Runs the checks that constructs left for this moment, and those that they add.
pub(super) fn run_validations(root: &Construct, options: &SynthOptions) {
    loop {
        let validations = root.calls(|calls| std::mem::take(&mut calls.validations));
        if validations.is_empty() {
            return;
        }
        for (id, validation) in validations {
            let mut check =
                Check { construct: root.at(id), previous: options.previous.as_ref(), findings: Vec::new() };
            validation(&mut check);
            let findings = check.findings;
            root.changes(|tree| {
                for finding in findings {
                    let finding = tree.at(id, finding);
                    tree.findings.push(finding);
                }
            });
        }
    }
}

/// The tags in force at each node that gave any, by node.
pub(super) fn tags_by_scope(tags: &[(NodeId, Tag)]) -> BTreeMap<NodeId, Vec<&Tag>> {
    let mut by_scope: BTreeMap<NodeId, Vec<&Tag>> = BTreeMap::new();
    for (scope, tag) in tags {
        by_scope.entry(*scope).or_default().push(tag);
    }
    by_scope
}

/// The tags in force at a node, nearest last.
pub(super) fn tags_at<'a>(tree: &Tree, by_scope: &BTreeMap<NodeId, Vec<&'a Tag>>, id: NodeId) -> TagSet<'a> {
    let mut scopes = Vec::new();
    let mut at = id;
    loop {
        scopes.extend(by_scope.get(&at));
        if at == ROOT {
            break;
        }
        at = tree.entry(at).parent;
    }
    let mut set = TagSet::default();
    scopes.into_iter().rev().flatten().for_each(|tag| set.push(tag));
    set
}

pub(super) fn apply_tags(tree: &mut Tree) {
    if tree.tags.is_empty() {
        return;
    }
    let tags = std::mem::take(&mut tree.tags);
    let by_scope = tags_by_scope(&tags);
    for id in 0..tree.nodes.len() as NodeId {
        if !matches!(tree.entry(id).kind, Kind::Resource(_)) {
            continue;
        }
        let set = tags_at(tree, &by_scope, id);
        let Some(resource) = tree.resource_mut(id) else { continue };
        if let Some(problem) = set.apply(resource) {
            let finding = tree.at(id, problem);
            tree.findings.push(finding);
        }
    }
    tree.tags = tags;
}

pub(super) fn apply_overrides(tree: &mut Tree) {
    let mut overridden = Vec::new();
    for Override { construct: id, path, change, location } in std::mem::take(&mut tree.overrides) {
        let result = match (&mut tree.entry_mut(id).kind, change) {
            (Kind::Resource(resource), Change::Set(value)) => path.set(&mut resource.properties, value),
            (Kind::Resource(resource), Change::Delete) => path.delete::<Node>(&mut resource.properties),
            (Kind::Manifest(object), Change::SetData(value)) => path.set(object.fields_mut(), value),
            (Kind::Manifest(object), Change::Delete) => path.delete::<Data>(object.fields_mut()),
            _ => continue,
        };
        if let Err(problem) = result {
            let finding = Diagnostic::error("invalid-property-path", problem).value(path.to_string());
            let finding = tree.at(id, finding.source(location));
            tree.findings.push(finding);
        }
        overridden.push((id, path.to_string()));
    }
    tree.overridden = overridden;
}
