//! An address block of either family.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Cidr, CidrError, Ipv6Cidr};

/// An address block, IPv4 or IPv6.
///
/// ```
/// use stackwright_constructs::{cidr, ec2::IpBlock, ipv6_cidr};
///
/// let block = IpBlock::new("2001:db8::/64")?;
/// assert_eq!(block, ipv6_cidr!("2001:db8::/64").into());
/// assert!(!block.overlaps(cidr!("0.0.0.0/0").into()));
/// # Ok::<(), stackwright_constructs::ec2::CidrError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum IpBlock {
    /// Of IPv4.
    V4(Cidr),
    /// Of IPv6.
    V6(Ipv6Cidr),
}

impl IpBlock {
    /// The block that `text` names: of IPv6 where it has a colon.
    ///
    /// # Errors
    ///
    /// Where [`Cidr::new`] or [`Ipv6Cidr::new`] has one.
    pub fn new(text: &str) -> Result<Self, CidrError> {
        if text.contains(':') { Ipv6Cidr::new(text).map(Self::V6) } else { Cidr::new(text).map(Self::V4) }
    }

    /// The block of this prefix length that holds the address; `None` where there is no such prefix length.
    pub(crate) fn around(address: IpAddr, prefix: u8) -> Option<Self> {
        match address {
            IpAddr::V4(address) if prefix <= 32 => {
                let mask = u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0);
                Some(Self::V4(Cidr::from_first(address.to_bits() & mask, prefix)))
            }
            IpAddr::V6(address) if prefix <= 128 => Some(Self::V6(Ipv6Cidr::around(address, prefix))),
            _ => None,
        }
    }

    /// The first address, which names the network.
    #[must_use]
    pub const fn first(self) -> IpAddr {
        match self {
            Self::V4(block) => IpAddr::V4(block.first()),
            Self::V6(block) => IpAddr::V6(block.first()),
        }
    }

    /// The last address.
    #[must_use]
    pub fn last(self) -> IpAddr {
        match self {
            Self::V4(block) => block.last().into(),
            Self::V6(block) => block.last().into(),
        }
    }

    /// The number of leading bits all addresses of the block share.
    #[must_use]
    pub const fn prefix_len(self) -> u8 {
        match self {
            Self::V4(block) => block.prefix_len(),
            Self::V6(block) => block.prefix_len(),
        }
    }

    /// Whether it is of IPv6.
    #[must_use]
    pub const fn is_ipv6(self) -> bool {
        matches!(self, Self::V6(_))
    }

    /// Whether the address is one of the block.
    #[must_use]
    pub fn holds(self, address: impl Into<IpAddr>) -> bool {
        // Every IPv6 address comes after every IPv4 address.
        (self.first()..=self.last()).contains(&address.into())
    }

    /// Whether every address of `other` is also one of this block.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.holds(other.first()) && self.holds(other.last())
    }

    /// Whether the two blocks share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }
}

impl From<Cidr> for IpBlock {
    fn from(block: Cidr) -> Self {
        Self::V4(block)
    }
}

impl From<Ipv6Cidr> for IpBlock {
    fn from(block: Ipv6Cidr) -> Self {
        Self::V6(block)
    }
}

impl fmt::Display for IpBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::V4(block) => block.fmt(f),
            Self::V6(block) => block.fmt(f),
        }
    }
}

impl fmt::Debug for IpBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for IpBlock {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        Self::new(text)
    }
}

impl TryFrom<String> for IpBlock {
    type Error = CidrError;

    fn try_from(text: String) -> Result<Self, CidrError> {
        Self::new(&text)
    }
}

impl From<IpBlock> for String {
    fn from(block: IpBlock) -> Self {
        block.to_string()
    }
}
