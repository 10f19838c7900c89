//! An IPv4 address block in CIDR notation, checked once, when it is made.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use ipnet::{Ipv4Net, Ipv4Subnets};
use serde::{Deserialize, Serialize};
use stackwright_cfn::Value;

use super::IpBlock;
use super::cidr_error::{CidrError, Fault};

/// An IPv4 address block such as `10.10.0.0/16`.
///
/// The address of a `Cidr` is always the first one of its block: `10.10.5.3/24` is refused, for it does not say whether
/// the block or the host was meant. A block written in the program is best made by [`cidr!`](crate::cidr), which
/// refuses a bad one at compile time; [`Cidr::new`] is for text that is known only at run time.
///
/// ```
/// use stackwright_constructs::{cidr, ec2::Cidr};
///
/// let vpc = cidr!("10.10.0.0/16");
/// let subnet = Cidr::new("10.10.3.0/24")?;
/// assert!(vpc.contains(subnet));
/// assert_eq!(subnet.addresses(), 256);
/// # Ok::<(), stackwright_constructs::ec2::CidrError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Cidr(Ipv4Net);

impl Cidr {
    /// The block that `text` names.
    ///
    /// # Errors
    ///
    /// If `text` is not four decimal numbers of 0 to 255, a slash and a prefix length of 0 to 32, or if its address is
    /// not the first one of the block.
    pub fn new(text: &str) -> Result<Self, CidrError> {
        parse(text).map_err(|fault| CidrError::ipv4(text, fault))
    }

    /// The block that a literal names; [`cidr!`](crate::cidr) calls this where a panic is a compile error.
    ///
    /// # Panics
    ///
    /// Where [`Cidr::new`] has an error.
    #[must_use]
    #[track_caller]
    pub const fn literal(text: &'static str) -> Self {
        match parse(text) {
            Ok(cidr) => cidr,
            Err(Fault::Syntax) => panic!("this is not a CIDR block: write one like 10.10.0.0/16"),
            Err(Fault::Prefix) => panic!("the prefix length of an IPv4 CIDR block is 0 to 32"),
            Err(Fault::HostBits(_)) => {
                panic!("the address of a CIDR block must be the first one of the block")
            }
        }
    }

    /// The fewest blocks that hold these addresses and no others, in order; none where `last` is before `first`.
    pub(crate) fn covering(first: Ipv4Addr, last: Ipv4Addr) -> impl Iterator<Item = Self> {
        Ipv4Subnets::new(first, last, 0).map(Self)
    }

    /// The block of `1 << (32 - prefix)` addresses that starts at `first`. The caller has aligned `first`.
    pub(crate) const fn from_first(first: u32, prefix: u8) -> Self {
        Self(Ipv4Net::new_assert(Ipv4Addr::from_bits(first), prefix))
    }

    /// The first address, which names the network.
    #[must_use]
    pub const fn first(self) -> Ipv4Addr {
        self.0.addr()
    }

    /// The last address.
    #[must_use]
    pub fn last(self) -> Ipv4Addr {
        self.0.broadcast()
    }

    /// The number of leading bits all addresses of the block share: 24 for `10.10.5.0/24`.
    #[must_use]
    pub const fn prefix_len(self) -> u8 {
        self.0.prefix_len()
    }

    /// How many addresses the block has. AWS keeps five of each subnet for itself
    /// ([subnet sizing](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html)); they are counted here.
    #[must_use]
    pub const fn addresses(self) -> u64 {
        addresses(self.prefix_len())
    }

    /// Whether every address of `other` is also one of this block.
    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0.contains(&other.0)
    }

    /// Whether the two blocks share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }
}

/// How many addresses a block of this prefix length has.
pub(crate) const fn addresses(prefix: u8) -> u64 {
    1 << (32 - prefix)
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        Self::new(text)
    }
}

impl TryFrom<String> for Cidr {
    type Error = CidrError;

    fn try_from(text: String) -> Result<Self, CidrError> {
        Self::new(&text)
    }
}

impl From<Cidr> for String {
    fn from(cidr: Cidr) -> Self {
        cidr.to_string()
    }
}

impl From<Cidr> for Value<String> {
    fn from(cidr: Cidr) -> Self {
        cidr.to_string().into()
    }
}

/// An IPv4 CIDR block that is checked while the program is compiled.
///
/// ```
/// let vpc = stackwright_constructs::cidr!("10.10.0.0/16");
/// assert_eq!(vpc.to_string(), "10.10.0.0/16");
/// ```
///
/// A bad block does not compile:
///
/// ```compile_fail
/// let vpc = stackwright_constructs::cidr!("10.10.0.0/33");
/// ```
#[macro_export]
macro_rules! cidr {
    ($text:literal) => {
        const { $crate::ec2::Cidr::literal($text) }
    };
}

