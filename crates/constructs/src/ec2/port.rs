//! Ports and protocols, as rules of security groups name them.

use std::fmt;
use std::ops::RangeInclusive;

/// Which traffic a rule is about: a protocol, and the ports of it.
///
/// ```
/// use stackwright_constructs::ec2::Port;
///
/// assert_eq!(Port::tcp(443).to_string(), "tcp-443");
/// assert_eq!(Port::udp_range(4789..=4790).to_string(), "udp-4789-4790");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    pub(super) protocol: String,
    /// Ports; for ICMP, type and code. `None` where a protocol has none, or all are meant.
    pub(super) range: Option<(i64, i64)>,
}

impl Port {
    /// One TCP port.
    pub fn tcp(port: u16) -> Self {
        Self::tcp_range(port..=port)
    }

    /// TCP ports.
    pub fn tcp_range(ports: RangeInclusive<u16>) -> Self {
        Self::ports("tcp", ports)
    }

    /// All TCP ports.
    pub fn all_tcp() -> Self {
        Self::tcp_range(0..=65535)
    }

    /// One UDP port.
    pub fn udp(port: u16) -> Self {
        Self::udp_range(port..=port)
    }

    /// UDP ports.
    pub fn udp_range(ports: RangeInclusive<u16>) -> Self {
        Self::ports("udp", ports)
    }

    /// All UDP ports.
    pub fn all_udp() -> Self {
        Self::udp_range(0..=65535)
    }

    /// ICMP echo requests, as `ping` sends them.
    pub fn icmp_ping() -> Self {
        Self::icmp(8, -1)
    }

    /// ICMP of a type and code; -1 means every one.
    ///
    /// Source: [ICMP parameters](https://www.iana.org/assignments/icmp-parameters/icmp-parameters.xhtml)
    pub fn icmp(kind: i16, code: i16) -> Self {
        Self { protocol: "icmp".to_owned(), range: Some((kind.into(), code.into())) }
    }

    /// All ICMP.
    pub fn all_icmp() -> Self {
        Self::icmp(-1, -1)
    }

    /// All ICMP for IPv6.
    pub fn all_icmp_v6() -> Self {
        Self { protocol: "icmpv6".to_owned(), range: Some((-1, -1)) }
    }

    /// A protocol by its number, such as 50 for ESP.
    ///
    /// Source: [protocol numbers](https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml)
    pub fn protocol(number: u8) -> Self {
        Self { protocol: number.to_string(), range: None }
    }

    /// All traffic of all protocols.
    pub fn all_traffic() -> Self {
        Self { protocol: "-1".to_owned(), range: None }
    }

    fn ports(protocol: &str, ports: RangeInclusive<u16>) -> Self {
        Self { protocol: protocol.to_owned(), range: Some(((*ports.start()).into(), (*ports.end()).into())) }
    }

    /// Its ports, where they are written the wrong way round.
    pub(super) fn reversed(&self) -> Option<String> {
        let (from, to) = self.range.filter(|(from, to)| from > to)?;
        matches!(self.protocol.as_str(), "tcp" | "udp").then(|| format!("{from} to {to}"))
    }
}

/// As construct ids write it.
impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = if self.protocol == "-1" { "all" } else { &self.protocol };
        match self.range {
            None => f.write_str(protocol),
            Some((from, to)) if from == to => write!(f, "{protocol}-{from}"),
            Some((from, to)) => write!(f, "{protocol}-{from}-{to}"),
        }
    }
}
