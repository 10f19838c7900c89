//! Addresses that the whole cluster hands out together.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use stackwright_core::Diagnostic;

use super::address_range::{self, AddressRange};
use super::route::{self, Route};
use crate::ec2::IpBlock;
use crate::ec2::ip_family::{before, behind};

/// The `whereabouts` plugin: nodes agree on addresses by way of objects in the cluster, so none is handed out twice.
///
/// That is what to choose where addresses are scarce: a pod gets the lowest that is free, whatever node it is on, and a
/// node keeps none for later. Networks may share a range; the plugin knows what it has handed out of each, in its own
/// cluster. Best take it from a pool of a plan ([`IpPlan::pool`](crate::ip_plan::IpPlan::pool)), which reserves it in the
/// VPC and proves that neither nodes nor other clusters use it. A subnet is in one zone, so there is a network for each
/// zone.
///
/// EKS nodes do not have the plugin: a [`WhereaboutsPlugin`](super::WhereaboutsPlugin) brings it. The VPC does not know
/// of what it hands out: have addresses [assigned](super::Attachments::assigned_to) to the interfaces of nodes. Pods are
/// told of a router only where the range [names one](AddressRange::gateway), which
/// [`SourceRouting`](super::SourceRouting) needs beyond the subnet.
///
/// Addresses that end in 0 or 255 are handed out like all others, but for the ends of a subnet. An address comes back when
/// its pod ends; that of a node which ended without a word, when its pods are gone from the API server.
///
/// Source: <https://github.com/k8snetworkplumbingwg/whereabouts/blob/master/README.md>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Wire", try_from = "Wire")]
pub struct Whereabouts {
    /// The first of them is `range` in the configuration, for which older versions have no list.
    ranges: Vec<AddressRange>,
    routes: Vec<Route>,
}

impl Whereabouts {
    /// Addresses of a range.
    pub fn new(range: AddressRange) -> Self {
        Whereabouts { ranges: vec![range], routes: Vec::new() }
    }

    /// A further address for each pod, from this range: one of the other family, say. By default a pod gets one address.
    ///
    /// ```
    /// use stackwright_constructs::{cidr, ipv6_cidr, multus::{AddressRange, Whereabouts}};
    ///
    /// let ipv6 = AddressRange::new(ipv6_cidr!("fd00:10:10:5::/64"));
    /// let both = Whereabouts::new(AddressRange::new(cidr!("10.10.5.0/24"))).and(ipv6);
    /// # let _ = both;
    /// ```
    #[must_use]
    pub fn and(mut self, range: AddressRange) -> Self {
        self.ranges.push(range);
        self
    }

    /// A route that pods get; by default only that to the subnet.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
        self
    }

    pub(crate) fn ranges(&self) -> &[AddressRange] {
        &self.ranges
    }

    pub(super) fn check(&self, is_vpc: bool, found: &mut Vec<Diagnostic>) {
        address_range::check_all(self.ranges.iter(), is_vpc, found);
        let gateway = self.ranges.iter().find_map(AddressRange::router);
        if let Some(gateway) = gateway.filter(|_| self.ranges.len() > 1) {
            let message = format!(
                "whereabouts gives the gateway {gateway} with addresses of every range of the network"
            );
            found.push(
                Diagnostic::error("gateway-of-several-ranges", message)
                    .value(gateway.to_string())
                    .hint("leave it out, and let each route say the router that it goes by: `Route::via`"),
            );
        }
        let subnets: Vec<IpBlock> = self.ranges.iter().map(AddressRange::subnet).collect();
        route::check(&self.routes, &subnets, found);
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    range: Option<IpBlock>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range_start: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range_end: Option<IpAddr>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exclude: Vec<IpBlock>,
    #[serde(rename = "ipRanges", default, skip_serializing_if = "Vec::is_empty")]
    further: Vec<WireRange>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<IpAddr>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Route>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireRange {
    range: IpBlock,
    #[serde(skip_serializing_if = "Option::is_none")]
    range_start: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range_end: Option<IpAddr>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exclude: Vec<IpBlock>,
}

impl From<AddressRange> for WireRange {
    fn from(range: AddressRange) -> Self {
        let (start, end) = range.ends();
        WireRange {
            range: range.subnet(),
            range_start: Some(start),
            range_end: Some(end),
            exclude: range.excluded().to_vec(),
        }
    }
}

impl From<WireRange> for AddressRange {
    fn from(WireRange { range: subnet, range_start, range_end, exclude }: WireRange) -> Self {
        // What the plugin takes where an end is left out.
        let start = range_start.unwrap_or(behind(subnet.first(), 1));
        let end = range_end.unwrap_or(before(subnet.last()));
        exclude.into_iter().fold(AddressRange::between(subnet, start, end), AddressRange::exclude)
    }
}

impl From<Whereabouts> for Wire {
    fn from(Whereabouts { ranges, routes }: Whereabouts) -> Self {
        let gateway = ranges.iter().find_map(AddressRange::router);
        let mut ranges = ranges.into_iter().map(WireRange::from);
        let first = ranges.next();
        Wire {
            range: first.as_ref().map(|first| first.range),
            range_start: first.as_ref().and_then(|first| first.range_start),
            range_end: first.as_ref().and_then(|first| first.range_end),
            exclude: first.map(|first| first.exclude).unwrap_or_default(),
            further: ranges.collect(),
            gateway,
            routes,
        }
    }
}

impl TryFrom<Wire> for Whereabouts {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        let Wire { range, range_start, range_end, exclude, further, gateway, routes } = wire;
        let first = range.map(|range| WireRange { range, range_start, range_end, exclude });
        let mut ranges: Vec<AddressRange> =
            first.into_iter().chain(further).map(AddressRange::from).collect();
        let Some(first) = ranges.first_mut() else { return Err("there is neither `range` nor `ipRanges`") };
        if let Some(gateway) = gateway {
            *first = first.clone().gateway(gateway);
        }
        Ok(Whereabouts { ranges, routes })
    }
}
