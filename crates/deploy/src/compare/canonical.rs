//! One form for all that means the same, so that what is left to compare is what differs.
//!
//! - Text is the number or boolean it is spelled like, except in JSON of the user's own: CloudFormation turns scalars
//!   into what the property wants.
//! - `Fn::Sub`, and `Fn::Join` of a literal list, are text with values in it; without a value in it, text.
//! - `Ref` of `AWS::NoValue` is nothing.
//! - `DependsOn` is a sorted list; what is left out is what it is assumed to be.

use stackwright_cfn::pseudo::Pseudo;
use stackwright_cfn::{Call, Function, Map, Node, Resource, Template, Text};

use super::facts::Facts;

/// The only format version there is.
const FORMAT_VERSION: &str = "2010-09-09";

/// The template in the one form.
pub(super) fn template(template: &Template) -> Template {
    let section = |map: &Map| self::map(map, &Facts::ALIKE);
    let version = template.format_version.clone().filter(|version| *version != FORMAT_VERSION);
    Template {
        format_version: version,
        description: template.description.clone(),
        transform: template.transform.as_ref().map(|transform| match node(transform, &Facts::EXACT) {
            Node::List(mut items) if items.len() == 1 => items.remove(0),
            transform => transform,
        }),
        metadata: map(&template.metadata, &Facts::EXACT),
        parameters: section(&template.parameters),
        mappings: section(&template.mappings),
        conditions: section(&template.conditions),
        rules: section(&template.rules),
        resources: template.resources.iter().map(|(name, it)| (name.clone(), resource(it))).collect(),
        generated: map(&template.generated, &Facts::EXACT),
        outputs: section(&template.outputs),
        others: map(&template.others, &Facts::EXACT),
    }
}

fn resource(resource: &Resource) -> Resource {
    let Resource { type_name, properties, attributes, .. } = resource;
    let mut canonical = Resource::raw(type_name.clone(), map(properties, &Facts::of(type_name)));
    for (key, value) in attributes.iter() {
        let value = match &**key {
            "DependsOn" => dependencies(value),
            "Metadata" => match node(value, &Facts::EXACT) {
                Node::Map(map) if map.is_empty() => continue,
                metadata => metadata,
            },
            "DeletionPolicy" if is_deleted_by_default(resource) && is_delete(value) => continue,
            "UpdateReplacePolicy" if is_delete(value) => continue,
            _ => node(value, &Facts::ALIKE),
        };
        if !matches!(&value, Node::List(names) if &**key == "DependsOn" && names.is_empty()) {
            canonical.attributes.push(key.clone(), value);
        }
    }
    canonical
}

/// One name or several, whose order means nothing.
fn dependencies(value: &Node) -> Node {
    let mut names: Vec<Text> = match value {
        Node::Text(name) => vec![name.clone()],
        Node::List(items) if items.iter().all(|item| item.as_str().is_some()) => {
            items.iter().filter_map(Node::as_str).map(Text::from).collect()
        }
        other => return node(other, &Facts::EXACT),
    };
    names.sort_unstable();
    names.dedup();
    Node::from(names)
}

fn is_delete(value: &Node) -> bool {
    value.as_str() == Some("Delete")
}

/// Whether a resource without `DeletionPolicy` is deleted: databases leave a snapshot, unless they belong to a cluster.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
pub(crate) fn is_deleted_by_default(resource: &Resource) -> bool {
    match &*resource.type_name {
        "AWS::RDS::DBCluster" => false,
        "AWS::RDS::DBInstance" => resource.properties.contains_key("DBClusterIdentifier"),
        _ => true,
    }
}

fn map(map: &Map, facts: &Facts) -> Map {
    let mut canonical = Map::with_capacity(map.len());
    for (key, value) in map.iter().filter(|(_, value)| !is_nothing(value)) {
        canonical.push(key.clone(), node(value, &facts.at(key)));
    }
    canonical
}

fn is_nothing(value: &Node) -> bool {
    matches!(value, Node::Pseudo(Pseudo::NoValue))
}

fn list(items: &[Node], facts: &Facts) -> Vec<Node> {
    items.iter().filter(|item| !is_nothing(item)).map(|item| node(item, facts)).collect()
}

/// The value in the one form, at a place of which `facts` tells.
pub(super) fn node(value: &Node, facts: &Facts) -> Node {
    match value {
        Node::Text(text) if !facts.is_exact() => spelled(text),
        Node::List(items) => Node::List(list(items, facts)),
        Node::Map(map) => Node::Map(self::map(map, facts)),
        Node::Sub(pieces) => mixture(pieces.iter(), facts),
        Node::Call(call) => function(call, facts),
        other => other.clone(),
    }
}

/// The number or boolean that the text is spelled like, if any.
fn spelled(text: &Text) -> Node {
    let scalar = match &**text {
        "true" => Some(Node::Bool(true)),
        "false" => Some(Node::Bool(false)),
        text => Node::number(text).filter(|number| spelling(number).as_deref() == Some(text)),
    };
    scalar.unwrap_or_else(|| text.clone().into())
}

