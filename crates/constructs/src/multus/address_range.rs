//! The addresses of a subnet that pods may get.

use std::net::IpAddr;
use std::ops::RangeInclusive;

use stackwright_core::Diagnostic;

use crate::ec2::IpBlock;
use crate::ec2::ip_family::{Family, before, behind, number};

/// How many addresses AWS keeps for itself at the start of a subnet; it keeps the last one too.
const RESERVED: u128 = 4;

/// A range of a subnet's addresses, less what is excluded.
///
/// By default these are all addresses of the subnet but the five that AWS keeps, of either family: the first four and the
/// last ([subnet sizing](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html)).
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
    subnet: IpBlock,
    start: IpAddr,
    end: IpAddr,
    gateway: Option<IpAddr>,
    excluded: Vec<IpBlock>,
}

impl AddressRange {
    /// The addresses of a subnet that AWS leaves to others.
    pub fn new(subnet: impl Into<IpBlock>) -> Self {
        let subnet = subnet.into();
        Self::between(subnet, first_free(subnet), before(subnet.last()))
    }

    /// A range with both ends set, as it was read.
    pub(super) fn between(subnet: IpBlock, start: IpAddr, end: IpAddr) -> Self {
        AddressRange { subnet, start, end, gateway: None, excluded: Vec::new() }
    }

    /// The first address; by default the fifth of the subnet.
    #[must_use]
    pub fn start(mut self, address: impl Into<IpAddr>) -> Self {
        self.start = address.into();
        self
    }

    /// The last address; by default the last but one of the subnet.
    #[must_use]
    pub fn end(mut self, address: impl Into<IpAddr>) -> Self {
        self.end = address.into();
        self
    }

    /// The router that pods are told of; by default the second address of the subnet, where a VPC has its own. For IPv6
    /// the router of a VPC is `fe80:ec2::1`, which has to be said.
    ///
    /// Source: [route tables](https://docs.aws.amazon.com/vpc/latest/userguide/RouteTables.html)
    #[must_use]
    pub fn gateway(mut self, address: impl Into<IpAddr>) -> Self {
        self.gateway = Some(address.into());
        self
    }

    /// Leaves the addresses of a block out; a `/32` is a single one. May be said more than once.
    #[must_use]
    pub fn exclude(mut self, block: impl Into<IpBlock>) -> Self {
        self.excluded.push(block.into());
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
        let (start, end) = (number(self.start), number(self.end));
        let total = end.saturating_add(1).saturating_sub(start);
        let count = u128::from(count).min(total);
        let cut = |at: u128| start + total / count * at + total % count * at / count;
        let address = |number: u128| self.family().address(number);
        (0..count)
            .map(|at| AddressRange { start: address(cut(at)), end: address(cut(at + 1) - 1), ..self.clone() })
            .collect()
    }

    /// Whether a pod may get this address.
    #[must_use]
    pub fn hands_out(&self, address: impl Into<IpAddr>) -> bool {
        let address = address.into();
        self.pieces().iter().any(|piece| piece.contains(&address))
    }

    /// What is left of the range where excluded blocks are cut out of it, in order.
    pub(crate) fn pieces(&self) -> Vec<RangeInclusive<IpAddr>> {
        let is_such = |address: IpAddr| Family::of(address) == self.family();
        if !is_such(self.start) || !is_such(self.end) {
            return Vec::new();
        }
        let mut excluded: Vec<IpBlock> =
            self.excluded.iter().copied().filter(|block| is_such(block.first())).collect();
        excluded.sort();
        let mut at = self.start;
        let mut pieces = Vec::new();
        for block in excluded {
            if block.first() > self.end {
                break;
            }
            if block.first() > at {
                pieces.push(at..=before(block.first()));
            }
            if block.last() >= self.end {
                return pieces;
            }
            at = at.max(behind(block.last(), 1));
        }
        if at <= self.end {
            pieces.push(at..=self.end);
        }
        pieces
    }

    fn family(&self) -> Family {
        Family::of(self.subnet.first())
    }

    pub(crate) fn subnet(&self) -> IpBlock {
        self.subnet
    }

    pub(crate) fn ends(&self) -> (IpAddr, IpAddr) {
        (self.start, self.end)
    }

    pub(super) fn router(&self) -> Option<IpAddr> {
        self.gateway
    }

    pub(super) fn excluded(&self) -> &[IpBlock] {
        &self.excluded
    }

    pub(super) fn overlaps(&self, other: &AddressRange) -> bool {
        let others = other.pieces();
        let meets = |one: &RangeInclusive<IpAddr>| {
            others.iter().any(|other| one.start() <= other.end() && other.start() <= one.end())
        };
        self.pieces().iter().any(meets)
    }

