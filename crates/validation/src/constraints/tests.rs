//! Good and bad values, for each thing that may be asked of one.

use stackwright_cfn::read;

use crate::{Document, Finding, Rule, address_block, ask};

/// The families that look at values.
const VALUES: [Rule; 2] = [address_block::check, super::check];

/// What is found in a template, a finding a line: severity, place, code.
#[track_caller]
fn found(template: &str) -> Vec<String> {
    let template = read(template).unwrap();
    let line = |finding: Finding| {
        let severity = if finding.diagnostic.is_error() { "error" } else { "warning" };
        format!("{severity} {} {}", finding.place, finding.diagnostic.code)
    };
    ask(&Document::of(&template), VALUES.iter()).into_iter().map(line).collect()
}

/// That a resource with these properties, in YAML, has these findings.
#[track_caller]
fn check(type_name: &str, properties: &str, expected: &[&str]) {
    let head = "Parameters: {Text: {Type: String}, Many: {Type: CommaDelimitedList}}\n\
                Conditions: {C: {'Fn::Equals': [a, b]}}\n";
    let template = format!("{head}Resources: {{X: {{Type: {type_name}, Properties: {{{properties}}}}}}}");
    assert_eq!(found(&template), expected, "{properties}");
}

#[test]
fn kinds_of_values() {
    let queue = "AWS::SQS::Queue";
    check(queue, "DelaySeconds: 5", &[]);
    check(queue, "DelaySeconds: '5'", &[]);
    check(queue, "DelaySeconds: 5.0", &[]);
    check(queue, "FifoQueue: 'False'", &[]);
    check(queue, "DelaySeconds: five", &["error X.DelaySeconds wrong-kind"]);
    check(queue, "DelaySeconds: 1.5", &["error X.DelaySeconds wrong-kind"]);
    check(queue, "FifoQueue: 1", &["error X.FifoQueue wrong-kind"]);
    check(queue, "KmsMasterKeyId: [a]", &["error X.KmsMasterKeyId wrong-kind"]);
    check(queue, "Tags: {Key: a}", &["error X.Tags wrong-kind"]);
    check(queue, "Tags: [a]", &["error X.Tags.0 wrong-kind"]);
}

#[test]
fn kinds_of_what_is_yielded() {
    let instance = "AWS::EC2::Instance";
    check(instance, "SubnetId: !Ref Text", &[]);
    check(instance, "SubnetId: !Ref Many", &["error X.SubnetId wrong-kind"]);
    check(instance, "SubnetId: !Select [0, !Ref Many]", &[]);
    check(instance, "SecurityGroupIds: !Ref Many", &[]);
    check(instance, "SecurityGroupIds: !Ref Text", &["error X.SecurityGroupIds wrong-kind"]);
    check(instance, "SecurityGroupIds: !Split [',', !Ref Text]", &[]);
    check(instance, "SubnetId: !GetAZs ''", &["error X.SubnetId wrong-kind"]);
    check(instance, "SubnetId: !ImportValue a, UserData: !FindInMap [A, B, C]", &[]);
    check(instance, "MetadataOptions: !Ref Text", &["error X.MetadataOptions wrong-kind"]);
}

