//! Addresses that pods of one cluster ask for: each is one pod's, and nobody hands it out besides.

use std::collections::BTreeMap;
use std::net::IpAddr;

use stackwright_core::{Check, Diagnostic};

use super::cluster_networks::{Attached, ClusterNetworks, Defined};
use super::workload::{PodCount, may_overlap};

/// Reports every address that two may have.
pub(super) fn check(networks: &ClusterNetworks, check: &mut Check<'_>) {
    let mut seen: BTreeMap<IpAddr, Vec<(&Attached, Option<&Defined>)>> = BTreeMap::new();
    for pods in &networks.attached {
        for selected in &pods.selections {
            let network = selected.network.map(|at| &networks.defined[at]);
            for ip in &selected.asked.ips {
                of_many_pods(pods, *ip, check);
                handed_out(networks, pods, network, *ip, check);
                let before = seen.entry(*ip).or_default();
                let other = before
                    .iter()
                    .find(|(other, of)| other.manifest != pods.manifest && are_together(*of, network));
                if let Some((other, _)) = other {
                    let finding =
                        Diagnostic::error("address-asked-for-twice", format!("two pods ask for {ip}"))
                            .value(ip.to_string())
                            .hint("let the plan hand out addresses: IpPlan::allot()");
                    check.report(pods.mark(finding.related(other.related("the other pod"))));
                }
                before.push((pods, network));
            }
        }
    }
}

/// Whether addresses of both networks meet; of networks that are not known, it is taken that they do.
fn are_together(one: Option<&Defined>, other: Option<&Defined>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return true };
    let (Some(one), Some(other)) = (&one.network, &other.network) else { return true };
    one.config().interface().segment() == other.config().interface().segment()
}

/// Pods of one workload all have its annotation.
fn of_many_pods(pods: &Attached, ip: IpAddr, check: &mut Check<'_>) {
    let words = pods.words();
    let hint = "use AddressedPods, or let the network choose addresses";
    let finding = match pods.count {
        PodCount::Exactly(0) => return,
        PodCount::Exactly(1) if may_overlap(&pods.manifest.object()) => {
            let message = format!("while {words} is updated, its old pod and its new one both have {ip}");
            Diagnostic::warning("address-of-two-pods", message)
                .hint("say the strategy Recreate, or make it a StatefulSet")
        }
        PodCount::Exactly(1) => return,
        PodCount::Exactly(count) => {
            let message = format!("{count} pods of {words} ask for the same address {ip}");
            Diagnostic::error("address-of-many-pods", message).hint(hint)
        }
        PodCount::EachNode => {
            let message = format!("every pod of {words} asks for the same address {ip}");
            Diagnostic::error("address-of-many-pods", message).hint(hint)
        }
    };
    check.report(pods.mark(finding.value(ip.to_string())));
}

/// Reports another network that hands the address out.
fn handed_out(
    networks: &ClusterNetworks,
    pods: &Attached,
    of: Option<&Defined>,
    ip: IpAddr,
    check: &mut Check<'_>,
) {
    let Some(of) = of else { return };
    let hands_out = |other: &&Defined| {
        let network = other.network.as_ref();
        let ipam = network.and_then(|network| network.config().ipam());
        ipam.is_some_and(|ipam| ipam.ranges().iter().any(|range| range.hands_out(ip)))
    };
    let others = networks.defined.iter().filter(|other| other.manifest != of.manifest);
    if let Some(other) = others.filter(|other| are_together(Some(of), Some(other))).find(hands_out) {
        let message = format!("a pod asks for {ip}, which network `{}` hands out", other.name);
        let finding = Diagnostic::error("address-handed-out", message)
            .value(ip.to_string())
            .hint(format!("ask for another address, or exclude {ip} from the network"));
        check.report(pods.mark(finding.related(other.related())));
    }
}
