//! Addresses of subnets that are set apart for networks of pods.

use std::net::Ipv4Addr;

use stackwright_assembly::{AddressBlock, AddressUse};

use super::named;
use super::pods::{Handed, Network};
use crate::count::count;
use crate::picture::Picture;
use crate::program::Program;
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};

pub(super) fn add(program: &Program<'_>, networks: &[Network], picture: &mut Picture) {
    for stack in &program.stacks {
        let plans = stack.deployable.stack.iter().flat_map(|facts| &facts.address_plans);
        for block in plans.flat_map(|plan| &plan.blocks) {
            planned(block, picture);
        }
    }
    for network in networks {
        for handed in &network.ranges {
            of_network(network, handed, picture);
        }
    }
    for part in program.parts_of("AWS::EC2::SubnetCidrReservation") {
        let (Some(subnet), Some(range)) = (part.get("SubnetId"), part.get("Cidr")) else { continue };
        let (subnet, range) = (named(program, part.stack, subnet), program.text(part.stack, range));
        // What a plan has, it reserves.
        if picture.shape(&subnet).is_some() && !ranges(picture, &subnet).any(|shape| shape.note == range) {
            let shape = program.shape(part, ShapeKind::Range).note(range).within(subnet);
            picture.add(Shape { name: "reserved".to_owned(), ..shape });
        }
    }
    let mut arrows = Vec::new();
    for range in picture.of_kind(ShapeKind::Range) {
        let networks = networks.iter().filter(|network| network.name == range.name);
        arrows.extend(networks.map(|network| Arrow::new(&*range.id, &*network.id, ArrowKind::Carries)));
    }
    arrows.into_iter().for_each(|arrow| picture.link(arrow));
}

fn ranges<'p>(picture: &'p Picture, subnet: &str) -> impl Iterator<Item = &'p Shape> {
    let inside: Vec<&Shape> = picture.inside(subnet).filter(|it| it.kind == ShapeKind::Range).collect();
    inside.into_iter()
}

/// Adds what a plan sets apart of a block, or of the blocks within it.
fn planned(block: &AddressBlock, picture: &mut Picture) {
    if block.usage != AddressUse::Subnet {
        return block.parts.iter().for_each(|part| planned(part, picture));
    }
    let subnet = picture.of_kind(ShapeKind::Subnet).find(|shape| shape.path.as_ref() == Some(&block.path));
    let Some(subnet) = subnet.map(|shape| shape.id.clone()) else { return };
    for part in &block.parts {
        let usage = match part.usage {
            AddressUse::Prefixes => "prefixes of the nodes' interfaces",
            AddressUse::Pool => "handed out in the whole cluster",
            AddressUse::Named => "named by pods",
            _ => continue,
        };
        let shape =
            Shape::new(format!("{subnet}/{} {}", part.name, part.range()), ShapeKind::Range, &*part.name);
        let mut shape = shape
            .note(part.range())
            .within(&*subnet)
            .property("use", usage)
            .property("addresses", count(part.addresses()));
        if let Some(need) = part.need {
            shape = shape
                .property("needed with the fewest nodes", need.now.to_string())
                .property("needed with the most nodes", need.most.to_string())
                .property("room", format!("for {} of {}", need.grown, count(need.of.into())));
        }
        shape.path = Some(part.path.clone());
        shape.source = Some(part.source.clone());
        picture.add(shape);
    }
}

