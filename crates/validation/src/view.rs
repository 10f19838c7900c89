//! What a node comes to, as far as it can be known before a deployment.

use std::borrow::Cow;

use stackwright_cfn::pseudo::Pseudo;
use stackwright_cfn::{Function, Map, Node};

use crate::schema::Schema;
use crate::{Document, Used};

/// What a node comes to.
#[derive(Debug)]
pub(crate) enum View<'n> {
    /// Itself: a text, a number, a boolean, a list, a map.
    Literal(&'n Node),
    /// A text that is put together of others, all of which are known.
    Folded(Node),
    /// One of two.
    Either(&'n Node, &'n Node),
    /// Whatever the parameter of this logical id is given.
    Parameter(&'n str),
    /// Nothing: the property is taken away.
    Absent,
    /// A text or a number that nobody knows.
    Scalar,
    /// A list that nobody knows.
    List,
    /// Anything.
    Unknown,
}

impl<'n> View<'n> {
    pub(crate) fn of(document: &Document<'n>, node: &'n Node) -> View<'n> {
        match node {
            Node::Text(text) if is_looked_up(text) => View::Scalar,
            Node::Ref(_) | Node::GetAtt(..) => reference(document, node),
            Node::Name(_) => View::Scalar,
            Node::Pseudo(Pseudo::NoValue) => View::Absent,
            Node::Pseudo(Pseudo::NotificationArns) => View::List,
            Node::Pseudo(_) => View::Scalar,
            Node::Sub(pieces) => joined(document, "", pieces),
            Node::Call(call) => function(document, call.function, &call.argument, node),
            Node::Map(map) if is_made_by_a_macro(map) => View::Unknown,
            Node::Null | Node::Bool(_) | Node::Int(_) | Node::Float(_) | Node::Number(_) => {
                View::Literal(node)
            }
            Node::Text(_) | Node::List(_) | Node::Map(_) => View::Literal(node),
        }
    }
}

/// Whether a macro or a loop puts entries into a map.
fn is_made_by_a_macro(map: &Map) -> bool {
    map.keys().any(|key| key.starts_with("Fn::"))
}

fn function<'n>(document: &Document<'n>, function: Function, argument: &'n Node, node: &'n Node) -> View<'n> {
    let items = argument.as_list().unwrap_or_default();
    match (function, items) {
        (Function::Ref | Function::GetAtt, _) => reference(document, node),
        (Function::If, [_, then, otherwise]) => View::Either(then, otherwise),
        (Function::Sub, _) => substituted(document, argument),
        (Function::Join, [Node::Text(delimiter), Node::List(items)]) => joined(document, delimiter, items),
        (Function::Select, [index, Node::List(items)]) => {
            let index = scalar(index).and_then(|index| index.parse::<usize>().ok());
            index.and_then(|index| items.get(index)).map_or(View::Unknown, |item| View::of(document, item))
        }
        (Function::Split | Function::Cidr | Function::GetAzs, _) => View::List,
        (Function::Join | Function::Base64 | Function::ToJsonString | Function::Length, _) => View::Scalar,
        (Function::ImportValue | Function::GetStackOutput, _) => View::Scalar,
        _ => View::Unknown,
    }
}

fn reference<'n>(document: &Document<'n>, node: &'n Node) -> View<'n> {
    let Some(Used { id, attribute }) = document.follow(node) else { return View::Unknown };
    match (document.resource(id), attribute) {
        (None, None) if document.parameter(id).is_some() => View::Parameter(id),
        (None, _) => View::Unknown,
        (Some(_), None) => View::Scalar,
        (Some(resource), Some(attribute)) => match Schema::of(&resource.type_name) {
            Some(schema) if schema.is_list(attribute) => View::List,
            Some(schema) if schema.attributes().contains(&attribute) => View::Scalar,
            _ => View::Unknown,
        },
    }
}

/// Texts in a row; a text where all of them are known.
fn joined<'n>(document: &Document<'n>, delimiter: &str, items: &'n [Node]) -> View<'n> {
    let texts: Option<Vec<Cow<'_, str>>> = items.iter().map(|item| folded(document, item)).collect();
    texts.map_or(View::Scalar, |texts| known(texts.join(delimiter)))
}

/// The text that a node comes to, where it is known.
fn folded<'n>(document: &Document<'n>, node: &'n Node) -> Option<Cow<'n, str>> {
    match View::of(document, node) {
        View::Literal(node) => scalar(node),
        View::Folded(node) => scalar(&node).map(|text| text.into_owned().into()),
        _ => None,
    }
}

