//! `deploy` and `outputs`, with a scripted AWS CLI.

use insta::assert_snapshot;
use stackwright_deploy::Script;

use crate::app::{Place, never, sample};

const STACK: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/network/1";

fn event(id: &str, status: &str, reason: &str) -> String {
    let physical = if id == "network" { STACK } else { "vpc-1" };
    format!(
        r#"{{ "EventId": "{id}-{status}", "StackId": "{STACK}", "LogicalResourceId": "{id}",
            "PhysicalResourceId": "{physical}", "ResourceType": "AWS::EC2::VPC", "ResourceStatus": "{status}",
            "ResourceStatusReason": "{reason}" }}"#
    )
}

/// A stack that is made, with what happens then.
fn creation(events: &[String]) -> Script {
    // AWS tells the newest first.
    let events: Vec<&str> = events.iter().rev().map(String::as_str).collect();
    Script::new()
        .reply("aws --version", "aws-cli/2.31.0 Python/3.13.7")
        .fail(
            "aws cloudformation describe-stacks",
            254,
            "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id network does not exist",
        )
        .reply("aws cloudformation create-change-set", "")
        .reply(
            "aws cloudformation describe-change-set",
            format!(
                r#"{{ "ChangeSetId": "arn:set", "StackId": "{STACK}", "Status": "CREATE_COMPLETE",
                    "ExecutionStatus": "AVAILABLE", "Changes": [] }}"#
            ),
        )
        .reply("aws cloudformation execute-change-set", "")
        .reply(
            "aws cloudformation describe-stack-events",
            format!(r#"{{ "StackEvents": [{}] }}"#, events.join(", ")),
        )
}

fn made() -> Vec<String> {
    vec![
        event("network", "CREATE_IN_PROGRESS", "User Initiated"),
        event("Vpc1A2B", "CREATE_IN_PROGRESS", ""),
        event("Vpc1A2B", "CREATE_COMPLETE", ""),
        event("network", "CREATE_COMPLETE", ""),
    ]
}

#[test]
fn a_stack_is_made_once_the_person_agrees() {
    let script = creation(&made());
    assert_snapshot!(Place::new().run_with("deploy network", sample, &script, Some("y\n")));
    script.finish();
}

#[test]
fn what_happens_for_machines() {
    let script = creation(&made());
    assert_snapshot!(Place::new().run_with("deploy network --yes --json", sample, &script, None));
    script.finish();
}

#[test]
fn the_cause_of_a_failure_with_its_line() {
    let place = Place::new();
    place.put("src/main.rs", "fn main() {\n    let app = App::new();\n    let network = Stack::new(&app, \"network\");\n    let vpc = Vpc::new(&network, \"vpc\", props);\n}\n");
    let script = creation(&[
        event("network", "CREATE_IN_PROGRESS", "User Initiated"),
        event("Vpc1A2B", "CREATE_IN_PROGRESS", ""),
        event("Vpc1A2B", "CREATE_FAILED", "The maximum number of VPCs has been reached."),
        event("network", "ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create: [Vpc1A2B]."),
        event("network", "ROLLBACK_COMPLETE", ""),
    ]);
    assert_snapshot!(place.run_with("deploy cluster --yes", sample, &script, None));
    script.finish();
}

#[test]
fn commands_are_shown_if_asked_for() {
    let script = Script::new().reply("aws --version", "aws-cli/2.31.0 Python/3.13.7").fail(
        "aws cloudformation describe-stacks",
        255,
        "Unable to locate credentials",
    );
    let line = "deploy -v network --profile dev --endpoint-url http://127.0.0.1:1";
    assert_snapshot!(Place::new().run_with(line, sample, &script, None));
    script.finish();
}

#[test]
fn an_aws_cli_that_is_missing() {
    let script = Script::new().missing("aws --version");
    assert_snapshot!(Place::new().run_with("deploy", sample, &script, None));
}

#[test]
fn command_lines_that_are_not_understood() {
    let place = Place::new();
    let told = [
        "deploy netwrok",
        "deploy --parameters Cidr",
        "deploy --parameters web.Cidr=1",
        "deploy --review some",
    ]
    .map(|line| place.run(line, sample));
    assert_snapshot!(told.join("\n"));
}

#[test]
fn an_earlier_synth_is_deployed_without_the_program() {
    let place = Place::new();
    assert_snapshot!("no_earlier_synth", place.run("deploy --assembly out", never));
    place.run("synth", sample);
    let script = creation(&made());
    let told = place.run_with("deploy network --yes --assembly out", never, &script, None);
    assert!(told.contains("1 created"), "{told}");
}

#[test]
fn outputs_of_what_is_deployed() {
    let stacks = |name: &str| {
        format!(
            r#"{{ "Stacks": [{{ "StackId": "arn:{name}", "StackName": "{name}", "StackStatus": "CREATE_COMPLETE",
                "Outputs": [{{ "OutputKey": "Id", "OutputValue": "{name}-1" }}] }}] }}"#
        )
    };
    let script = || {
        Script::new()
            .reply("aws cloudformation describe-stacks --stack-name network", stacks("network"))
            .reply("aws cloudformation describe-stacks --stack-name cluster", stacks("cluster"))
    };
    let place = Place::new();
    let told = ["outputs", "outputs --json", "outputs --out outputs.json"]
        .map(|line| place.run_with(line, sample, &script(), None));
    assert_snapshot!(format!("{}\noutputs.json:\n{}", told.join("\n"), place.read("outputs.json")));
    let none = Script::new().fail(
        "aws cloudformation describe-stacks",
        254,
        "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id network does not exist",
    );
    assert_snapshot!("outputs_of_what_is_not", place.run_with("outputs network", sample, &none, None));
}
