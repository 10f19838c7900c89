//! The text of policy documents.

use serde_json::json;
use stackwright_cfn::{pseudo, sub};
use stackwright_constructs::iam::{Operator, PolicyDocument, PolicyStatement, Principal};
use stackwright_core::{App, Stack};

fn resource_policy(statements: impl Into<PolicyDocument>) -> serde_json::Value {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    serde_json::to_value(statements.into().for_resource(&stack).node()).unwrap()
}

#[test]
fn every_element_has_its_place() {
    let statement = PolicyStatement::deny()
        .sid("OnlyFromHome")
        .principal(Principal::any_of([
            Principal::arn("arn:aws:iam::111122223333:role/a"),
            Principal::canonical_user("79a59d"),
            Principal::anyone(),
        ]))
        .not_actions(["s3:GetObject", "s3:GetObject"])
        .not_resources(["arn:aws:s3:::open/*"])
        .condition(Operator::NOT_IP_ADDRESS, "aws:SourceIp", ["192.0.2.0/24", "198.51.100.0/24"])
        .condition(Operator::STRING_NOT_EQUALS.if_exists(), "aws:SourceVpc", ["vpc-0a1b2c3d"])
        .condition(Operator::NOT_IP_ADDRESS, "aws:VpcSourceIp", ["10.0.0.0/8"]);
    assert_eq!(
        resource_policy(statement),
        json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Sid": "OnlyFromHome",
                "Effect": "Deny",
                "Principal": { "AWS": ["arn:aws:iam::111122223333:role/a", "*"], "CanonicalUser": "79a59d" },
                "NotAction": "s3:GetObject",
                "NotResource": "arn:aws:s3:::open/*",
                "Condition": {
                    "NotIpAddress": {
                        "aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"],
                        "aws:VpcSourceIp": "10.0.0.0/8",
                    },
                    "StringNotEqualsIfExists": { "aws:SourceVpc": "vpc-0a1b2c3d" },
                },
            }],
        }),
    );
}

#[test]
fn conditions_of_principals_keep_statements_apart() {
    let logs = Principal::service("delivery.logs").only_for_own_account();
    let read = PolicyStatement::allow()
        .principal(Principal::any_of([logs, Principal::service("ec2"), Principal::service("lambda")]))
        .actions(["s3:GetObject"])
        .resources(["arn:aws:s3:::orders/*"])
        .condition(Operator::BOOL, "aws:SecureTransport", ["true"]);
    let policy = resource_policy(read);
    let statements = policy["Statement"].as_array().unwrap();
    assert_eq!(statements.len(), 2);
    assert_eq!(statements[0]["Principal"], json!({ "Service": "delivery.logs.amazonaws.com" }));
    assert_eq!(
        statements[0]["Condition"],
        json!({
            "Bool": { "aws:SecureTransport": "true" },
            "StringEquals": { "aws:SourceAccount": { "Ref": "AWS::AccountId" } },
        }),
    );
    assert_eq!(
        statements[1]["Principal"],
        json!({ "Service": ["ec2.amazonaws.com", "lambda.amazonaws.com"] })
    );
    assert_eq!(statements[1]["Condition"], json!({ "Bool": { "aws:SecureTransport": "true" } }));
}

#[test]
fn variables_of_policies_are_left_alone() {
    let home = PolicyStatement::allow()
        .principal(Principal::own_account())
        .actions(["s3:GetObject"])
        .resources([sub!("arn:{p}:s3:::home/${{aws:username}}/*", p = pseudo::partition())])
        .resources(["arn:aws:s3:::home/${aws:username}/*"]);
    let policy = resource_policy(home);
    assert_eq!(
        policy["Statement"][0]["Resource"],
        json!([
            { "Fn::Sub": "arn:${AWS::Partition}:s3:::home/${!aws:username}/*" },
            "arn:aws:s3:::home/${aws:username}/*",
        ]),
    );
}

/// A policy of a repository names no resource: it is about the repository.
#[test]
fn an_element_that_is_left_out_is_not_an_empty_list() {
    let pull = || PolicyStatement::allow().principal(Principal::own_account()).actions(["ecr:BatchGetImage"]);
    let elsewhere = pull().resources(["arn:aws:ecr:eu-west-1:111122223333:repository/b"]);
    let policy = resource_policy([pull(), elsewhere.clone()]);
    assert_eq!(policy["Statement"].as_array().unwrap().len(), 2);
    let policy = resource_policy([elsewhere, pull()]);
    assert_eq!(policy["Statement"][1].get("Resource"), None);
}
