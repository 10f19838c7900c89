//! `destroy` and `doctor`.

use insta::assert_snapshot;
use stackwright_deploy::Script;

use crate::app::{Place, never, sample};

const ABSENT: &str = "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id x does not exist";

fn id(stack: &str) -> String {
    format!("arn:aws:cloudformation:eu-west-1:123456789012:stack/{stack}/1")
}

fn described(stack: &str) -> String {
    format!(
        r#"{{ "Stacks": [{{ "StackId": "{}", "StackName": "{stack}", "StackStatus": "CREATE_COMPLETE" }}] }}"#,
        id(stack),
    )
}

fn tools() -> Script {
    Script::new().reply("aws --version", "aws-cli/2.31.0 Python/3.13.7")
}

/// Of the sample only the network is up: with a bucket that is kept, and an interface that somebody left in its VPC.
fn network() -> Script {
    let id = id("network");
    tools()
        .reply("kubectl get --filename -", "")
        .fail("aws cloudformation describe-stacks --stack-name cluster", 254, ABSENT)
        .reply("aws cloudformation describe-stacks --stack-name network ", described("network"))
        .reply(
            &format!("aws cloudformation list-stack-resources --stack-name {id}"),
            r#"[{ "LogicalResourceId": "Vpc1A2B", "PhysicalResourceId": "vpc-1", "ResourceType": "AWS::EC2::VPC",
                  "ResourceStatus": "CREATE_COMPLETE" },
                { "LogicalResourceId": "Bucket", "PhysicalResourceId": "logs-1", "ResourceType": "AWS::S3::Bucket",
                  "ResourceStatus": "CREATE_COMPLETE" }]"#,
        )
        .reply(
            &format!("aws cloudformation get-template --stack-name {id}"),
            r#"{ "Resources": {
                "Vpc1A2B": { "Type": "AWS::EC2::VPC" },
                "Bucket": { "Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain" }
            } }"#,
        )
        .always(
            "aws ec2 describe-network-interfaces",
            r#"[{ "NetworkInterfaceId": "eni-1", "Status": "available", "Description": "aws-K8S-i-1" }]"#,
        )
        .always("aws ec2 describe-security-groups", "[]")
}

fn event(event: &str, status: &str) -> String {
    let id = id("network");
    format!(
        r#"{{ "EventId": "{event}", "StackId": "{id}", "LogicalResourceId": "network", "PhysicalResourceId": "{id}",
            "ResourceType": "AWS::CloudFormation::Stack", "ResourceStatus": "{status}" }}"#
    )
}

/// The same, and its deletion.
fn deletion() -> Script {
    let id = id("network");
    let (made, begun, gone) =
        (event("1", "CREATE_COMPLETE"), event("2", "DELETE_IN_PROGRESS"), event("3", "DELETE_COMPLETE"));
    network()
        .reply(&format!("aws cloudformation describe-stacks --stack-name {id}"), described("network"))
        .reply(
            &format!("aws cloudformation describe-stack-events --stack-name {id} --max-items 1 "),
            format!(r#"{{ "StackEvents": [{made}] }}"#),
        )
        .reply(&format!("aws cloudformation delete-stack --stack-name {id}"), "")
        .reply(
            &format!("aws cloudformation describe-stack-events --stack-name {id} --max-items 100"),
            format!(r#"{{ "StackEvents": [{gone}, {begun}, {made}] }}"#),
        )
}

#[test]
fn destroy() {
    let script = deletion();
    assert_snapshot!(Place::new().run_with("destroy network", sample, &script, Some("y\n")));
    script.finish();
}

#[test]
fn destroy_json() {
    let script = deletion();
    assert_snapshot!(Place::new().run_with("destroy --json --yes network", sample, &script, None));
    script.finish();
}

#[test]
fn destroy_with_second_thoughts() {
    let script = network();
    let seen = Place::new().run_with("destroy network", sample, &script, Some("\n"));
    script.finish();
    assert!(
        seen.contains("exit: 1") && seen.ends_with("delete it? [y/N] 2 not there, 1 declined\n"),
        "{seen}"
    );
}

#[test]
fn destroy_of_what_is_not_there() {
    let script = tools()
        .reply("kubectl get --filename -", "")
        .fail("aws cloudformation describe-stacks --stack-name cluster", 254, ABSENT)
        .fail("aws cloudformation describe-stacks --stack-name network", 254, ABSENT);
    assert_snapshot!(Place::new().run_with("destroy", sample, &script, None));
    script.finish();
}

#[test]
fn destroy_of_an_unknown_stack() {
    let seen = Place::new().run("destroy web", sample);
    assert!(seen.contains("exit: 2") && seen.contains("there is no \"web\": the app has network"), "{seen}");
}

/// One thing is as it should be, one may be in the way, one is missing.
fn surgery() -> Script {
    tools()
        .missing("kubectl version --client")
        .reply(
            "aws sts get-caller-identity",
            r#"{ "Account": "123456789012", "Arn": "arn:aws:iam::123456789012:root" }"#,
        )
        .always(
            "aws ec2 describe-availability-zones",
            r#"{ "AvailabilityZones": [{ "RegionName": "eu-west-1" }] }"#,
        )
        .fail("aws cloudformation describe-stacks --stack-name cluster", 254, ABSENT)
        .reply(
            "aws cloudformation describe-stacks --stack-name network",
            described("network").replace("CREATE_COMPLETE", "ROLLBACK_COMPLETE"),
        )
        .always("aws cloudformation validate-template", "{}")
        .reply("aws service-quotas get-service-quota --service-code cloudformation", "2000.0")
        .reply("aws cloudformation describe-stacks --query", "7")
}

#[test]
fn doctor() {
    let script = surgery();
    assert_snapshot!(Place::new().run_with("doctor", sample, &script, None));
    script.finish();
}

#[test]
fn doctor_json() {
    let script = surgery();
    assert_snapshot!(Place::new().run_with("doctor --json", sample, &script, None));
    script.finish();
}

#[test]
fn the_doctor_works_from_files() {
    let place = Place::new();
    place.run("synth", sample);
    let script = Script::new().missing("aws --version").missing("kubectl version --client");
    let seen = place.run_with("doctor --assembly out", never, &script, None);
    script.finish();
    assert!(seen.contains("exit: 1") && seen.contains("failed   aws      the AWS CLI is missing"), "{seen}");
}