/// The text that a scalar becomes where text is wanted.
fn spelling(scalar: &Node) -> Option<String> {
    match scalar {
        Node::Text(text) => Some(text.to_string()),
        Node::Bool(_) | Node::Int(_) | Node::Float(_) | Node::Number(_) => serde_json::to_string(scalar).ok(),
        _ => None,
    }
}

fn function(call: &Call, facts: &Facts) -> Node {
    if let Some(pieces) = call.substitution() {
        return mixture(pieces.iter(), facts);
    }
    match (call.function, &call.argument) {
        (Function::Join, Node::List(arguments)) => match &**arguments {
            [Node::Text(separator), Node::List(items)] if !items.iter().any(may_be_nothing) => {
                let separator = Node::Text(separator.clone());
                let parts = items.iter().enumerate();
                let parts =
                    parts.flat_map(|(at, item)| (at > 0).then_some(&separator).into_iter().chain([item]));
                mixture(parts, facts)
            }
            _ => Node::call(Function::Join, node(&call.argument, &Facts::ALIKE)),
        },
        (Function::If, Node::List(arguments)) => match &**arguments {
            // Only here does nothing stand for itself.
            [condition, branches @ ..] => {
                let branch = |branch: &Node| match is_nothing(branch) {
                    true => branch.clone(),
                    false => node(branch, facts),
                };
                let arguments = std::iter::once(condition.clone()).chain(branches.iter().map(branch));
                Node::call(Function::If, Node::List(arguments.collect()))
            }
            [] => Node::Call(Box::new(call.clone())),
        },
        // Names of the template are no numbers.
        (Function::Ref | Function::GetAtt | Function::Condition, Node::Text(_)) => {
            Node::Call(Box::new(call.clone()))
        }
        (Function::GetAtt, argument) => Node::call(call.function, node(argument, &Facts::EXACT)),
        (Function::ToJsonString | Function::Transform, argument) => {
            Node::call(call.function, node(argument, &Facts::EXACT))
        }
        (function, argument) => Node::call(function, node(argument, &Facts::ALIKE)),
    }
}

/// Whether a list has fewer items if this is one of them.
fn may_be_nothing(item: &Node) -> bool {
    match item {
        Node::Call(call) => call.function == Function::If,
        // A list or map in the place of text is for CloudFormation to refuse.
        item => is_nothing(item) || matches!(item, Node::List(_) | Node::Map(_) | Node::Null),
    }
}

/// Text with values in it.
fn mixture<'a>(parts: impl Iterator<Item = &'a Node>, facts: &Facts) -> Node {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    parts.for_each(|part| mix(part, &mut literal, &mut pieces));
    if pieces.is_empty() {
        return node(&Node::from(literal), facts);
    }
    flush(&mut literal, &mut pieces);
    match pieces.len() {
        1 => pieces.remove(0),
        _ => Node::Sub(pieces.into()),
    }
}

fn mix(part: &Node, literal: &mut String, pieces: &mut Vec<Node>) {
    match node(part, &Facts::EXACT) {
        Node::Sub(parts) => parts.iter().for_each(|part| mix(part, literal, pieces)),
        part => match spelling(&part) {
            Some(text) => literal.push_str(&text),
            None => {
                flush(literal, pieces);
                pieces.push(part);
            }
        },
    }
}

