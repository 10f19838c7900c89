//! ARNs and principals in every partition.

use stackwright_cfn::Value;
use stackwright_constructs::iam::{
    Arn, ManagedPolicy, ManagedPolicyProps, PolicyStatement, Principal, Role, RoleProps, partition_of_region,
};
use stackwright_core::{App, Stack, StackProps};

use crate::{findings, template};

#[test]
fn regions_tell_their_partition() {
    for (region, partition) in [
        ("us-east-1", "aws"),
        ("ap-southeast-7", "aws"),
        ("mx-central-1", "aws"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-east-1", "aws-us-gov"),
        ("us-iso-east-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"),
        ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"),
        ("eusc-de-east-1", "aws-eusc"),
    ] {
        assert_eq!(partition_of_region(region), Some(partition), "{region}");
    }
    for region in ["", "-", "us", "us-east", "us-east-", "us-east-1a", "local", "us-moon-base-one-1"] {
        assert_eq!(partition_of_region(region), None, "{region}");
    }
}

#[test]
fn what_is_known_of_a_stack_is_literal() {
    let app = App::new();
    let of = |id: &str, props: StackProps| -> String {
        let stack = Stack::with_props(&app, id, props);
        let arn: Value<String> = Arn::new("sqs", "orders").of(&stack);
        serde_json::to_string(arn.node()).unwrap()
    };
    let none = StackProps::new();
    assert_eq!(
        of("a", none.clone()),
        r#"{"Fn::Sub":"arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:orders"}"#
    );
    let govcloud = none.clone().region("us-gov-west-1");
    assert_eq!(
        of("b", govcloud.clone()),
        r#"{"Fn::Sub":"arn:aws-us-gov:sqs:us-gov-west-1:${AWS::AccountId}:orders"}"#
    );
    assert_eq!(
        of("c", govcloud.account("111122223333")),
        r#""arn:aws-us-gov:sqs:us-gov-west-1:111122223333:orders""#
    );
    assert_eq!(
        of("d", none.region("nowhere")),
        r#"{"Fn::Sub":"arn:${AWS::Partition}:sqs:nowhere:${AWS::AccountId}:orders"}"#
    );
}

#[test]
fn managed_policies_and_accounts_are_those_of_the_partition() {
    let app = App::new();
    let stack = Stack::with_props(&app, "beijing", StackProps::new().region("cn-north-1"));
    let props = RoleProps::new(Principal::any_of([
        Principal::service("ec2"),
        Principal::service_in_region("s3", "me-south-1"),
        Principal::account("111122223333"),
    ]))
    .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"));
    Role::new(&stack, "role", props);
    let template = template(&app, "beijing");
    for part in [
        r#""arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore""#,
        r#""arn:aws-cn:iam::111122223333:root""#,
        r#""ec2.amazonaws.com""#,
        r#""s3.me-south-1.amazonaws.com""#,
    ] {
        assert!(template.contains(part), "{part} is not in {template}");
    }
}

#[test]
fn an_arn_of_another_partition_is_warned_of() {
    let told = |arn| {
        let app = App::new();
        let stack = Stack::with_props(&app, "beijing", StackProps::new().region("cn-north-1"));
        let read = PolicyStatement::allow().actions(["s3:GetObject"]).resources([arn]);
        ManagedPolicy::new(&stack, "read", ManagedPolicyProps::new([read]));
        findings(&app)
    };
    assert_eq!(told("arn:aws-cn:s3:::orders/*"), "");
    assert_eq!(told("arn:*:s3:::orders/*"), "");
    let warning = told("arn:aws:s3:::orders/*");
    assert!(warning.contains("is in partition aws, but the stack's region is in aws-cn"), "{warning}");
}
