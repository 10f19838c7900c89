//! The subnets of a cluster's control plane.

use std::panic::Location;

use stackwright_core::{Construct, Diagnostic, Scope};

use super::cluster_props::ClusterProps;
use crate::ec2::{Subnet, SubnetKind, SubnetSelection};

/// The subnets that are meant, each once, tagged for load balancers.
#[track_caller]
pub(super) fn select(cluster: &Construct, props: &ClusterProps) -> Vec<Subnet> {
    let vpc = &props.vpc;
    let mut subnets: Vec<Subnet> = Vec::new();
    let chosen = match &props.subnets {
        Some(selections) => {
            selections.iter().flat_map(|selection| vpc.select(selection.clone())).collect::<Vec<_>>()
        }
        None => {
            let is_connected = |subnet: &&Subnet| subnet.kind() != SubnetKind::Isolated;
            let connected: Vec<_> = vpc.subnets().iter().filter(is_connected).cloned().collect();
            if connected.is_empty() { vpc.select(SubnetSelection::new()) } else { connected }
        }
    };
    for subnet in chosen {
        if subnets.iter().all(|known| known.construct() != subnet.construct()) {
            subnets.push(subnet);
        }
    }
    check_zones(cluster, &subnets);
    if props.tag_subnets {
        subnets.iter().for_each(Subnet::tag_kubernetes_role);
    }
    subnets
}

/// Source: [subnet requirements](https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html)
#[track_caller]
fn check_zones(cluster: &Construct, subnets: &[Subnet]) {
    let mut zones: Vec<usize> = subnets.iter().map(Subnet::zone).collect();
    zones.sort_unstable();
    zones.dedup();
    // That nothing was selected has been told already.
    if zones.len() == 1 {
        let finding = "the subnets of the cluster are all in one zone: allowed are two zones or more";
        cluster.report(
            Diagnostic::error("cluster-in-one-zone", finding)
                .allowed("two zones or more")
                .source(Location::caller()),
        );
    }
}
