//! Addresses that each node hands out on its own account.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use stackwright_core::Diagnostic;

use super::address_range::{self, AddressRange, last_of_plugins};
use super::route::{self, Route};
use crate::ec2::IpBlock;
use crate::ec2::ip_family::behind;

/// The finding about a network that more nodes than one may serve.
pub(super) const ON_MANY_NODES: &str = "host-local-on-many-nodes";

/// The `host-local` plugin: each node hands out addresses and writes down which, in a directory of its own.
///
/// Nodes know nothing of each other, so two of them hand out the same address. So it is for networks that
/// [one node](HostLocal::single_node) can ever serve, with a [share](AddressRange::split) of the addresses where there
/// is a network for each node, and for bridges, which are a node's own; anything else is an error. For networks of many
/// nodes there are [`EniPrefix`](super::EniPrefix), [`Whereabouts`](super::Whereabouts) and
/// [addresses by name](super::StaticAddresses).
///
/// ```
/// use stackwright_constructs::{cidr, multus::{AddressRange, HostLocal}};
///
/// let shares = AddressRange::new(cidr!("10.10.5.0/24")).split(3);
/// let first_node = HostLocal::new(shares[0].clone()).single_node();
/// # let _ = first_node;
/// ```
///
/// Source: <https://www.cni.dev/plugins/current/ipam/host-local/>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Wire", try_from = "Wire")]
pub struct HostLocal {
    /// A pod gets an address of each set, from any range of it.
    sets: Vec<Vec<AddressRange>>,
    routes: Vec<Route>,
    data_dir: Option<String>,
    is_single_node: bool,
}

impl HostLocal {
    /// Addresses of one range.
    pub fn new(range: AddressRange) -> Self {
        Self::any_of([range])
    }

    /// Addresses of any of these ranges, those of the first before those of the next.
    pub fn any_of(ranges: impl IntoIterator<Item = AddressRange>) -> Self {
        HostLocal {
            sets: vec![ranges.into_iter().collect()],
            routes: Vec::new(),
            data_dir: None,
            is_single_node: false,
        }
    }

    /// A further address for each pod, from any of these ranges: one of the other family, say. By default a pod gets one
    /// address.
    ///
    /// ```
    /// use stackwright_constructs::{cidr, ipv6_cidr, multus::{AddressRange, HostLocal}};
    ///
    /// let ipv6 = AddressRange::new(ipv6_cidr!("fd00:10:10:5::/64"));
    /// let both = HostLocal::new(AddressRange::new(cidr!("10.10.5.0/24"))).and_any_of([ipv6]).single_node();
    /// # let _ = both;
    /// ```
    #[must_use]
    pub fn and_any_of(mut self, ranges: impl IntoIterator<Item = AddressRange>) -> Self {
        self.sets.push(ranges.into_iter().collect());
        self
    }

