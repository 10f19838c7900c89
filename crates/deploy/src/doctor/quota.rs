//! Whether the account has room for what the app adds.

use std::collections::BTreeMap;

use super::account::Region;
use super::stack::Known;
use super::{Check, Health};
use crate::aws::AwsError;
use crate::{Aws, Error, parallel};

/// A quota that networks and clusters run into.
struct Quota {
    /// What is counted.
    title: &'static str,
    /// The type of the resources that count; absent for stacks.
    type_name: Option<&'static str>,
    /// The service, as Service Quotas calls it.
    service: &'static str,
    /// The quota's code there.
    code: &'static str,
    /// How many there are.
    count: fn(&Aws<'_>) -> Result<u64, AwsError>,
}

/// Source: <https://docs.aws.amazon.com/general/latest/gr/vpc-service.html> and its like for the other services.
const QUOTAS: &[Quota] = &[
    Quota {
        title: "VPCs",
        type_name: Some("AWS::EC2::VPC"),
        service: "vpc",
        code: "L-F678F1CE",
        count: |aws| aws.run(aws.call(&["ec2", "describe-vpcs", "--query", "length(Vpcs)"])),
    },
    Quota {
        title: "elastic IP addresses",
        type_name: Some("AWS::EC2::EIP"),
        service: "ec2",
        code: "L-0263D0A3",
        count: |aws| aws.run(aws.call(&["ec2", "describe-addresses", "--query", "length(Addresses)"])),
    },
    Quota {
        title: NAT_GATEWAYS,
        type_name: Some("AWS::EC2::NatGateway"),
        service: "vpc",
        code: "L-FE5A380F",
        count: nat_gateways_of_the_fullest_zone,
    },
    Quota {
        title: "EKS clusters",
        type_name: Some("AWS::EKS::Cluster"),
        service: "eks",
        code: "L-1194D53C",
        count: |aws| aws.run(aws.call(&["eks", "list-clusters", "--query", "length(clusters)"])),
    },
    Quota {
        title: "stacks",
        type_name: None,
        service: "cloudformation",
        code: "L-0485CB21",
        count: |aws| aws.run(aws.call(&["cloudformation", "describe-stacks", "--query", "length(Stacks)"])),
    },
];

/// They are counted by zone, and nobody knows beforehand which zones CloudFormation chooses.
const NAT_GATEWAYS: &str = "NAT gateways of the fullest zone";

/// Looks at the quotas of what the app has, in every region.
pub(super) fn look_at(
    stacks: &[Known<'_>],
    regions: &[Region<'_>],
    checks: &mut Vec<Check>,
) -> Result<(), Error> {
    let mut wanted = Vec::new();
    for region in regions {
        let here = |stack: &&Known<'_>| region.is_of(&stack.facts.environment);
        for quota in QUOTAS {
            let of = |stack: &Known<'_>| match quota.type_name {
                Some(name) => {
                    stack.template.resources.iter().filter(|(_, resource)| resource.type_name == name).count()
                }
                None => 1,
            };
            let all: usize = stacks.iter().filter(here).map(of).sum();
            let new: usize = stacks.iter().filter(here).filter(|stack| stack.up.is_none()).map(of).sum();
            if all > 0 {
                wanted.push((region, quota, new));
            }
        }
    }
    let answers = parallel::each(&wanted, |(region, quota, _)| {
        // Counting is for nothing where the quota is not told.
        let most = most(&region.aws, quota)?;
        Ok((most, (quota.count)(&region.aws)?))
    });
    let mut unread = Vec::new();
    for ((region, quota, new), answer) in wanted.iter().zip(answers) {
        let subject = format!("{} in {}", quota.title, region.name);
        match answer {
            Ok((most, used)) => checks.push(judge(subject, quota, most, used, *new as u64)),
            Err(error) => unread.push((quota.title, error)),
        }
    }
    // What keeps one quota from being read mostly keeps all of them.
    let titles: Vec<&str> = unread.iter().map(|(title, _)| *title).collect();
    let titles = titles.join(", ");
    if let Some((_, error)) = unread.into_iter().next() {
        let mut check = Check::refused(Health::Warning, "quotas", error)?;
        check.message = format!("not known for {titles}: {}", check.message);
        checks.push(check);
    }
    Ok(())
}

/// The most there may be. A quota that was never changed may have its default only.
fn most(aws: &Aws<'_>, quota: &Quota) -> Result<f64, AwsError> {
    let ask = |operation| {
        let call = aws.call(&["service-quotas", operation, "--service-code", quota.service]);
        aws.run(call.args(["--quota-code", quota.code, "--query", "Quota.Value"]))
    };
    match ask("get-service-quota") {
        Err(error) if error.code() == Some("NoSuchResourceException") => ask("get-aws-default-service-quota"),
        answer => answer,
    }
}

fn nat_gateways_of_the_fullest_zone(aws: &Aws<'_>) -> Result<u64, AwsError> {
    let call = aws.call(&["ec2", "describe-nat-gateways", "--filter", "Name=state,Values=pending,available"]);
    let gateways: Vec<String> = aws.run(call.args(["--query", "NatGateways[].SubnetId"]))?;
    let call = aws.call(&["ec2", "describe-subnets", "--query", "Subnets[].[SubnetId, AvailabilityZone]"]);
    let zones: Vec<(String, String)> = aws.run(call)?;
    let zones: BTreeMap<String, String> = zones.into_iter().collect();
    let mut counts = BTreeMap::<&str, u64>::new();
    for zone in gateways.iter().filter_map(|subnet| zones.get(subnet)) {
        *counts.entry(zone).or_default() += 1;
    }
    Ok(counts.into_values().max().unwrap_or(0))
}

fn judge(subject: String, quota: &Quota, most: f64, used: u64, new: u64) -> Check {
    let is_by_zone = quota.title == NAT_GATEWAYS;
    let (new, health) = match is_by_zone {
        true => (new.min(1), Health::Warning),
        false => (new, Health::Failed),
    };
    let message = match new {
        0 => format!("{used} of {most}"),
        _ => format!("{used} of {most}, the app adds {new}"),
    };
    if new == 0 || (used + new) as f64 <= most {
        return Check::ok(subject, message);
    }
    Check::new(health, subject, message).hint(format!(
        "aws service-quotas request-service-quota-increase --service-code {} --quota-code {} --desired-value {}",
        quota.service,
        quota.code,
        used + new,
    ))
}
