//! Policies as such: what IAM refuses whatever the policy is about.

mod arn;
mod condition;
mod principal;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node};

use crate::known::texts_of;
use crate::near::nearest;
use crate::policy::{Form, Policy, policies, statements};
use crate::sketch::{GAP, sketches};
use crate::{Document, Finding, Way, action_problem};

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];
const ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];
const ELEMENTS_OF_STATEMENTS: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        policies(id, resource, &mut |policy, way| {
            whole(document, policy, way, found);
            statements(document, policy, way, &mut |statement, way| {
                look(document, policy.form, statement, way, found);
            });
        });
    }
}

fn invalid(message: &str) -> Diagnostic {
    Diagnostic::error("invalid-policy", message)
}

/// What is told of one value.
fn tell(way: &Way<'_>, finding: Diagnostic, found: &mut Vec<Finding>) {
    found.push(Finding::new(way.place(), finding));
}

/// The texts of an element that are known as a whole.
fn known<'n>(document: &Document<'n>, map: &'n Map, key: &str) -> Vec<Cow<'n, str>> {
    let mut texts = texts_of(document, map, key);
    texts.retain(|text| !text.contains(GAP));
    texts
}

/// Looks at what is outside of the statements, and at what they are called.
fn whole(document: &Document<'_>, policy: &Policy<'_>, way: &Way<'_>, found: &mut Vec<Finding>) {
    let map = match &policy.map {
        Ok(map) => *map,
        Err(error) => {
            return tell(way, invalid(&format!("the policy is text that is no JSON: {error}")), found);
        }
    };
    for version in known(document, map, "Version") {
        if !VERSIONS.contains(&&*version) {
            let allowed = VERSIONS.join(" and ");
            let message = format!("Version is {version:?}: allowed are {allowed}");
            let finding = invalid(&message).value(version).allowed(allowed);
            let hint = "it is the version of the language, not of the policy";
            tell(&way.key("Version"), finding.hint(hint), found);
        }
    }
    let meant = unknown_keys("the policy", map, &ELEMENTS, way, found);
    // A macro or a loop may put it in.
    let is_made = map.keys().any(|key| key.starts_with("Fn::"));
    if !map.contains_key("Statement") && !meant.contains(&"Statement") && !is_made {
        let finding = invalid("the policy has no Statement, which it must have").value("nothing");
        tell(way, finding.allowed("a list of statements"), found);
    }
    sids(document, policy.form, map, way, found);
}

/// Tells keys that there are not, and gives what they are meant to be.
fn unknown_keys(
    what: &str,
    map: &Map,
    allowed: &[&'static str],
    way: &Way<'_>,
    found: &mut Vec<Finding>,
) -> Vec<&'static str> {
    let mut meant = Vec::new();
    for key in map.keys().filter(|key| !allowed.contains(&key.as_str()) && !key.starts_with("Fn::")) {
        let list = allowed.join(", ");
        let message = format!("{what} has no element {:?}: allowed are {list}", key.as_str());
        let near = nearest(key, allowed.iter().copied());
        let finding = invalid(&message).value(key.as_str()).allowed(list).meant(near);
        tell(&way.key(key), finding, found);
        meant.extend(allowed.iter().find(|name| near == Some(name)));
    }
    meant
}

/// Looks at the ids of statements. What is there only under a condition may have the id of another.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html>
fn sids(document: &Document<'_>, form: Form, map: &Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let list = way.key("Statement");
    let statements = map.get("Statement").and_then(Node::as_list).unwrap_or_default();
    let mut taken: BTreeMap<Cow<'_, str>, usize> = BTreeMap::new();
    for (index, statement) in statements.iter().enumerate() {
        let Some(statement) = statement.as_map() else { continue };
        let item = list.index(index);
        let way = item.key("Sid");
        for sid in known(document, statement, "Sid") {
            let is_plain = sid.bytes().all(|byte| byte.is_ascii_alphanumeric());
            // Policies of resources are read by their services, most of which take more.
            if !is_plain && matches!(form, Form::Identity | Form::Trust) {
                let message = format!("a statement cannot be called {sid:?}: allowed are letters and digits");
                let finding = Diagnostic::error("invalid-sid", message).value(&*sid);
                tell(&way, finding.allowed("letters and digits"), found);
            }
            match taken.get(&sid) {
                Some(first) if !sid.is_empty() => {
                    let message = format!("two statements of a policy are called {sid:?}");
                    let finding = Diagnostic::error("duplicate-sid", message).value(sid);
                    let first = list.index(*first).key("Sid").place();
                    found.push(Finding::new(way.place(), finding).related("used first", first));
                }
                _ => _ = taken.insert(sid, index),
            }
        }
    }
}

