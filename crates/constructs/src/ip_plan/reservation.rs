//! Ranges as reservations of the VPC, so that AWS gives their addresses to nothing else.

use stackwright_aws::ec2 as l1;
use stackwright_cfn::{pseudo, sub};
use stackwright_core::{Construct, Diagnostic, Output, OutputProps, Resource, Scope};

use super::network::PlannedNetwork;
use crate::ec2::{IpBlock, Subnet};

/// The regions that have the resource type `AWS::EC2::SubnetCidrReservation`, in the schemas of cfn-lint 1.58.0 of
/// 2026-10-20. The type is young: a live account may well have it elsewhere.
const REGIONS: [&str; 10] = [
    "eu-isoe-west-1",
    "eusc-de-east-1",
    "us-east-1",
    "us-iso-east-1",
    "us-iso-west-1",
    "us-isob-east-1",
    "us-isob-west-1",
    "us-isof-east-1",
    "us-isof-south-1",
    "us-west-2",
];

/// How ranges are reserved in the VPC.
///
/// Without a reservation AWS may give an address of a range to any network interface in the subnet.
///
/// Source: [subnet CIDR reservations](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-cidr-reservation.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reservations {
    /// By resources of the template. A deployment to a region that does not know the type fails before it makes
    /// anything. Blocks of IPv6 are right there, though cfn-lint 1.58.0 takes them for a mistake.
    ///
    /// Source: [the resource type](https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnetcidrreservation.html)
    ByTemplate,
    /// By commands for the AWS CLI, which are outputs of the stack. Run each once, when the stack has been deployed for the
    /// first time, before anything else is in the subnets; a second time it fails and does no harm. What a command has
    /// made, `aws ec2 delete-subnet-cidr-reservation` takes away. Whether EC2 deletes a subnet that still has a
    /// reservation, only a live account can tell.
    ByCommand,
}

impl Reservations {
    /// What is asked for, or what the region of the stack allows.
    pub(super) fn settle(asked: Option<Self>, plan: &Construct) -> Self {
        if let Some(asked) = asked {
            return asked;
        }
        let region = plan.environment().region;
        if region.as_deref().is_some_and(|region| REGIONS.contains(&region)) {
            return Self::ByTemplate;
        }
        let finding = match &region {
            Some(region) => {
                format!("ranges are not reserved by the template: {region} is not known to have reservations")
            }
            None => "ranges are not reserved by the template: the stack has no region".to_owned(),
        };
        plan.report(Diagnostic::warning("ranges-not-reserved", finding).allowed(REGIONS.join(", ")).hint(
            "say Reservations::ByTemplate if the region has them, or Reservations::ByCommand to run commands",
        ));
        Self::ByCommand
    }

    /// Reserves a block for a network; gives the resource, where it is one.
    #[track_caller]
    pub(super) fn add(
        self,
        network: &Construct,
        planned: &PlannedNetwork,
        subnet: &Subnet,
        block: IpBlock,
    ) -> Option<Resource<l1::SubnetCidrReservation>> {
        let id = block.to_string().replace([':', '/'], "-");
        let kind = planned.kind.reservation();
        let what = format!("addresses of pods in network {}", planned.name);
        match self {
            Self::ByTemplate => {
                let reservation = l1::SubnetCidrReservation::new(l1::SubnetCidrReservationRequired {
                    cidr: block.to_string().into(),
                    reservation_type: kind.into(),
                    subnet_id: subnet.subnet_id(),
                });
                Some(Resource::new(network, &id, reservation.description(what)))
            }
            Self::ByCommand => {
                let command = sub!(
                    "aws ec2 create-subnet-cidr-reservation --region {region} --subnet-id {subnet} --cidr {block} --reservation-type {kind}",
                    region = pseudo::region(),
                    subnet = subnet.subnet_id(),
                    block = block.to_string(),
                    kind = kind,
                );
                Output::new(network, &id, OutputProps::new(command).description(format!("Reserves {what}")));
                None
            }
        }
    }
}
