//! What EC2 says to calls that it is to check and not to do.

use std::collections::BTreeSet;

use stackwright_cfn::Text;

use super::Check;
use super::account::Region;
use super::stack::Known;
use crate::aws::Problem;
use crate::{Error, parallel};

/// What makes a resource of a type without anything else being there: the type, the action, the call.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html>
const CALLS: &[(&str, &str, &[&str])] = &[
    ("AWS::EC2::EIP", "ec2:AllocateAddress", &["ec2", "allocate-address", "--domain", "vpc"]),
    ("AWS::EC2::InternetGateway", "ec2:CreateInternetGateway", &["ec2", "create-internet-gateway"]),
    ("AWS::EC2::VPC", "ec2:CreateVpc", &["ec2", "create-vpc", "--cidr-block", "10.0.0.0/16"]),
];

/// Tries what stacks that are not there yet will need. This heeds the policies of organizations too, of which IAM does not
/// tell beforehand.
pub(super) fn look_at(
    stacks: &[Known<'_>],
    regions: &[Region<'_>],
    checks: &mut Vec<Check>,
) -> Result<(), Error> {
    for region in regions {
        // An emulator may not know what a dry call is, and do it.
        if region.aws.options().endpoint_url.is_some() {
            continue;
        }
        let new = stacks.iter().filter(|stack| stack.is_new() && region.is_of(&stack.facts.environment));
        let types: BTreeSet<&Text> = new
            .flat_map(|stack| &stack.template.resources)
            .map(|(_, resource)| &resource.type_name)
            .collect();
        let wanted: Vec<_> =
            CALLS.iter().filter(|(name, ..)| types.iter().any(|known| **known == **name)).collect();
        let answers = parallel::each(&wanted, |(_, _, call)| {
            region.aws.run::<serde::de::IgnoredAny>(region.aws.call(call).arg("--dry-run"))
        });
        let (mut allowed, mut denied) = (Vec::new(), Vec::new());
        for ((_, action, _), answer) in wanted.iter().zip(answers) {
            match answer.err().map(|error| (error.problem(), error.is_interrupted())) {
                Some((_, true)) => return Err(Error::interrupted()),
                Some((Problem::DryRun, _)) => allowed.push(*action),
                Some((Problem::Denied, _)) => denied.push(*action),
                // Whatever else is wrong, such as a quota, is looked at elsewhere.
                _ => {}
            }
        }
        let subject = format!("dry run in {}", region.name);
        if !denied.is_empty() {
            let check = Check::failed(subject, format!("denied: {}", denied.join(", ")));
            checks.push(check.hint("ask for the permission, or deploy with a role of CloudFormation's"));
        } else if !allowed.is_empty() {
            checks.push(Check::ok(subject, format!("allowed: {}", allowed.join(", "))));
        }
    }
    Ok(())
}
