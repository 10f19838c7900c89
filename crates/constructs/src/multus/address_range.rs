//! The addresses of a subnet that pods may get.

use std::net::Ipv4Addr;
use std::ops::RangeInclusive;

use stackwright_core::Diagnostic;

use crate::ec2::Cidr;

/// How many addresses AWS keeps for itself at the start of a subnet; it keeps the last one too.
const RESERVED: u32 = 4;

/// A range of a subnet's addresses, less what is excluded.
///
/// By default these are all addresses of the subnet but the five that AWS keeps: the first four and the last
/// ([subnet sizing](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html)).
///
/// ```
/// use stackwright_constructs::{cidr, multus::AddressRange};
///
/// let range = AddressRange::new(cidr!("10.10.5.0/24")).start([10, 10, 5, 32]).exclude(cidr!("10.10.5.64/26"));
/// assert!(range.hands_out([10, 10, 5, 32]) && range.hands_out([10, 10, 5, 254]));
/// assert!(!range.hands_out([10, 10, 5, 31]) && !range.hands_out([10, 10, 5, 64]));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressRange {
    subnet: Cidr,
    start: Ipv4Addr,
    end: Ipv4Addr,
    gateway: Option<Ipv4Addr>,
    excluded: Vec<Cidr>,
}

impl AddressRange {
    /// The addresses of a subnet that AWS leaves to others.
    pub fn new(subnet: Cidr) -> Self {
        Self::between(subnet, first_free(subnet), before(subnet.last()))
    }

    /// A range with both ends set, as it was read.
    pub(super) fn between(subnet: Cidr, start: Ipv4Addr, end: Ipv4Addr) -> Self {
        AddressRange { subnet, start, end, gateway: None, excluded: Vec::new() }
    }

    /// The first address; by default the fifth of the subnet.
    #[must_use]
    pub fn start(mut self, address: impl Into<Ipv4Addr>) -> Self {
        self.start = address.into();
        self
    }

    /// The last address; by default the last but one of the subnet.
    #[must_use]
    pub fn end(mut self, address: impl Into<Ipv4Addr>) -> Self {
        self.end = address.into();
        self
    }

    /// The router that pods are told of; by default the second address of the subnet, where a VPC has its own.
    #[must_use]
    pub fn gateway(mut self, address: impl Into<Ipv4Addr>) -> Self {
        self.gateway = Some(address.into());
        self
    }

    /// Leaves the addresses of a block out; a `/32` is a single one. May be said more than once.
    #[must_use]
    pub fn exclude(mut self, block: Cidr) -> Self {
        self.excluded.push(block);
        self
    }

    /// Cuts the range into as many, of nearly the same size, that share no address: one for each node, say.
    ///
    /// There are fewer than `count` where there are fewer addresses, and none for a count of 0.
    ///
    /// ```
    /// use stackwright_constructs::{cidr, multus::AddressRange};
    ///
    /// let ranges = AddressRange::new(cidr!("10.10.5.0/28")).split(2); // .4 to .8, .9 to .14
    /// assert!(ranges[0].hands_out([10, 10, 5, 8]) && !ranges[1].hands_out([10, 10, 5, 8]));
    /// ```
    #[must_use]
    pub fn split(&self, count: u32) -> Vec<AddressRange> {
        let (start, end) = (u64::from(self.start.to_bits()), u64::from(self.end.to_bits()));
        let total = (end + 1).saturating_sub(start);
        let count = u64::from(count).min(total);
        let cut = |at: u64| start + total * at / count;
        (0..count)
            .map(|at| AddressRange { start: address(cut(at)), end: address(cut(at + 1) - 1), ..self.clone() })
            .collect()
    }

    /// Whether a pod may get this address.
    #[must_use]
    pub fn hands_out(&self, address: impl Into<Ipv4Addr>) -> bool {
        let address = address.into();
        self.pieces().iter().any(|piece| piece.contains(&address))
    }

    /// What is left of the range where excluded blocks are cut out of it, in order.
    pub(crate) fn pieces(&self) -> Vec<RangeInclusive<Ipv4Addr>> {
        let mut excluded = self.excluded.clone();
        excluded.sort();
        let (mut at, end) = (u64::from(self.start.to_bits()), u64::from(self.end.to_bits()));
        let mut pieces = Vec::new();
        for block in excluded {
            let (first, last) = (u64::from(block.first().to_bits()), u64::from(block.last().to_bits()));
            if first > end {
                break;
            }
            if first > at {
                pieces.push(address(at)..=address(first - 1));
            }
            at = at.max(last + 1);
        }
        if at <= end {
            pieces.push(address(at)..=address(end));
        }
        pieces
    }

    pub(crate) fn subnet(&self) -> Cidr {
        self.subnet
    }

    pub(crate) fn ends(&self) -> (Ipv4Addr, Ipv4Addr) {
        (self.start, self.end)
    }

