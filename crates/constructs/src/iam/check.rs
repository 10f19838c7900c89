//! What is wrong with a statement, told with the line it was written on.

use std::collections::BTreeMap;

use stackwright_cfn::{Node, Value};
use stackwright_core::{Diagnostic, Scope, action_problem};

use super::partition::partition_of_region;
use super::principal::Who;
use super::statement::{Effect, PolicyStatement};

/// What a policy is attached to, which decides which elements its statements have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    /// A user, a group or a role: resources, but no principals.
    Identity,
    /// A resource: principals and, with few exceptions, resources.
    Resource,
    /// A role, as the policy that says who may take it on: principals, but no resources.
    Trust,
}

pub(super) fn statements(statements: &[PolicyStatement], usage: Use, scope: &impl Scope) {
    let mut sids: BTreeMap<&str, u32> = BTreeMap::new();
    for one in statements {
        statement(one, usage, scope);
        if let Some(sid) = &one.sid {
            let count = sids.entry(sid).or_default();
            *count += 1;
            if *count == 2 {
                let finding = format!("two statements of a policy are called {sid:?}");
                report(scope, one, Diagnostic::error("duplicate-sid", finding).value(sid));
            }
        }
    }
}

fn report(scope: &impl Scope, statement: &PolicyStatement, finding: Diagnostic) {
    scope.report(finding.source(statement.location));
}

fn statement(statement: &PolicyStatement, usage: Use, scope: &impl Scope) {
    let tell = |finding: Diagnostic| report(scope, statement, finding);
    sid(statement, tell);
    actions(statement, tell);
    principals(statement, usage, tell);
    let region = scope.environment().region;
    let partition = region.as_deref().and_then(partition_of_region);
    resources(statement, usage, partition, tell);
    conditions(statement, tell);
}

fn sid(statement: &PolicyStatement, tell: impl Fn(Diagnostic)) {
    let Some(sid) = &statement.sid else { return };
    if sid.is_empty() || !sid.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        let finding = format!("a statement cannot be called {sid:?}: allowed are letters and digits");
        tell(Diagnostic::error("invalid-sid", finding).value(sid).allowed("letters and digits"));
    }
}

fn actions(statement: &PolicyStatement, tell: impl Fn(Diagnostic)) {
    let PolicyStatement { actions, not_actions, wide_actions, .. } = statement;
    if actions.is_empty() && not_actions.is_empty() {
        tell(
            Diagnostic::error("statement-without-actions", "a statement names no action")
                .value("nothing")
                .hint("say actions([\"service:Action\"]), or any_action()"),
        );
    }
    if !actions.is_empty() && !not_actions.is_empty() {
        let finding = "a statement is about some actions, and about all but some: allowed is one of the two";
        tell(Diagnostic::error("actions-and-exceptions", finding).value("Action, NotAction"));
    }
    for action in actions {
        let is_wide = action == "*" || action.ends_with(":*");
        if is_wide && statement.effect == Effect::Allow && !wide_actions.contains(action) {
            let hint = match action.split_once(':') {
                Some((service, _)) => {
                    format!("name the actions, or say any_action_of({service:?}) instead of {action:?}")
                }
                None => "name the actions, or say any_action() instead of \"*\"".to_owned(),
            };
            let finding = format!("a statement allows every action by {action:?} without saying so");
            tell(Diagnostic::error("any-action-unsaid", finding).value(action).hint(hint));
        }
    }
    for action in actions.iter().chain(not_actions) {
        if let Some(finding) = action_problem(action) {
            tell(finding);
        }
    }
}

fn principals(statement: &PolicyStatement, usage: Use, tell: impl Fn(Diagnostic)) {
    let has_principals = !statement.principals.is_empty();
    match usage {
        Use::Identity if has_principals => tell(
            Diagnostic::error(
                "principal-of-identity-policy",
                "a policy of a user, group or role names a principal",
            )
            .value("Principal")
            .hint("it is about whom it is attached to: leave principal(…) out"),
        ),
        Use::Resource | Use::Trust if !has_principals => {
            tell(
                Diagnostic::error("statement-without-principal", "a statement names no principal")
                    .value("nothing"),
            );
        }
        _ => {}
    }
    for part in &statement.principals {
        let (name, problem) = match &part.who {
            Who::Arn(arn) => match arn.as_str() {
                Some("*") => ("*", "stands for everyone, which is written Principal::anyone()"),
                Some(arn) if !is_arn(arn) => {
                    (arn, "is not an ARN, such as arn:aws:iam::123456789012:role/deploy")
                }
                _ => continue,
            },
            Who::Account(Some(account)) => match account.as_str() {
                Some(account) if !is_account(account) => (account, "is not an account: it has twelve digits"),
                _ => continue,
            },
            Who::Service(service) => match service.as_str() {
                Some(service) if !is_service(service) => {
                    (service, "is not a service, such as ec2 or ec2.amazonaws.com")
                }
                _ => continue,
            },
            _ => continue,
        };
        let finding = format!("principal {name:?} {problem}");
        tell(Diagnostic::error("invalid-principal", finding).value(name));
    }
    for part in &statement.principals {
        let is_open = usage == Use::Trust
            && statement.conditions.is_empty()
            && statement.actions.iter().any(|action| action == "sts:AssumeRoleWithWebIdentity");
        if is_open && let Who::Federated(provider) = &part.who {
            let provider = provider.as_str().unwrap_or("the provider");
            let finding = format!("a role trusts every token of {provider:?}, whoever it was given to");
            tell(
                Diagnostic::error("web-identity-without-condition", finding)
                    .hint("add a condition on the token's subject, or use OidcProvider::subjects"),
            );
        }
    }
}

