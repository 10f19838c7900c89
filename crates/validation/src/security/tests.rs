//! For each rule templates that it finds something in, and near ones that it does not.

use std::collections::BTreeSet;

use super::{ABOUT, check};
use crate::testing;

/// The codes and places of what is found in a template.
#[track_caller]
fn found(template: &str) -> Vec<String> {
    testing::found(check, template)
}

/// A template with one resource, and a parameter that is not hidden.
fn one(type_name: &str, properties: &str) -> String {
    let resource = format!("{{Type: '{type_name}', Properties: {{{properties}}}}}");
    format!("{{Parameters: {{Plain: {{Type: String}}}}, Resources: {{A: {resource}}}}}")
}

const GROUP: &str = "AWS::EC2::SecurityGroup";
const INGRESS: &str = "AWS::EC2::SecurityGroupIngress";
const TEMPLATE: &str = "AWS::EC2::LaunchTemplate";
const REQUIRED: &str = "MetadataOptions: {HttpTokens: required}";

/// (type, properties, what is found)
const BAD: &[(&str, &str, &str)] = &[
    (
        GROUP,
        "SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0},
                                {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 0.0.0.0/0}]",
        "public-ingress A.SecurityGroupIngress.1.CidrIp",
    ),
    (INGRESS, "IpProtocol: '-1', CidrIpv6: '::/0'", "public-ingress A.CidrIpv6"),
    (INGRESS, "IpProtocol: -1, CidrIp: 0.0.0.0/0", "public-ingress A.CidrIp"),
    (INGRESS, "IpProtocol: udp, FromPort: 0, ToPort: 65535, CidrIp: 0.0.0.0/0", "public-ingress A.CidrIp"),
    (INGRESS, "IpProtocol: tcp, FromPort: '3000', ToPort: 4000, CidrIp: 0.0.0.0/0", "public-ingress A.CidrIp"),
    (
        INGRESS,
        "IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: {'Fn::If': [C, 10.0.0.0/8, 0.0.0.0/0]}",
        "public-ingress A.CidrIp",
    ),
    (
        "AWS::IAM::ManagedPolicy",
        "PolicyDocument: {Statement: {Effect: Allow, Action: '*', Resource: '*'}}",
        "wildcard-action A.PolicyDocument.Statement.Action",
    ),
    (
        "AWS::IAM::Role",
        "Policies: [{PolicyDocument: {Statement: [{Effect: Allow, NotAction: 'iam:*', Resource: '*'}]}}]",
        "wildcard-action A.Policies.0.PolicyDocument.Statement.0.NotAction",
    ),
    (
        "AWS::IAM::Policy",
        "PolicyDocument: {Statement: [{Effect: Allow, Action: ['s3:GetObject', 's3:*'], Resource: ['*']}]}",
        "wildcard-resource A.PolicyDocument.Statement.0.Resource",
    ),
    (
        "AWS::SSO::PermissionSet",
        r#"InlinePolicy: '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'"#,
        "wildcard-action A.InlinePolicy.Statement.Action",
    ),
    (
        "AWS::IAM::Policy",
        "PolicyDocument: {Statement: [{Effect: Allow, Action: 'IAM:passrole', Resource: '*'}]}",
        "pass-any-role A.PolicyDocument.Statement.0.Resource",
    ),
    (
        "AWS::IAM::Role",
        "AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: '*'}, Action: 'sts:AssumeRole'}]}",
        "open-trust A.AssumeRolePolicyDocument.Statement.0.Principal",
    ),
    (
        "AWS::IAM::Role",
        "AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Federated: 'accounts.google.com'},
          Action: 'sts:AssumeRoleWithWebIdentity'}]}",
        "open-trust A.AssumeRolePolicyDocument.Statement.0.Principal",
    ),
    (
        "AWS::SQS::QueuePolicy",
        "Queues: [a], PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: 'sqs:*', Resource: '*'}]}",
        "public-policy A.PolicyDocument.Statement.0.Principal",
    ),
    (
        "AWS::Lambda::Permission",
        "Action: 'lambda:InvokeFunction', FunctionName: f, Principal: '*'",
        "public-policy A.Principal",
    ),
    ("AWS::EC2::Volume", "Size: 1, AvailabilityZone: a", "unencrypted-volume A"),
    ("AWS::EC2::Volume", "SnapshotId: snap-1, Encrypted: false", "unencrypted-volume A.Encrypted"),
    (
        TEMPLATE,
        "LaunchTemplateData: {MetadataOptions: {HttpTokens: required},
          BlockDeviceMappings: [{DeviceName: a, VirtualName: ephemeral0}, {DeviceName: b, Ebs: {VolumeSize: 1}}]}",
        "unencrypted-volume A.LaunchTemplateData.BlockDeviceMappings.1.Ebs",
    ),
    ("AWS::EFS::FileSystem", "FileSystemTags: []", "unencrypted-storage A"),
    (
        "AWS::RDS::DBInstance",
        "StorageEncrypted: {'Fn::If': [C, true, 'false']}",
        "unencrypted-storage A.StorageEncrypted",
    ),
    (
        "AWS::OpenSearchService::Domain",
        "EncryptionAtRestOptions: {Enabled: false}",
        "unencrypted-storage A.EncryptionAtRestOptions.Enabled",
    ),
    ("AWS::SQS::Queue", "SqsManagedSseEnabled: false", "unencrypted-storage A.SqsManagedSseEnabled"),
    ("AWS::S3::Bucket", "AccessControl: PublicRead", "public-bucket A.AccessControl"),
    (
        "AWS::S3::Bucket",
        "PublicAccessBlockConfiguration: {BlockPublicAcls: true, BlockPublicPolicy: false}",
        "public-bucket A.PublicAccessBlockConfiguration.BlockPublicPolicy",
    ),
    (
        "AWS::RDS::DBInstance",
        "StorageEncrypted: true, PubliclyAccessible: true",
        "public-database A.PubliclyAccessible",
    ),
    ("AWS::EKS::Cluster", "ResourcesVpcConfig: {SubnetIds: []}", "public-endpoint A.ResourcesVpcConfig"),
    (
        "AWS::EKS::Cluster",
        "ResourcesVpcConfig: {EndpointPublicAccess: true, PublicAccessCidrs: [203.0.113.0/24, 0.0.0.0/0]}",
        "public-endpoint A.ResourcesVpcConfig.PublicAccessCidrs",
    ),
    ("AWS::Lambda::Url", "AuthType: NONE, TargetFunctionArn: a", "public-endpoint A.AuthType"),
    (TEMPLATE, "LaunchTemplateData: {ImageId: ami-1}", "imdsv1 A.LaunchTemplateData"),
    (
        TEMPLATE,
        "LaunchTemplateData: {MetadataOptions: {HttpTokens: optional}}",
        "imdsv1 A.LaunchTemplateData.MetadataOptions.HttpTokens",
    ),
    ("AWS::EC2::Instance", "ImageId: ami-1", "imdsv1 A"),
    ("AWS::RDS::DBCluster", "StorageEncrypted: true, MasterUserPassword: hunter22", "plain-secret A.MasterUserPassword"),
    (
        "AWS::Lambda::Function",
        "Environment: {Variables: {DB_PASSWORD: hunter22}}",
        "plain-secret A.Environment.Variables.DB_PASSWORD",
    ),
    (
        "AWS::ECS::TaskDefinition",
        "ContainerDefinitions: [{Environment: [{Name: API_KEY, Value: abcdefgh}]}]",
        "plain-secret A.ContainerDefinitions.0.Environment.0.Value",
    ),
    (
        "AWS::SageMaker::Model",
        "PrimaryContainer: {Environment: {GITHUB_TOKEN: abcdefgh, MODE: abcdefgh}}",
        "plain-secret A.PrimaryContainer.Environment.GITHUB_TOKEN",
    ),
    (
        TEMPLATE,
        "LaunchTemplateData: {MetadataOptions: {HttpTokens: required},
          UserData: {'Fn::Base64': {'Fn::Sub': 'export AWS_ACCESS_KEY_ID=AKIAQQQQQQQQQQQQQQQQ'}}}",
        "plain-secret A.LaunchTemplateData.UserData.Fn::Base64.Fn::Sub",
    ),
    (
        "AWS::RDS::DBCluster",
        "StorageEncrypted: true, MasterUserPassword: {Ref: Plain}",
        "shown-secret A.MasterUserPassword",
    ),
];