    pub(super) fn router(&self) -> Option<Ipv4Addr> {
        self.gateway
    }

    pub(super) fn excluded(&self) -> &[Cidr] {
        &self.excluded
    }

    pub(super) fn overlaps(&self, other: &AddressRange) -> bool {
        let others = other.pieces();
        let meets = |one: &RangeInclusive<Ipv4Addr>| {
            others.iter().any(|other| one.start() <= other.end() && other.start() <= one.end())
        };
        self.pieces().iter().any(meets)
    }

    /// What is wrong with the range; where it is one of a VPC, also what AWS keeps of it.
    pub(super) fn check(&self, is_vpc: bool, found: &mut Vec<Diagnostic>) {
        let AddressRange { subnet, start, end, .. } = self;
        let inside = format!("{} to {}", subnet.first(), subnet.last());
        if start > end {
            found.push(
                Diagnostic::error(
                    "address-range-reversed",
                    format!("the range {start} to {end} ends before it starts"),
                )
                .value(format!("{start} to {end}"))
                .hint("put the smaller address first"),
            );
            return;
        }
        let mut is_inside = true;
        for (what, address) in [("starts", start), ("ends", end)] {
            if !holds(*subnet, *address) {
                is_inside = false;
                found.push(
                    Diagnostic::error(
                        "address-range-outside-subnet",
                        format!(
                            "the range {what} at {address}, outside its subnet {subnet}: allowed is {inside}"
                        ),
                    )
                    .value(address.to_string())
                    .allowed(&inside),
                );
            }
        }
        for block in self.excluded.iter().filter(|block| !subnet.contains(**block)) {
            found.push(
                Diagnostic::error(
                    "exclusion-outside-subnet",
                    format!("{block} is excluded, but is not inside the subnet {subnet}"),
                )
                .value(block.to_string())
                .allowed(&inside),
            );
        }
        if let Some(gateway) = self.gateway {
            self.check_gateway(gateway, &inside, found);
        }
        if self.pieces().is_empty() {
            found.push(
                Diagnostic::error("address-range-empty", format!("nothing is left of {start} to {end}"))
                    .value(format!("{start} to {end}"))
                    .hint("exclude less of it"),
            );
        } else if is_inside {
            self.check_kept(is_vpc, found);
        }
    }

    fn check_gateway(&self, gateway: Ipv4Addr, inside: &str, found: &mut Vec<Diagnostic>) {
        let subnet = self.subnet;
        if !holds(subnet, gateway) {
            found.push(
                Diagnostic::error(
                    "gateway-outside-subnet",
                    format!("the gateway {gateway} is outside the subnet {subnet}: allowed is {inside}"),
                )
                .value(gateway.to_string())
                .allowed(inside),
            );
        } else if self.hands_out(gateway) {
            found.push(
                Diagnostic::error(
                    "gateway-in-range",
                    format!(
                        "the gateway {gateway} is in the range {} to {} that pods get",
                        self.start, self.end
                    ),
                )
                .value(gateway.to_string())
                .hint(format!("exclude {gateway}/32")),
            );
        }
    }

    /// Addresses that are never a pod's: the ends of any subnet, and in a VPC the first four.
    fn check_kept(&self, is_vpc: bool, found: &mut Vec<Diagnostic>) {
        let kept: Vec<String> = kept(self.subnet, is_vpc)
            .into_iter()
            .filter(|address| self.hands_out(*address))
            .map(|address| address.to_string())
            .collect();
        if kept.is_empty() {
            return;
        }
        let (first, last) = (first_free(self.subnet), before(self.subnet.last()));
        let whose = if is_vpc {
            "which AWS keeps: the first four and the last of each subnet"
        } else {
            "which name the network and its broadcast"
        };
        found.push(
            Diagnostic::error("reserved-address", format!("pods would get {}, {whose}", kept.join(", ")))
                .value(kept.join(", "))
                .allowed(format!("{first} to {last}"))
                .hint(format!("let the range be within {first} to {last}")),
        );
    }
}

/// The addresses of a subnet that no pod may have.
pub(super) fn kept(subnet: Cidr, is_vpc: bool) -> Vec<Ipv4Addr> {
    let count = if is_vpc { RESERVED } else { 1 };
    let first = subnet.first().to_bits();
    (0..count).map(|at| Ipv4Addr::from_bits(first.saturating_add(at))).chain([subnet.last()]).collect()
}

/// Whether the address is one of the block.
pub(super) fn holds(block: Cidr, address: Ipv4Addr) -> bool {
    (block.first()..=block.last()).contains(&address)
}

fn first_free(subnet: Cidr) -> Ipv4Addr {
    Ipv4Addr::from_bits(subnet.first().to_bits().saturating_add(RESERVED))
}

fn before(address: Ipv4Addr) -> Ipv4Addr {
    Ipv4Addr::from_bits(address.to_bits().saturating_sub(1))
}

