//! For each rule of policies statements that it finds something in, and near ones that it does not.

use crate::{Document, Finding};

/// The codes and ways of what is found in a property of a resource, after the property.
#[track_caller]
fn check(type_name: &str, key: &str, value: &str, expected: &[&str]) {
    let text = format!("{{Resources: {{A: {{Type: '{type_name}', Properties: {{{key}: {value}}}}}}}}}");
    let template = stackwright_cfn::read(&text).unwrap();
    let mut found: Vec<Finding> = Vec::new();
    super::check(&Document::of(&template), &mut found);
    let found: Vec<String> = found
        .iter()
        .map(|finding| {
            let path = finding.place.path();
            let inner = path.strip_prefix(key).unwrap_or(&path).trim_start_matches('.');
            format!("{} {inner}", finding.diagnostic.code)
        })
        .collect();
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn identity(policy: &str, expected: &[&str]) {
    check("AWS::IAM::Policy", "PolicyDocument", &format!("{{{policy}}}"), expected);
}

/// A policy of one statement, which allows to look at networks, with more in it.
#[track_caller]
fn with(more: &str, expected: &[&str]) {
    let statement = format!("Effect: Allow, Action: 'ec2:DescribeVpcs', Resource: '*', {more}");
    identity(&format!("Statement: [{{{statement}}}]"), expected);
}

#[test]
fn policies_of_identities() {
    let at = "invalid-policy Statement.0";
    identity("Version: 2012-10-17, Statement: [{Effect: Deny, NotAction: 'iam:*', NotResource: '*'}]", &[]);
    identity("Version: 2012-10-18, Statement: []", &["invalid-policy Version"]);
    identity("Version: 2012-10-17", &["invalid-policy "]);
    identity("Version: 2012-10-17, Statements: []", &["invalid-policy Statements"]);
    identity("Fn::Transform: {Name: a}", &[]);
    identity("'Fn::ForEach::Statements': [A, [b], {'${A}': {}}]", &[]);
    identity("Statement: [{Effect: allow, Action: '*', Resource: '*'}]", &[&format!("{at}.Effect")]);
    identity("Statement: {Action: '*', Resource: '*'}", &["invalid-policy Statement"]);
    identity(
        "Statement: [{Effect: Allow, Action: '*', NotAction: '*', Resource: '*'}]",
        &[&format!("{at}.NotAction")],
    );
    identity("Statement: [{Effect: Allow, Resource: '*'}]", &[at]);
    identity("Statement: [{Effect: Allow, Actions: '*', Resource: '*'}]", &[&format!("{at}.Actions")]);
    identity("Statement: [{Effect: Allow, Action: '*'}]", &[at]);
    with("Principal: '*'", &[&format!("{at}.Principal")]);
    with("Comment: a", &[&format!("{at}.Comment")]);
}

#[test]
fn policies_of_trust_and_of_resources() {
    let trust = |statement: &str, expected: &[&str]| {
        let policy = format!("{{Statement: [{{Effect: Allow, Action: 'sts:AssumeRole', {statement}}}]}}");
        check("AWS::IAM::Role", "AssumeRolePolicyDocument", &policy, expected);
    };
    let at = "invalid-policy Statement.0";
    trust("Principal: {Service: ec2.amazonaws.com}", &[]);
    trust("", &[at]);
    trust("Principal: '*', Resource: '*'", &[&format!("{at}.Resource")]);
    let open = "{Statement: [{Effect: Allow, Action: 'sqs:*', Principal: '*'}]}";
    check("AWS::SQS::QueuePolicy", "PolicyDocument", open, &[]);
}

#[test]
fn what_only_looks_like_a_policy_is_none() {
    let filter = "{Name: a, Version: '2021-06-01', Statement: [{DataDirection: Inbound}]}";
    check("AWS::SNS::Topic", "DataProtectionPolicy", filter, &[]);
    check("AWS::WAFv2::WebACL", "Rules", "[{Name: a, Statement: {RateBasedStatement: {Limit: 1}}}]", &[]);
    check("AWS::ECR::Repository", "LifecyclePolicy", "{LifecyclePolicyText: '{}'}", &[]);
    let policy = "{Policy: {Version: '1', Statement: []}}";
    check("Custom::Mine", "Inner", policy, &["invalid-policy Policy.Version"]);
}

#[test]
fn policies_that_are_text() {
    let at = "invalid-policy Statement.0.Effect";
    let check = |text: &str, expected: &[&str]| {
        check("AWS::SSO::PermissionSet", "InlinePolicy", text, expected);
    };
    let policy = |effect: &str, resource: &str| {
        format!(r#"{{"Statement": [{{"Effect": "{effect}", "Action": "s3:*", "Resource": "{resource}"}}]}}"#)
    };
    check(&format!("'{}'", policy("Allow", "*")), &[]);
    check(&format!("'{}'", policy("allow", "*")), &[at]);
    check(&format!("{{'Fn::Sub': '{}'}}", policy("allow", "arn:${AWS::Partition}:s3:::a")), &[at]);
    check(
        &format!("{{'Fn::If': [C, '{}', {{Ref: 'AWS::NoValue'}}]}}", policy("allow", "*")),
        &["invalid-policy Fn::If.1.Statement.0.Effect"],
    );
    check(&format!("{{'Fn::Join': ['', ['{}']]}}", policy("${Effect}", "${Bucket}")), &[]);
    check("'{'", &["invalid-policy "]);
    check("{'Fn::Sub': '{\"Statement\": ${Statements}}'}", &[]);
    check("'{{resolve:ssm:policy}}'", &[]);
}

#[test]
fn ids_of_statements() {
    let statement = |sid: &str| format!("{{Sid: {sid}, Effect: Allow, Action: 's3:*', Resource: '*'}}");
    let two = |one: &str, other: &str| format!("Statement: [{}, {}]", statement(one), statement(other));
    identity(&two("One", "Two"), &[]);
    identity(&two("''", "''"), &[]);
    identity(&two("One", "One"), &["duplicate-sid Statement.1.Sid"]);
    identity(&two("One", "one two"), &["invalid-sid Statement.1.Sid"]);
    let either = |sid: &str| format!("{{'Fn::If': [C, {}, {{Ref: 'AWS::NoValue'}}]}}", statement(sid));
    identity(&format!("Statement: [{}, {}]", either("One"), either("One")), &[]);
    let spaced = format!("{{Statement: [{}]}}", statement("'Enable IAM User Permissions'"));
    check("AWS::KMS::Key", "KeyPolicy", &spaced, &[]);
}

#[test]
fn actions_and_resources() {
    let statement = |action: &str, resource: &str| {
        format!("Statement: [{{Effect: Allow, Action: {action}, Resource: {resource}}}]")
    };
    identity(&statement("['s3:Get*', {'Fn::Sub': '${Service}:Get'}]", "{Ref: Bucket}"), &[]);
    let action = "Statement.0.Action";
    identity(&statement("DescribeVpcs", "'*'"), &[&format!("invalid-action {action}")]);
    identity(&statement("'ec2:DescribeVpc'", "'*'"), &[&format!("unknown-action {action}")]);
    identity(&statement("'ecc2:DescribeVpcs'", "'*'"), &[&format!("unknown-action {action}")]);
    let at = "invalid-resource Statement.0.Resource";
    identity(&statement("'s3:*'", "['*', 'bucket/*']"), &[at]);
    identity(&statement("'s3:*'", "{'Fn::Sub': 'bucket/${AWS::AccountId}'}"), &[at]);
    identity(&statement("'s3:*'", "{'Fn::If': [C, 'arn:aws:s3:::a', {Ref: B}]}"), &[]);
    let api = "{Statement: [{Effect: Allow, Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*'}]}";
    check("AWS::ApiGateway::RestApi", "Policy", api, &[]);
}

#[test]
fn principals() {
    let principal = |principal: &str, expected: &[&str]| {
        let statement = format!("{{Effect: Allow, Action: 's3:*', Resource: '*', Principal: {principal}}}");
        check("AWS::S3::BucketPolicy", "PolicyDocument", &format!("{{Statement: [{statement}]}}"), expected);
    };
    for good in [
        "'*'",
        "{AWS: '*'}",
        "{AWS: ['123456789012', {Ref: 'AWS::AccountId'}, 'arn:aws:iam::123456789012:root']}",
        "{AWS: {'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'}}",
        "{AWS: AROAQQQQQQQQQQQQQQQQQ}",
        "{Service: [ec2.amazonaws.com, {'Fn::Sub': 'logs.${AWS::Region}.amazonaws.com'}]}",
        "{Federated: cognito-identity.amazonaws.com}",
        "{CanonicalUser: abc}",
        "{'Fn::If': [C, '*', {AWS: '*'}]}",
    ] {
        principal(good, &[]);
    }
    let at = "invalid-principal Statement.0.Principal";
    principal("ec2.amazonaws.com", &[at]);
    principal("{service: ec2.amazonaws.com}", &[&format!("{at}.service")]);
    principal("{Service: ec2}", &[&format!("{at}.Service")]);
    principal("{AWS: root}", &[&format!("{at}.AWS")]);
    principal("{AWS: '12345678901'}", &[&format!("{at}.AWS")]);
    principal("{AWS: 'arn:aws:iam::123456789012:role/*'}", &[&format!("{at}.AWS")]);
    principal("{AWS: 'arn:aws:iam:us-east-1:123456789012:root'}", &[&format!("{at}.AWS")]);
    principal("{'Fn::If': [C, '*', {AWS: root}]}", &[&format!("{at}.Fn::If.2.AWS")]);
}

#[test]
fn conditions() {
    for good in [
        "{StringEquals: {'aws:RequestedRegion': eu-west-1}}",
        "{'ForAllValues:StringLikeIfExists': {'aws:TagKeys': [a, b]}}",
        "{'Null': {'aws:TagKeys': 'true'}}",
        "{'Fn::If': [C, {Bool: {'aws:SecureTransport': true}}, {Ref: 'AWS::NoValue'}]}",
        "{Ref: Condition}",
    ] {
        with(&format!("Condition: {good}"), &[]);
    }
    let at = "Statement.0.Condition";
    for (bad, expected) in [
        ("{StringEqual: {'aws:RequestedRegion': eu-west-1}}", format!("invalid-operator {at}.StringEqual")),
        ("{NullIfExists: {'aws:TagKeys': 'true'}}", format!("invalid-operator {at}.NullIfExists")),
        ("{StringLike: {TagKeys: a}}", format!("invalid-condition-key {at}.StringLike.TagKeys")),
        ("{StringLike: 'aws:TagKeys'}", format!("invalid-policy {at}.StringLike")),
        ("[a]", format!("invalid-policy {at}")),
    ] {
        with(&format!("Condition: {bad}"), &[&expected]);
    }
}