    /// What is wrong with the range; where it is one of a VPC, also what AWS keeps of it.
    pub(super) fn check(&self, is_vpc: bool, found: &mut Vec<Diagnostic>) {
        let AddressRange { subnet, start, end, .. } = self;
        let inside = format!("{} to {}", subnet.first(), subnet.last());
        if start > end && *start == first_free(*subnet) && *end == before(subnet.last()) {
            let message = format!("{subnet} has no address for pods: AWS keeps the first four and the last");
            let hint = "use a larger subnet, or say start() and end() where no VPC has a part in the network";
            found
                .push(Diagnostic::error("address-range-empty", message).value(subnet.to_string()).hint(hint));
            return;
        }
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
            if !subnet.holds(*address) {
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

    fn check_gateway(&self, gateway: IpAddr, inside: &str, found: &mut Vec<Diagnostic>) {
        let subnet = self.subnet;
        if !can_be_reached(gateway, &[subnet]) {
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
        let whose = match (is_vpc, self.family()) {
            (true, _) => "which AWS keeps: the first four and the last of each subnet",
            (false, Family::V4) => "which name the network and its broadcast",
            (false, Family::V6) => "which names the network",
        };
        found.push(
            Diagnostic::error("reserved-address", format!("pods would get {}, {whose}", kept.join(", ")))
                .value(kept.join(", "))
                .allowed(format!("{first} to {last}"))
                .hint(format!("let the range be within {first} to {last}")),
        );
    }
}

/// What is wrong with the ranges of one network, each of them and together.
pub(super) fn check_all<'a>(
    ranges: impl Iterator<Item = &'a AddressRange>,
    is_vpc: bool,
    found: &mut Vec<Diagnostic>,
) {
    let ranges: Vec<_> = ranges.collect();
    for (at, range) in ranges.iter().enumerate() {
        range.check(is_vpc, found);
        for other in ranges[..at].iter().filter(|other| other.overlaps(range)) {
            let ((start, end), (first, last)) = (range.ends(), other.ends());
            let message = format!("the ranges {first} to {last} and {start} to {end} share addresses");
            found.push(
                Diagnostic::error("address-ranges-overlap", message).value(format!("{start} to {end}")),
            );
        }
    }
}

/// The addresses of a subnet that no pod may have.
pub(super) fn kept(subnet: IpBlock, is_vpc: bool) -> Vec<IpAddr> {
    let count = if is_vpc { RESERVED } else { 1 };
    // There are no broadcasts in IPv6.
    let last = (is_vpc || !subnet.is_ipv6()).then(|| subnet.last());
    (0..count).map(|at| behind(subnet.first(), at)).chain(last).collect()
}

/// Whether a router is in one of the subnets, or on the link as routers of IPv6 are.
pub(super) fn can_be_reached(router: IpAddr, subnets: &[IpBlock]) -> bool {
    let is_on_link = matches!(router, IpAddr::V6(router) if router.is_unicast_link_local());
    subnets.iter().any(|subnet| subnet.holds(router) || subnet.is_ipv6() && is_on_link)
}

/// The last address that plugins hand out where they are told of none.
pub(super) fn last_of_plugins(subnet: IpBlock) -> IpAddr {
    if subnet.is_ipv6() { subnet.last() } else { before(subnet.last()) }
}

fn first_free(subnet: IpBlock) -> IpAddr {
    behind(subnet.first(), RESERVED)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{cidr, ipv6_cidr};

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
        assert_eq!(vpc(AddressRange::new(cidr!("10.10.5.0/30"))), ["address-range-empty"]);
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
        let ipv6 = || AddressRange::new(ipv6_cidr!("fd00::/64")).start([0xfd00, 0, 0, 0, 0, 0, 0, 1]);
        let last = [0xfd00, 0, 0, 0, 0xffff, 0xffff, 0xffff, 0xffff];
        assert!(codes(&ipv6().end(last), false).is_empty(), "there is no broadcast");
        assert_eq!(codes(&ipv6(), true), ["reserved-address"]);
        let free = || ipv6().start([0xfd00, 0, 0, 0, 0, 0, 0, 4]);
        assert!(codes(&free(), true).is_empty());
        assert_eq!(codes(&free().end(last), true), ["reserved-address"]);
    }

    #[test]
    fn routers_of_ipv6_are_on_the_link() {
        let router: [u16; 8] = [0xfe80, 0xec2, 0, 0, 0, 0, 0, 1];
        let with = |subnet: IpBlock| codes(&AddressRange::new(subnet).gateway(router), true);
        assert!(with(ipv6_cidr!("2001:db8::/64").into()).is_empty());
        assert_eq!(with(cidr!("10.10.5.0/24").into()), ["gateway-outside-subnet"]);
    }

    #[test]
    fn a_range_has_addresses_of_one_family() {
        let found = codes(&range().end([0xfd00, 0, 0, 0, 0, 0, 0, 9]), true);
        assert_eq!(found, ["address-range-outside-subnet", "address-range-empty"]);
        let excluded = range().exclude(ipv6_cidr!("::/0"));
        assert_eq!(codes(&excluded, true), ["exclusion-outside-subnet"]);
        assert!(excluded.hands_out([10, 10, 5, 9]) && !excluded.hands_out([0; 8]));
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

    /// Small subnets of both families, at the ends of all addresses too.
    fn subnet() -> impl Strategy<Value = IpBlock> {
        let number = prop_oneof![Just(0), Just(u128::MAX), any::<u128>()];
        let family = prop_oneof![Just(Family::V4), Just(Family::V6)];
        (family, number, 4_u8..=8).prop_map(|(family, number, bits)| {
            let (longest, number) = match family {
                Family::V4 => (32, number & u128::from(u32::MAX)),
                Family::V6 => (128, number),
            };
            IpBlock::around(family.address(number), longest - bits).unwrap()
        })
    }

    /// Every address of a small subnet, and one beyond each end.
    fn all(subnet: IpBlock) -> impl Iterator<Item = IpAddr> {
        let (first, last) = (number(before(subnet.first())), number(behind(subnet.last(), 1)));
        (0..=last - first).map(move |at| behind(before(subnet.first()), at))
    }

    prop_compose! {
        /// Any range of a subnet, with blocks left out of it.
        fn any_range(subnet: IpBlock)(
            start in 0_u128..40,
            length in 0_u128..40,
            excluded in proptest::collection::vec((0_u128..60, 0_u8..=4), 0..4),
        ) -> AddressRange {
            let at = |offset| behind(subnet.first(), offset);
            let longest = if subnet.is_ipv6() { 128 } else { 32 };
            let range = AddressRange::new(subnet).start(at(start)).end(at(start + length));
            excluded.into_iter().fold(range, |range, (offset, bits)| {
                range.exclude(IpBlock::around(at(offset), longest - bits).unwrap())
            })
        }
    }

    fn ranges_of_one_subnet() -> impl Strategy<Value = (AddressRange, AddressRange)> {
        subnet().prop_flat_map(|subnet| (any_range(subnet), any_range(subnet)))
    }

    /// Whether a range hands an address out, by its definition.
    fn is_handed_out(range: &AddressRange, address: IpAddr) -> bool {
        range.start <= address
            && address <= range.end
            && !range.excluded.iter().any(|block| block.holds(address))
    }

    proptest! {
        #[test]
        fn what_is_handed_out_is_the_range_without_what_is_excluded((one, other) in ranges_of_one_subnet()) {
            for address in all(one.subnet) {
                prop_assert_eq!(one.hands_out(address), is_handed_out(&one, address), "{}", address);
            }
            let both = |address| is_handed_out(&one, address) && is_handed_out(&other, address);
            // Beyond the subnet there is nothing to compare.
            if [&one, &other].iter().all(|range| range.subnet.holds(range.end)) {
                prop_assert_eq!(one.overlaps(&other), all(one.subnet).any(both));
            }
        }

        #[test]
        fn what_is_accepted_never_hands_out_what_aws_keeps((range, _) in ranges_of_one_subnet()) {
            if !codes(&range, true).is_empty() {
                return Ok(());
            }
            let addresses: Vec<IpAddr> = all(range.subnet).filter(|address| range.hands_out(*address)).collect();
            prop_assert!(!addresses.is_empty());
            for address in addresses {
                let from_start = number(address) - number(range.subnet.first());
                prop_assert!(range.subnet.holds(address) && from_start >= 4 && address != range.subnet.last());
            }
        }

        #[test]
        fn shares_are_disjoint_and_lose_nothing(subnet in subnet(), count in 1_u32..20) {
            let whole = AddressRange::new(subnet);
            let shares = whole.split(count);
            let size = |range: &AddressRange| number(range.end) - number(range.start) + 1;
            prop_assert_eq!(shares.iter().map(size).sum::<u128>(), size(&whole));
            prop_assert!(shares.windows(2).all(|pair| pair[0].end < pair[1].start));
            let sizes: Vec<u128> = shares.iter().map(size).collect();
            prop_assert!(sizes.iter().max().unwrap() - sizes.iter().min().unwrap() <= 1);
        }
    }
}
