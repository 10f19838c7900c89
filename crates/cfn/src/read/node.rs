//! The tree as nodes: scalars as what they mean, functions in their long and short forms.

use stackwright_yaml::{Position, Tag};

use super::dialect::{Entry, Tree, Value};
use super::error::{ReadError, fail, problem};
use super::scalar;
use crate::{Function, Map, Node, Text};

pub(super) fn node(tree: Tree) -> Result<Node, ReadError> {
    let at = tree.at;
    if let Some(plain) = tree.scalar() {
        return check(scalar::resolve(plain), at);
    }
    let node = match (tree.tag, tree.value) {
        (Tag::Own(function), value) => return call(function, argument(value)?, at),
        (_, value) => argument(value)?,
    };
    check(node, at)
}

/// The entries as they are, though there may be only one and it may be called like a function.
pub(super) fn map(entries: Vec<Entry>) -> Result<Map, ReadError> {
    let mut map = Map::with_capacity(entries.len());
    for Entry { key, value, .. } in entries {
        map.push(Text::from(key), node(value)?);
    }
    Ok(map)
}

fn list(items: Vec<Tree>) -> Result<Node, ReadError> {
    Ok(Node::List(items.into_iter().map(node).collect::<Result<_, _>>()?))
}

/// What a short form is given: a scalar is text whatever it looks like.
pub(super) fn argument(value: Value) -> Result<Node, ReadError> {
    Ok(match value {
        Value::Scalar { text, .. } => Node::Text(text.into()),
        Value::List(items) => list(items)?,
        Value::Map(entries) => Node::from_map(map(entries)?),
    })
}

fn call(function: Function, argument: Node, at: Position) -> Result<Node, ReadError> {
    let is_name = matches!(function, Function::Ref | Function::Condition);
    if is_name && argument.as_str().is_none() {
        let short = function.short();
        return Err(fail(
            at,
            problem(format!("!{short} is given more than a name: allowed is a name")).allowed("a name"),
        ));
    }
    check(Node::from_map(Map::from_iter([(function.key(), argument)])), at)
}

fn check(node: Node, at: Position) -> Result<Node, ReadError> {
    match &node {
        // What has a dot in it is two names by now.
        Node::Call(call) if call.function == Function::GetAtt && call.argument.as_str().is_some() => {
            let given = call.argument.as_str().unwrap_or_default();
            let allowed = "a resource and an attribute, as in Queue.Arn";
            Err(fail(
                at,
                problem(format!("Fn::GetAtt is given {given:?}: allowed is {allowed}"))
                    .value(given)
                    .allowed(allowed),
            ))
        }
        _ => Ok(node),
    }
}
