//! Conditions of statements: their operators, and the keys that these compare.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::Node;

use super::{invalid, tell};
use crate::near::nearest;
use crate::sketch::{GAP, shown};
use crate::view::View;
use crate::{Document, Finding, Way};

/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>
const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
    "Null",
];

/// What a key of a condition looks like.
const KEY: &str = "a service, a colon and a name, such as aws:SourceAccount";

pub(super) fn check<'n>(document: &Document<'n>, node: &'n Node, way: &Way<'_>, found: &mut Vec<Finding>) {
    match View::of(document, node) {
        View::Literal(Node::Map(operators)) => {
            for (operator, keys) in operators.iter() {
                let way = way.key(operator);
                if let Some(finding) = operator_problem(operator) {
                    tell(&way, finding, found);
                }
                compared(document, keys, &way, found);
            }
        }
        View::Literal(Node::Text(_) | Node::List(_)) => {
            let allowed = "operators, with the keys and values that each compares";
            let finding = invalid(&format!("Condition is no map: allowed are {allowed}"));
            tell(way, finding.allowed(allowed), found);
        }
        _ => {}
    }
}

fn operator_problem(operator: &str) -> Option<Diagnostic> {
    let name = ["ForAllValues:", "ForAnyValue:"].iter().find_map(|of_many| operator.strip_prefix(of_many));
    let name = name.unwrap_or(operator);
    let bare = name.strip_suffix("IfExists").unwrap_or(name);
    let invalid = |message: String| Diagnostic::error("invalid-operator", message).value(operator);
    if bare == "Null" && name != bare {
        let message =
            "the operator Null cannot be told to hold where the key is absent: that is what it asks";
        return Some(invalid(message.to_owned()).allowed("Null"));
    }
    let is_known = OPERATORS.iter().any(|known| known.eq_ignore_ascii_case(bare));
    (!is_known && !operator.contains(GAP)).then(|| {
        let allowed = "operators such as StringEquals, ArnLike and IpAddress";
        let message = format!("{operator:?} is no operator of conditions: allowed are {allowed}");
        invalid(message).allowed(allowed).meant(nearest(bare, OPERATORS.into_iter()))
    })
}

/// Looks at the keys that an operator compares.
fn compared<'n>(document: &Document<'n>, node: &'n Node, way: &Way<'_>, found: &mut Vec<Finding>) {
    match View::of(document, node) {
        View::Literal(Node::Map(keys)) => {
            for key in keys.keys().filter(|key| !key.contains([':', GAP])) {
                let message = format!(
                    "{:?} is not a condition key: it has a colon, such as aws:SourceAccount",
                    key.as_str()
                );
                let finding = Diagnostic::error("invalid-condition-key", message).value(shown(key));
                tell(&way.key(key), finding.allowed(KEY), found);
            }
        }
        View::Literal(Node::Text(_) | Node::List(_)) => {
            let message = format!("{} compares no keys: allowed are keys with their values", way.name());
            tell(way, invalid(&message).allowed("keys with their values"), found);
        }
        _ => {}
    }
}
