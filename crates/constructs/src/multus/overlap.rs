//! Networks of one cluster that hand out the same addresses.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use stackwright_core::{Check, Diagnostic};

use super::cluster_networks::{ClusterNetworks, Defined};
use super::{CniConfig, Ipam};

/// Tells of each network that hands out addresses of one defined before it.
pub(super) fn check(networks: &ClusterNetworks, check: &mut Check<'_>) {
    let known = |defined: &'_ Defined| defined.network.clone();
    for (at, network) in networks.defined.iter().enumerate() {
        let Some(own) = known(network) else { continue };
        for other in &networks.defined[..at] {
            let shared = known(other).and_then(|other| shared(own.config(), other.config()));
            let Some(shared) = shared else { continue };
            let shared = format!("{} to {}", shared.start(), shared.end());
            let message = format!("networks `{}` and `{}` both hand out {shared}", other.name, network.name);
            check.report(
                network.mark(
                    Diagnostic::error("networks-overlap", message)
                        .value(shared)
                        .hint("give each network a part of the addresses of its own (`AddressRange::split`)")
                        .related(other.related()),
                ),
            );
        }
    }
}

/// The first addresses that pods of both networks may get.
fn shared(one: &CniConfig, other: &CniConfig) -> Option<RangeInclusive<IpAddr>> {
    let keeps_count_of_both = match (one.ipam()?, other.ipam()?) {
        // It looks into all of its ranges before it hands out an address.
        (Ipam::Whereabouts(_), Ipam::Whereabouts(_)) => true,
        // It keeps its files by the name of the network.
        (Ipam::HostLocal(_), Ipam::HostLocal(_)) => one.name() == other.name(),
        _ => false,
    };
    if keeps_count_of_both || one.interface().segment() != other.interface().segment() {
        return None;
    }
    let meet = |(one, other): (&RangeInclusive<IpAddr>, &RangeInclusive<IpAddr>)| {
        let (start, end) = (*one.start().max(other.start()), *one.end().min(other.end()));
        (start <= end).then_some(start..=end)
    };
    let others = other.ipam()?.addresses();
    one.ipam()?.addresses().iter().flat_map(|one| others.iter().map(move |other| (one, other))).find_map(meet)
}
