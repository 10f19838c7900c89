//! `diff`: against an earlier synth, and against what is deployed.

use insta::assert_snapshot;
use stackwright_assembly::{
    Acknowledged, Assembly, Deployable, Diagnostic, Diagnostics, FORMAT_VERSION, File, Kind, Manifest,
};
use stackwright_cli::Options;
use stackwright_deploy::Script;

use crate::app::{Place, Synthesis, never, sample, stack};

const BEFORE: &str = r#"
Parameters:
  Stage: {Type: String, Default: test}
Resources:
  Vpc1A2B:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
      EnableDnsSupport: true
      Tags: [{Key: Name, Value: main}, {Key: team, Value: net}]
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc1A2B, CidrBlock: 10.0.0.0/24, AvailabilityZone: eu-west-1a}
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        UserData:
          Fn::Base64: !Sub |
            #!/bin/bash
            set -e
            echo 1
            echo 2
            echo ${AWS::Region}
            echo 3
            echo 4
            echo 5
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: a, KeySchema: [{AttributeName: id, KeyType: HASH}]}
  Old:
    Type: AWS::SQS::Queue
    Properties: {DelaySeconds: 5}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {Statement: {Effect: Allow, Action: 'sts:AssumeRole', Principal: {Service: ec2.amazonaws.com}}}
      ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess]
  Group:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupEgress: [{IpProtocol: -1, CidrIp: 10.0.0.0/8}]
      SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/8}]
Outputs:
  Id: {Value: !Ref Vpc1A2B}
"#;

fn after() -> String {
    let [vpc, key, region] = ["CidrBlock: 10.0.0.0/16", "Name, Value: main", "echo ${AWS::Region}"];
    BEFORE
        .replace("Default: test", "Default: prod")
        .replace(vpc, "CidrBlock: 10.1.0.0/16")
        .replace("EnableDnsSupport: true", "EnableDnsSupport: 'true'")
        .replace(key, "Name, Value: prod")
        .replace(region, "echo ${AWS::Region} ${AWS::AccountId}")
        .replace("TableName: a", "TableName: b")
        .replace("Old:", "New:")
        .replace("ReadOnlyAccess", "AdministratorAccess")
        .replace("ToPort: 443, CidrIp: 10.0.0.0/8", "ToPort: 443, CidrIp: 0.0.0.0/0")
        + "  Arn: {Value: !GetAtt Table.Arn}\n"
}

const CHART: &str = "
{apiVersion: v1, kind: Namespace, metadata: {name: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: web}
spec: {replicas: 2, template: {spec: {containers: [{name: web, image: 'web:1'}]}}}
";

/// A stack and a chart of these contents.
fn app(template: &str, chart: &str) -> Assembly {
    let mut network = stack("network", "network.template.json", &[]);
    network.source_map[0].overrides = vec!["CidrBlock".to_owned()];
    let charts = stack("web", "web.k8s.yaml", &["network"]);
    let charts = Deployable { kind: Kind::Chart, stack: None, ..charts };
    let file = |name: &str, text: &str| File { name: name.to_owned(), contents: text.into() };
    Assembly {
        files: vec![file("network.template.json", template), file("web.k8s.yaml", chart)],
        manifest: Manifest { version: FORMAT_VERSION, deployables: vec![network, charts] },
        warnings: Diagnostics::default(),
    }
}

fn old(_: &Options) -> Synthesis {
    Ok(app(BEFORE, CHART))
}

fn new(_: &Options) -> Synthesis {
    let chart = CHART.replace("web:1", "web:2")
        + "---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}\n";
    Ok(app(&after(), &chart))
}

fn place() -> Place {
    let place = Place::new();
    place.run("synth", old);
    place
}

#[test]
fn nothing_differs() {
    assert_snapshot!(place().run("diff --against out --exit-code", old));
}

#[test]
fn against_an_earlier_synth() {
    assert_snapshot!(place().run("diff --against out", new));
}

#[test]
fn what_is_acknowledged_otherwise() {
    let of = |reasons: &[(&str, &str)]| {
        let mut assembly = app(BEFORE, CHART);
        for (code, reason) in reasons {
            let finding = Diagnostic::warning(code, "told").path("network/cache");
            let given = Acknowledged { finding, reason: (*reason).to_owned(), source: None };
            assembly.manifest.deployables[0].acknowledged.push(given);
        }
        Ok(assembly)
    };
    let place = Place::new();
    place.run("synth", |_| of(&[("imdsv1", "old"), ("public-ingress", "a test"), ("open-trust", "same")]));
    let after = |_: &Options| of(&[("imdsv1", "other"), ("host-path", "logs"), ("open-trust", "same")]);
    assert_snapshot!(place.run("diff --against out --exit-code", after));
    assert_snapshot!(place.run("diff network --against out --json", after));
}

#[test]
fn of_one_and_with_an_exit_code() {
    assert_snapshot!(place().run("diff web --against out --exit-code", new));
}

#[test]
fn in_json() {
    assert_snapshot!(place().run("diff web --against out --json", new));
}

#[test]
fn without_the_program_and_with_what_is_gone_and_new() {
    let place = place();
    place.run("synth --out other", sample);
    assert_snapshot!(place.run("diff --assembly other --against out", never));
    assert_snapshot!(place.run("diff nothing --assembly other --against out", never));
    assert_snapshot!(place.run("diff --against nowhere", old));
}

#[test]
fn against_what_is_deployed() {
    let version = "aws-cli/2.27.0 Python/3.13.2 Linux/6.1";
    let stack = r#"{ "Stacks": [{ "StackId": "arn:a", "StackName": "network", "StackStatus": "UPDATE_COMPLETE",
        "Parameters": [{ "ParameterKey": "Stage", "ParameterValue": "test" }] }] }"#;
    let script = Script::new()
        .reply("aws --version", version)
        .reply("aws cloudformation describe-stacks --stack-name network", stack)
        .reply("aws cloudformation get-template", serde_json::json!({ "TemplateBody": BEFORE }).to_string());
    let changed = |_: &Options| Ok(app(&BEFORE.replace("Default: test", "Default: prod"), ""));
    assert_snapshot!(Place::new().run_with("diff network --exit-code", changed, &script, None));
    script.finish();
}

#[test]
fn aws_is_missing() {
    let script = Script::new().missing("aws --version");
    assert_snapshot!(Place::new().run_with("diff network", old, &script, None));
    script.finish();
}

#[test]
fn a_chart_against_its_cluster() {
    let live = r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"web",
        "annotations":{"stackwright/chart":"web"}},"spec":{"replicas":2}}"#;
    let inventory = r#"{"kind":"List","items":[{"apiVersion":"v1","kind":"ConfigMap","metadata":{"resourceVersion":"1"},
        "data":{"objects":"apps/v1 Deployment web/web\n"}}]}"#;
    let dry_run = "--- LIVE\n+++ MERGED\n@@ -1,4 +1,4 @@\n apiVersion: apps/v1\n kind: Deployment\n \
                   metadata: {name: web, namespace: web, generation: 3}\n-spec: {replicas: 2}\n+spec: {replicas: 3}\n";
    let script = Script::new()
        .reply("kubectl version", r#"{ "clientVersion": { "gitVersion": "v1.33.0" } }"#)
        .reply("kubectl get", inventory)
        .reply("kubectl get", format!(r#"{{"kind":"List","items":[{live}]}}"#))
        .reply("kubectl diff --server-side", dry_run);
    assert_snapshot!(Place::new().run_with("diff web --kubeconfig k", old, &script, None));
    script.finish();
}
