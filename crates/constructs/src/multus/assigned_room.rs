//! Whether the interfaces of nodes have room for the addresses that pods have assigned to them.

use stackwright_core::{Check, Construct, Diagnostic, Scope};

use super::{MultusNodes, NodeNetwork};
use crate::ec2::ip_family::Family;
use crate::eks::InstanceType;
use crate::line::Line;
use crate::share::{Share, share};

/// What pods have assigned to the interfaces of nodes in a network, which they tell the nodes.
#[derive(Clone, Debug)]
pub(super) struct AssignedAddresses {
    pub(super) nodes: Construct,
    pub(super) network: String,
    pub(super) family: Family,
    /// Of each pod.
    pub(super) addresses: u64,
    pub(super) pods: u64,
    pub(super) line: Line,
}

/// Compares what all pods need in each network with what all nodes have, as far as their type is known. The scheduler may
/// still put too many on one node.
pub(super) fn check(nodes: &MultusNodes, check: &mut Check<'_>) {
    for network in nodes.networks() {
        check_family(nodes, network, Family::V4, check);
        check_family(nodes, network, Family::V6, check);
    }
}

/// An interface has room for as many addresses of IPv6 as of IPv4, one of which may be its own.
///
/// Source: [AssignIpv6Addresses](https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignIpv6Addresses.html)
fn check_family(nodes: &MultusNodes, network: &NodeNetwork, family: Family, check: &mut Check<'_>) {
    let instances = nodes.instances();
    let Some(kind) = &instances.instance_type else { return };
    if kind.interfaces().is_none() {
        return;
    }
    let has_interfaces = |other: &InstanceType| {
        other.interfaces().is_some_and(|interfaces| interfaces as usize > nodes.networks().len())
    };
    let told = check.told::<AssignedAddresses>();
    let name = network.name();
    let is_its = |fact: &AssignedAddresses| {
        fact.nodes == *nodes.construct() && fact.network == name && fact.family == family
    };
    let its = || told.iter().filter(|(_, fact)| is_its(fact));
    let what = match family {
        Family::V4 => "addresses",
        Family::V6 => "addresses of IPv6",
    };
    let room = |kind: &InstanceType| {
        let slots = kind.pod_addresses_per_interface(false).unwrap_or(0);
        u64::from(slots.saturating_sub(network.places(family)))
    };
    let each = room(kind);
    for (pod, fact) in its().filter(|(_, fact)| fact.addresses > each) {
        let needed = fact.addresses;
        let message = format!(
            "each pod has {needed} {what} assigned in network `{name}`: an interface of {kind} has room for {each}"
        );
        let finding = Diagnostic::error("pod-does-not-fit", message).path(pod.path());
        let finding = finding.value(needed.to_string()).allowed(each.to_string());
        let better = kind.smallest(|other| has_interfaces(other) && room(other) >= needed);
        let finding = match better {
            Some(better) => finding.hint(format!("{better} is the smallest of its family that does")),
            None => finding.hint("give the pod fewer interfaces in the network"),
        };
        check.report(fact.line.mark(finding).related(nodes.related("the nodes")));
    }
    let used = its().map(|(_, fact)| fact.pods.saturating_mul(fact.addresses)).fold(0, u64::saturating_add);
    let most = instances.most;
    let of = each.saturating_mul(most);
    let message = format!(
        "pods have {used} {what} assigned in network `{name}`, where {most} nodes of {kind} have room for {of}"
    );
    let finding = match share(used.into(), of.into()) {
        Share::Fine => return,
        _ if used == 0 => return,
        Share::Nearly => Diagnostic::warning("addresses-of-nodes-nearly-used-up", message),
        Share::TooMuch => Diagnostic::error("addresses-of-nodes-used-up", message),
    };
    let finding = finding.value(used.to_string()).allowed(of.to_string());
    let better = kind.smallest(|other| {
        has_interfaces(other) && share(used.into(), room(other).saturating_mul(most).into()) == Share::Fine
    });
    let finding = finding.hint(match better {
        Some(better) => {
            format!("{better} is the smallest of its family that does; or let there be more nodes")
        }
        None => format!("let there be more nodes: no type of the family {} does", kind.family()),
    });
    let related = its().map(|(pod, fact)| fact.line.related(pod, "pods with such addresses"));
    check.report(related.fold(finding, Diagnostic::related));
}