fn is_service(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte))
    };
    text.split('.').all(is_label)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text has the six fields of an ARN.
fn is_arn(text: &str) -> bool {
    text.starts_with("arn:") && text.splitn(6, ':').count() == 6
}

fn resources(
    statement: &PolicyStatement,
    usage: Use,
    partition: Option<&'static str>,
    tell: impl Fn(Diagnostic),
) {
    let PolicyStatement { resources, not_resources, .. } = statement;
    let is_silent = resources.is_empty() && not_resources.is_empty();
    match usage {
        Use::Identity if is_silent => tell(
            Diagnostic::error("statement-without-resources", "a statement names no resource")
                .value("nothing")
                .hint("say resources([arn]), or any_resource()"),
        ),
        Use::Trust if !is_silent => {
            let finding = "a statement that lets a role be taken on names a resource";
            tell(
                Diagnostic::error("resource-of-trust-policy", finding)
                    .value("Resource")
                    .hint("it is about the role it is part of"),
            );
        }
        _ => {}
    }
    if !resources.is_empty() && !not_resources.is_empty() {
        let finding =
            "a statement is about some resources, and about all but some: allowed is one of the two";
        tell(Diagnostic::error("resources-and-exceptions", finding).value("Resource, NotResource"));
    }
    for resource in resources.iter().chain(not_resources).filter_map(Value::as_str) {
        if resource == "*" {
            if statement.effect == Effect::Allow && !statement.any_resource && usage == Use::Identity {
                let finding = "a statement allows something on every resource by \"*\" without saying so";
                tell(
                    Diagnostic::error("any-resource-unsaid", finding)
                        .value("*")
                        .hint("name the resources, or say any_resource() instead of \"*\""),
                );
            }
        } else if !is_arn(resource) {
            let finding =
                format!("{resource:?} is not the ARN of a resource: it starts with arn: and has six fields");
            tell(Diagnostic::error("invalid-resource", finding).value(resource));
        } else if let (Some(own), Some(given)) = (partition, resource.split(':').nth(1))
            && own != given
            && given != "*"
        {
            let finding = format!("{resource:?} is in partition {given}, but the stack's region is in {own}");
            tell(
                Diagnostic::warning("resource-of-another-partition", finding)
                    .value(resource)
                    .hint("let Arn::new(…) fill in the partition"),
            );
        }
    }
}

fn conditions(statement: &PolicyStatement, tell: impl Fn(Diagnostic)) {
    let mut seen: Vec<(String, &Node)> = Vec::new();
    for condition in &statement.conditions {
        let operator = condition.operator.to_string();
        let key = condition.key.as_str().unwrap_or("…");
        if condition.values.is_empty() {
            let finding = format!("the condition {operator} on {key:?} has no value, so that it never holds");
            tell(Diagnostic::error("condition-without-values", finding).value(key));
        }
        if condition.operator.name == "Null" && condition.operator.if_exists {
            let finding =
                "the operator Null cannot be told to hold where the key is absent: that is what it asks";
            tell(Diagnostic::error("null-if-exists", finding).value(operator.as_str()));
        }
        if condition.key.as_str().is_some_and(|key| !key.contains(':')) {
            let finding =
                format!("{key:?} is not a condition key: it has a colon, such as aws:SourceAccount");
            tell(Diagnostic::error("invalid-condition-key", finding).value(key));
        }
        let place = (operator, condition.key.node());
        if seen.contains(&place) {
            let finding = format!("the condition {} on {key:?} is said twice", place.0);
            tell(
                Diagnostic::error("condition-said-twice", finding)
                    .value(key)
                    .hint("give all its values at once: any of them may then be met"),
            );
        }
        seen.push(place);
    }
}
