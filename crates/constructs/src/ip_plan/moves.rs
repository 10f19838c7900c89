//! Which ranges a change of the program would move to addresses that are still reserved.

use stackwright_cfn::Template;
use stackwright_core::{Check, Diagnostic, Scope};

use super::plan::IpPlan;
use crate::ec2::IpBlock;

/// Warns of every new reservation that shares addresses with one of the output of an earlier run that is not there any
/// more. CloudFormation makes the new one before it deletes the old one, and reservations of a VPC cannot overlap.
///
/// Source: [subnet CIDR reservations](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-cidr-reservation.html)
pub(super) fn warn(plan: &IpPlan, check: &mut Check<'_>) {
    let Some(previous) = check.previous_template() else { return };
    let before = reserved(&previous);
    let now: Vec<_> = plan.reserved().iter().map(|made| (made.resource.logical_id(), made)).collect();
    let is_there = |id: &str| now.iter().any(|(other, _)| **other == *id);
    for (_, old) in before.iter().filter(|(id, _)| !is_there(id)) {
        let is_new = |id: &str| before.iter().all(|(other, _)| *other != *id);
        let new = now.iter().filter(|(id, made)| is_new(id) && made.block.overlaps(*old));
        for (_, made) in new {
            let (network, block) = (&plan.props().networks[made.network], made.block);
            let finding = format!(
                "network `{}` gets {block}, which fails: {old} is reserved until it is deleted itself",
                network.name
            );
            let finding = Diagnostic::warning("range-renumbered", finding)
                .value(block.to_string())
                .hint("keep ranges where they are with a ledger, IpPlanProps::ledger, or deploy without them first")
                .related(plan.related("the plan"));
            check.report(network.line.mark(finding));
        }
    }
}

/// The reservations in a template by logical id; those whose blocks are not literal are left out.
fn reserved(template: &Template) -> Vec<(String, IpBlock)> {
    let reservations =
        template.resources.iter().filter(|(_, one)| one.type_name == "AWS::EC2::SubnetCidrReservation");
    let blocks = reservations.filter_map(|(id, one)| {
        let block = IpBlock::new(one.properties.get("Cidr")?.as_str()?).ok()?;
        Some((id.to_string(), block))
    });
    blocks.collect()
}
