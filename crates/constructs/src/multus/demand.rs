//! How many addresses the pods of a cluster need in each network, and how many there are.

use std::ops::RangeInclusive;

use stackwright_core::{Check, Construct, Diagnostic};

use super::cluster_networks::{Attached, ClusterNetworks, Defined};
use super::{AddressRange, Ipam};
use crate::ec2::ip_family::count;
use crate::eks::InstanceType;
use crate::share::{Share, share};

/// How many addresses a prefix has, and how many prefixes an interface may have.
///
/// Source: [prefixes](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html)
const PREFIX: u32 = 16;
const PREFIXES: RangeInclusive<u32> = 1..=49;

/// What nodes tell of a network that each of them has an interface of its own in.
#[derive(Clone, Debug)]
pub(super) struct NodesOfNetwork {
    /// The construct of the cluster.
    pub(super) cluster: Construct,
    pub(super) network: String,
    /// The most nodes that there may be.
    pub(super) most: u64,
    /// How many addresses of prefixes each has.
    pub(super) addresses: u64,
    /// How many interfaces each has, its first among them.
    pub(super) interfaces: u32,
    pub(super) instance_type: Option<InstanceType>,
}

/// Reports each network that has too few addresses for the pods that are to be in it.
pub(super) fn check(networks: &ClusterNetworks, check: &mut Check<'_>) {
    let nodes = check.told::<NodesOfNetwork>();
    for (at, network) in networks.defined.iter().enumerate() {
        let cluster = network.manifest.cluster();
        let is_here = |nodes: &&NodesOfNetwork| {
            Some(&nodes.cluster) == cluster.as_ref() && nodes.network == network.name
        };
        let nodes: Vec<&NodesOfNetwork> = nodes.iter().map(|(_, nodes)| &**nodes).filter(is_here).collect();
        let users: Vec<(&Attached, u64)> = networks
            .attached
            .iter()
            .map(|pods| {
                let selections = pods.selections.iter().filter(|selected| selected.network == Some(at));
                (pods, selections.count() as u64)
            })
            .filter(|(_, interfaces)| *interfaces > 0)
            .collect();
        of_network(network, &nodes, &users, check);
    }
}

fn of_network(
    network: &Defined,
    nodes: &[&NodesOfNetwork],
    users: &[(&Attached, u64)],
    check: &mut Check<'_>,
) {
    let Some(supply) = supply(network, nodes) else { return };
    let most_nodes = nodes.iter().map(|nodes| nodes.most).fold(0, u64::saturating_add);
    let needed = |(pods, interfaces): &(&Attached, u64)| {
        u128::from(pods.count.with(most_nodes)) * u128::from(*interfaces)
    };
    let used = users.iter().map(needed).fold(0, u128::saturating_add);
    if used == 0 {
        return;
    }
    let name = &network.name;
    let finding = match share(used, supply.addresses) {
        Share::Fine => return,
        Share::Nearly => {
            let message = format!("pods take {used} of {} addresses of network `{name}`", supply.addresses);
            Diagnostic::warning("network-nearly-full", message)
        }
        Share::TooMuch => {
            let message =
                format!("pods need {used} addresses of network `{name}`: there are {}", supply.addresses);
            Diagnostic::error("network-too-small", message)
        }
    };
    let hint = match supply.by_nodes {
        true => hint(nodes, used),
        false => "give the network more addresses, or run fewer pods".to_owned(),
    };
    let mut finding = finding.value(used.to_string()).allowed(supply.addresses.to_string()).hint(hint);
    for (pods, _) in users {
        finding = finding.related(pods.related(&pods.words()));
    }
    check.report(network.mark(finding));
}

/// What has nodes have enough addresses of prefixes: more prefixes where their interfaces have room, or the smallest type
/// whose interfaces do.
fn hint(nodes: &[&NodesOfNetwork], used: u128) -> String {
    let all = nodes.iter().map(|nodes| u128::from(nodes.most)).fold(0, u128::saturating_add);
    let does = |prefixes: &u32| {
        let of = all.saturating_mul(u128::from(prefixes * PREFIX));
        share(used, of) == Share::Fine
    };
    let Some(prefixes) = PREFIXES.into_iter().find(does) else { return "have more nodes".to_owned() };
    let has_room = |kind: &InstanceType| {
        kind.pod_addresses_per_interface(true).is_none_or(|room| room >= prefixes * PREFIX)
    };
    let small = nodes.iter().find_map(|nodes| {
        let kind = nodes.instance_type.as_ref().filter(|kind| !has_room(kind))?;
        Some((nodes, kind))
    });
    let Some((nodes, kind)) = small else {
        return format!("give each node {prefixes} prefixes (`EniPrefix::new`), or have more nodes");
    };
    let better = kind.smallest(|other| {
        has_room(other) && other.interfaces().is_some_and(|interfaces| interfaces >= nodes.interfaces)
    });
    match better {
        Some(better) => format!(
            "{better} is the smallest of its family with room for the {prefixes} prefixes (`EniPrefix::new`) that do; or \
             have more nodes"
        ),
        None => {
            format!("have more nodes: no type of the family {} has room for enough prefixes", kind.family())
        }
    }
}

struct Supply {
    addresses: u128,
    /// Whether nodes bring them, each its own.
    by_nodes: bool,
}

/// How many pods get addresses; `None` where that is not a matter of the network.
fn supply(network: &Defined, nodes: &[&NodesOfNetwork]) -> Option<Supply> {
    let config = network.network.as_ref()?.config();
    // Each node has a bridge of its own, with all the addresses.
    if !config.interface().is_in_vpc() {
        return None;
    }
    let size = |range: &AddressRange| {
        let pieces = range.pieces().into_iter().map(|piece| count(*piece.start(), *piece.end()));
        pieces.fold(0, u128::saturating_add)
    };
    // A pod gets an address of each, so the fewest count.
    let ranges =
        |sets: Vec<u128>| sets.into_iter().min().map(|addresses| Supply { addresses, by_nodes: false });
    match config.ipam()? {
        Ipam::HostLocal(addresses) => {
            ranges(addresses.sets().map(|set| set.iter().map(size).fold(0, u128::saturating_add)).collect())
        }
        Ipam::Whereabouts(addresses) => ranges(addresses.ranges().iter().map(size).collect()),
        Ipam::EniPrefix(_) if !nodes.is_empty() => {
            let of_nodes = |nodes: &&NodesOfNetwork| u128::from(nodes.most) * u128::from(nodes.addresses);
            Some(Supply {
                addresses: nodes.iter().map(of_nodes).fold(0, u128::saturating_add),
                by_nodes: true,
            })
        }
        Ipam::EniPrefix(_) | Ipam::StaticAddresses(_) | Ipam::Dhcp(_) => None,
    }
}