/// The text of a `Fn::Sub` that names nothing, or only texts that are given beside it.
fn substituted<'n>(document: &Document<'n>, argument: &'n Node) -> View<'n> {
    let (text, variables) = match argument {
        Node::Text(text) => (text, None),
        Node::List(items) => match items.as_slice() {
            [Node::Text(text), Node::Map(variables)] => (text, Some(variables)),
            _ => return View::Scalar,
        },
        _ => return View::Scalar,
    };
    let mut parts = text.split("${");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let Some((name, rest)) = part.split_once('}') else { return View::Scalar };
        match name.strip_prefix('!') {
            Some(literal) => out.extend(["${", literal, "}"]),
            None => match variables.and_then(|variables| folded(document, variables.get(name.trim())?)) {
                Some(value) => out.push_str(&value),
                None => return View::Scalar,
            },
        }
        out.push_str(rest);
    }
    known(out)
}

fn known<'n>(text: String) -> View<'n> {
    match is_looked_up(&text) {
        true => View::Scalar,
        false => View::Folded(text.into()),
    }
}

/// Whether a dynamic reference is in a text, which CloudFormation looks up.
fn is_looked_up(text: &str) -> bool {
    // Hardly any text has a brace, and looking for one costs a tenth of looking for all.
    text.contains('{') && text.contains("{{resolve:")
}

/// Whether [`scalar`] has a text.
pub(crate) fn is_scalar(node: &Node) -> bool {
    matches!(node, Node::Text(_) | Node::Bool(_) | Node::Int(_) | Node::Float(_) | Node::Number(_))
}

/// A text, number or boolean as text, which is what CloudFormation takes one for where it wants the other.
pub(crate) fn scalar(node: &Node) -> Option<Cow<'_, str>> {
    match node {
        Node::Text(text) => Some(Cow::Borrowed(text)),
        Node::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        Node::Int(value) => Some(Cow::Owned(value.to_string())),
        Node::Float(value) => Some(Cow::Owned(value.to_string())),
        Node::Number(number) => Some(Cow::Borrowed(number.as_str())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::json;

    use super::*;

    #[test]
    fn what_is_known_is_folded() {
        let template = stackwright_cfn::read(
            "{Parameters: {Size: {Type: Number}}, Resources: {Vpc: {Type: 'AWS::EC2::VPC'}, Mine: {Type: 'Custom::X'}}}",
        )
        .unwrap();
        let document = Document::of(&template);
        let check = |node: Node, expected: &str| {
            assert_eq!(format!("{:?}", View::of(&document, &node)), expected, "{node:?}");
        };
        check(json!({ "Fn::Join": ["-", ["a", 1, true]] }), "Folded(Text(\"a-1-true\"))");
        check(json!({ "Fn::Join": ["-", ["a", { "Ref": "Size" }]] }), "Scalar");
        check(
            json!({ "Fn::Join": ["", [{ "Fn::Join": [".", ["a", "b"]] }, "/c"]] }),
            "Folded(Text(\"a.b/c\"))",
        );
        check(json!({ "Fn::Sub": ["${x}/d", { "x": { "Fn::Sub": "c" } }] }), "Folded(Text(\"c/d\"))");
        check(json!({ "Fn::Sub": "a ${!b}" }), "Folded(Text(\"a ${b}\"))");
        check(json!({ "Fn::Sub": ["${x}-${y}", { "x": 1, "y": "z" }] }), "Folded(Text(\"1-z\"))");
        check(json!({ "Fn::Sub": ["${x}-${AWS::Region}", { "x": 1 }] }), "Scalar");
        check(json!({ "Fn::Sub": "${open" }), "Scalar");
        check(json!({ "Fn::Select": ["1", ["a", "b"]] }), "Literal(Text(\"b\"))");
        check(json!({ "Fn::Select": [2, ["a", "b"]] }), "Unknown");
        check(json!({ "Fn::If": ["C", "a", "b"] }), "Either(Text(\"a\"), Text(\"b\"))");
        check(json!({ "Ref": "Size" }), "Parameter(\"Size\")");
        check(json!({ "Ref": "Vpc" }), "Scalar");
        check(json!({ "Ref": "Nothing" }), "Unknown");
        check(json!({ "Ref": "AWS::NoValue" }), "Absent");
        check(json!({ "Fn::GetAtt": ["Vpc", "CidrBlockAssociations"] }), "List");
        check(json!({ "Fn::GetAtt": ["Vpc", "DefaultSecurityGroup"] }), "Scalar");
        check(json!({ "Fn::GetAtt": ["Mine", "Anything"] }), "Unknown");
        check("{{resolve:ssm:name}}".into(), "Scalar");
        check(json!({ "Fn::ForEach::Loop": [], "A": 1 }), "Unknown");
        check(json!({ "Fn::GetAZs": "" }), "List");
    }
}