/// Adds what a network's own configuration hands out, in the subnet that these addresses are of.
fn of_network(network: &Network, handed: &Handed, picture: &mut Picture) {
    let Some(range) = handed.range() else { return };
    let is_of =
        |shape: &&Shape| block(&shape.note).is_some_and(|(from, to)| from <= range.0 && range.1 <= to);
    let Some(subnet) = picture.of_kind(ShapeKind::Subnet).find(is_of).map(|shape| shape.id.clone()) else {
        return;
    };
    // What a plan has says more, and may have another name for what several networks share.
    let planned = ranges(picture, &subnet).filter(|shape| shape.source.is_some());
    let planned: Vec<String> = planned
        .filter(|shape| shape.name == network.name || block(&shape.note).is_some_and(|it| holds(range, it)))
        .map(|shape| shape.id.clone())
        .collect();
    if !planned.is_empty() {
        return planned
            .iter()
            .for_each(|id| picture.link(Arrow::new(&**id, &*network.id, ArrowKind::Carries)));
    }
    let text = match (&handed.first, &handed.last) {
        (None, None) => handed.block.clone(),
        _ => format!("{} - {}", Ipv4Addr::from_bits(range.0), Ipv4Addr::from_bits(range.1)),
    };
    let shape = Shape::new(format!("{subnet}/{} {text}", network.name), ShapeKind::Range, &*network.name);
    picture.add(shape.note(text).within(subnet).property("use", "handed out by the network"));
}

impl Handed {
    fn range(&self) -> Option<(u32, u32)> {
        // whereabouts may name the addresses in front of their prefix.
        let (from, to) = block(self.block.rsplit('-').next()?)?;
        let given = self.block.split_once('-').and_then(|(first, _)| address(first));
        let end = |text: &Option<String>, default| text.as_deref().map_or(Some(default), address);
        Some((end(&self.first, given.unwrap_or(from))?, end(&self.last, to)?))
    }
}

/// Whether all addresses of one block are another's, too.
fn holds((first, last): (u32, u32), (from, to): (u32, u32)) -> bool {
    first <= from && to <= last
}

fn address(text: &str) -> Option<u32> {
    text.trim().parse().ok().map(Ipv4Addr::to_bits)
}

/// The first and the last address of `10.0.0.0/24`, or of `10.0.0.4 - 10.0.0.9`; of several blocks, of the first one.
pub(crate) fn block(text: &str) -> Option<(u32, u32)> {
    let text = text.split(',').next()?;
    if let Some((first, last)) = text.split_once(" - ") {
        return address(first).zip(address(last)).filter(|(first, last)| first <= last);
    }
    let (first, prefix) = text.split_once('/')?;
    let prefix: u32 = prefix.trim().parse().ok().filter(|prefix| *prefix <= 32)?;
    let hosts = u32::MAX.checked_shr(prefix).unwrap_or_default();
    let first = address(first)? & !hosts;
    Some((first, first | hosts))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_ends() {
        let check = |text: &str, expected: Option<([u8; 4], [u8; 4])>| {
            let expected =
                expected.map(|(first, last)| (u32::from_be_bytes(first), u32::from_be_bytes(last)));
            assert_eq!(block(text), expected, "{text}");
        };
        check("10.10.4.16/28", Some(([10, 10, 4, 16], [10, 10, 4, 31])));
        check("10.10.4.9/24, IPv6", Some(([10, 10, 4, 0], [10, 10, 4, 255])));
        check("10.0.0.4 - 10.0.0.9", Some(([10, 0, 0, 4], [10, 0, 0, 9])));
        check("0.0.0.0/0", Some(([0; 4], [255; 4])));
        check("10.0.0.1/32", Some(([10, 0, 0, 1], [10, 0, 0, 1])));
        for wrong in ["", "by AWS", "fd00::/64", "10.0.0.0/33", "10.0.0.9 - 10.0.0.4"] {
            check(wrong, None);
        }
    }

    #[test]
    fn a_network_may_hand_out_a_part_of_its_block() {
        let range = |block: &str, first: Option<&str>, last: Option<&str>| {
            let text = |text: Option<&str>| text.map(str::to_owned);
            let handed = Handed { block: block.to_owned(), first: text(first), last: text(last) };
            handed.range().map(|(first, last)| (first & 255, last & 255))
        };
        assert_eq!(range("10.0.0.0/24", None, None), Some((0, 255)));
        assert_eq!(range("10.0.0.0/24", Some("10.0.0.4"), Some("10.0.0.9")), Some((4, 9)));
        assert_eq!(range("10.0.0.10-10.0.0.0/24", None, None), Some((10, 255)));
        assert_eq!(range("10.0.0.0/24", Some("x"), None), None);
    }
}
