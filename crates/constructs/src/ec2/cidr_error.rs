//! Why a text is not an address block.

use std::fmt;

use super::IpBlock;

/// Why a text is not a CIDR block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CidrError {
    text: String,
    is_ipv6: bool,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Syntax,
    Prefix,
    /// The block the address belongs to.
    HostBits(IpBlock),
}

impl CidrError {
    pub(super) fn ipv4(text: &str, fault: Fault) -> Self {
        CidrError { text: text.to_owned(), is_ipv6: false, fault }
    }

    pub(super) fn ipv6(text: &str, fault: Fault) -> Self {
        CidrError { text: text.to_owned(), is_ipv6: true, fault }
    }

    /// What to write instead.
    #[must_use]
    pub fn hint(&self) -> String {
        match (self.fault, self.is_ipv6) {
            (Fault::Syntax, false) => "write four numbers and a prefix length, like 10.10.0.0/16".to_owned(),
            (Fault::Syntax, true) => {
                "write groups of hexadecimal digits and a prefix length, like 2001:db8::/56".to_owned()
            }
            (Fault::Prefix, false) => "a /16 has 65536 addresses, a /24 has 256, a /28 has 16".to_owned(),
            (Fault::Prefix, true) => "a /56 has 256 subnets, a /64 is one of them".to_owned(),
            (Fault::HostBits(block), _) => format!("the block that holds this address is {block}"),
        }
    }
}

impl fmt::Display for CidrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.text;
        let (family, longest) = if self.is_ipv6 { ("IPv6", 128) } else { ("IPv4", 32) };
        match self.fault {
            Fault::Syntax => write!(f, "`{text}` is not an {family} CIDR block"),
            Fault::Prefix => write!(f, "the prefix length of `{text}` is not one of 0 to {longest}"),
            Fault::HostBits(_) => write!(f, "the address of `{text}` is not the first one of its block"),
        }
    }
}

impl std::error::Error for CidrError {}
