//! Whether the interfaces of nodes have room for the addresses that pods have assigned to them.

use stackwright_core::{Check, Construct, Diagnostic, Scope};

use super::MultusNodes;
use crate::eks::InstanceType;
use crate::line::Line;
use crate::share::{Share, share};

/// What pods have assigned to the interfaces of nodes in a network, which they tell the nodes.
#[derive(Clone, Debug)]
pub(super) struct AssignedAddresses {
    pub(super) nodes: Construct,
    pub(super) network: String,
    /// Of each pod.
    pub(super) addresses: u64,
    pub(super) pods: u64,
    pub(super) line: Line,
}

/// Compares what all pods need in each network with what all nodes have, as far as their type is known. The scheduler may
/// still put too many on one node.
pub(super) fn check(nodes: &MultusNodes, check: &mut Check<'_>) {
    let instances = nodes.instances();
    let Some(kind) = &instances.instance_type else { return };
    if kind.interfaces().is_none() {
        return;
    }
    let has_interfaces = |other: &InstanceType| {
        other.interfaces().is_some_and(|interfaces| interfaces as usize > nodes.networks().len())
    };
    let told = check.told::<AssignedAddresses>();
    for network in nodes.networks() {
        let name = network.name();
        let its = || told.iter().filter(|(_, fact)| fact.nodes == *nodes.construct() && fact.network == name);
        let taken = network.addresses_asked().map_or(0, |(_, count)| count);
        let room = |kind: &InstanceType| {
            u64::from(kind.pod_addresses_per_interface(false).unwrap_or(0).saturating_sub(taken))
        };
        let each = room(kind);
        for (pod, fact) in its().filter(|(_, fact)| fact.addresses > each) {
            let needed = fact.addresses;
            let message = format!(
                "each pod has {needed} addresses assigned in network `{name}`: an interface of {kind} has room for {each}"
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
        let used =
            its().map(|(_, fact)| fact.pods.saturating_mul(fact.addresses)).fold(0, u64::saturating_add);
        let most = instances.most;
        let of = each.saturating_mul(most);
        let message = format!(
            "pods have {used} addresses assigned in network `{name}`, where {most} nodes of {kind} have room for {of}"
        );
        let finding = match share(used.into(), of.into()) {
            Share::Fine => continue,
            _ if used == 0 => continue,
            Share::Nearly => Diagnostic::warning("addresses-of-nodes-nearly-used-up", message),
            Share::TooMuch => Diagnostic::error("addresses-of-nodes-used-up", message),
        };
        let finding = finding.value(used.to_string()).allowed(of.to_string());
        let better = kind.smallest(|other| {
            has_interfaces(other)
                && share(used.into(), room(other).saturating_mul(most).into()) == Share::Fine
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
}
