//! Which addresses the subnets of a VPC have, in all of its blocks, by the ledger where there is one.

use std::collections::BTreeSet;

use stackwright_core::{Construct, Diagnostic, Scope};

use super::allocation::{Block, Group, Pin, Plan, Zone, allocate};
use super::cidr::Cidr;
use super::ledger::{Ledger, stale};
use super::line::Line;
use super::misfit::Misfit;
use super::subnet_group::Subnets;
use super::vpc_props::VpcProps;

/// The addresses of subnets.
pub(super) struct Placement {
    /// The place of every subnet and every reserved one: group by group and, in a group, zone by zone.
    pub(super) blocks: Vec<Block>,
    /// The number of the /64 of each of them. Empty where the VPC has no IPv6.
    pub(super) ipv6: Vec<u8>,
}

impl Placement {
    /// Places the subnets of `groups` in `zones`, and reports at `vpc` what is not possible.
    pub(super) fn new(vpc: &Construct, props: &VpcProps, groups: &[Subnets], zones: &[Zone]) -> Self {
        let ledger = props.ledger.as_deref().and_then(|text| read_ledger(vpc, props, text));
        let path = vpc.path();
        let pins = ledger.as_ref().map_or(&[][..], |ledger| ledger.pins(&path));
        let blocks = place(vpc, props, groups, zones, pins);
        let ipv6 = if props.dual_stack { number(vpc, groups, &blocks, pins) } else { Vec::new() };
        let placement = Self { blocks, ipv6 };
        if let Some(ledger) = ledger {
            placement.compare(vpc, props, groups, zones, ledger);
        }
        placement
    }

    /// Warns where the ledger does not say all that is known, so that someone writes it down.
    fn compare(
        &self,
        vpc: &Construct,
        props: &VpcProps,
        groups: &[Subnets],
        zones: &[Zone],
        mut ledger: Ledger,
    ) {
        let path = vpc.path();
        let before = ledger.pins(&path).to_vec();
        for (index, block) in self.blocks.iter().enumerate() {
            let zone_name = match &zones[block.zone] {
                Zone::Named(name) => Some(name.clone()),
                Zone::Nth | Zone::Reserved => None,
            };
            let (group, zone) = (groups[block.group].name.clone(), block.zone);
            let ipv6 = self.ipv6.get(index).copied();
            ledger.pin(&path, Pin { group, zone, zone_name, cidr: block.cidr, ipv6 });
        }
        if ledger.pins(&path) == before {
            return;
        }
        let finding = match ledger.pins(&path).len() - before.len() {
            0 => "the address ledger does not say all that is known of its subnets".to_owned(),
            1 => "1 subnet is not in the address ledger".to_owned(),
            count => format!("{count} subnets are not in the address ledger"),
        };
        let finding = Diagnostic::warning("address-ledger-incomplete", finding)
            .hint(format!("let it say\n{}", ledger.section(&path).trim_end()));
        vpc.report(props.lines.ledger.mark(finding));
    }
}

fn read_ledger(vpc: &Construct, props: &VpcProps, text: &str) -> Option<Ledger> {
    let read = Ledger::parse(text);
    for error in read.as_ref().err().into_iter().flatten() {
        let finding = Diagnostic::error("address-ledger-syntax", error.to_string()).hint(error.hint());
        vpc.report(props.lines.ledger.mark(finding));
    }
    read.ok()
}

