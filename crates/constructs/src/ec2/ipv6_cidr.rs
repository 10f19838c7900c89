//! An IPv6 address block in CIDR notation, checked once, when it is made.

use std::fmt;
use std::net::Ipv6Addr;
use std::str::FromStr;

use ipnet::Ipv6Net;
use stackwright_cfn::Value;

use super::IpBlock;
use super::cidr::number;
use super::cidr_error::{CidrError, Fault};

/// An IPv6 address block such as `2001:db8:1:2::/64`.
///
/// The address of a block is always its first one, as with [`Cidr`](super::Cidr). A block written in the program is best
/// made by [`ipv6_cidr!`](crate::ipv6_cidr), which refuses a bad one at compile time; [`Ipv6Cidr::new`] is for text that is
/// known only at run time.
///
/// ```
/// use stackwright_constructs::{ec2::Ipv6Cidr, ipv6_cidr};
///
/// let vpc = ipv6_cidr!("2001:db8:0:100::/56");
/// assert_eq!(Ipv6Cidr::new("2001:DB8:0:100::0/56")?, vpc);
/// assert_eq!(vpc.first().to_string(), "2001:db8:0:100::");
/// # Ok::<(), stackwright_constructs::ec2::CidrError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv6Cidr(Ipv6Net);

impl Ipv6Cidr {
    /// The block that `text` names.
    ///
    /// # Errors
    ///
    /// If `text` is not up to eight groups of one to four hexadecimal digits, `::` for those that are left out, a slash and
    /// a prefix length of 0 to 128, or if its address is not the first one of the block.
    pub fn new(text: &str) -> Result<Self, CidrError> {
        parse(text).map_err(|fault| CidrError::ipv6(text, fault))
    }

    /// The block that a literal names; [`ipv6_cidr!`](crate::ipv6_cidr) calls this where a panic is a compile error.
    ///
    /// # Panics
    ///
    /// Where [`Ipv6Cidr::new`] has an error.
    #[must_use]
    #[track_caller]
    pub const fn literal(text: &'static str) -> Self {
        match parse(text) {
            Ok(cidr) => cidr,
            Err(Fault::Syntax) => panic!("this is not an IPv6 CIDR block: write one like 2001:db8::/56"),
            Err(Fault::Prefix) => panic!("the prefix length of an IPv6 CIDR block is 0 to 128"),
            Err(Fault::HostBits(_)) => {
                panic!("the address of a CIDR block must be the first one of the block")
            }
        }
    }

    /// The block of this prefix length that holds the address.
    pub(crate) const fn around(address: Ipv6Addr, prefix: u8) -> Self {
        let mask = match u128::MAX.checked_shl(128 - prefix as u32) {
            Some(mask) => mask,
            None => 0,
        };
        Self(Ipv6Net::new_assert(Ipv6Addr::from_bits(address.to_bits() & mask), prefix))
    }

    /// The block of this prefix length with this number within the block, from 0. The caller knows that there is one.
    pub(crate) fn nth(self, number: u8, prefix: u8) -> Self {
        let first = self.first().to_bits() + (u128::from(number) << (128 - prefix));
        Self::around(Ipv6Addr::from_bits(first), prefix)
    }

    /// The first address, which names the network.
    #[must_use]
    pub const fn first(self) -> Ipv6Addr {
        self.0.addr()
    }

    /// The last address.
    #[must_use]
    pub fn last(self) -> Ipv6Addr {
        self.0.broadcast()
    }

    /// The number of leading bits all addresses of the block share: 64 for a subnet of a VPC.
    #[must_use]
    pub const fn prefix_len(self) -> u8 {
        self.0.prefix_len()
    }
}

impl fmt::Display for Ipv6Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.to_string())
    }
}

impl fmt::Debug for Ipv6Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Ipv6Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        Self::new(text)
    }
}

impl From<Ipv6Cidr> for Value<String> {
    fn from(cidr: Ipv6Cidr) -> Self {
        cidr.to_string().into()
    }
}

/// An IPv6 CIDR block that is checked while the program is compiled.
///
/// ```
/// let subnet = stackwright_constructs::ipv6_cidr!("2001:db8:1:2::/64");
/// assert_eq!(subnet.to_string(), "2001:db8:1:2::/64");
/// ```
///
/// A bad block does not compile:
///
/// ```compile_fail
/// let subnet = stackwright_constructs::ipv6_cidr!("2001:db8:1:2::1/64");
/// ```
#[macro_export]
macro_rules! ipv6_cidr {
    ($text:literal) => {
        const { $crate::ec2::Ipv6Cidr::literal($text) }
    };
}

