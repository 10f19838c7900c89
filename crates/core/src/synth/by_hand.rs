//! Names that a program writes into a template by hand.

use stackwright_cfn::{Function, Node};

/// The logical ids that this one node names in plain text.
pub(super) fn references(node: &Node) -> Vec<String> {
    let Node::Call(call) = node else { return Vec::new() };
    let name = match (call.function, &call.argument) {
        (Function::Ref | Function::Condition, Node::Text(name)) => name.as_str(),
        (Function::GetAtt, Node::List(items)) => items.first().and_then(Node::as_str).unwrap_or_default(),
        _ => return Vec::new(),
    };
    if name.is_empty() || name.starts_with("AWS::") { Vec::new() } else { vec![name.to_owned()] }
}
