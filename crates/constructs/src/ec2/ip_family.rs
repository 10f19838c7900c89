//! Addresses of either family as numbers, to reckon with.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The two families.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    V4,
    V6,
}

impl Family {
    /// That of an address.
    pub(crate) const fn of(address: IpAddr) -> Self {
        if address.is_ipv6() { Self::V6 } else { Self::V4 }
    }

    /// The address of a number; the last one for any that is too large.
    pub(crate) fn address(self, number: u128) -> IpAddr {
        match self {
            Self::V4 => Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX)).into(),
            Self::V6 => Ipv6Addr::from_bits(number).into(),
        }
    }
}

/// The number of an address among those of its family, from 0.
pub(crate) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The address so many places behind this one; the last of the family where there are not so many.
pub(crate) fn behind(address: IpAddr, count: u128) -> IpAddr {
    Family::of(address).address(number(address).saturating_add(count))
}

/// The address before this one; the same for the first of the family.
pub(crate) fn before(address: IpAddr) -> IpAddr {
    Family::of(address).address(number(address).saturating_sub(1))
}

/// How many addresses there are from the first to the last, at most `u128::MAX`.
pub(crate) fn count(first: IpAddr, last: IpAddr) -> u128 {
    number(last).saturating_sub(number(first)).saturating_add(1)
}
