//! What is told of templates that differ.

use insta::assert_snapshot;

use super::{compared, told};

fn check(before: &str, after: &str) -> String {
    told(compared(before, after).changes())
}

const NETWORK: &str = "
Description: a network
Parameters:
  Stage: {Type: String, Default: test}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: 10.0.0.0/16
      EnableDnsSupport: 'true'
      Tags: [{Key: Name, Value: main}, {Key: team, Value: net}]
  Subnet:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}
  Nodes:
    Type: AWS::EKS::Nodegroup
    Properties: {ClusterName: c, NodeRole: r, Subnets: [!Ref Subnet], Labels: {a: b}}
Outputs:
  VpcId: {Value: !Ref Vpc, Export: {Name: vpc}}
";

#[test]
fn the_same_template_shows_nothing() {
    assert_eq!(check(NETWORK, NETWORK), "");
}

#[test]
fn every_section_is_compared() {
    let after = NETWORK
        .replace("a network", "the network")
        .replace("Default: test", "Default: prod, AllowedValues: [test, prod]")
        .replace("[!Ref Stage, prod]", "[!Ref Stage, production]")
        .replace("Name: vpc", "Name: vpc-id")
        + "  Cidr: {Value: !GetAtt Vpc.CidrBlock}\nMetadata: {Owner: me}\nTransform: AWS::SecretsManager-2024-09-16\n";
    assert_snapshot!(check(NETWORK, &after));
}

#[test]
fn a_replacement_is_followed_through_references() {
    assert_snapshot!(check(NETWORK, &NETWORK.replace("CidrBlock: 10.0.0.0/16", "CidrBlock: 10.1.0.0/16")));
}

#[test]
fn a_replacement_depends_on_what_is_known() {
    let after = |vpc| NETWORK.replace("VpcId: !Ref Vpc", &format!("VpcId: {vpc}"));
    assert_snapshot!(check(NETWORK, &after("vpc-123")));
    assert_eq!(
        check(&after("vpc-123"), &after("vpc-456")),
        check(&after("!ImportValue x"), &after("vpc-456"))
            .replace("!ImportValue x", "vpc-123")
            .replace("may replace", "replaces"),
    );
}

#[test]
fn tags_and_rules_are_known_by_what_they_say() {
    let group = |rules: &str, tags: &str| {
        format!(
            "Resources: {{Group: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: d, \
             SecurityGroupIngress: [{rules}], Tags: [{tags}]}}}}}}"
        )
    };
    let https = "{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16, Description: https}";
    let http = "{IpProtocol: tcp, FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/16}";
    let (a, b, c) = ("{Key: a, Value: '1'}", "{Key: b, Value: x}", "{Key: c, Value: x}");
    let before = group(&format!("{https}, {http}"), &format!("{a}, {b}"));
    assert_snapshot!(check(
        &before,
        &group(
            &format!("{{IpProtocol: '-1', CidrIp: 0.0.0.0/0}}, {}", https.replace("https", "HTTPS")),
            &format!("{c}, {}", a.replace('1', "2")),
        ),
    ));
    assert_eq!(check(&before, &group(&format!("{http}, {https}"), &format!("{b}, {a}"))), "");
}

#[test]
fn lists_are_aligned() {
    let group = |subnets: &str, rules: &str| {
        format!(
            "Resources: {{Bucket: {{Type: AWS::S3::Bucket, Properties: {{Subnets: [{subnets}], \
             LifecycleConfiguration: {{Rules: [{rules}]}}}}}}}}"
        )
    };
    let before =
        group("a, b, c", "{Status: Enabled, ExpirationInDays: 3, Prefix: x}, {Status: Enabled, Prefix: y}");
    assert_snapshot!(check(
        &before,
        &group("a, c, d", "{Status: Disabled, Prefix: z}, {Status: Enabled, ExpirationInDays: 4, Prefix: x}"),
    ));
    assert_snapshot!(check(
        &before,
        &group("c, a, b", "{Status: Enabled, Prefix: y}, {Status: Enabled, ExpirationInDays: 3, Prefix: x}"),
    ));
}

#[test]
fn another_logical_id_is_recognized() {
    let after = NETWORK
        .replace("  Vpc:", "  MainVpc:")
        .replace("!Ref Vpc", "!Ref MainVpc")
        .replace("  Subnet:", "  MainSubnet:")
        .replace("!Ref Subnet", "!Ref MainSubnet");
    assert_snapshot!(check(NETWORK, &after));
}

#[test]
fn another_type_is_told() {
    let comparison = compared(NETWORK, &NETWORK.replace("AWS::EKS::Nodegroup", "Custom::Nodes"));
    assert_eq!(comparison.changes()[0].retyped_from(), Some("AWS::EKS::Nodegroup"));
}

#[test]
fn functions_are_looked_into_where_they_choose() {
    let text = |branch: &str, script: &str| {
        format!(
            "Resources: {{A: {{Type: AWS::EC2::LaunchTemplate, Properties: {{LaunchTemplateData: \
             !If [IsProd, {{InstanceType: {branch}, EbsOptimized: yes}}, !Ref AWS::NoValue], \
             UserData: !Base64 {{'Fn::Sub': '{script}'}}}}}}}}"
        )
    };
    assert_snapshot!(check(&text("m5.large", "a ${A}"), &text("m6i.large", "a ${B}")));
}

#[test]
fn attributes_are_compared_and_replace_nothing() {
    let queue = |attributes: &str| format!("Resources: {{Q: {{Type: Custom::Thing, {attributes}}}}}");
    assert_snapshot!(check(
        &queue("DependsOn: [A, B], DeletionPolicy: Retain"),
        &queue("DependsOn: B, UpdateReplacePolicy: Retain, Metadata: {a: '1'}, Properties: {x: 1}"),
    ));
}

#[test]
fn loops_are_elements_too() {
    let queues = |names: &str| {
        format!(
            "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Queues: [N, [{names}], {{'Q${{N}}': {{Type: AWS::SQS::Queue}}}}]\n"
        )
    };
    assert_snapshot!(check(&queues("a, b"), &queues("a, c")));
}

#[test]
fn mappings_and_conditions_are_followed() {
    let template = |image: &str, stage: &str| {
        format!(
            "Mappings: {{Images: {{all: {{id: {image}}}}}}}\n\
             Conditions: {{IsProd: !Equals [!Ref 'AWS::StackName', {stage}]}}\n\
             Resources:\n  \
               Host: {{Type: AWS::EC2::Instance, Properties: {{ImageId: !FindInMap [Images, all, id], Monitoring: false}}}}\n  \
               Address: {{Type: AWS::EC2::EIPAssociation, Properties: {{InstanceId: !Ref Host}}}}\n  \
               Table: {{Type: AWS::DynamoDB::Table, Condition: IsProd, Properties: {{TableName: a}}}}\n  \
               Queue: {{Type: AWS::SQS::Queue, Properties: {{QueueName: !If [IsProd, a, b], DelaySeconds: !If [IsProd, 1, 2]}}}}\n"
        )
    };
    assert_snapshot!(check(&template("ami-1", "prod"), &template("ami-2", "prod")));
    assert_snapshot!(check(&template("ami-1", "prod"), &template("ami-1", "live")));
    let more = check(&template("ami-1", "prod"), &template("ami-1, name: x", "prod"));
    assert_eq!(more, "mappings Changed Images\n  all.name:  -> x\n", "what is only new changes nothing else");
}
