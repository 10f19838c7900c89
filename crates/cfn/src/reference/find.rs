//! Finding the names that a tree uses.

use super::sub::{Piece, pieces};
use super::{Reference, Scope, Space, first_argument, is_loop, takes_conditions};
use crate::{Function, Map, Node};

/// Where conditions stand: a `Condition` names one.
pub(super) fn in_condition<'a>(node: &'a Node, scope: Scope<'_>, found: &mut impl FnMut(Reference<'a>)) {
    match node {
        Node::Call(call) if call.function == Function::Condition => {
            name(&call.argument, Space::Condition, None, scope, found);
        }
        node => in_node(node, scope, found),
    }
}

/// Resources as maps, outputs, or loops of them.
pub(super) fn in_elements<'a>(map: &'a Map, scope: Scope<'_>, found: &mut impl FnMut(Reference<'a>)) {
    for (key, value) in map.iter() {
        match value {
            Node::Map(element) => in_element(element, scope, found),
            Node::List(items) if is_loop(key) => in_loop(items, scope, found, in_elements),
            node => in_node(node, scope, found),
        }
    }
}

/// What beside its properties makes up a resource or an output.
pub(super) fn in_element<'a>(map: &'a Map, scope: Scope<'_>, found: &mut impl FnMut(Reference<'a>)) {
    for (key, value) in map.iter() {
        match (key.as_str(), value) {
            ("Condition", value) => name(value, Space::Condition, None, scope, found),
            ("DependsOn", Node::List(items)) => {
                items.iter().for_each(|item| name(item, Space::Element, None, scope, found));
            }
            ("DependsOn", value) => name(value, Space::Element, None, scope, found),
            (_, value) => in_node(value, scope, found),
        }
    }
}

pub(super) fn in_map<'a>(map: &'a Map, scope: Scope<'_>, found: &mut impl FnMut(Reference<'a>)) {
    for (key, value) in map.iter() {
        match value {
            Node::List(items) if is_loop(key) => in_loop(items, scope, found, in_map),
            node => in_node(node, scope, found),
        }
    }
}

fn in_loop<'a, F: FnMut(Reference<'a>)>(
    items: &'a [Node],
    scope: Scope<'_>,
    found: &mut F,
    in_body: fn(&'a Map, Scope<'_>, &mut F),
) {
    match items {
        [Node::Text(variable), values, Node::Map(body)] => {
            in_node(values, scope, found);
            in_body(body, Scope::Loop(variable, &scope), found);
        }
        items => items.iter().for_each(|item| in_node(item, scope, found)),
    }
}

fn in_node<'a>(node: &'a Node, scope: Scope<'_>, found: &mut impl FnMut(Reference<'a>)) {
    match node {
        Node::List(items) => items.iter().for_each(|item| in_node(item, scope, found)),
        Node::Map(map) => in_map(map, scope, found),
        Node::Sub(pieces) => pieces.iter().for_each(|piece| in_node(piece, scope, found)),
        Node::Call(call) => in_call(call.function, &call.argument, scope, found),
        _ => {}
    }
}

fn in_call<'a>(
    function: Function,
    argument: &'a Node,
    scope: Scope<'_>,
    found: &mut impl FnMut(Reference<'a>),
) {
    match (function, argument) {
        (Function::Ref, argument) => name(argument, Space::Element, None, scope, found),
        (Function::Sub, Node::Text(text)) => in_sub(text, None, scope, found),
        (Function::Sub, Node::List(items)) => {
            let variables = items.get(1).and_then(Node::as_map);
            if let Some(Node::Text(text)) = items.first() {
                in_sub(text, variables, scope, found);
            }
            items.iter().skip(1).for_each(|item| in_node(item, scope, found));
        }
        (function, Node::List(items)) if takes_conditions(function) => {
            items.iter().for_each(|item| in_condition(item, scope, found));
        }
        (function, Node::List(items)) => {
            let mut items = items.iter();
            if let Some(space) = first_argument(function) {
                let attribute = items.as_slice().get(1).filter(|_| function == Function::GetAtt);
                if let Some(first) = items.next() {
                    name(first, space, attribute.and_then(Node::as_str), scope, found);
                }
            }
            items.for_each(|item| in_node(item, scope, found));
        }
        (_, argument) => in_node(argument, scope, found),
    }
}

fn in_sub<'a>(
    text: &'a str,
    variables: Option<&Map>,
    scope: Scope<'_>,
    found: &mut impl FnMut(Reference<'a>),
) {
    for piece in pieces(text) {
        if let Piece::Name { name, attribute } = piece
            && scope.is_outside(name)
            && !variables.is_some_and(|variables| variables.contains_key(name))
        {
            found(Reference { space: Space::Element, name, attribute });
        }
    }
}

/// A name, or what is put in the place of one.
fn name<'a>(
    node: &'a Node,
    space: Space,
    attribute: Option<&'a str>,
    scope: Scope<'_>,
    found: &mut impl FnMut(Reference<'a>),
) {
    match node {
        Node::Text(name) if scope.is_outside(name) => found(Reference { space, name, attribute }),
        node => in_node(node, scope, found),
    }
}
