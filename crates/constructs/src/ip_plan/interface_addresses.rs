//! The addresses of one interface of a pod.

use std::iter;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::ec2::Ipv6Cidr;

/// The addresses of one interface of a pod, as a plan [allots](super::IpPlan::allot) them: one of IPv4, and one of IPv6 in
/// networks [of both families](super::PlannedNetwork::dual_stack).
///
/// The one of IPv6 ends in the 32 bits of the one of IPv4. So it is known as long as that is, and nobody else's.
///
/// [`Attachment::ips`](crate::multus::Attachment::ips) asks for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceAddresses {
    ipv4: Ipv4Addr,
    ipv6: Option<Ipv6Addr>,
}

impl InterfaceAddresses {
    /// The address of IPv4, and that of the block which belongs to it; the block has room for all of IPv4.
    pub(super) fn new(ipv4: Ipv4Addr, block: Option<Ipv6Cidr>) -> Self {
        let of_block =
            |block: Ipv6Cidr| Ipv6Addr::from_bits(block.first().to_bits() | u128::from(ipv4.to_bits()));
        Self { ipv4, ipv6: block.map(of_block) }
    }

    /// The address of IPv4.
    #[must_use]
    pub fn ipv4(self) -> Ipv4Addr {
        self.ipv4
    }

    /// The address of IPv6; `None` in networks of IPv4 alone.
    #[must_use]
    pub fn ipv6(self) -> Option<Ipv6Addr> {
        self.ipv6
    }
}

impl IntoIterator for InterfaceAddresses {
    type Item = IpAddr;
    type IntoIter = iter::Chain<iter::Once<IpAddr>, std::option::IntoIter<IpAddr>>;

    /// That of IPv4 first.
    fn into_iter(self) -> Self::IntoIter {
        iter::once(self.ipv4.into()).chain(self.ipv6.map(IpAddr::from))
    }
}
