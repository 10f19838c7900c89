//! The objects of charts: their defaults, what is wrong with them, and their order.

use std::collections::{BTreeMap, BTreeSet};

use stackwright_assembly::Diagnostic;
use stackwright_k8s::{Object, Scopes, check, defined};
use stackwright_validation::object_diagnostic;

use super::graph;
use super::references::Links;
use crate::chart::chart;
use crate::tree::{Kind, NodeId, Tree};

/// Gives objects the namespace and the labels of their chart.
pub(super) fn apply_defaults(tree: &mut Tree) {
    let scopes = Scopes::new(objects(tree).map(|(_, object)| object));
    for id in 0..tree.nodes.len() as NodeId {
        let Kind::Manifest(object) = &tree.entry(id).kind else { continue };
        let Some(data) = chart(tree, id) else {
            let finding = Diagnostic::error("outside-chart", "a Kubernetes object is outside any chart")
                .allowed("a chart, or a construct within one")
                .hint("make it with a chart as its scope");
            let finding = tree.at(id, finding);
            tree.findings.push(finding);
            continue;
        };
        let (is_namespaced, data) = (scopes.is_namespaced(object), data.clone());
        let Kind::Manifest(object) = &mut tree.entry_mut(id).kind else { continue };
        if let Some(namespace) = data.namespace.as_ref().filter(|_| is_namespaced) {
            object.default_namespace(namespace);
        }
        for (key, value) in &data.labels {
            object.default_label(key, value);
        }
    }
}

/// Tells what is wrong with objects, and puts charts after those that define what they use.
pub(super) fn check(tree: &mut Tree, links: &mut Links) {
    let mut findings = Vec::new();
    let scopes = Scopes::new(objects(tree).map(|(_, object)| object));
    for (id, object) in objects(tree) {
        let problems = check::object(object).into_iter().chain(check::scope(object, &scopes));
        findings.extend(problems.map(|problem| tree.at(id, object_diagnostic(problem))));
    }
    for (ids, namespaces) in clusters(tree) {
        let objects: Vec<&Object> = ids.iter().filter_map(|id| object(tree, *id)).collect();
        let namespaces: Vec<&str> = namespaces.iter().map(String::as_str).collect();
        for conflict in check::together(&objects, &namespaces) {
            let mut finding = object_diagnostic(conflict.problem);
            if let Some(other) = conflict.other {
                finding = finding.related(tree.related(ids[other], "defined first"));
            }
            findings.push(tree.at(ids[conflict.object], finding));
        }
        link(tree, &ids, links);
    }
    let full: BTreeSet<NodeId> = objects(tree).map(|(id, _)| tree.entry(id).deployable).collect();
    for id in tree.deployables() {
        if matches!(tree.entry(id).kind, Kind::Chart(_)) && !full.contains(&id) {
            let message = format!("chart {:?} has no objects", tree.deployable_name(id));
            findings.push(tree.at(id, Diagnostic::warning("empty-chart", message)));
        }
    }
    tree.findings.append(&mut findings);
}

/// The objects of a chart in the order of its file: namespaces, definitions, and the rest, each after what it depends
/// on.
pub(super) fn ordered(tree: &Tree, members: &[NodeId], links: &Links) -> Vec<NodeId> {
    let rank = |id: &NodeId| match object(tree, *id) {
        Some(object) if object.group().is_empty() && object.kind() == "Namespace" => 0,
        Some(object) if defined(object).is_some() => 1,
        _ => 2,
    };
    let mut ranked: Vec<NodeId> = members.to_vec();
    ranked.sort_by_key(rank);
    let places: BTreeMap<NodeId, u32> = ranked.iter().copied().zip(0..).collect();
    let place = |id: &NodeId| places.get(id).copied();
    let edges: Vec<(u32, u32)> =
        links.elements.iter().filter_map(|(user, used)| Some((place(user)?, place(used)?))).collect();
    graph::sort(ranked.len(), &edges).order.into_iter().map(|place| ranked[place as usize]).collect()
}

/// The objects of each cluster, with the namespaces it has already. Charts are of one cluster where they name the same.
fn clusters(tree: &Tree) -> Vec<(Vec<NodeId>, Vec<String>)> {
    let mut clusters: BTreeMap<_, (Vec<NodeId>, Vec<String>)> = BTreeMap::new();
    for (id, _) in objects(tree) {
        let Some(data) = chart(tree, id) else { continue };
        let (ids, namespaces) = clusters.entry(data.cluster_key()).or_default();
        ids.push(id);
        namespaces.extend(data.existing_namespaces.iter().cloned());
    }
    clusters.into_values().collect()
}

/// Puts charts after those that create their objects' namespaces and define their kinds.
fn link(tree: &Tree, ids: &[NodeId], links: &mut Links) {
    let objects = || ids.iter().filter_map(|id| Some((*id, object(tree, *id)?)));
    let mut namespaces = BTreeMap::new();
    let mut kinds = BTreeMap::new();
    for (id, object) in objects() {
        if let (true, "Namespace", Some(name)) = (object.group().is_empty(), object.kind(), object.name()) {
            namespaces.insert(name, id);
        }
        kinds.extend(defined(object).map(|kind| (kind, id)));
    }
    for (id, object) in objects() {
        let namespace = object.namespace().and_then(|name| namespaces.get(name));
        let kind = kinds.get(&(object.group(), object.kind()));
        for &used in namespace.into_iter().chain(kind) {
            let (chart, other) = (tree.entry(id).deployable, tree.entry(used).deployable);
            if chart != other {
                links.deployables.entry((chart, other)).or_insert((id, used));
            }
        }
    }
}

fn objects(tree: &Tree) -> impl Iterator<Item = (NodeId, &Object)> {
    (0..tree.nodes.len() as NodeId).filter_map(|id| Some((id, object(tree, id)?)))
}

fn object(tree: &Tree, id: NodeId) -> Option<&Object> {
    match &tree.entry(id).kind {
        Kind::Manifest(object) => Some(object),
        _ => None,
    }
}
