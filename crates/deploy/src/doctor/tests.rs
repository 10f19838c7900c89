//! Accounts that are well and accounts that are not, played by a script.

use std::fmt::Write;

use stackwright_assembly::{
    Assembly, Binding, ClusterFacts, Deployable, Diagnostics, Environment, FORMAT_VERSION, File, Kind,
    Manifest, Source, SourceEntry, StackFacts,
};

use super::{Health, examine};
use crate::{Aws, AwsOptions, ChartOptions, Error, Moments, Script, Session};

const TEMPLATE: &str = r#"{ "Resources": {
    "Vpc": { "Type": "AWS::EC2::VPC" },
    "A": { "Type": "AWS::EC2::EIP" },
    "B": { "Type": "AWS::EC2::EIP" },
    "Nat": { "Type": "AWS::EC2::NatGateway" },
    "Cluster": { "Type": "AWS::EKS::Cluster" }
} }"#;
const UP: &str = r#"{ "Stacks": [{
    "StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/web/1", "StackName": "web",
    "StackStatus": "UPDATE_COMPLETE", "Outputs": [{ "OutputKey": "Name", "OutputValue": "prod" }]
}] }"#;
const ABSENT: &str = "An error occurred (ValidationError) when calling the DescribeStacks operation: Stack with id web does not exist";
const ROLE: &str =
    r#"{ "Account": "123456789012", "Arn": "arn:aws:sts::123456789012:assumed-role/Admin/me" }"#;
const ZONES: &str =
    r#"{ "AvailabilityZones": [{ "RegionName": "eu-west-1" }, { "RegionName": "eu-west-1" }] }"#;

fn entry(type_name: &'static str) -> SourceEntry {
    SourceEntry {
        id: "X".into(),
        path: "web/x".into(),
        type_name: Some(type_name.into()),
        source: Source { file: "src/main.rs".into(), line: 1, column: 1 },
        overrides: Vec::new(),
    }
}

/// A stack with a cluster, and a chart for it.
fn app(environment: Environment) -> Assembly {
    let stack = Deployable {
        stack: Some(StackFacts { environment: environment.clone(), ..StackFacts::default() }),
        source_map: vec![entry("AWS::EC2::VPC"), entry("AWS::EKS::Cluster")],
        ..Deployable::new("web", Kind::Stack, "web.template.json")
    };
    let placeholder = "${stackwright:web.Name}".to_owned();
    let chart = Deployable {
        dependencies: vec!["web".into()],
        cluster: Some(ClusterFacts { name: placeholder.clone(), environment, role: None }),
        bindings: vec![Binding { placeholder, stack: "web".into(), output: "Name".into() }],
        ..Deployable::new("agents", Kind::Chart, "agents.k8s.yaml")
    };
    Assembly {
        manifest: Manifest { version: FORMAT_VERSION, deployables: vec![stack, chart] },
        files: vec![File { name: "web.template.json".into(), contents: TEMPLATE.into() }],
        warnings: Diagnostics::default(),
    }
}

