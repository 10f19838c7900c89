//! Who may do more than anybody needs.

use std::borrow::Cow;

use stackwright_cfn::{Map, Node, Resource};

use crate::known::{maps, texts, texts_of};
use crate::policy::{Form, policies, statements};
use crate::{About, Document, Finding, Section, Way};

const ACTION: About =
    About::new("wildcard-action", "whoever takes over an identity that may do everything has the account");
const RESOURCE: About = About::new(
    "wildcard-resource",
    "a right to change things on everything reaches what it is not meant for",
);
const PASS: About = About::new(
    "pass-any-role",
    "who may hand any role to a service can make it do whatever the mightiest role may",
);
const TRUST: About = About::new("open-trust", "a role that anybody can take on is everybody's");
const PUBLIC: About =
    About::new("public-policy", "a policy without a condition for everybody is for everybody");

pub(super) const ABOUT: &[About] = &[ACTION, RESOURCE, PASS, TRUST, PUBLIC];

pub(super) fn check<'n>(document: &Document<'n>, id: &str, resource: &'n Resource, found: &mut Vec<Finding>) {
    policies(id, resource, &mut |policy, way| {
        statements(document, policy, way, &mut |statement, way| {
            let allows = texts_of(document, statement, "Effect").iter().any(|effect| effect == "Allow");
            if !allows {
                return;
            }
            match policy.form {
                Form::Identity => identity(document, statement, way, found),
                Form::Trust => trust(document, statement, way, found),
                Form::Resource => public(document, statement, way, found),
                Form::Limit => {}
            }
        });
    });
    function(document, id, resource, found);
}

fn identity<'n>(document: &Document<'n>, statement: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    if statement.contains_key("NotAction") {
        let hint = "name the actions that are needed";
        let finding = ACTION.warning("every action is allowed that is not named, also those to come");
        found.push(Finding::new(way.key("NotAction").place(), finding.value("NotAction").hint(hint)));
        return;
    }
    let actions = texts_of(document, statement, "Action");
    if let Some(all) = actions.iter().find(|action| matches!(&***action, "*" | "*:*")) {
        let finding = ACTION.warning(format!("every action is allowed: Action is {all:?}"));
        let hint = "name the actions that are needed";
        found.push(Finding::new(way.key("Action").place(), finding.value(&**all).hint(hint)));
        return;
    }
    let is_everything = texts_of(document, statement, "Resource").iter().any(|resource| resource == "*");
    if !is_everything || statement.contains_key("Condition") {
        return;
    }
    let place = way.key("Resource").place();
    if let Some(pass) = actions.iter().find(|action| is_like(action, "iam:PassRole")) {
        let finding = PASS.warning(format!("{pass} is allowed on every role: Resource is \"*\""));
        let hint = "name the roles, or add a condition on iam:PassedToService";
        found.push(Finding::new(place.clone(), finding.value("*").hint(hint)));
    }
    let is_told = |action: &&Cow<'_, str>| changes(action) && !action.eq_ignore_ascii_case("iam:PassRole");
    if let Some(write) = actions.iter().find(is_told) {
        let finding = RESOURCE.warning(format!("{write} is allowed on everything: Resource is \"*\""));
        let hint = "name the resources, or add a condition";
        found.push(Finding::new(place, finding.value("*").hint(hint)));
    }
}

/// Whether an action, whose name may have wildcards, may be this one. IAM does not tell capitals from small letters.
fn is_like(pattern: &str, action: &str) -> bool {
    fn fits(pattern: &[u8], action: &[u8]) -> bool {
        match (pattern, action) {
            ([b'*', rest @ ..], _) => (0..=action.len()).any(|at| fits(rest, &action[at..])),
            ([b'?', rest @ ..], [_, tail @ ..]) => fits(rest, tail),
            ([one, rest @ ..], [other, tail @ ..]) => one == other && fits(rest, tail),
            (rest, tail) => rest.is_empty() && tail.is_empty(),
        }
    }
    fits(pattern.to_ascii_lowercase().as_bytes(), action.to_ascii_lowercase().as_bytes())
}

/// What actions that only look are called.
const LOOKS: [&str; 21] = [
    "BatchDescribe",
    "BatchGet",
    "BatchCheck",
    "Check",
    "Describe",
    "Detect",
    "Discover",
    "Download",
    "Estimate",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Preview",
    "Query",
    "Scan",
    "Search",
    "Simulate",
    "Validate",
    "View",
];