#[test]
fn what_references_yield_is_what_is_wanted() {
    let check = |type_name: &str, properties: &str, expected: &[&str]| {
        let head = "Parameters: {Vpc: {Type: 'AWS::EC2::VPC::Id'}, Stored: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Subnet::Id>'}}";
        let others = "Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}},
             Profile: {Type: AWS::IAM::InstanceProfile, Properties: {Roles: [!Ref Role]}},
             Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}},
             Gateway: {Type: AWS::EC2::InternetGateway}, Key: {Type: AWS::KMS::Key},
             Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: a, VpcId: !Ref Vpc}},
             Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/a, TargetKeyId: !Ref Key}}, Mine: {Type: Custom::A}";
        let template = format!(
            "{head}\nResources: {{X: {{Type: {type_name}, Properties: {{{properties}}}}}, {others}}}"
        );
        assert_eq!(found(&template), expected, "{properties}");
    };
    let nat = |subnet: &str, expected: &[&str]| {
        check("AWS::EC2::NatGateway", &format!("SubnetId: {subnet}"), expected)
    };
    let of_nat = ["error X.SubnetId wrong-reference"];
    nat("!Ref Subnet", &[]);
    nat("!GetAtt Subnet.SubnetId", &[]);
    nat("!Ref Stored", &[]);
    nat("!Ref Mine", &[]);
    nat("!GetAtt Mine.Arn", &[]);
    nat("!Ref Vpc", &of_nat);
    nat("!GetAtt Subnet.VpcId", &of_nat);
    nat("!Ref Gateway", &of_nat);
    nat("!If [C, !Ref Group, !Ref Subnet]", &["error X.SubnetId.Fn::If.1 wrong-reference"]);
    let role = |role: &str, expected: &[&str]| {
        check(
            "AWS::Lambda::Function",
            &format!("Code: {{ImageUri: a}}, PackageType: Image, Role: {role}"),
            expected,
        );
    };
    role("!GetAtt Role.Arn", &[]);
    role("!Ref Role", &["error X.Role wrong-reference"]);
    role("!GetAtt Profile.Arn", &["error X.Role wrong-reference"]);
    let topic =
        |key: &str, expected: &[&str]| check("AWS::SNS::Topic", &format!("KmsMasterKeyId: {key}"), expected);
    for good in ["!Ref Key", "!GetAtt Key.Arn", "!Ref Alias"] {
        topic(good, &[]);
    }
    topic("!Ref Subnet", &["error X.KmsMasterKeyId wrong-reference"]);
    check("AWS::EC2::Volume", "AvailabilityZone: a, Size: 1, KmsKeyId: !Ref Alias", &[]);
    check(
        "AWS::EC2::NetworkInterface",
        "SubnetId: !Ref Subnet, GroupSet: [!Ref Group, !Ref Subnet]",
        &["error X.GroupSet.1 wrong-reference"],
    );
}

#[test]
fn texts() {
    let role = "AWS::IAM::Role";
    let policy = "AssumeRolePolicyDocument: {}";
    check(role, &format!("{policy}, RoleName: a+b"), &[]);
    check(role, &format!("{policy}, RoleName: a b"), &["error X.RoleName wrong-pattern"]);
    check(role, &format!("{policy}, RoleName: ''"), &["error X.RoleName wrong-length"]);
    check(role, &format!("{policy}, Path: {}", "/a".repeat(257)), &["error X.Path wrong-length"]);
    check(role, &format!("{policy}, RoleName: '{{{{resolve:ssm:name}}}}'"), &[]);
    let volume = "AvailabilityZone: a, Size: 1";
    check("AWS::EC2::Volume", &format!("{volume}, KmsKeyId: alias/a"), &[]);
    check("AWS::EC2::Volume", &format!("{volume}, KmsKeyId: a b"), &["error X.KmsKeyId wrong-form"]);
    check("AWS::EC2::Subnet", "VpcId: vpc-1, CidrBlock: 10.0.0.0/24", &["error X.VpcId wrong-form"]);
    check("AWS::EC2::VPC", "CidrBlock: 10.0.0.0/33", &["error X.CidrBlock invalid-cidr"]);
}

#[test]
fn texts_that_are_put_together() {
    let role = |name: &str| format!("AssumeRolePolicyDocument: {{}}, RoleName: {name}");
    check("AWS::IAM::Role", &role("!Join ['-', [a, b]]"), &[]);
    check("AWS::IAM::Role", &role("!Join [' ', [a, b]]"), &["error X.RoleName wrong-pattern"]);
    check("AWS::IAM::Role", &role("!Join [' ', [a, !Ref Text]]"), &[]);
    check("AWS::IAM::Role", &role("!Sub ['${a} b', {a: 1}]"), &["error X.RoleName wrong-pattern"]);
    check("AWS::IAM::Role", &role("!Sub 'a b ${Text}'"), &[]);
}