/// (type, properties), with nothing to find
const GOOD: &[(&str, &str)] = &[
    (INGRESS, "IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0"),
    (INGRESS, "IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8"),
    (INGRESS, "IpProtocol: '-1', SourceSecurityGroupId: sg-1"),
    (INGRESS, "IpProtocol: icmp, FromPort: 8, ToPort: -1, CidrIp: 0.0.0.0/0"),
    (INGRESS, "IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: {Ref: Office}"),
    (GROUP, "SecurityGroupEgress: [{IpProtocol: '-1', CidrIp: 0.0.0.0/0}]"),
    ("AWS::IAM::Policy", "PolicyDocument: {Statement: [{Effect: Deny, Action: '*', Resource: '*'}]}"),
    ("AWS::IAM::Policy", "PolicyDocument: {Statement: [{Effect: Allow, Action: 'ec2:Describe*', Resource: '*'}]}"),
    ("AWS::IAM::Policy", "PolicyDocument: {Statement: [{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::a/*'}]}"),
    (
        "AWS::IAM::Policy",
        "PolicyDocument: {Statement: [{Effect: Allow, Action: 'iam:PassRole', Resource: '*',
          Condition: {StringEquals: {'iam:PassedToService': ec2.amazonaws.com}}}]}",
    ),
    (
        "AWS::IAM::Role",
        "AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com},
          Action: 'sts:AssumeRole'}]}",
    ),
    (
        "AWS::IAM::Role",
        "AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Principal: {AWS: '*'}, Action: 'sts:AssumeRole',
          Condition: {StringEquals: {'aws:PrincipalOrgID': o-1}}}]}",
    ),
    (
        "AWS::S3::BucketPolicy",
        "PolicyDocument: {Statement: [{Effect: Deny, Principal: '*', Action: 's3:*', Resource: '*'}]}",
    ),
    (
        "AWS::EC2::VPCEndpoint",
        "PolicyDocument: {Statement: [{Effect: Allow, Principal: '*', Action: '*', Resource: '*'}]}",
    ),
    ("AWS::Lambda::Permission", "Action: a, FunctionName: f, Principal: '*', SourceArn: arn"),
    ("AWS::EC2::Volume", "Encrypted: true"),
    ("AWS::EC2::Volume", "Encrypted: {Ref: Parameter}"),
    ("AWS::EC2::Volume", "SnapshotId: snap-1"),
    ("AWS::RDS::DBInstance", "DBClusterIdentifier: a"),
    ("AWS::SQS::Queue", "DelaySeconds: 1"),
    ("AWS::Logs::LogGroup", "RetentionInDays: 1"),
    ("AWS::S3::Bucket", "AccessControl: Private, PublicAccessBlockConfiguration: {BlockPublicAcls: true}"),
    ("AWS::EKS::Cluster", "ResourcesVpcConfig: {EndpointPublicAccess: false}"),
    ("AWS::EKS::Cluster", "ResourcesVpcConfig: {PublicAccessCidrs: [203.0.113.0/24]}"),
    ("AWS::EKS::Cluster", "ResourcesVpcConfig: {PublicAccessCidrs: {Ref: Blocks}}"),
    ("AWS::Lambda::Url", "AuthType: AWS_IAM"),
    (TEMPLATE, "LaunchTemplateData: {MetadataOptions: {HttpEndpoint: disabled}}"),
    ("AWS::EC2::Instance", "LaunchTemplate: {LaunchTemplateId: lt-1}"),
    ("AWS::EC2::Instance", REQUIRED),
    ("AWS::RDS::DBCluster", "StorageEncrypted: true, MasterUserPassword: '{{resolve:secretsmanager:a}}'"),
    ("AWS::RDS::DBCluster", "StorageEncrypted: true, MasterUserPassword: {Ref: Password}"),
    ("AWS::Lambda::Function", "Environment: {Variables: {DB_PASSWORD: {Ref: Password}, PASSWORD_ARN: abcdefgh}}"),
    ("AWS::CodeBuild::Project", "Environment: {EnvironmentVariables: [{Name: PASSWORD, Type: PARAMETER_STORE, Value: name}]}"),
];

