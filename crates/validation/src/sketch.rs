//! Texts as far as they are known: with a gap for each part that only a deployment fills.

use stackwright_cfn::{Function, Map, Node};

use crate::Document;
use crate::view::{View, scalar};

/// Stands for a part of a text that is not known, which may be empty. No value of AWS's has this character.
pub(crate) const GAP: char = '\u{FFFC}';

/// Every text that a value may have or hold, in lists and in both cases of a condition, also those that are known in
/// parts; variables of policies, such as `${aws:username}`, are gaps, too.
pub(crate) fn sketches<'n>(document: &Document<'n>, node: &'n Node) -> Vec<String> {
    match View::of(document, node) {
        View::Literal(Node::List(items)) => items.iter().flat_map(|item| sketches(document, item)).collect(),
        View::Literal(Node::Map(_) | Node::Null) | View::Absent => Vec::new(),
        View::Either(then, otherwise) => {
            [then, otherwise].into_iter().flat_map(|node| sketches(document, node)).collect()
        }
        View::Literal(node) => vec![sketch(node)],
        View::Folded(text) => vec![sketch(&text)],
        _ => vec![sketch(node)],
    }
}

/// One text, whatever of it is known.
pub(crate) fn sketch(node: &Node) -> String {
    match node {
        Node::Sub(pieces) => pieces.iter().map(sketch).collect(),
        Node::Call(call) => match (call.function, &call.argument) {
            (Function::Sub, Node::Text(text)) => gapped(text, &Map::new()),
            (Function::Sub, Node::List(items)) => match items.as_slice() {
                [Node::Text(text), Node::Map(variables)] => gapped(text, variables),
                _ => GAP.to_string(),
            },
            (Function::Join, Node::List(items)) => match items.as_slice() {
                [Node::Text(delimiter), Node::List(items)] => {
                    items.iter().map(sketch).collect::<Vec<_>>().join(delimiter)
                }
                _ => GAP.to_string(),
            },
            _ => GAP.to_string(),
        },
        _ => scalar(node).map_or_else(|| GAP.to_string(), |text| gapped(&text, &Map::new())),
    }
}

/// A text with gaps for its variables, but for those that are given, and for dynamic references.
fn gapped(text: &str, variables: &Map) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['$', '{']) {
        let (before, variable) = rest.split_at(at);
        out.push_str(before);
        let ends = [("${", "}"), ("{{resolve:", "}}")];
        let found = ends.iter().find_map(|(start, end)| variable.strip_prefix(start)?.split_once(end));
        match found {
            Some((name, after)) => {
                match variables.get(name.trim()).and_then(scalar) {
                    Some(value) => out.push_str(&value),
                    None => out.push(GAP),
                }
                rest = after;
            }
            None => {
                out.push_str(&variable[..1]);
                rest = &variable[1..];
            }
        }
    }
    out + rest
}

/// A text as messages show it.
pub(crate) fn shown(text: &str) -> String {
    text.replace(GAP, "${…}")
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::{Template, json};

    use super::*;

    #[test]
    fn what_is_known_stands_between_gaps() {
        let template = Template::new();
        let document = Document::of(&template);
        let check = |node: Node, expected: &[&str]| {
            let found: Vec<String> = sketches(&document, &node).iter().map(|text| shown(text)).collect();
            assert_eq!(found, expected, "{node:?}");
        };
        check(json!("a${aws:username}b"), &["a${…}b"]);
        check(json!("a {b} $ { ${open"), &["a {b} $ { ${open"]);
        check(json!("{{resolve:ssm:a}}/b"), &["${…}/b"]);
        check(json!({ "Fn::Sub": "a:${AWS::Region}:${!b}" }), &["a:${…}:${…}"]);
        check(json!({ "Fn::Sub": ["${x}-${y}", { "x": "a", "y": { "Ref": "B" } }] }), &["a-${…}"]);
        check(json!({ "Fn::Join": [":", ["a", { "Ref": "B" }, 5]] }), &["a:${…}:5"]);
        check(json!({ "Fn::If": ["C", ["a", { "Ref": "B" }], { "Ref": "AWS::NoValue" }] }), &["a", "${…}"]);
        check(json!({ "A": "b" }), &[]);
    }
}