/// Actions that IAM lets nobody narrow down to a resource.
///
/// Source: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>
const WIDE: [&str; 12] = [
    "cloudwatch:PutMetricData",
    "ec2messages:",
    "logs:PutResourcePolicy",
    "mobiletargeting:",
    "rds:CrossRegionCommunication",
    "s3:CreateJob",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:",
    "sts:DecodeAuthorizationMessage",
    "sts:SetSourceIdentity",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
];

/// Whether an action changes something, and could be limited to resources.
fn changes(action: &str) -> bool {
    let Some((_, name)) = action.split_once(':') else { return false };
    let starts = |text: &str, start: &str| {
        text.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
    };
    !LOOKS.iter().any(|look| starts(name, look)) && !WIDE.iter().any(|wide| starts(action, wide))
}

fn trust<'n>(document: &Document<'n>, statement: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let Some(principal) = statement.get("Principal") else { return };
    if statement.contains_key("Condition") {
        return;
    }
    let place = || way.key("Principal").place();
    if is_everybody(document, principal) {
        let finding = TRUST.warning("everybody in every account can take on the role: Principal is \"*\"");
        found.push(Finding::new(place(), finding.value("*").hint("name the principal, or add a condition")));
    } else if maps(document, principal).iter().any(|map| map.contains_key("Federated")) {
        let finding = TRUST.warning("whoever the identity provider knows can take on the role");
        let hint = "add a condition on the subject (:sub) and the audience (:aud)";
        found.push(Finding::new(place(), finding.hint(hint)));
    }
}

/// Whether a principal is everybody, in either way of writing it.
fn is_everybody<'n>(document: &Document<'n>, principal: &'n Node) -> bool {
    let is_all = |texts: Vec<Cow<'_, str>>| texts.iter().any(|text| text == "*");
    is_all(texts(document, principal))
        || maps(document, principal).into_iter().any(|map| is_all(texts_of(document, map, "AWS")))
}

fn public<'n>(document: &Document<'n>, statement: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let Some(principal) = statement.get("Principal") else { return };
    if is_everybody(document, principal) && !statement.contains_key("Condition") {
        let actions = texts_of(document, statement, "Action").join(", ");
        let finding = PUBLIC.warning(format!("everybody is allowed {actions}: Principal is \"*\""));
        let hint = "name the principal, or add a condition";
        found.push(Finding::new(way.key("Principal").place(), finding.value("*").hint(hint)));
    }
}

/// Who may call a function.
fn function<'n>(document: &Document<'n>, id: &str, resource: &'n Resource, found: &mut Vec<Finding>) {
    let properties = &resource.properties;
    let limits = ["SourceArn", "SourceAccount", "PrincipalOrgID", "FunctionUrlAuthType"];
    if resource.type_name != *"AWS::Lambda::Permission"
        || limits.iter().any(|key| properties.contains_key(key))
    {
        return;
    }
    if texts_of(document, properties, "Principal").iter().any(|text| text == "*") {
        let element = Way::to(Section::Resource, id);
        let place = element.key("Properties").key("Principal").place();
        let finding = PUBLIC.warning("everybody may call the function: Principal is \"*\"");
        found.push(Finding::new(place, finding.value("*").hint("name the principal, or a SourceArn")));
    }
}

#[cfg(test)]
mod tests {
    use super::{changes, is_like};

    #[test]
    fn actions_that_change_something() {
        for action in ["s3:*", "s3:PutObject", "ec2:De*", "dynamodb:BatchWriteItem", "EC2:runinstances"] {
            assert!(changes(action), "{action}");
        }
        for action in
            ["ec2:Describe*", "s3:GetObject", "ssmmessages:CreateDataChannel", "xray:PutTraceSegments"]
        {
            assert!(!changes(action), "{action}");
        }
    }

    #[test]
    fn names_of_actions_with_wildcards() {
        for pattern in ["iam:PassRole", "iam:*", "IAM:passrole", "iam:Pass*", "iam:Pass?ole", "*"] {
            assert!(is_like(pattern, "iam:PassRole"), "{pattern}");
        }
        for pattern in ["iam:Pass", "iam:PassRoles", "sts:*", "iam:?assRol", ""] {
            assert!(!is_like(pattern, "iam:PassRole"), "{pattern}");
        }
    }
}
