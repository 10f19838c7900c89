//! Policies as such: what IAM refuses whatever the policy is about.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::Map;

use crate::known::texts_of;
use crate::policy::{Form, policies, statements};
use crate::{Document, Finding, Way};

const VERSIONS: [&str; 2] = ["2012-10-17", "2008-10-17"];

/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        policies(id, resource, &mut |policy, way| {
            for version in texts_of(document, policy.map, "Version") {
                if !VERSIONS.contains(&&*version) {
                    let allowed = VERSIONS.join(" and ");
                    let message = format!("Version is {version:?}: allowed are {allowed}");
                    let finding = invalid(&message).value(version).allowed(allowed);
                    let hint = "it is the version of the language, not of the policy";
                    found.push(Finding::new(way.key("Version").place(), finding.hint(hint)));
                }
            }
            statements(document, policy, way, &mut |statement, way| {
                look(document, policy.form, statement, way, found);
            });
        });
    }
}

fn invalid(message: &str) -> Diagnostic {
    Diagnostic::error("invalid-policy", message)
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
    if !statement.contains_key("Effect") {
        let finding = invalid("the statement has no Effect: allowed are Allow and Deny").value("nothing");
        found.push(Finding::new(way.place(), finding.allowed("Allow and Deny")));
    }
    for effect in texts_of(document, statement, "Effect") {
        if !["Allow", "Deny"].contains(&&*effect) {
            let message = format!("Effect is {effect:?}: allowed are Allow and Deny");
            let finding = invalid(&message).value(effect).allowed("Allow and Deny");
            found.push(Finding::new(way.key("Effect").place(), finding));
        }
    }
    for (one, other) in [("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")]
    {
        if statement.contains_key(one) && statement.contains_key(other) {
            let message = format!("the statement has {one} and {other}: allowed is one of them");
            let finding = invalid(&message).value(format!("{one}, {other}"));
            found.push(Finding::new(way.key(other).place(), finding.allowed("one of them")));
        }
    }
    let has = |one, other| statement.contains_key(one) || statement.contains_key(other);
    let mut missing = |name: &str| {
        let message = format!("the statement has no {name}, which it must have");
        found.push(Finding::new(
            way.place(),
            invalid(&message).value("nothing").allowed(format!("a value for {name}")),
        ));
    };
    if !has("Action", "NotAction") {
        missing("Action");
    }
    if form == Form::Identity && !has("Resource", "NotResource") {
        missing("Resource");
    }
    if form == Form::Trust && !has("Principal", "NotPrincipal") {
        missing("Principal");
    }
    let key = match form {
        Form::Identity => ["Principal", "NotPrincipal"],
        Form::Trust => ["Resource", "NotResource"],
        Form::Resource | Form::Endpoint => return,
    };
    for key in key.into_iter().filter(|key| statement.contains_key(key)) {
        let message = match form {
            Form::Trust => {
                format!("{key} stands in the trust policy of a role, which is itself the resource")
            }
            _ => format!("{key} stands in the policy of an identity, which is itself the principal"),
        };
        let finding = invalid(&message).allowed("nothing").hint("leave it out");
        found.push(Finding::new(way.key(key).place(), finding));
    }
}

#[cfg(test)]
mod tests {
    use crate::{Document, Finding};

    #[track_caller]
    fn check(type_name: &str, key: &str, policy: &str, expected: &[&str]) {
        let text =
            format!("{{Resources: {{A: {{Type: '{type_name}', Properties: {{{key}: {{{policy}}}}}}}}}}}");
        let template = stackwright_cfn::read(&text).unwrap();
        let mut found: Vec<Finding> = Vec::new();
        super::check(&Document::of(&template), &mut found);
        let found: Vec<String> = found
            .iter()
            .map(|finding| {
                assert_eq!(finding.diagnostic.code, "invalid-policy");
                finding.place.path()
            })
            .collect();
        assert_eq!(found, expected, "{policy}");
    }

    #[test]
    fn policies_of_identities() {
        let check =
            |policy: &str, expected: &[&str]| check("AWS::IAM::Policy", "PolicyDocument", policy, expected);
        let at = "PolicyDocument.Statement.0";
        check("Version: 2012-10-17, Statement: [{Effect: Deny, NotAction: a, NotResource: b}]", &[]);
        check("Version: 2012-10-18, Statement: []", &["PolicyDocument.Version"]);
        check("Statement: [{Effect: allow, Action: a, Resource: b}]", &[&format!("{at}.Effect")]);
        check("Statement: {Action: a, Resource: b}", &["PolicyDocument.Statement"]);
        check(
            "Statement: [{Effect: Allow, Action: a, NotAction: a, Resource: b}]",
            &[&format!("{at}.NotAction")],
        );
        check("Statement: [{Effect: Allow, Resource: b}]", &[at]);
        check("Statement: [{Effect: Allow, Action: a}]", &[at]);
        check(
            "Statement: [{Effect: Allow, Action: a, Resource: b, Principal: '*'}]",
            &[&format!("{at}.Principal")],
        );
    }

    #[test]
    fn policies_of_trust_and_of_resources() {
        let trust = |policy: &str, expected: &[&str]| {
            check("AWS::IAM::Role", "AssumeRolePolicyDocument", policy, expected);
        };
        let at = "AssumeRolePolicyDocument.Statement.0";
        trust("Statement: [{Effect: Allow, Action: a, Principal: {Service: s}}]", &[]);
        trust("Statement: [{Effect: Allow, Action: a}]", &[at]);
        trust(
            "Statement: [{Effect: Allow, Action: a, Principal: '*', Resource: b}]",
            &[&format!("{at}.Resource")],
        );
        check(
            "AWS::SQS::QueuePolicy",
            "PolicyDocument",
            "Statement: [{Effect: Allow, Action: a, Principal: '*'}]",
            &[],
        );
    }
}