#[test]
fn what_is_unsafe_is_found() {
    for (type_name, properties, expected) in BAD {
        assert_eq!(found(&one(type_name, properties)), [*expected], "{type_name} {properties}");
    }
}

#[test]
fn what_is_nearly_so_is_not() {
    for (type_name, properties) in GOOD {
        assert_eq!(found(&one(type_name, properties)), [""; 0], "{type_name} {properties}");
    }
}

#[test]
fn a_default_may_be_a_secret() {
    let parameter = |id: &str, settings: &str| {
        found(&format!("{{Parameters: {{{id}: {{{settings}}}}}, Resources: {{}}}}"))
    };
    assert_eq!(
        parameter("Key", "Type: String, NoEcho: true, Default: hunter22"),
        ["plain-secret Key.Default"]
    );
    assert_eq!(
        parameter("DbPassword", "Type: String, Default: hunter22"),
        ["plain-secret DbPassword.Default"]
    );
    for settings in ["Type: String, NoEcho: true", "Type: String, Default: ''"] {
        assert_eq!(parameter("DbPassword", settings), [""; 0], "{settings}");
    }
    assert_eq!(parameter("Size", "Type: String, Default: hunter22"), [""; 0]);
    let stored = "Type: 'AWS::SSM::Parameter::Value<String>', Default: name";
    assert_eq!(parameter("DbPassword", stored), [""; 0]);
}

#[test]
fn a_secret_that_is_given_is_not_shown() {
    let given = |settings: &str| {
        let cluster = "StorageEncrypted: true, MasterUserPassword: {Ref: Given}";
        let resource = format!("{{Type: 'AWS::RDS::DBCluster', Properties: {{{cluster}}}}}");
        found(&format!("{{Parameters: {{Given: {{{settings}}}}}, Resources: {{A: {resource}}}}}"))
    };
    assert_eq!(given("Type: String"), ["shown-secret A.MasterUserPassword"]);
    assert_eq!(given("Type: String, NoEcho: false"), ["shown-secret A.MasterUserPassword"]);
    for settings in ["Type: String, NoEcho: true", "Type: 'AWS::SSM::Parameter::Value<String>'"] {
        assert_eq!(given(settings), [""; 0], "{settings}");
    }
}

#[test]
fn every_rule_is_tried() {
    let tried: BTreeSet<&str> =
        BAD.iter().filter_map(|(_, _, expected)| expected.split(' ').next()).collect();
    let known: BTreeSet<&str> = ABOUT.iter().copied().flatten().map(|about| about.code).collect();
    assert_eq!(tried, known);
}
