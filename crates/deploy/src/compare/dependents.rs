//! What changes without being edited: it refers to a resource that is replaced, or to a mapping or condition that is
//! edited.

use std::collections::BTreeMap;

use stackwright_cfn::{Function, Map, Node, Space, Template};

use super::change::{Change, Consequence, Kind, Section};
use super::facts::{Facts, Replacement};
use super::path::{Path, Step};

/// A property that refers to a resource, and what a change of it does to its own resource.
struct Link<'a> {
    /// The resource whose property it is, by its place in the template.
    resource: usize,
    path: Path,
    target: Target<'a>,
    replacement: Replacement,
}

/// What is referred to: names of different kinds may be the same.
type Target<'a> = (Space, &'a str);

/// Follows replacements through references, and puts down those that may replace further resources. `outside` has what
/// changes beside resources, `changes` the resources.
pub(super) fn find(after: &Template, outside: &[Change], changes: &mut Vec<Change>) {
    let edited = outside.iter().filter_map(|change| {
        let space = match change.section {
            Section::Mappings => Space::Mapping,
            Section::Conditions => Space::Condition,
            _ => return None,
        };
        // What it yields may be what it was, and is if the change only adds to it.
        let is_edited = change.edits.iter().any(|edit| edit.before.is_some());
        (change.kind == Kind::Changed && is_edited).then(|| ((space, change.id.clone()), Replacement::Maybe))
    });
    let resources = changes.iter().map(|it| ((Space::Element, it.id.clone()), it.replacement()));
    let mut replaced: BTreeMap<(Space, String), Replacement> =
        resources.filter(|(_, replacement)| *replacement > Replacement::No).chain(edited).collect();
    if replaced.is_empty() {
        return;
    }
    spread(&after.conditions, &mut replaced);
    let is_new = |id: &str| changes.iter().any(|change| change.id == id && change.kind == Kind::Added);
    let mut links = Vec::new();
    for (index, (id, resource)) in after.resources.iter().enumerate().filter(|(_, (id, _))| !is_new(id)) {
        let mut add = |path: Path, target, replacement| {
            if target != (Space::Element, &**id) {
                links.push(Link { resource: index, path, target, replacement });
            }
        };
        in_map(
            &resource.properties,
            &Path::default().key("Properties"),
            &Facts::of(&resource.type_name),
            &mut add,
        );
        if let Some(Node::Text(condition)) = resource.attributes.get("Condition") {
            // Without it the resource goes, or comes anew.
            add(Path::default().key("Condition"), (Space::Condition, condition), Replacement::Maybe);
        }
    }

    let mut found = BTreeMap::<(usize, Path, Target<'_>), Replacement>::new();
    // Each round follows one more reference; replacements only grow, so there is a last one.
    loop {
        let mut is_settled = true;
        for link in &links {
            let (space, name) = link.target;
            let Some(cause) = replaced.get(&(space, name.to_owned())) else { continue };
            let replacement = link.replacement.min(*cause);
            let entry = found.entry((link.resource, link.path.clone(), link.target)).or_default();
            if replacement <= *entry {
                continue;
            }
            *entry = replacement;
            let id = after.resources[link.resource].0.to_string();
            let known = replaced.entry((Space::Element, id)).or_default();
            *known = replacement.max(*known);
            is_settled = false;
        }
        if is_settled {
            break;
        }
    }
    let places: BTreeMap<&str, usize> =
        after.resources.iter().enumerate().map(|(place, (id, _))| (&**id, place)).collect();
    for ((index, path, (_, target)), replacement) in found {
        let (id, resource) = &after.resources[index];
        let consequence = Consequence { path, of: Some(target.to_owned()), replacement };
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

/// Follows edits of mappings and conditions into the conditions that are made of them.
fn spread(conditions: &Map, replaced: &mut BTreeMap<(Space, String), Replacement>) {
    loop {
        let is_known = |target: Target<'_>, replaced: &BTreeMap<(Space, String), Replacement>| {
            replaced.contains_key(&(target.0, target.1.to_owned()))
        };
        let reached = conditions.iter().filter(|(name, value)| {
            let mut is_reached = false;
            value.visit(&mut |node| {
                is_reached |= target(node).is_some_and(|(target, _)| is_known(target, replaced));
            });
            is_reached && !is_known((Space::Condition, name), replaced)
        });
        let reached: Vec<(Space, String)> =
            reached.map(|(name, _)| (Space::Condition, name.to_string())).collect();
        if reached.is_empty() {
            return;
        }
        replaced.extend(reached.into_iter().map(|condition| (condition, Replacement::Maybe)));
    }
}

type Found<'f, 'a> = &'f mut dyn FnMut(Path, Target<'a>, Replacement);

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

/// What a function names, and whether it yields the id of it.
fn target(node: &Node) -> Option<(Target<'_>, bool)> {
    let Node::Call(call) = node else { return None };
    let first = || call.argument.as_list()?.first()?.as_str();
    match (call.function, &call.argument) {
        (Function::Ref, Node::Text(name)) => Some(((Space::Element, name), true)),
        (Function::GetAtt, _) => Some(((Space::Element, first()?), false)),
        (Function::FindInMap, _) => Some(((Space::Mapping, first()?), false)),
        (Function::If, _) => Some(((Space::Condition, first()?), false)),
        (Function::Condition, Node::Text(name)) => Some(((Space::Condition, name), false)),
        _ => None,
    }
}
