//! How large a packet may be.

use stackwright_core::Diagnostic;

/// The least that IPv6 works with ([RFC 8200](https://www.rfc-editor.org/rfc/rfc8200), section 5), in bytes. Linux takes
/// IPv6 addresses from an interface with less.
const LEAST_FOR_IPV6: u32 = 1280;

/// The least that IPv4 works with ([RFC 791](https://www.rfc-editor.org/rfc/rfc791), section 3.2), and the most that a
/// VPC carries ([jumbo frames](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network_mtu.html)), in bytes.
const BOUNDS: std::ops::RangeInclusive<u32> = 68..=9001;

pub(super) fn check(mtu: Option<u32>, found: &mut Vec<Diagnostic>) {
    let Some(mtu) = mtu.filter(|mtu| !BOUNDS.contains(mtu)) else { return };
    let allowed = format!("{} to {}", BOUNDS.start(), BOUNDS.end());
    found.push(
        Diagnostic::error(
            "invalid-mtu",
            format!("an MTU of {mtu} bytes does not work: allowed is {allowed}"),
        )
        .value(mtu.to_string())
        .allowed(allowed)
        .hint("leave it out to take that of the interface beneath"),
    );
}

/// Tells where packets of an interface with IPv6 addresses are smaller than IPv6 works with.
pub(super) fn check_ipv6(mtu: Option<u32>, found: &mut Vec<Diagnostic>) {
    let Some(mtu) = mtu.filter(|mtu| (*BOUNDS.start()..LEAST_FOR_IPV6).contains(mtu)) else { return };
    let allowed = format!("{LEAST_FOR_IPV6} to {}", BOUNDS.end());
    let message = format!("IPv6 does not work with an MTU of {mtu} bytes: allowed is {allowed}");
    found.push(Diagnostic::error("mtu-below-ipv6", message).value(mtu.to_string()).allowed(allowed));
}
