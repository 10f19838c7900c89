//! Giving the names that a tree uses others.

use super::sub::{Piece, pieces};
use super::{Scope, Space, first_argument, is_loop, takes_conditions};
use crate::{Function, Map, Node, Text};

pub(super) fn set(name: &mut Text, to: Option<Text>) {
    if let Some(to) = to {
        *name = to;
    }
}

/// Where conditions stand: a `Condition` names one.
pub(super) fn in_condition<F>(node: &mut Node, scope: Scope<'_>, rename: &mut F)
where
    F: FnMut(Space, &str) -> Option<Text>,
{
    match node {
        Node::Call(call) if call.function == Function::Condition => {
            name(&mut call.argument, Space::Condition, scope, rename);
        }
        node => in_node(node, scope, rename),
    }
}

/// Resources as maps, outputs, or loops of them.
pub(super) fn in_elements<F>(map: &mut Map, scope: Scope<'_>, rename: &mut F)
where
    F: FnMut(Space, &str) -> Option<Text>,
{
    for (key, value) in map.iter_mut() {
        match value {
            Node::Map(element) => in_element(element, scope, rename),
            Node::List(items) if is_loop(key) => in_loop(items, scope, rename, in_elements),
            node => in_node(node, scope, rename),
        }
    }
}

/// What beside its properties makes up a resource or an output.
pub(super) fn in_element<F>(map: &mut Map, scope: Scope<'_>, rename: &mut F)
where
    F: FnMut(Space, &str) -> Option<Text>,
{
    for (key, value) in map.iter_mut() {
        match (key.as_str(), value) {
            ("Condition", value) => name(value, Space::Condition, scope, rename),
            ("DependsOn", Node::List(items)) => {
                items.iter_mut().for_each(|item| name(item, Space::Element, scope, rename));
            }
            ("DependsOn", value) => name(value, Space::Element, scope, rename),
            (_, value) => in_node(value, scope, rename),
        }
    }
}

pub(super) fn in_map<F>(map: &mut Map, scope: Scope<'_>, rename: &mut F)
where
    F: FnMut(Space, &str) -> Option<Text>,
{
    for (key, value) in map.iter_mut() {
        match value {
            Node::List(items) if is_loop(key) => in_loop(items, scope, rename, in_map),
            node => in_node(node, scope, rename),
        }
    }
}

/// The parameters named in the metadata for AWS's console.
pub(super) fn in_interface<F>(interface: &mut Map, rename: &mut F)
where
    F: FnMut(Space, &str) -> Option<Text>,
{
    let mut rename_parameter = |name: &mut Text| set(name, rename(Space::Element, name));
    if let Some(Node::Map(labels)) = interface.get_mut("ParameterLabels") {
        labels.keys_mut().for_each(&mut rename_parameter);
    }
    let Some(Node::List(groups)) = interface.get_mut("ParameterGroups") else { return };
    for group in groups.iter_mut().filter_map(Node::as_map_mut) {
        let Some(Node::List(parameters)) = group.get_mut("Parameters") else { continue };
        for parameter in parameters {
            if let Node::Text(name) = parameter {
                rename_parameter(name);
            }
        }
    }
}

fn in_loop<F>(items: &mut [Node], scope: Scope<'_>, rename: &mut F, in_body: fn(&mut Map, Scope<'_>, &mut F))
where
    F: FnMut(Space, &str) -> Option<Text>,
{
    match items {
        [Node::Text(variable), values, Node::Map(body)] => {
            in_node(values, scope, rename);
            in_body(body, Scope::Loop(variable, &scope), rename);
        }
        items => items.iter_mut().for_each(|item| in_node(item, scope, rename)),
    }
}

fn in_node<F>(node: &mut Node, scope: Scope<'_>, rename: &mut F)
where
    F: FnMut(Space, &str) -> Option<Text>,
{
    match node {
        Node::List(items) => items.iter_mut().for_each(|item| in_node(item, scope, rename)),
        Node::Map(map) => in_map(map, scope, rename),
        Node::Sub(pieces) => pieces.iter_mut().for_each(|piece| in_node(piece, scope, rename)),
        Node::Call(call) => in_call(call.function, &mut call.argument, scope, rename),
        _ => {}
    }
}

fn in_call<F>(function: Function, argument: &mut Node, scope: Scope<'_>, rename: &mut F)
where
    F: FnMut(Space, &str) -> Option<Text>,
{
    match (function, argument) {
        (Function::Ref, argument) => name(argument, Space::Element, scope, rename),
        (Function::Sub, Node::Text(text)) => in_sub(text, None, scope, rename),
        (Function::Sub, Node::List(items)) => {
            if let [Node::Text(text), rest @ ..] = items.as_mut_slice() {
                in_sub(text, rest.first().and_then(Node::as_map), scope, rename);
            }
            items.iter_mut().skip(1).for_each(|item| in_node(item, scope, rename));
        }
        (function, Node::List(items)) if takes_conditions(function) => {
            items.iter_mut().for_each(|item| in_condition(item, scope, rename));
        }
        (function, Node::List(items)) => {
            let mut items = items.iter_mut();
            if let Some(space) = first_argument(function)
                && let Some(first) = items.next()
            {
                name(first, space, scope, rename);
            }
            items.for_each(|item| in_node(item, scope, rename));
        }
        (_, argument) => in_node(argument, scope, rename),
    }
}

fn in_sub<F>(text: &mut Text, variables: Option<&Map>, scope: Scope<'_>, rename: &mut F)
where
    F: FnMut(Space, &str) -> Option<Text>,
{
    let mut changed = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Text(literal) => changed.push_str(literal),
            Piece::Name { name, attribute } => {
                let is_outside = scope.is_outside(name)
                    && !variables.is_some_and(|variables| variables.contains_key(name));
                let other = if is_outside { rename(Space::Element, name) } else { None };
                let dot = if attribute.is_some() { "." } else { "" };
                let name = other.as_deref().unwrap_or(name);
                changed.extend(["${", name, dot, attribute.unwrap_or_default(), "}"]);
            }
        }
    }
    if **text != *changed {
        *text = changed.into();
    }
}

/// A name, or what is put in the place of one.
fn name<F>(node: &mut Node, space: Space, scope: Scope<'_>, rename: &mut F)
where
    F: FnMut(Space, &str) -> Option<Text>,
{
    match node {
        Node::Text(name) if scope.is_outside(name) => set(name, rename(space, name)),
        node => in_node(node, scope, rename),
    }
}