fn tools() -> Script {
    Script::new()
        .reply("aws --version", "aws-cli/2.31.0 Python/3.13.7")
        .reply("kubectl version --client", r#"{ "clientVersion": { "gitVersion": "v1.35.1" } }"#)
}

/// What it says, a line for each check.
fn told(script: &Script, assembly: &Assembly) -> Result<String, Error> {
    told_with(script, assembly, AwsOptions::default())
}

fn told_with(script: &Script, assembly: &Assembly, options: AwsOptions) -> Result<String, Error> {
    let clock = Moments::new();
    let aws = Aws::new(Session::new(script, &clock, &|_| ()), options);
    let checks = examine(assembly, &aws, &ChartOptions::default())?;
    script.finish();
    let mut text = String::new();
    for check in checks {
        let health = match check.health {
            Health::Ok => "ok",
            Health::Warning => "warning",
            Health::Failed => "FAILED",
        };
        writeln!(text, "{health} {}: {}", check.subject, check.message).unwrap();
        if let Some(hint) = check.hint {
            writeln!(text, "  {hint}").unwrap();
        }
    }
    Ok(text)
}

/// Everything from the credentials to the permissions, in one region.
fn reached(script: Script) -> Script {
    script
        .reply("aws sts get-caller-identity", ROLE)
        .reply("aws ec2 describe-availability-zones", ZONES)
        .reply("aws cloudformation validate-template", "{}")
        .reply("aws iam get-role --role-name Admin", r#""arn:aws:iam::123456789012:role/ops/Admin""#)
}

fn allowed(script: Script) -> Script {
    script.reply(
        "aws iam simulate-principal-policy --policy-source-arn arn:aws:iam::123456789012:role/ops/Admin",
        r#"[{ "EvalActionName": "ec2:CreateVpc", "EvalDecision": "allowed" }]"#,
    )
}

const TRIED: &str = "An error occurred (DryRunOperation) when calling the X operation: Request would have succeeded, but DryRun flag is set.";

/// Nothing that would be made is done.
fn tried(script: Script, network: &str) -> Script {
    script.fail("aws ec2 allocate-address --domain vpc --dry-run", 254, TRIED).fail(
        "aws ec2 create-vpc --cidr-block 10.0.0.0/16 --dry-run",
        254,
        network,
    )
}

/// How many there are and may be of VPCs, addresses, NAT gateways, clusters and stacks.
fn quotas(script: Script, counts: [(u32, u32); 4]) -> Script {
    let codes = ["vpc --quota-code L-F678F1CE", "ec2 --quota-code L-0263D0A3", "eks --quota-code L-1194D53C"];
    let codes = codes.iter().chain(&["cloudformation --quota-code L-0485CB21"]);
    let calls = [
        "ec2 describe-vpcs",
        "ec2 describe-addresses",
        "eks list-clusters",
        "cloudformation describe-stacks --query",
    ];
    let script = script
        .reply("aws service-quotas get-service-quota --service-code vpc --quota-code L-FE5A380F", "5.0")
        .reply("aws ec2 describe-nat-gateways", r#"["subnet-1", "subnet-2", "subnet-1"]"#)
        .reply("aws ec2 describe-subnets", r#"[["subnet-1", "eu-west-1a"], ["subnet-2", "eu-west-1b"]]"#);
    codes.zip(calls).zip(counts).fold(script, |script, ((code, call), (used, most))| {
        script
            .reply(
                &format!("aws service-quotas get-service-quota --service-code {code}"),
                format!("{most}.0"),
            )
            .reply(&format!("aws {call}"), used.to_string())
    })
}

#[test]
fn an_app_that_is_up() {
    let script = allowed(reached(tools())).reply("aws cloudformation describe-stacks --stack-name web", UP);
    let script = quotas(script, [(1, 5), (2, 5), (1, 100), (3, 2000)])
        .reply("aws cloudformation describe-stacks --stack-name web", UP)
        .reply("aws eks update-kubeconfig --name prod", "Updated context\n")
        .reply("kubectl version --output json", r#"{ "serverVersion": { "gitVersion": "v1.35.0" } }"#)
        .reply("kubectl auth can-i * *", "yes");
    let expected = "\
ok aws: 2.31.0
ok kubectl: 1.35.1
ok credentials: arn:aws:sts::123456789012:assumed-role/Admin/me
ok region eu-west-1: 2 zones
ok stack \"web\": UPDATE_COMPLETE
ok permissions: all 1 actions that were asked for are allowed
ok VPCs in eu-west-1: 1 of 5
ok elastic IP addresses in eu-west-1: 2 of 5
ok NAT gateways of the fullest zone in eu-west-1: 2 of 5
ok EKS clusters in eu-west-1: 1 of 100
ok stacks in eu-west-1: 3 of 2000
ok cluster of chart \"agents\": Kubernetes v1.35.0, everything is allowed
";
    assert_eq!(told(&script, &app(Environment::default())).unwrap(), expected);
}

#[test]
fn an_app_that_has_no_room() {
    let script =
        allowed(reached(tools())).fail("aws cloudformation describe-stacks --stack-name web", 254, ABSENT);
    let script = quotas(tried(script, TRIED), [(5, 5), (4, 5), (1, 100), (3, 2000)]).fail(
        "aws cloudformation describe-stacks --stack-name web",
        254,
        ABSENT,
    );
    let text = told(&script, &app(Environment::default())).unwrap();
    let expected = "\
ok stack \"web\": not there yet
ok permissions: all 1 actions that were asked for are allowed
ok dry run in eu-west-1: allowed: ec2:AllocateAddress, ec2:CreateVpc
FAILED VPCs in eu-west-1: 5 of 5, the app adds 1
  aws service-quotas request-service-quota-increase --service-code vpc --quota-code L-F678F1CE --desired-value 6
FAILED elastic IP addresses in eu-west-1: 4 of 5, the app adds 2
  aws service-quotas request-service-quota-increase --service-code ec2 --quota-code L-0263D0A3 --desired-value 6
ok NAT gateways of the fullest zone in eu-west-1: 2 of 5, the app adds 1
ok EKS clusters in eu-west-1: 1 of 100, the app adds 1
ok stacks in eu-west-1: 3 of 2000, the app adds 1
ok cluster of chart \"agents\": not there yet
";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn without_tools_or_credentials_nothing_else_is_looked_at() {
    let app = app(Environment::default());
    let script = Script::new().missing("aws --version").missing("kubectl version --client");
    let text = told(&script, &app).unwrap();
    assert!(text.starts_with("FAILED aws: the AWS CLI is missing"), "{text}");
    assert!(text.contains("FAILED kubectl: kubectl is missing"), "{text}");

    let script = tools().fail("aws sts get-caller-identity", 255, "Unable to locate credentials.");
    let text = told(&script, &app).unwrap();
    assert!(text.contains("FAILED credentials: Unable to locate credentials.\n  choose a profile"), "{text}");
}

#[test]
fn another_account_is_told_and_the_rest_is_looked_at() {
    let script = tools().reply("aws sts get-caller-identity", ROLE).fail(
        "aws ec2 describe-availability-zones --region mars-1",
        255,
        "Could not connect to the endpoint URL: \"https://ec2.mars-1.amazonaws.com/\"",
    );
    let script = (0..3).fold(script, |script, _| {
        script.fail(
            "aws ec2 describe-availability-zones",
            255,
            "Could not connect to the endpoint URL: \"x\"",
        )
    });
    let environment = Environment { account: Some("210987654321".into()), region: Some("mars-1".into()) };
    let text = told(&script, &app(environment)).unwrap();
    let expected = "\
FAILED stack \"web\": is for account 210987654321, the credentials are of account 123456789012
  choose credentials of that account with --profile
FAILED region mars-1: Could not connect to the endpoint URL: \"x\"
  is there a network, and are --endpoint-url and --region right?
";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn what_iam_and_quotas_do_not_tell_is_a_warning() {
    let denied = "An error occurred (AccessDenied) when calling the X operation: no";
    let mut script = reached(tools())
        .reply(
            "aws cloudformation describe-stacks --stack-name web",
            UP.replace("UPDATE_COMPLETE", "ROLLBACK_COMPLETE"),
        )
        .fail("aws iam simulate-principal-policy", 254, denied)
        .reply("aws cloudformation describe-stacks --stack-name web", UP)
        .fail("aws eks update-kubeconfig --name prod", 255, "Cluster status is CREATING");
    for _ in 0..5 {
        script = script.fail("aws service-quotas get-service-quota", 254, denied);
    }
    let text = told(&script, &app(Environment::default())).unwrap();
    let expected = "\
warning stack \"web\": ROLLBACK_COMPLETE
  its creation failed: \"deploy\" offers to delete it and to create it again
warning permissions: no (AccessDenied)
  only IAM tells beforehand, to those who may iam:SimulatePrincipalPolicy
warning quotas: not known for VPCs, elastic IP addresses, NAT gateways of the fullest zone, EKS clusters, stacks: no (AccessDenied)
  ask for the permission, or choose other credentials with --profile
FAILED cluster of chart \"agents\": cannot find the way to cluster \"prod\": Cluster status is CREATING
";
    assert!(text.ends_with(expected), "{text}");
}

#[test]
fn denied_and_missing_permissions_are_told_apart() {
    let simulate = |verdicts: &str| {
        let script = reached(tools()).reply("aws cloudformation describe-stacks --stack-name web", UP);
        let script = script.reply("aws iam simulate-principal-policy", verdicts);
        let script = quotas(script, [(1, 5), (2, 5), (1, 100), (3, 2000)]);
        let script = script
            .reply("aws cloudformation describe-stacks --stack-name web", UP)
            .reply("aws eks update-kubeconfig --name prod", "Updated context\n")
            .fail("kubectl version --output json", 1, "Unable to connect to the server: i/o timeout");
        told(&script, &app(Environment::default())).unwrap()
    };
    let missing = r#"{ "EvalActionName": "eks:CreateCluster", "EvalDecision": "implicitDeny" }"#;
    let forbidden = r#"{ "EvalActionName": "ec2:CreateVpc", "EvalDecision": "explicitDeny" }"#;
    let text = simulate(&format!("[{missing}]"));
    assert!(
        text.contains("warning permissions: not allowed on every resource: eks:CreateCluster\n"),
        "{text}"
    );
    assert!(
        text.contains("kubectl does not reach it: Unable to connect to the server: i/o timeout\n"),
        "{text}"
    );
    let text = simulate(&format!("[{missing}, {forbidden}]"));
    assert!(text.contains("FAILED permissions: denied: ec2:CreateVpc\n"), "{text}");
}

#[test]
fn what_ec2_would_refuse_is_told() {
    let looked = |network: &str, endpoint: Option<&str>| {
        let script = allowed(reached(tools())).fail(
            "aws cloudformation describe-stacks --stack-name web",
            254,
            ABSENT,
        );
        let script = if endpoint.is_some() { script } else { tried(script, network) };
        let script = quotas(script, [(1, 5), (0, 5), (1, 100), (3, 2000)]).fail(
            "aws cloudformation describe-stacks --stack-name web",
            254,
            ABSENT,
        );
        let options = AwsOptions { endpoint_url: endpoint.map(str::to_owned), ..AwsOptions::default() };
        told_with(&script, &app(Environment::default()), options).unwrap()
    };
    let denied = "An error occurred (UnauthorizedOperation) when calling the CreateVpc operation: You are not authorized";
    let text = looked(denied, None);
    assert!(
        text.contains("FAILED dry run in eu-west-1: denied: ec2:CreateVpc\n  ask for the permission"),
        "{text}"
    );
    let full = "An error occurred (VpcLimitExceeded) when calling the CreateVpc operation: The maximum has been reached";
    let text = looked(full, None);
    assert!(text.contains("ok dry run in eu-west-1: allowed: ec2:AllocateAddress\n"), "{text}");
    let text = looked("", Some("http://127.0.0.1:4610"));
    assert!(!text.contains("dry run"), "an emulator might do it: {text}");
}

#[test]
fn ctrl_c_is_no_finding() {
    let script = tools().interrupted("aws sts get-caller-identity");
    assert!(told(&script, &app(Environment::default())).unwrap_err().is_interrupted());
}
