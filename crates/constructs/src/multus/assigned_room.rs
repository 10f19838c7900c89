//! Whether the interfaces of nodes have room for the addresses that pods have assigned to them.

use stackwright_core::{Check, Construct, Diagnostic, Scope};

use super::MultusNodes;
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
    let Some(slots) = kind.pod_addresses_per_interface(false) else { return };
    let told = check.told::<AssignedAddresses>();
    for network in nodes.networks() {
        let name = network.name();
        let its = || told.iter().filter(|(_, fact)| fact.nodes == *nodes.construct() && fact.network == name);
        let each = u64::from(slots.saturating_sub(network.places()));
        for (pod, fact) in its().filter(|(_, fact)| fact.addresses > each) {
            let needed = fact.addresses;
            let message = format!(
                "each pod has {needed} addresses assigned in network `{name}`: an interface of {kind} has room for {each}"
            );
            let finding = Diagnostic::error("pod-does-not-fit", message).path(pod.path());
            let finding = finding.value(needed.to_string()).allowed(each.to_string());
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
        let finding =
            finding.hint("let there be more nodes, or nodes of a type with more addresses on each interface");
        let related = its().map(|(pod, fact)| fact.line.related(pod, "pods with such addresses"));
        check.report(related.fold(finding, Diagnostic::related));
    }
}