/// The IPv4 blocks of all subnets.
fn place(vpc: &Construct, props: &VpcProps, groups: &[Subnets], zones: &[Zone], pins: &[Pin]) -> Vec<Block> {
    let mut blocks = Vec::new();
    for network in networks(vpc, props) {
        let within =
            groups.iter().enumerate().filter(|(_, group)| group.block.unwrap_or(props.cidr) == network);
        let (indexes, within): (Vec<usize>, Vec<Group>) =
            within.map(|(index, group)| (index, group.to_group())).unzip();
        let pins = pins_within(pins, network, groups, &within);
        let plan = Plan { network, groups: &within, zones, pins: &pins };
        match allocate(&plan) {
            Ok(placed) => {
                blocks.extend(placed.into_iter().map(|block| Block { group: indexes[block.group], ..block }));
            }
            Err(misfits) => {
                misfits.iter().for_each(|misfit| vpc.report(line(misfit, props, groups).mark(misfit.into())));
            }
        }
        for pin in stale(&plan) {
            let finding = format!("{pin}, but the VPC has no such subnet");
            let finding = Diagnostic::warning("address-ledger-stale", finding)
                .value(pin.cidr.to_string())
                .hint("delete the line once the subnet is gone from the deployed stack");
            vpc.report(props.lines.ledger.mark(finding));
        }
    }
    blocks.sort_by_key(|block| (block.group, block.zone));
    blocks
}

/// The line of the setting that a misfit is about.
fn line(misfit: &Misfit, props: &VpcProps, groups: &[Subnets]) -> Line {
    let group = match misfit {
        Misfit::VpcSize { network } if *network == props.cidr => return props.lines.cidr,
        Misfit::VpcSize { .. } => return props.lines.secondary_blocks,
        Misfit::SubnetSize { group, .. } | Misfit::SameName { group } | Misfit::NoRoom { group, .. } => {
            Some(group)
        }
        Misfit::NoShare { groups, .. } => groups.first(),
        Misfit::PinOutside { .. }
        | Misfit::PinSize { .. }
        | Misfit::PinZone { .. }
        | Misfit::PinsOverlap { .. } => return props.lines.ledger,
    };
    // Of two groups of one name, it is the second that is wrong.
    let group = groups.iter().rfind(|known| Some(&known.name) == group);
    group.map_or_else(Line::default, |group| group.line)
}

/// The blocks of the VPC, without those that overlap others.
fn networks(vpc: &Construct, props: &VpcProps) -> Vec<Cidr> {
    let mut networks = vec![props.cidr];
    for &block in &props.secondary_blocks {
        if let Some(other) = networks.iter().find(|other| other.overlaps(block)) {
            let finding = format!("secondary block {block} overlaps {other}, which the VPC has already");
            let finding = Diagnostic::error("overlapping-blocks", finding).value(block.to_string());
            vpc.report(props.lines.secondary_blocks.mark(finding));
        } else {
            networks.push(block);
        }
    }
    networks
}

/// The pins that concern a block: those of its groups, and those of groups that are gone.
fn pins_within(pins: &[Pin], network: Cidr, groups: &[Subnets], within: &[Group]) -> Vec<Pin> {
    let concerns = |pin: &&Pin| {
        within.iter().any(|group| group.name == pin.group)
            || network.contains(pin.cidr) && groups.iter().all(|group| group.name != pin.group)
    };
    pins.iter().filter(concerns).cloned().collect()
}

/// The numbers of the /64 of all subnets, made or reserved: those in the ledger, then the ones behind them in order.
fn number(vpc: &Construct, groups: &[Subnets], blocks: &[Block], pins: &[Pin]) -> Vec<u8> {
    let taken: BTreeSet<u8> = pins.iter().filter_map(|pin| pin.ipv6).collect();
    let behind = taken.last().map_or(0, |last| usize::from(*last) + 1);
    let mut free = (0..=u8::MAX).cycle().skip(behind).take(256).filter(|number| !taken.contains(number));
    let pinned = |block: &Block| {
        let is_its = |pin: &&Pin| pin.is_for(&groups[block.group].name, block.zone);
        pins.iter().find(is_its).and_then(|pin| pin.ipv6)
    };
    let numbers =
        blocks.iter().map(|block| pinned(block).or_else(|| free.next())).collect::<Option<Vec<u8>>>();
    numbers.unwrap_or_else(|| {
        let finding =
            format!("{} subnets are to have IPv6 addresses: a VPC has 256 blocks for them", blocks.len());
        vpc.report(Diagnostic::error("ipv6-blocks-do-not-fit", finding).value(blocks.len().to_string()));
        Vec::new()
    })
}