/// `Cidr::new` without its message: only this much can run at compile time.
const fn parse(text: &str) -> Result<Cidr, Fault> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut address = 0_u32;
    let mut part = 0;
    while part < 4 {
        let Some((octet, end)) = number(bytes, at) else { return Err(Fault::Syntax) };
        let separator = if part < 3 { b'.' } else { b'/' };
        if octet > 255 || end == bytes.len() || bytes[end] != separator {
            return Err(Fault::Syntax);
        }
        address = address << 8 | octet;
        at = end + 1;
        part += 1;
    }
    let Some((prefix, end)) = number(bytes, at) else { return Err(Fault::Syntax) };
    if end != bytes.len() {
        return Err(Fault::Syntax);
    }
    if prefix > 32 {
        return Err(Fault::Prefix);
    }
    let first = match u32::MAX.checked_shl(32 - prefix) {
        Some(mask) => address & mask,
        None => 0,
    };
    let block = Cidr::from_first(first, prefix as u8);
    if first == address { Ok(block) } else { Err(Fault::HostBits(IpBlock::V4(block))) }
}

/// The decimal number of one to three digits that starts at `start`, and where it ends. A leading zero is refused, for
/// some programs read such a number as octal.
pub(super) const fn number(bytes: &[u8], start: usize) -> Option<(u32, usize)> {
    let mut at = start;
    let mut value = 0;
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        if at - start == 3 {
            return None;
        }
        value = value * 10 + (bytes[at] - b'0') as u32;
        at += 1;
    }
    let digits = at - start;
    if digits == 0 || digits > 1 && bytes[start] == b'0' { None } else { Some((value, at)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_prints_as_it_was_written() {
        for text in ["0.0.0.0/0", "10.10.0.0/16", "192.168.255.240/28", "255.255.255.255/32"] {
            assert_eq!(Cidr::new(text).map(|cidr| cidr.to_string()), Ok(text.to_owned()));
        }
    }

    #[test]
    fn what_is_not_a_block_is_refused_with_its_reason() {
        let reason = |text: &str| parse(text);
        for text in [
            "",
            "10.10.0.0",
            "10.10.0.0/",
            "10.10.0/16",
            "10.10.0.0.0/16",
            "256.0.0.0/8",
            "10.010.0.0/16",
            "10.0.0.0/08",
            "10.0.0.0/ 8",
            " 10.0.0.0/8",
            "10.0.0.0/8 ",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "1000.0.0.0/8",
            "a.b.c.d/8",
            "::/0",
            "10.0.0.0/1234",
            "10..0.0/8",
            "٣.0.0.0/8",
        ] {
            assert_eq!(reason(text), Err(Fault::Syntax), "{text}");
        }
        assert_eq!(reason("10.10.0.0/33"), Err(Fault::Prefix));
        assert_eq!(reason("10.10.5.3/24"), Err(Fault::HostBits(cidr!("10.10.5.0/24").into())));
    }

    #[test]
    fn an_error_names_the_value_and_the_way_out() {
        let error = Cidr::new("10.10.5.3/24").unwrap_err();
        assert_eq!(error.to_string(), "the address of `10.10.5.3/24` is not the first one of its block");
        assert_eq!(error.hint(), "the block that holds this address is 10.10.5.0/24");
    }

    #[test]
    fn blocks_know_their_ends_and_each_other() {
        let block = cidr!("10.10.4.0/22");
        assert_eq!(
            (block.first().to_string(), block.last().to_string()),
            ("10.10.4.0".into(), "10.10.7.255".into())
        );
        assert_eq!(block.addresses(), 1024);
        assert!(block.contains(cidr!("10.10.7.0/24")) && !block.contains(cidr!("10.10.8.0/24")));
        assert!(cidr!("10.10.7.0/24").overlaps(block) && !cidr!("10.10.8.0/24").overlaps(block));
        assert_eq!(cidr!("0.0.0.0/0").addresses(), 1 << 32);
    }

    proptest::proptest! {
        #[test]
        fn what_is_accepted_is_what_ipnet_reads_and_prints(address: u32, prefix in 0_u32..40, hosts: bool) {
            let mask = if hosts { u32::MAX } else { u32::MAX.checked_shl(32_u32.saturating_sub(prefix)).unwrap_or(0) };
            let text = format!("{}/{prefix}", Ipv4Addr::from_bits(address & mask));
            let net = text.parse::<Ipv4Net>().ok().filter(|net| net.network() == net.addr());
            proptest::prop_assert_eq!(Cidr::new(&text).ok(), net.map(Cidr));
        }
    }
}
