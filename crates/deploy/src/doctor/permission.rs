//! Whether IAM allows what a deployment does, as far as IAM can tell beforehand.

use serde::Deserialize;
use stackwright_assembly::Assembly;

use super::account::Region;
use super::{Check, Health};
use crate::aws::AwsError;
use crate::{Aws, Error, Identity};

/// What every deployment of stacks does.
const ALWAYS: &[&str] = &[
    "cloudformation:CreateChangeSet",
    "cloudformation:DescribeChangeSet",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:DescribeStacks",
    "cloudformation:DescribeStackEvents",
    "cloudformation:GetTemplate",
    "cloudformation:DeleteStack",
];

/// What CloudFormation does on behalf of the credentials for a resource of a type, where it is not what everybody may.
const OF_TYPES: &[(&str, &[&str])] = &[
    ("AWS::AutoScaling::AutoScalingGroup", &["autoscaling:CreateAutoScalingGroup"]),
    ("AWS::EC2::EIP", &["ec2:AllocateAddress"]),
    ("AWS::EC2::InternetGateway", &["ec2:CreateInternetGateway"]),
    ("AWS::EC2::LaunchTemplate", &["ec2:CreateLaunchTemplate"]),
    ("AWS::EC2::NatGateway", &["ec2:CreateNatGateway"]),
    ("AWS::EC2::RouteTable", &["ec2:CreateRouteTable"]),
    ("AWS::EC2::SecurityGroup", &["ec2:CreateSecurityGroup"]),
    ("AWS::EC2::Subnet", &["ec2:CreateSubnet"]),
    ("AWS::EC2::VPC", &["ec2:CreateVpc"]),
    ("AWS::EC2::VPCEndpoint", &["ec2:CreateVpcEndpoint"]),
    ("AWS::EKS::AccessEntry", &["eks:CreateAccessEntry"]),
    ("AWS::EKS::Addon", &["eks:CreateAddon"]),
    ("AWS::EKS::Cluster", &["eks:CreateCluster", "iam:PassRole"]),
    ("AWS::EKS::FargateProfile", &["eks:CreateFargateProfile", "iam:PassRole"]),
    ("AWS::EKS::Nodegroup", &["eks:CreateNodegroup", "iam:PassRole"]),
    ("AWS::Events::Rule", &["events:PutRule"]),
    ("AWS::IAM::InstanceProfile", &["iam:CreateInstanceProfile", "iam:AddRoleToInstanceProfile"]),
    ("AWS::IAM::ManagedPolicy", &["iam:CreatePolicy"]),
    ("AWS::IAM::OIDCProvider", &["iam:CreateOpenIDConnectProvider"]),
    ("AWS::IAM::Role", &["iam:CreateRole", "iam:AttachRolePolicy"]),
    ("AWS::KMS::Key", &["kms:CreateKey"]),
    ("AWS::Lambda::Function", &["lambda:CreateFunction", "iam:PassRole"]),
    ("AWS::Logs::LogGroup", &["logs:CreateLogGroup"]),
    ("AWS::S3::Bucket", &["s3:CreateBucket"]),
    ("AWS::SSM::Parameter", &["ssm:PutParameter"]),
];

/// What IAM says of an action.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Verdict {
    eval_action_name: String,
    eval_decision: String,
}

/// Has IAM evaluate the policies of the credentials, in every region.
pub(super) fn look_at(
    aws: &Aws<'_>,
    assembly: &Assembly,
    identity: &Identity,
    regions: &[Region<'_>],
    checks: &mut Vec<Check>,
) -> Result<(), Error> {
    let Some(source) = policy_source(aws, identity)? else {
        checks.push(Check::ok("permissions", "those of the account's root user, who may do everything"));
        return Ok(());
    };
    let actions = actions(assembly);
    for region in regions {
        let subject = match regions {
            [_] => "permissions".to_owned(),
            _ => format!("permissions in {}", region.name),
        };
        checks.push(match simulate(&region.aws, &source, &actions, &region.name) {
            Ok(verdicts) => judge(subject, &verdicts),
            Err(error) => Check::refused(Health::Warning, subject, error)?
                .hint("only IAM tells beforehand, to those who may iam:SimulatePrincipalPolicy"),
        });
    }
    Ok(())
}

/// The user or role whose policies count; absent for the root user.
///
/// The ARN of who has taken on a role has the role's name and not its path.
fn policy_source(aws: &Aws<'_>, identity: &Identity) -> Result<Option<String>, Error> {
    let Identity { account, arn } = identity;
    let (head, resource) = arn.rsplit_once(':').unwrap_or_default();
    if resource == "root" {
        return Ok(None);
    }
    let Some(role) = resource.strip_prefix("assumed-role/").and_then(|rest| rest.split('/').next()) else {
        return Ok(Some(arn.clone()));
    };
    let call = aws.call(&["iam", "get-role", "--role-name", role, "--query", "Role.Arn"]);
    match aws.run::<String>(call) {
        Ok(arn) => Ok(Some(arn)),
        Err(error) if error.is_interrupted() => Err(Error::interrupted()),
        // Most roles have no path.
        Err(_) => {
            let partition = head.split(':').nth(1).unwrap_or("aws");
            Ok(Some(format!("arn:{partition}:iam::{account}:role/{role}")))
        }
    }
}

/// What deploying the app does, sorted.
fn actions(assembly: &Assembly) -> Vec<&'static str> {
    let entries = assembly.manifest.deployables.iter().flat_map(|deployable| &deployable.source_map);
    let types = entries.filter_map(|entry| entry.type_name.as_deref());
    let of_types = types.flat_map(|name| OF_TYPES.iter().filter(move |(known, _)| *known == name));
    let mut actions: Vec<&str> = of_types.flat_map(|(_, actions)| *actions).copied().collect();
    actions.extend(ALWAYS);
    actions.sort_unstable();
    actions.dedup();
    actions
}

fn simulate(aws: &Aws<'_>, source: &str, actions: &[&str], region: &str) -> Result<Vec<Verdict>, AwsError> {
    let call =
        aws.call(&["iam", "simulate-principal-policy", "--policy-source-arn", source, "--context-entries"]);
    let call = call
        .arg(format!("ContextKeyName=aws:RequestedRegion,ContextKeyValues={region},ContextKeyType=string"));
    let call = call.args(["--query", "EvaluationResults", "--action-names"]).args(actions.iter().copied());
    aws.run(call)
}

fn judge(subject: String, verdicts: &[Verdict]) -> Check {
    let of = |decision: &str| -> Vec<&str> {
        let found = verdicts.iter().filter(|verdict| verdict.eval_decision == decision);
        found.map(|verdict| &*verdict.eval_action_name).collect()
    };
    let (forbidden, missing) = (of("explicitDeny"), of("implicitDeny"));
    if !forbidden.is_empty() {
        let check = Check::failed(subject, format!("denied: {}", forbidden.join(", ")));
        return check.hint(
            "a policy forbids it: ask whoever wrote the policy, or deploy with a role of CloudFormation's",
        );
    }
    if !missing.is_empty() {
        let check = Check::warning(subject, format!("not allowed on every resource: {}", missing.join(", ")));
        return check.hint("ask for the permission, unless it is given for the resources in question");
    }
    Check::ok(subject, format!("all {} actions that were asked for are allowed", verdicts.len()))
}