/// `Ipv6Cidr::new` without its message: only this much can run at compile time.
const fn parse(text: &str) -> Result<Ipv6Cidr, Fault> {
    let bytes = text.as_bytes();
    let Some((address, slash)) = address(bytes) else { return Err(Fault::Syntax) };
    if slash == bytes.len() || bytes[slash] != b'/' {
        return Err(Fault::Syntax);
    }
    let Some((prefix, end)) = number(bytes, slash + 1) else { return Err(Fault::Syntax) };
    if end != bytes.len() {
        return Err(Fault::Syntax);
    }
    if prefix > 128 {
        return Err(Fault::Prefix);
    }
    let block = Ipv6Cidr::around(Ipv6Addr::from_bits(address), prefix as u8);
    if block.first().to_bits() == address { Ok(block) } else { Err(Fault::HostBits(IpBlock::V6(block))) }
}

/// The address at the start of a text, and where it ends. An IPv4 address within it is refused.
const fn address(bytes: &[u8]) -> Option<(u128, usize)> {
    let (mut groups, mut count, mut gap, mut at) = (0_u128, 0_u32, None, 0);
    if is_gap(bytes, at) {
        gap = Some(0);
        at = 2;
    }
    loop {
        match group(bytes, at) {
            Some((group, end)) => {
                groups = groups << 16 | group as u128;
                count += 1;
                at = end;
            }
            // Nothing follows the gap.
            None if matches!(gap, Some(before) if before == count) => break,
            None => return None,
        }
        if count == 8 || at == bytes.len() || bytes[at] != b':' {
            break;
        }
        if is_gap(bytes, at) {
            if gap.is_some() {
                return None;
            }
            gap = Some(count);
            at += 1;
        }
        at += 1;
    }
    match gap {
        None if count == 8 => Some((groups, at)),
        Some(before) if count < 8 => {
            let behind = 16 * (count - before);
            let start = if before == 0 { 0 } else { groups >> behind << (128 - 16 * before) };
            Some((start | groups & ((1 << behind) - 1), at))
        }
        _ => None,
    }
}

const fn is_gap(bytes: &[u8], at: usize) -> bool {
    at + 1 < bytes.len() && bytes[at] == b':' && bytes[at + 1] == b':'
}

/// The number of one to four hexadecimal digits that starts at `start`, and where it ends.
const fn group(bytes: &[u8], start: usize) -> Option<(u32, usize)> {
    let (mut at, mut value) = (start, 0);
    while at < bytes.len() && at - start < 4 {
        let Some(digit) = (bytes[at] as char).to_digit(16) else { break };
        value = value << 4 | digit;
        at += 1;
    }
    if at == start { None } else { Some((value, at)) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_block_prints_as_people_write_it() {
        for text in
            ["::/0", "2001:db8::/32", "fd00:1:2:3::/64", "::1/128", "1:2:3:4:5:6:7:8/128", "fe80::/10"]
        {
            assert_eq!(Ipv6Cidr::new(text).map(|cidr| cidr.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(Ipv6Cidr::new("1:2:3:4:5:6:7::/112").unwrap().to_string(), "1:2:3:4:5:6:7:0/112");
    }

    #[test]
    fn what_is_not_a_block_is_refused_with_its_reason() {
        for text in [
            "",
            "::",
            "::/",
            "/64",
            ":/64",
            ":::/64",
            "1::2::/64",
            "1:/64",
            ":1/64",
            "1:2:3:4:5:6:7/64",
            "1:2:3:4:5:6:7:8:9/64",
            "1:2:3:4:5:6:7:8::/128",
            "12345::/64",
            "g::/64",
            "::/064",
            "::/ 64",
            "::1.2.3.4/128",
            "10.0.0.0/8",
            "::/-1",
            "::/64 ",
            "1 ::/64",
        ] {
            assert_eq!(parse(text), Err(Fault::Syntax), "{text}");
        }
        assert_eq!(parse("::/129"), Err(Fault::Prefix));
        let block = crate::ipv6_cidr!("2001:db8::/64");
        assert_eq!(parse("2001:db8::3/64"), Err(Fault::HostBits(block.into())));
        let error = Ipv6Cidr::new("2001:db8::3/64").unwrap_err();
        assert_eq!(error.hint(), "the block that holds this address is 2001:db8::/64");
    }

    proptest! {
        #[test]
        fn what_is_accepted_is_what_the_standard_library_reads(
            groups in proptest::collection::vec(prop_oneof!["", "0", "[0-9a-fA-F]{1,5}"], 1..10),
            prefix in 0_u8..140,
        ) {
            let address = groups.join(":");
            let net = address.parse().ok().and_then(|address| Ipv6Net::new(address, prefix).ok());
            let net = net.filter(|net| net.trunc() == *net).map(Ipv6Cidr);
            prop_assert_eq!(Ipv6Cidr::new(&format!("{address}/{prefix}")).ok(), net, "{}/{}", address, prefix);
        }

        #[test]
        fn every_block_is_read_back(address: u128, prefix in 0_u8..=128) {
            let block = Ipv6Cidr::around(Ipv6Addr::from_bits(address), prefix);
            prop_assert_eq!(Ipv6Cidr::new(&block.to_string()), Ok(block));
        }
    }
}