#[test]
fn both_arms_of_a_condition() {
    check(
        "AWS::SQS::Queue",
        "DelaySeconds: !If [C, 901, !If [C, !Ref AWS::NoValue, -1]]",
        &[
            "error X.DelaySeconds.Fn::If.1 out-of-range",
            "error X.DelaySeconds.Fn::If.2.Fn::If.2 out-of-range",
        ],
    );
    let subnet = |vpc: &str, expected: &[&str]| {
        check("AWS::EC2::Subnet", &format!("CidrBlock: 10.0.0.0/24, VpcId: {vpc}"), expected);
    };
    subnet("!If [C, !Ref Text, !If [C, !Ref AWS::NoValue, !Ref Text]]", &[]);
    subnet("!If [C, !Ref Text, !Ref AWS::NoValue]", &["error X.VpcId.Fn::If.2 missing-property"]);
    check("AWS::EC2::VPC", "CidrBlock: !Ref AWS::NoValue", &["error X missing-property"]);
    check("AWS::EC2::VPC", "CidrBlock: !If [C, 10.0.0.0/16, !Ref AWS::NoValue]", &[]);
}

#[test]
fn parameters_are_warned_of_by_what_they_allow() {
    let template = |settings: &str| {
        format!(
            "Parameters: {{P: {{Type: String, {settings}}}}}\n\
             Resources: {{X: {{Type: AWS::SQS::Queue, Properties: {{DelaySeconds: !Ref P}}}}}}"
        )
    };
    assert_eq!(found(&template("Default: '5'")), [""; 0]);
    assert_eq!(
        found(&template("Default: ''")),
        [""; 0],
        "whoever leaves it empty says something else instead"
    );
    assert_eq!(found(&template("Default: '901'")), ["warning X.DelaySeconds out-of-range"]);
    assert_eq!(
        found(&template("Default: '901', AllowedValues: ['5', x, '901']")),
        ["warning X.DelaySeconds wrong-kind", "warning X.DelaySeconds out-of-range"]
    );
}

#[test]
fn numbers_and_values() {
    check("AWS::SQS::Queue", "DelaySeconds: 900", &[]);
    check("AWS::SQS::Queue", "DelaySeconds: '901'", &["error X.DelaySeconds out-of-range"]);
    let options = |tokens: &str| format!("MetadataOptions: {{HttpTokens: {tokens}}}");
    check("AWS::EC2::Instance", &options("required"), &[]);
    check(
        "AWS::EC2::Instance",
        &options("Required"),
        &["error X.MetadataOptions.HttpTokens value-not-allowed"],
    );
    check(
        "AWS::EC2::Instance",
        &options("requird"),
        &["error X.MetadataOptions.HttpTokens value-not-allowed"],
    );
    // What AWS may have added since is not certainly wrong.
    check(
        "AWS::EC2::Instance",
        &options("later"),
        &["warning X.MetadataOptions.HttpTokens value-not-allowed"],
    );
    check("AWS::Logs::LogGroup", "RetentionInDays: 2", &["warning X.RetentionInDays value-not-allowed"]);
}

#[test]
fn lists_and_maps() {
    let function = |more: &str| {
        format!("Code: {{S3Bucket: abc, S3Key: k}}, Role: 'arn:aws:iam::123456789012:role/a', {more}")
    };
    let lambda = "AWS::Lambda::Function";
    let layer = "'arn:aws:lambda:eu-west-1:123456789012:layer:a:1'";
    check(lambda, &function(&format!("Layers: [{layer}, !Ref Text]")), &[]);
    check(lambda, &function("Architectures: []"), &["error X.Architectures wrong-size"]);
    check(lambda, &function("Architectures: [!If [C, arm64, !Ref AWS::NoValue], x86_64]"), &[]);
    check(lambda, &function("Architectures: [arm64, x86_64]"), &["error X.Architectures wrong-size"]);
    let volumes = "SecurityGroupIds: [sg-01234567, sg-01234567]";
    let types = "NodeRole: !Ref Text, ClusterName: a, Subnets: [subnet-01234567]";
    check("AWS::EC2::Instance", volumes, &[]);
    check("AWS::EKS::Nodegroup", &format!("{types}, Labels: {{a: [b]}}"), &["error X.Labels.a wrong-kind"]);
    check(
        "AWS::EFS::MountTarget",
        "FileSystemId: fs-01234567, SubnetId: subnet-01234567, SecurityGroups: [sg-01234567, sg-01234567]",
        &["error X.SecurityGroups.1 duplicate-item"],
    );
}