    /// A route that pods get; by default only that to the subnet.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
        self
    }

    /// The directory of the node where a file for each address handed out is kept; by default
    /// `/var/lib/cni/networks`, which a reboot does not empty.
    #[must_use]
    pub fn data_dir(mut self, path: impl Into<String>) -> Self {
        self.data_dir = Some(path.into());
        self
    }

    /// Says that pods of one node only use the network, so that no other node hands out its addresses: by node selectors
    /// that name the node, say, or because there is no other. Nothing can prove that. Left out: the network is refused,
    /// unless it is a bridge.
    #[must_use]
    pub fn single_node(mut self) -> Self {
        self.is_single_node = true;
        self
    }

    /// Sets of ranges, of each of which a pod gets an address.
    pub(super) fn sets(&self) -> impl Iterator<Item = &[AddressRange]> {
        self.sets.iter().map(Vec::as_slice)
    }

    pub(super) fn ranges(&self) -> impl Iterator<Item = &AddressRange> {
        self.sets.iter().flatten()
    }

    pub(super) fn check(&self, is_vpc: bool, found: &mut Vec<Diagnostic>) {
        if self.sets.iter().any(Vec::is_empty) || self.sets.is_empty() {
            let message = "host-local has no range to take addresses from";
            found.push(Diagnostic::error("no-address-range", message).hint("give it an `AddressRange`"));
        }
        for set in &self.sets {
            let mut families = set.iter().map(|range| range.subnet().is_ipv6());
            let first = families.next();
            if families.any(|other| Some(other) != first) {
                let message =
                    "host-local takes one address of either family from the ranges that go together";
                found.push(
                    Diagnostic::error("address-families-mixed", message)
                        .hint("give the ranges of the other family by `and_any_of`"),
                );
            }
        }
        address_range::check_all(self.ranges(), is_vpc, found);
        let subnets: Vec<IpBlock> = self.ranges().map(AddressRange::subnet).collect();
        route::check(&self.routes, &subnets, found);
        if let Some(path) = self.data_dir.as_ref().filter(|path| !path.starts_with('/')) {
            let message = format!("the data directory `{path}` is not an absolute path");
            found.push(
                Diagnostic::error("relative-data-dir", message).value(path).allowed("an absolute path"),
            );
        }
        if is_vpc && !self.is_single_node {
            let message = "host-local hands out the same addresses on every node, and pods of two nodes would share one";
            found.push(Diagnostic::error(ON_MANY_NODES, message).hint(
                "use `EniPrefix` or `Whereabouts`; or, where one node can ever serve the network, say `single_node()`",
            ));
        }
    }
}

/// What the plugin reads. It knows no exclusions, so what they leave of a range is several ranges.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wire {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    ranges: Vec<Vec<WireRange>>,
    /// The older form, which is read and never written: one range without a list.
    #[serde(default, skip_serializing)]
    subnet: Option<IpBlock>,
    #[serde(default, skip_serializing)]
    range_start: Option<IpAddr>,
    #[serde(default, skip_serializing)]
    range_end: Option<IpAddr>,
    #[serde(default, skip_serializing)]
    gateway: Option<IpAddr>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Route>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    data_dir: Option<String>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WireRange {
    subnet: IpBlock,
    #[serde(skip_serializing_if = "Option::is_none")]
    range_start: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range_end: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<IpAddr>,
}

impl From<HostLocal> for Wire {
    fn from(HostLocal { sets, routes, data_dir, .. }: HostLocal) -> Self {
        let pieces = |range: &AddressRange| {
            let piece = |piece: std::ops::RangeInclusive<IpAddr>| WireRange {
                subnet: range.subnet(),
                range_start: Some(*piece.start()),
                range_end: Some(*piece.end()),
                gateway: range.router(),
            };
            range.pieces().into_iter().map(piece).collect::<Vec<_>>()
        };
        let ranges = sets.iter().map(|set| set.iter().flat_map(pieces).collect()).collect();
        Wire { ranges, routes, data_dir, ..Wire::default() }
    }
}

impl TryFrom<Wire> for HostLocal {
    type Error = &'static str;

    fn try_from(wire: Wire) -> Result<Self, Self::Error> {
        let Wire { mut ranges, subnet, range_start, range_end, gateway, routes, data_dir } = wire;
        match subnet {
            Some(subnet) => ranges.insert(0, vec![WireRange { subnet, range_start, range_end, gateway }]),
            None if range_start.is_some() || range_end.is_some() || gateway.is_some() => {
                return Err("`rangeStart`, `rangeEnd` and `gateway` are there without a `subnet`");
            }
            None => {}
        }
        let range = |WireRange { subnet, range_start, range_end, gateway }: WireRange| {
            // What the plugin takes where an end is left out; it is AWS that keeps some of these.
            let start = range_start.unwrap_or(behind(subnet.first(), 1));
            let end = range_end.unwrap_or(last_of_plugins(subnet));
            let range = AddressRange::between(subnet, start, end);
            match gateway {
                Some(gateway) => range.gateway(gateway),
                None => range,
            }
        };
        let sets = ranges.into_iter().map(|set| set.into_iter().map(range).collect()).collect();
        Ok(HostLocal { sets, routes, data_dir, is_single_node: false })
    }
}
