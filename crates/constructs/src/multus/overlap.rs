//! Networks of one cluster that hand out the same addresses.

use std::ops::RangeInclusive;

use stackwright_core::{Check, Diagnostic, Manifest, Scope};
use std::net::IpAddr;

use super::{CniConfig, Ipam};

/// The kind that networks have as objects.
pub(super) const KIND: &str = "NetworkAttachmentDefinition";

/// Tells of each network defined before this one that hands out addresses of its; those of existing manifests count.
pub(super) fn check(network: &Manifest, check: &mut Check<'_>) {
    let Some(own) = config(network) else { return };
    let all = network.same_cluster(KIND);
    for other in all.iter().take_while(|other| *other != network) {
        let Some(shared) = config(other).and_then(|other| shared(&own, &other)) else { continue };
        let (name, first) = (name(network), name(other));
        let shared = format!("{} to {}", shared.start(), shared.end());
        let message = format!("networks `{first}` and `{name}` both hand out {shared}");
        check.report(
            Diagnostic::error("networks-overlap", message)
                .value(shared)
                .hint("give each network a part of the addresses of its own (`AddressRange::split`)")
                .related(other.related(&format!("network `{first}`"))),
        );
    }
}

fn name(network: &Manifest) -> String {
    network.object().name().unwrap_or_default().to_owned()
}

/// The configuration of a network, where it is one that this model knows.
fn config(network: &Manifest) -> Option<CniConfig> {
    let object = network.object();
    CniConfig::parse(object.fields().get("spec")?.as_map()?.get("config")?.as_str()?).ok()
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
