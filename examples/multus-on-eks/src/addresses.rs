//! Whose addresses of the isolated subnets are whose: `cargo run -- plan` shows them.
//!
//! The walkthrough leaves open how addresses are managed across nodes and pods. Here they are planned for the most nodes
//! that the group may have, three in each zone, each with an interface in the subnet and as many pods as that interface
//! has addresses for.

use stackwright::prelude::*;

/// The network that pods have further interfaces in.
pub(crate) const NETWORK: &str = "ipvlan-conf-1";

/// The plan, of which pods get their addresses.
pub(crate) fn plan(vpc: &Vpc) -> IpPlan {
    let nodes = "on_demand_ng_1";
    let props = IpPlanProps::new()
        .nodes(PlannedNodes::per_zone(nodes, 1..=3).instance_type(instance_type!("t3.medium")))
        .network(PlannedNetwork::named(NETWORK, SubnetSelection::group("db")).pods_per_node(nodes, 5))
        .pods(PlannedPods::on_nodes("multus-1-nic", nodes, 1).interfaces(NETWORK, 1))
        .pods(PlannedPods::on_nodes("multus-2-nic", nodes, 1).interfaces(NETWORK, 2))
        // The stack goes to any region, and few are known to have the resource type of reservations.
        .reservations(Reservations::ByCommand);
    IpPlan::new(vpc, "addresses", vpc, props)
}
