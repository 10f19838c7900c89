//! What changes because it refers to a resource that is replaced.

use std::collections::BTreeMap;

use stackwright_cfn::{Function, Map, Node, Template};

use super::change::{Change, Consequence, Kind, Section};
use super::facts::{Facts, Replacement};
use super::path::{Path, Step};

/// A property that refers to a resource, and what a change of it does to its own resource.
struct Link<'a> {
    /// The resource whose property it is, by its place in the template.
    resource: usize,
    path: Path,
    target: &'a str,
    replacement: Replacement,
}

/// Follows replacements through references, and puts down those that may replace further resources.
pub(super) fn find(after: &Template, changes: &mut Vec<Change>) {
    let mut replaced: BTreeMap<String, Replacement> = changes
        .iter()
        .map(|change| (change.id.clone(), change.replacement()))
        .filter(|(_, replacement)| *replacement > Replacement::No)
        .collect();
    if replaced.is_empty() {
        return;
    }
    let is_new = |id: &str| changes.iter().any(|change| change.id == id && change.kind == Kind::Added);
    let mut links = Vec::new();
    for (index, (id, resource)) in after.resources.iter().enumerate().filter(|(_, (id, _))| !is_new(id)) {
        let mut add = |path: Path, target, replacement| {
            if target != &**id {
                links.push(Link { resource: index, path, target, replacement });
            }
        };
        in_map(
            &resource.properties,
            &Path::default().key("Properties"),
            &Facts::of(&resource.type_name),
            &mut add,
        );
    }

    let mut found = BTreeMap::<(usize, Path, &str), Replacement>::new();
    // Each round follows one more reference; replacements only grow, so there is a last one.
    loop {
        let mut is_settled = true;
        for link in &links {
            let Some(cause) = replaced.get(link.target) else { continue };
            let replacement = link.replacement.min(*cause);
            let entry = found.entry((link.resource, link.path.clone(), link.target)).or_default();
            if replacement <= *entry {
                continue;
            }
            *entry = replacement;
            let id = &*after.resources[link.resource].0;
            let known = replaced.entry(id.to_owned()).or_default();
            *known = replacement.max(*known);
            is_settled = false;
        }
        if is_settled {
            break;
        }
    }
    let places: BTreeMap<&str, usize> =
        after.resources.iter().enumerate().map(|(place, (id, _))| (&**id, place)).collect();
    for ((index, path, target), replacement) in found {
        let (id, resource) = &after.resources[index];
        let consequence = Consequence { path, of: target.to_owned(), replacement };
        if let Some(change) = changes.iter_mut().find(|change| change.id == **id) {
            // What is edited anyway is told there.
            if !change.edits.iter().any(|edit| edit.path == consequence.path) {
                change.consequences.push(consequence);
            }
            continue;
        }
        let mut change = Change::new(Section::Resources, id, Kind::Changed);
        change.type_name = Some(resource.type_name.to_string());
        change.consequences.push(consequence);
        // In the order of the template; what is gone stays last.
        let place = |change: &Change| places.get(&*change.id).copied().unwrap_or(usize::MAX);
        let before = changes.partition_point(|other| place(other) < index);
        changes.insert(before, change);
    }
}

type Found<'f, 'a> = &'f mut dyn FnMut(Path, &'a str, Replacement);

fn in_map<'a>(map: &'a Map, path: &Path, facts: &Facts, found: Found<'_, 'a>) {
    for (key, value) in map.iter() {
        in_node(value, &path.key(key), &facts.at(key), found);
    }
}

fn in_node<'a>(node: &'a Node, path: &Path, facts: &Facts, found: Found<'_, 'a>) {
    match node {
        Node::Map(map) => in_map(map, path, facts, found),
        Node::List(items) => {
            for (index, item) in items.iter().enumerate() {
                in_node(item, &path.then(Step::Index(index)), facts, found);
            }
        }
        // Text changes with any value in it, and what a function yields may change with any of its arguments.
        Node::Sub(_) | Node::Call(_) => {
            let replacement = facts.replacement(node);
            if replacement == Replacement::No {
                return;
            }
            let is_reference = matches!(node, Node::Call(call) if call.function == Function::Ref);
            node.visit(&mut |node| {
                if let Some((target, yields_id)) = target(node) {
                    // Another resource has another id; its attributes may be what they were.
                    let may = if yields_id && is_reference { replacement } else { Replacement::Maybe };
                    found(path.clone(), target, may);
                }
            });
        }
        _ => {}
    }
}

/// The element that a function names, and whether it yields its id.
fn target(node: &Node) -> Option<(&str, bool)> {
    let Node::Call(call) = node else { return None };
    match (call.function, &call.argument) {
        (Function::Ref, Node::Text(name)) => Some((name, true)),
        (Function::GetAtt, Node::List(names)) => Some((names.first()?.as_str()?, false)),
        _ => None,
    }
}
