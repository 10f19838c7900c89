//! Values that are nothing: CloudFormation refuses `null` wherever it stands in a template.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::Node;

/// Whether a node is written as `null`, as numbers are that JSON has no word for.
pub(super) fn is_null(node: &Node) -> bool {
    match node {
        Node::Null => true,
        Node::Float(number) => !number.is_finite(),
        _ => false,
    }
}

/// A finding for every `null` at or below the value of a key.
pub(super) fn check(key: &str, value: &Node) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    walk(key.to_owned(), value, &mut findings);
    findings
}

fn walk(path: String, node: &Node, findings: &mut Vec<Diagnostic>) {
    match node {
        node if is_null(node) => {
            let value = match node {
                Node::Float(number) => number.to_string(),
                _ => "null".to_owned(),
            };
            let message = format!("{path} is {value}, which no template may hold");
            let finding = Diagnostic::error("null-value", message).value(value).allowed("any other value");
            findings.push(
                finding.hint("leave it out, or let AWS::NoValue take it out when the stack is deployed"),
            );
        }
        Node::List(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| walk(format!("{path}.{index}"), item, findings));
        }
        Node::Map(map) => map.iter().for_each(|(key, value)| walk(format!("{path}.{key}"), value, findings)),
        Node::Call(call) => walk(format!("{path}.{}", call.function.key()), &call.argument, findings),
        Node::Sub(pieces) => pieces.iter().for_each(|piece| walk(format!("{path}.Fn::Sub"), piece, findings)),
        _ => {}
    }
}
