//! The lines of a plan, in words: what the table and the page have in common.

use stackwright_assembly::{AddressBlock, AddressPlan, AddressUse, Capacity, Need};

use crate::count::count;

/// The heads of the columns.
pub(super) const HEADS: [&str; 7] = ["ADDRESSES", "COUNT", "USE", "ZONE", "NOW", "MOST", "ROOM FOR"];

/// The heads of the columns of what nodes have.
pub(super) const CAPACITY_HEADS: [&str; 4] = ["NODES", "WHAT", "USED", "OF"];

/// A block of addresses.
pub(super) struct Row {
    /// How deep it is within others.
    pub(super) depth: usize,
    /// The columns.
    pub(super) cells: [String; 7],
}

/// The blocks of a plan, those within others after these, without the [rest](is_rest) of IPv6 subnets.
pub(super) fn rows(plan: &AddressPlan) -> Vec<Row> {
    let mut rows = Vec::new();
    plan.blocks.iter().chain(&plan.neighbours).for_each(|block| add(block, 0, &mut rows));
    rows
}

fn add(block: &AddressBlock, depth: usize, rows: &mut Vec<Row>) {
    let need = |number: fn(&Need) -> String| block.need.as_ref().map(number).unwrap_or_default();
    let cells = [
        block.range(),
        count(block.addresses()),
        words(block),
        block.zone.clone().unwrap_or_default(),
        need(|need| need.now.to_string()),
        need(|need| need.most.to_string()),
        need(|need| format!("{} of {}", need.grown, count(need.of.into()))),
    ];
    rows.push(Row { depth, cells });
    let parts = block.parts.iter().filter(|part| !is_rest(part));
    parts.for_each(|part| add(part, depth + 1, rows));
}

/// Whether the part is what everything else of an IPv6 subnet leaves over: nearly all of it, between addresses that say
/// nothing.
pub(super) fn is_rest(part: &AddressBlock) -> bool {
    part.usage == AddressUse::Interfaces && part.first.is_ipv6()
}

/// What addresses are for.
pub(super) fn words(block: &AddressBlock) -> String {
    let name = &block.name;
    match block.usage {
        AddressUse::Vpc => "VPC".to_owned(),
        AddressUse::Subnet => format!("subnet {name}"),
        AddressUse::Aws => "kept by AWS".to_owned(),
        AddressUse::Interfaces => "network interfaces".to_owned(),
        AddressUse::Prefixes => format!("{name}, by prefixes"),
        AddressUse::Pool => format!("{name}, from a pool"),
        AddressUse::Named => format!("{name}, by name"),
        AddressUse::Services => format!("services of {name}"),
        AddressUse::Peer => format!("peer {name}"),
    }
}

/// What nodes have, in the columns of [`CAPACITY_HEADS`].
pub(super) fn capacities(plan: &AddressPlan) -> Vec<[String; 4]> {
    let cells = |capacity: &Capacity| {
        let Capacity { nodes, what, used, of } = capacity;
        [nodes.clone(), what.clone(), used.to_string(), of.to_string()]
    };
    plan.capacities.iter().map(cells).collect()
}
