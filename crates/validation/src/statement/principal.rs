//! Principals of statements.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::Node;

use super::{arn, tell};
use crate::near::nearest;
use crate::sketch::{GAP, shown, sketches};
use crate::view::View;
use crate::{Document, Finding, Way};

const KINDS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>
pub(super) fn check<'n>(document: &Document<'n>, node: &'n Node, way: &Way<'_>, found: &mut Vec<Finding>) {
    let kinds = match View::of(document, node) {
        View::Literal(Node::Map(kinds)) => kinds,
        View::Either(then, otherwise) => {
            let call = way.key("Fn::If");
            check(document, then, &call.index(1), found);
            return check(document, otherwise, &call.index(2), found);
        }
        _ => {
            for text in sketches(document, node) {
                if !text.starts_with([GAP, '*']) {
                    let allowed = "\"*\", or a kind with its principals, such as {AWS: ARN}";
                    tell(
                        way,
                        invalid(&text, &format!("has no kind: allowed is {allowed}")).allowed(allowed),
                        found,
                    );
                }
            }
            return;
        }
    };
    for (kind, principals) in kinds.iter().filter(|(kind, _)| !kind.starts_with("Fn::")) {
        let way = way.key(kind);
        if !KINDS.contains(&kind.as_str()) {
            let allowed = KINDS.join(", ");
            let finding = invalid(kind, &format!("is no kind of principal: allowed are {allowed}"));
            tell(&way, finding.allowed(allowed).meant(nearest(kind, KINDS.into_iter())), found);
            continue;
        }
        for text in sketches(document, principals) {
            let problem = match kind.as_str() {
                "AWS" => identity_problem(&text),
                "Service" => service_problem(&text),
                _ => None,
            };
            found.extend(problem.map(|problem| Finding::new(way.place(), problem)));
        }
    }
}

fn invalid(text: &str, problem: &str) -> Diagnostic {
    let text = shown(text);
    Diagnostic::error("invalid-principal", format!("principal {text:?} {problem}")).value(text)
}

/// An account, an ARN, or the id that IAM puts for an ARN once whom it names is gone.
fn identity_problem(text: &str) -> Option<Diagnostic> {
    let is_upper = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let is_id = text.len() >= 16 && text.starts_with('A') && text.bytes().all(is_upper);
    let is_account = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if text == "*" || text.starts_with(GAP) || is_id || is_account {
        return None;
    }
    if !text.starts_with("arn:") {
        let allowed = "an account of twelve digits, or an ARN such as arn:aws:iam::123456789012:role/deploy";
        return Some(invalid(text, &format!("is nobody: allowed is {allowed}")).allowed(allowed));
    }
    if text.contains('*') {
        let finding = invalid(text, "stands for several: allowed is one, or \"*\" for everybody");
        return Some(finding.allowed("one, or \"*\"").hint("add a condition on aws:PrincipalArn"));
    }
    let problem = arn::problem(text)?;
    Some(problem.finding("invalid-principal", "principal", text))
}

fn service_problem(text: &str) -> Option<Diagnostic> {
    let is_open = text.contains(GAP) || text == "*";
    let allowed = "the name of a service, such as ec2.amazonaws.com";
    let told = || invalid(text, &format!("is no service: allowed is {allowed}")).allowed(allowed);
    (!is_open && !text.contains('.')).then(told)
}
