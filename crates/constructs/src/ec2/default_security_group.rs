//! Taking the rules from a VPC's default security group.
//!
//! CloudFormation cannot take away rules that it did not add. State Manager can have a runbook do it that AWS keeps for
//! the purpose, and repeats it daily, so that rules someone adds do not stay.

use stackwright_aws::ids::ec2::SecurityGroupId;
use stackwright_aws::ssm;
use stackwright_cfn::{Value, sub};
use stackwright_core::{Construct, Resource};

use crate::iam::{Arn, PolicyStatement, Principal, Role, RoleProps};

/// [The runbook](https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-remove-default-secg-rules.html),
/// which lists the actions its role needs.
const RUNBOOK: &str = "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules";

/// Keeps the security group empty of rules.
#[track_caller]
pub(super) fn lock(vpc: &Construct, group: Value<SecurityGroupId>) {
    let lock = Construct::new(vpc, "DefaultSecurityGroupLock");
    let revoke = PolicyStatement::allow()
        .actions(["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"])
        .resources([Arn::new("ec2", sub!("security-group/{group}", group = &group)).of::<String>(&lock)]);
    let look = PolicyStatement::allow()
        .actions(["ec2:DescribeSecurityGroups", "ssm:GetAutomationExecution"])
        .any_resource();
    let runbook = Arn::new("ssm", format!("automation-definition/{RUNBOOK}:*")).region("*").account("*");
    let start = PolicyStatement::allow()
        .actions(["ssm:StartAutomationExecution"])
        .resources([runbook.of::<String>(&lock)]);
    let role = RoleProps::new(Principal::service("ssm").only_for_own_account())
        .inline_policy("allowed", [revoke, look, start]);
    let role = Role::new(&lock, "Role", role);
    let association = ssm::Association::new(ssm::AssociationRequired { name: RUNBOOK.into() })
        .schedule_expression("rate(1 day)")
        .parameters([
            ("AutomationAssumeRole", Value::<Vec<String>>::from([role.role_arn()])),
            ("GroupId", Value::from([group])),
        ]);
    Resource::new(&lock, "Association", association);
}