fn flush(literal: &mut String, pieces: &mut Vec<Node>) {
    if !literal.is_empty() {
        pieces.push(std::mem::take(literal).into());
    }
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::json;

    use super::*;

    /// The values mean the same to CloudFormation in a place of this kind.
    fn same(facts: &Facts, values: &[Node]) {
        for pair in values.windows(2) {
            assert_eq!(node(&pair[0], facts), node(&pair[1], facts), "{pair:?}");
        }
    }

    fn different(facts: &Facts, values: &[Node]) {
        for pair in values.windows(2) {
            assert_ne!(node(&pair[0], facts), node(&pair[1], facts), "{pair:?}");
        }
    }

    #[test]
    fn scalars_are_what_they_are_spelled_like_except_in_json() {
        same(&Facts::ALIKE, &["true".into(), true.into()]);
        same(&Facts::ALIKE, &["80".into(), 80.into()]);
        same(&Facts::ALIKE, &["0.5".into(), 0.5.into()]);
        same(&Facts::ALIKE, &["-7".into(), (-7).into()]);
        different(
            &Facts::EXACT,
            &["true".into(), true.into(), "80".into(), 80.into(), "0.5".into(), 0.5.into()],
        );
        different(&Facts::ALIKE, &["080".into(), 80.into(), "80.0".into()]);
        different(&Facts::ALIKE, &["True".into(), true.into(), "yes".into(), 1.into()]);
        different(&Facts::ALIKE, &["".into(), Node::Null, "null".into()]);
        assert_eq!(node(&"1.50".into(), &Facts::ALIKE), "1.50".into(), "a version is no number");
    }

    #[test]
    fn text_with_values_has_one_form() {
        let queue = || json!({ "Ref": "Queue" });
        same(
            &Facts::ALIKE,
            &[
                json!({ "Fn::Sub": "a-${Queue}-1" }),
                json!({ "Fn::Sub": ["a-${Queue}-1", {}] }),
                json!({ "Fn::Sub": ["a-${x}-${y}", { "x": queue(), "y": 1 }] }),
                json!({ "Fn::Join": ["-", ["a", queue(), "1"]] }),
                json!({ "Fn::Join": ["", ["a-", queue(), "-", 1]] }),
                json!({ "Fn::Join": ["", [{ "Fn::Sub": "a-${Queue}" }, "-1"]] }),
            ],
        );
        same(
            &Facts::ALIKE,
            &[json!({ "Fn::Sub": "${Queue.Arn}" }), json!({ "Fn::GetAtt": ["Queue", "Arn"] })],
        );
        same(&Facts::ALIKE, &[json!({ "Fn::Sub": "${AWS::Region}" }), json!({ "Ref": "AWS::Region" })]);
        same(&Facts::EXACT, &[json!({ "Fn::Sub": "plain ${!x}" }), "plain ${x}".into()]);
        same(&Facts::ALIKE, &[json!({ "Fn::Join": ["", ["8", "0"]] }), 80.into()]);
        different(
            &Facts::ALIKE,
            &[
                json!({ "Fn::Sub": "${Queue}" }),
                json!({ "Fn::Sub": "${!Queue}" }),
                json!({ "Fn::Sub": "${Queue.Arn}" }),
                json!({ "Fn::Join": ["-", [queue(), { "Fn::If": ["A", "b", { "Ref": "AWS::NoValue" }] }]] }),
                json!({ "Fn::Join": ["-", { "Ref": "List" }] }),
            ],
        );
    }

    #[test]
    fn nothing_is_left_out_but_for_a_branch() {
        let nothing = || json!({ "Ref": "AWS::NoValue" });
        same(&Facts::ALIKE, &[json!({ "a": 1, "b": nothing() }), json!({ "a": 1 })]);
        same(&Facts::ALIKE, &[json!([nothing(), 1]), json!([1])]);
        different(&Facts::ALIKE, &[json!({ "Fn::If": ["A", 1, nothing()] }), json!({ "Fn::If": ["A", 1] })]);
        same(&Facts::ALIKE, &[json!({ "Fn::If": ["A", "1", "b"] }), json!({ "Fn::If": ["A", 1, "b"] })]);
    }

    #[test]
    fn arguments_of_functions_are_alike_and_names_are_names() {
        same(
            &Facts::EXACT,
            &[
                json!({ "Fn::Select": ["0", { "Fn::GetAZs": "" }] }),
                json!({ "Fn::Select": [0, { "Fn::GetAZs": "" }] }),
            ],
        );
        different(
            &Facts::ALIKE,
            &[json!({ "Fn::ToJsonString": { "a": 1 } }), json!({ "Fn::ToJsonString": { "a": "1" } })],
        );
        assert_eq!(node(&json!({ "Ref": "1" }), &Facts::ALIKE), json!({ "Ref": "1" }));
    }

    #[test]
    fn what_is_assumed_may_be_left_out() {
        let read = |attributes: &str| {
            let text = format!("Resources: {{ A: {{ Type: AWS::SQS::Queue, {attributes} }} }}");
            template(&stackwright_cfn::read(&text).unwrap())
        };
        let bare = read("");
        for attributes in [
            "Properties: {}",
            "DependsOn: []",
            "DeletionPolicy: Delete",
            "UpdateReplacePolicy: Delete",
            "Metadata: {}",
        ] {
            assert_eq!(read(attributes), bare, "{attributes}");
        }
        assert_ne!(read("DeletionPolicy: Retain"), bare);
        assert_eq!(read("DependsOn: B"), read("DependsOn: [B]"));
        assert_eq!(read("DependsOn: [C, B, C]"), read("DependsOn: [B, C]"));

        let database = |attributes: &str| {
            let text = format!("Resources: {{ A: {{ Type: AWS::RDS::DBCluster, {attributes} }} }}");
            template(&stackwright_cfn::read(&text).unwrap())
        };
        assert_ne!(database("DeletionPolicy: Delete"), database(""), "a snapshot would be taken");
    }

    #[test]
    fn sections_have_one_form_too() {
        let read = |text: &str| template(&stackwright_cfn::read(text).unwrap());
        assert_eq!(read("AWSTemplateFormatVersion: 2010-09-09\nTransform: [A]"), read("Transform: A"));
        assert_eq!(read("Parameters: {A: {Default: '8'}}"), read("Parameters: {A: {Default: 8}}"));
        assert_ne!(read("Metadata: {A: {B: '8'}}"), read("Metadata: {A: {B: 8}}"));
    }
}