#[test]
fn properties_that_are_there_or_not() {
    check(
        "AWS::EC2::VPC",
        "CidrBlok: 10.0.0.0/16",
        &["error X.CidrBlok unknown-property", "error X missing-property"],
    );
    check("AWS::SQS::Queue", "Novelty: 1", &["warning X.Novelty unknown-property"]);
    check("AWS::SQS::Queue", "Arn: a", &["warning X.Arn read-only-property"]);
    check("AWS::SQS::Queue", "Tags: [{Key: a}]", &["error X.Tags.0 missing-property"]);
    check(
        "AWS::SQS::Queue",
        "Tags: [{Key: a, Value: !Ref AWS::NoValue}]",
        &["error X.Tags.0 missing-property"],
    );
    check("AWS::EC2::Instance", "", &[]);
    check("AWS::CloudFormation::CustomResource", "ServiceToken: a, Anything: 1", &[]);
    check("Custom::Thing", "Anything: 1", &[]);
    check("AWS::EC2::Instanze", "", &["error X.Type unknown-type"]);
    check("AWS::EC2::Novelty", "", &["warning X.Type unknown-type"]);
}

#[test]
fn properties_that_go_together_or_not() {
    let group = |rule: &str| format!("GroupDescription: a, SecurityGroupIngress: [{{{rule}}}]");
    let check_rule = |rule: &str, expected: &[&str]| check("AWS::EC2::SecurityGroup", &group(rule), expected);
    check_rule("IpProtocol: '-1', CidrIp: 10.0.0.0/8", &[]);
    check_rule("IpProtocol: '-1'", &["error X.SecurityGroupIngress.0 missing-property"]);
    check_rule("IpProtocol: '-1', CidrIp: !If [C, 10.0.0.0/8, !Ref AWS::NoValue]", &[]);
    check_rule(
        "IpProtocol: '-1', CidrIp: 10.0.0.0/8, CidrIpv6: '::/0'",
        &["error X.SecurityGroupIngress.0.CidrIpv6 conflicting-properties"],
    );
    check_rule(
        "IpProtocol: tcp, FromPort: 1, CidrIp: 10.0.0.0/8",
        &["error X.SecurityGroupIngress.0 missing-property"],
    );
    check_rule("IpProtocol: !Ref Text, CidrIp: 10.0.0.0/8", &[]);
    let group = "MinSize: 1, MaxSize: 2, AvailabilityZones: [a]";
    check("AWS::AutoScaling::AutoScalingGroup", group, &["error X missing-property"]);
    let template = "LaunchTemplate: {LaunchTemplateId: lt-1, LaunchTemplateName: name, Version: 1}";
    check(
        "AWS::AutoScaling::AutoScalingGroup",
        &format!("{group}, {template}"),
        &["error X.LaunchTemplate.LaunchTemplateName conflicting-properties"],
    );
    let function = "Code: {ZipFile: a}, Role: 'arn:aws:iam::123456789012:role/a'";
    check("AWS::Lambda::Function", function, &["error X missing-property"]);
    let table = "AttributeDefinitions: [{AttributeName: a, AttributeType: S}], \
                 KeySchema: [{AttributeName: a, KeyType: HASH}]";
    check("AWS::DynamoDB::Table", table, &["error X missing-property"]);
    check("AWS::DynamoDB::Table", &format!("{table}, BillingMode: PAY_PER_REQUEST"), &[]);
    check("AWS::DynamoDB::Table", &format!("{table}, BillingMode: !Ref Text"), &[]);
}

#[test]
fn messages_name_the_value_and_what_is_allowed() {
    let template = "
Resources:
  Q:
    Type: AWS::SQS::Queue
    Properties: {DelaySeconds: 901, Tag: []}
  S:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: vpc-1, CidrBlock: 10.0.0.0/24, AvailabilityZone: a, AvailabilityZoneId: b}
";
    let template = read(template).unwrap();
    let told: Vec<String> = ask(&Document::of(&template), VALUES.iter())
        .iter()
        .map(|finding| finding.diagnostic.to_string())
        .collect();
    assert_eq!(
        told,
        [
            "error[out-of-range]: DelaySeconds is 901: allowed are 0 to 900",
            "error[unknown-property]: AWS::SQS::Queue has no property \"Tag\"\nhint: did you mean \"Tags\"?",
            "error[wrong-form]: VpcId is \"vpc-1\": allowed is the id of a VPC, such as vpc-0123456789abcdef0",
            "error[conflicting-properties]: AWS::EC2::Subnet has AvailabilityZone and AvailabilityZoneId: allowed is either of them",
        ]
    );
}
