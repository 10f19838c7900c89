//! Taking the rules from a VPC's default security group.
//!
//! CloudFormation cannot take away rules that it did not add. State Manager can have a runbook do it that AWS keeps for
//! the purpose, and repeats it daily, so that rules someone adds do not stay.

use stackwright_aws::ids::ec2::SecurityGroupId;
use stackwright_aws::ssm;
use stackwright_cfn::{Value, json, pseudo, sub};
use stackwright_core::{Construct, Resource};

use super::service_role::service_role;

/// [The runbook](https://docs.aws.amazon.com/systems-manager-automation-runbooks/latest/userguide/automation-aws-remove-default-secg-rules.html),
/// which lists the actions its role needs.
const RUNBOOK: &str = "AWSConfigRemediation-RemoveVPCDefaultSecurityGroupRules";

/// Keeps the security group empty of rules.
#[track_caller]
pub(super) fn lock(vpc: &Construct, group: Value<SecurityGroupId>) {
    let lock = Construct::new(vpc, "DefaultSecurityGroupLock");
    let statements = json!([
        {
            "Effect": "Allow",
            "Action": ["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress"],
            "Resource": sub!(
                "arn:{partition}:ec2:{region}:{account}:security-group/{group}",
                partition = pseudo::partition(),
                region = pseudo::region(),
                account = pseudo::account_id(),
                group = &group,
            ),
        },
        {
            "Effect": "Allow",
            "Action": ["ec2:DescribeSecurityGroups", "ssm:GetAutomationExecution"],
            "Resource": "*",
        },
        {
            "Effect": "Allow",
            "Action": "ssm:StartAutomationExecution",
            "Resource": sub!(
                "arn:{partition}:ssm:*:*:automation-definition/{runbook}:*",
                partition = pseudo::partition(),
                runbook = RUNBOOK,
            ),
        },
    ]);
    let role = service_role(&lock, "ssm.amazonaws.com", statements);
    let association = ssm::Association::new(ssm::AssociationRequired { name: RUNBOOK.into() })
        .schedule_expression("rate(1 day)")
        .parameters([
            ("AutomationAssumeRole", Value::<Vec<String>>::from([role.attr_arn()])),
            ("GroupId", Value::from([group])),
        ]);
    Resource::new(&lock, "Association", association);
}