/// The caller has taken the number from addresses.
fn address(bits: u64) -> Ipv4Addr {
    Ipv4Addr::from_bits(bits as u32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::cidr;

    fn codes(range: &AddressRange, is_vpc: bool) -> Vec<String> {
        let mut found = Vec::new();
        range.check(is_vpc, &mut found);
        found.into_iter().map(|finding| finding.code).collect()
    }

    fn range() -> AddressRange {
        AddressRange::new(cidr!("10.10.5.0/24"))
    }

    #[test]
    fn ranges_that_cannot_be_are_told_apart() {
        let vpc = |range: AddressRange| codes(&range, true);
        assert!(vpc(range()).is_empty());
        assert!(vpc(range().start([10, 10, 5, 4]).end([10, 10, 5, 4])).is_empty());
        assert_eq!(vpc(range().start([10, 10, 5, 9]).end([10, 10, 5, 8])), ["address-range-reversed"]);
        assert_eq!(vpc(range().start([10, 10, 4, 9])), ["address-range-outside-subnet"]);
        assert_eq!(vpc(range().end([10, 10, 6, 0])), ["address-range-outside-subnet"]);
        assert_eq!(vpc(range().exclude(cidr!("10.10.6.0/28"))), ["exclusion-outside-subnet"]);
        assert_eq!(vpc(range().exclude(cidr!("10.10.5.0/24"))), ["address-range-empty"]);
        assert_eq!(vpc(range().start([10, 10, 5, 3])), ["reserved-address"]);
        assert_eq!(vpc(range().end([10, 10, 5, 255])), ["reserved-address"]);
    }

    #[test]
    fn a_gateway_is_in_the_subnet_and_not_a_pods() {
        let with = |gateway: [u8; 4]| codes(&range().gateway(gateway), true);
        assert!(with([10, 10, 5, 1]).is_empty());
        assert_eq!(with([10, 10, 4, 255]), ["gateway-outside-subnet"]);
        assert_eq!(with([10, 10, 5, 9]), ["gateway-in-range"]);
        assert!(codes(&range().gateway([10, 10, 5, 9]).exclude(cidr!("10.10.5.9/32")), true).is_empty());
    }

    #[test]
    fn only_a_vpc_keeps_the_second_to_fourth_address() {
        let from = |last: u8| range().start([10, 10, 5, last]);
        assert!(codes(&from(1), false).is_empty());
        assert_eq!(codes(&from(0), false), ["reserved-address"]);
        assert_eq!(codes(&from(1).exclude(cidr!("10.10.5.0/30")), true), [""; 0]);
    }

    #[test]
    fn the_smallest_and_the_last_of_all_blocks_do_no_harm() {
        for block in [
            cidr!("255.255.255.255/32"),
            cidr!("0.0.0.0/32"),
            cidr!("255.255.255.252/30"),
            cidr!("0.0.0.0/0"),
        ] {
            let range = AddressRange::new(block).exclude(block);
            assert!(!codes(&range, true).is_empty(), "{block}");
            assert!(range.split(3).len() <= 3);
        }
    }

    fn block() -> impl Strategy<Value = Cidr> {
        (any::<u32>(), 16_u8..=28)
            .prop_map(|(bits, prefix)| Cidr::from_first(bits & (u32::MAX << (32 - prefix)), prefix))
    }

    proptest! {
        #[test]
        fn what_is_accepted_never_hands_out_what_aws_keeps(
            subnet in block(),
            start in 0_u32..300,
            length in 0_u32..300,
            excluded in proptest::collection::vec((0_u32..300, 26_u8..=32), 0..4),
        ) {
            let first = subnet.first().to_bits();
            let at = |offset: u32| Ipv4Addr::from_bits(first.saturating_add(offset));
            let mut range = AddressRange::new(subnet).start(at(start)).end(at(start + length));
            for (offset, prefix) in excluded {
                let mask = u32::MAX << (32 - prefix);
                range = range.exclude(Cidr::from_first(at(offset).to_bits() & mask, prefix));
            }
            prop_assume!(codes(&range, true).is_empty());
            for piece in range.pieces() {
                for bits in piece.start().to_bits()..=piece.end().to_bits() {
                    let from_start = bits - first;
                    prop_assert!(from_start >= 4 && u64::from(from_start) < subnet.addresses() - 1);
                    let address = Ipv4Addr::from_bits(bits);
                    prop_assert!(range.excluded().iter().all(|block| !holds(*block, address)));
                }
            }
        }

        #[test]
        fn shares_are_disjoint_and_lose_nothing(subnet in block(), count in 1_u32..20) {
            let whole = AddressRange::new(subnet);
            let shares = whole.split(count);
            let size = |range: &AddressRange| u64::from(range.end.to_bits() - range.start.to_bits()) + 1;
            prop_assert_eq!(shares.iter().map(size).sum::<u64>(), size(&whole));
            prop_assert!(shares.windows(2).all(|pair| pair[0].end < pair[1].start));
        }
    }
}