fn look<'n>(
    document: &Document<'n>,
    form: Form,
    statement: &'n Map,
    way: &Way<'_>,
    found: &mut Vec<Finding>,
) {
    // A macro or a condition may put any of it in.
    if statement.keys().any(|key| key.starts_with("Fn::")) {
        return;
    }
    elements(document, form, statement, way, found);
    for key in ["Action", "NotAction"] {
        for action in known(document, statement, key) {
            if let Some(finding) = action_problem(&action) {
                tell(&way.key(key), finding, found);
            }
        }
    }
    for key in ["Resource", "NotResource"] {
        let Some(node) = statement.get(key) else { continue };
        for text in sketches(document, node) {
            if let Some(finding) = arn::resource_problem(key, &text) {
                tell(&way.key(key), finding, found);
            }
        }
    }
    for key in ["Principal", "NotPrincipal"] {
        if let Some(node) = statement.get(key) {
            principal::check(document, node, &way.key(key), found);
        }
    }
    if let Some(node) = statement.get("Condition") {
        condition::check(document, node, &way.key("Condition"), found);
    }
}

/// Looks at which elements a statement has.
fn elements<'n>(
    document: &Document<'n>,
    form: Form,
    statement: &'n Map,
    way: &Way<'_>,
    found: &mut Vec<Finding>,
) {
    let meant = unknown_keys("a statement", statement, &ELEMENTS_OF_STATEMENTS, way, found);
    let has = |name: &str| statement.contains_key(name) || meant.contains(&name);
    if !has("Effect") {
        let finding = invalid("the statement has no Effect: allowed are Allow and Deny").value("nothing");
        tell(way, finding.allowed("Allow and Deny"), found);
    }
    for effect in known(document, statement, "Effect") {
        if !["Allow", "Deny"].contains(&&*effect) {
            let message = format!("Effect is {effect:?}: allowed are Allow and Deny");
            let finding = invalid(&message).value(effect).allowed("Allow and Deny");
            tell(&way.key("Effect"), finding, found);
        }
    }
    for (one, other) in [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")]
    {
        if statement.contains_key(one) && statement.contains_key(other) {
            let message = format!("the statement has {one} and {other}: allowed is one of them");
            let finding = invalid(&message).value(format!("{one}, {other}"));
            tell(&way.key(other), finding.allowed("one of them"), found);
        }
    }
    let mut missing = |name: &str| {
        let message = format!("the statement has no {name}, which it must have");
        let finding = invalid(&message).value("nothing").allowed(format!("a value for {name}"));
        tell(way, finding, found);
    };
    if !has("Action") && !has("NotAction") {
        missing("Action");
    }
    if form == Form::Identity && !has("Resource") && !has("NotResource") {
        missing("Resource");
    }
    if form == Form::Trust && !has("Principal") && !has("NotPrincipal") {
        missing("Principal");
    }
    let key = match form {
        Form::Identity => ["Principal", "NotPrincipal"],
        Form::Trust => ["Resource", "NotResource"],
        Form::Resource | Form::Limit => return,
    };
    for key in key.into_iter().filter(|key| statement.contains_key(key)) {
        let message = match form {
            Form::Trust => {
                format!("{key} stands in the trust policy of a role, which is itself the resource")
            }
            _ => format!("{key} stands in the policy of an identity, which is itself the principal"),
        };
        let finding = invalid(&message).value(key).allowed("nothing").hint("leave it out");
        tell(&way.key(key), finding, found);
    }
}
