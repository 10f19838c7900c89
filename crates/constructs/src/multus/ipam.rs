//! Where the addresses of an interface come from.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use stackwright_core::Diagnostic;

use super::{AddressRange, EniPrefix, HostLocal, StaticAddresses, Whereabouts};
use crate::ec2::IpBlock;

/// Where the addresses of an interface come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Ipam {
    /// Each node hands out addresses on its own account.
    HostLocal(HostLocal),
    /// The configuration or the pod names them.
    #[serde(rename = "static")]
    StaticAddresses(StaticAddresses),
    /// A DHCP server of the network hands them out.
    Dhcp(Dhcp),
    /// The cluster hands them out.
    Whereabouts(Whereabouts),
    /// Each node hands out those of its own interface.
    #[serde(rename = "host-local", skip_deserializing)]
    EniPrefix(EniPrefix),
}

/// The `dhcp` plugin: a server of the network hands out addresses; a daemon of the plugin must run on each node.
///
/// In a VPC the server answers network interfaces of EC2 only, with their own addresses.
///
/// Source: <https://www.cni.dev/plugins/current/ipam/dhcp/>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Dhcp {}

impl Dhcp {
    /// Addresses of a DHCP server.
    pub fn new() -> Self {
        Dhcp {}
    }
}

impl Ipam {
    /// The ranges that pods get addresses from, where the plugin has ranges.
    pub(crate) fn ranges(&self) -> Vec<&AddressRange> {
        match self {
            Ipam::HostLocal(host_local) => host_local.ranges().collect(),
            Ipam::Whereabouts(whereabouts) => whereabouts.ranges().iter().collect(),
            Ipam::StaticAddresses(_) | Ipam::Dhcp(_) | Ipam::EniPrefix(_) => Vec::new(),
        }
    }

    /// All addresses that pods may get without asking, in the order of the configuration.
    pub(crate) fn addresses(&self) -> Vec<RangeInclusive<IpAddr>> {
        match self {
            Ipam::StaticAddresses(addresses) => addresses.fixed().map(|address| address..=address).collect(),
            _ => self.ranges().into_iter().flat_map(AddressRange::pieces).collect(),
        }
    }

    /// The subnets that addresses are of, as far as they are known.
    pub(crate) fn subnets(&self) -> Vec<IpBlock> {
        match self {
            Ipam::StaticAddresses(addresses) => addresses.subnets().collect(),
            _ => self.ranges().iter().map(|range| range.subnet()).collect(),
        }
    }

    /// Whether pods get addresses of IPv6, as far as that is known.
    pub(super) fn has_ipv6(&self) -> bool {
        match self {
            Ipam::EniPrefix(prefix) => prefix.has_ipv6(),
            _ => self.subnets().iter().any(|subnet| subnet.is_ipv6()),
        }
    }

    pub(super) fn check(&self, is_vpc: bool, found: &mut Vec<Diagnostic>) {
        match self {
            Ipam::HostLocal(host_local) => host_local.check(is_vpc, found),
            Ipam::StaticAddresses(addresses) => addresses.check(is_vpc, found),
            Ipam::Whereabouts(whereabouts) => whereabouts.check(is_vpc, found),
            Ipam::EniPrefix(prefix) => prefix.check(found),
            Ipam::Dhcp(_) => {}
        }
    }
}

macro_rules! from {
    ($($type:ident)*) => {
        $(impl From<$type> for Ipam {
            fn from(ipam: $type) -> Self {
                Ipam::$type(ipam)
            }
        })*
    };
}

from! { HostLocal StaticAddresses Dhcp Whereabouts EniPrefix }
