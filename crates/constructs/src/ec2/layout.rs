//! From the settings of a VPC to its zones and subnets, with everything that is wrong on the way.

use stackwright_cfn::{Value, functions};
use stackwright_core::{Construct, Diagnostic, Scope};

use super::allocation::{Block, Group, Pin, Plan, SubnetSize, Zone, allocate};
use super::cidr::Cidr;
use super::ledger::{Ledger, stale};
use super::subnet_group::{SubnetKind, Subnets};
use super::vpc_props::VpcProps;

/// How many zones can be relied on in a region that is not known.
const ZONES_OF_ANY_REGION: u8 = 2;

/// The zones and subnets of a VPC.
pub(super) struct Layout {
    pub(super) groups: Vec<Subnets>,
    /// The zones, the reserved ones last.
    pub(super) zones: Vec<Zone>,
    /// The place of every subnet and every reserved one: group by group and, in a group, zone by zone. Empty where
    /// they cannot be placed.
    pub(super) blocks: Vec<Block>,
}

impl Layout {
    /// Lays out the VPC at `vpc`, and reports there what is not possible.
    pub(super) fn new(vpc: &Construct, props: &VpcProps) -> Self {
        let groups = props.groups.clone().unwrap_or_else(|| default_groups(props));
        check_groups(vpc, props, &groups);
        let zones = zones(vpc, props);
        let ledger = props.ledger.as_deref().and_then(|text| read_ledger(vpc, text));
        let blocks = place(vpc, props, &groups, &zones, ledger.as_ref());
        Self { groups, zones, blocks }
    }

    /// The name of a zone as CloudFormation is told it.
    pub(super) fn availability_zone(&self, zone: usize) -> Value<String> {
        match &self.zones[zone] {
            Zone::Named(name) => name.into(),
            Zone::Nth | Zone::Reserved => functions::select(zone as i64, functions::get_azs("")),
        }
    }

    /// The name of a zone, if it is known.
    pub(super) fn zone_name(&self, zone: usize) -> Option<String> {
        match &self.zones[zone] {
            Zone::Named(name) => Some(name.clone()),
            Zone::Nth | Zone::Reserved => None,
        }
    }

    /// Whether subnets of this kind are made.
    pub(super) fn has(&self, kind: SubnetKind) -> bool {
        self.groups.iter().any(|group| group.kind == kind && !group.reserved)
    }
}

fn default_groups(props: &VpcProps) -> Vec<Subnets> {
    let public = Subnets::public("Public", SubnetSize::EvenShare);
    if props.nat.count == Some(0) {
        vec![public, Subnets::isolated("Isolated", SubnetSize::EvenShare)]
    } else {
        vec![public, Subnets::private("Private", SubnetSize::EvenShare)]
    }
}

fn check_groups(vpc: &Construct, props: &VpcProps, groups: &[Subnets]) {
    for (index, group) in groups.iter().enumerate() {
        let Subnets { name, kind, .. } = group;
        let allowed = "on one line, without a slash and without spaces around them";
        if name.trim() != name || name.is_empty() || name.contains(['/', '\n', '\r']) {
            let finding = format!("{name:?} cannot name a group of subnets: allowed are names {allowed}");
            vpc.report(Diagnostic::error("subnet-group-name", finding).value(name).allowed(allowed));
        }
        let twin = |other: &&Subnets| other.name == *name && other.block != group.block;
        if groups[..index].iter().any(|other| twin(&other)) {
            let finding = format!("there are two groups named `{name}`");
            vpc.report(Diagnostic::error("subnet-group-twice", finding).value(name));
        }
        if let Some(block) = group.block
            && block != props.cidr
            && !props.secondary_blocks.contains(&block)
        {
            let finding = format!("group `{name}` is to be in {block}, which is no block of the VPC");
            vpc.report(
                Diagnostic::error("subnet-group-block", finding)
                    .value(block.to_string())
                    .hint("add it to the secondary blocks"),
            );
        }
        if group.public_ip_on_launch == Some(true) && *kind != SubnetKind::Public {
            let finding =
                format!("{} group `{name}` is to have public addresses: only public groups can", kind.word());
            vpc.report(
                Diagnostic::error("public-address-in-private-subnet", finding)
                    .hint("make the group public, or leave the addresses out"),
            );
        }
        if group.ipv6_address_on_creation.is_some() && !props.dual_stack {
            let finding = format!("group `{name}` speaks of IPv6 addresses, but the VPC has none");
            vpc.report(Diagnostic::error("no-ipv6", finding).hint("make the VPC dual stack"));
        }
    }
}

fn zones(vpc: &Construct, props: &VpcProps) -> Vec<Zone> {
    let mut zones = match &props.zone_names {
        Some(names) => named_zones(vpc, props, names),
        None => {
            let asked = props.max_azs.unwrap_or(ZONES_OF_ANY_REGION);
            let region = vpc.environment().region;
            let count = if region.is_some() { asked } else { asked.min(ZONES_OF_ANY_REGION) };
            if count < asked {
                let finding =
                    format!("{asked} zones are asked for, but the stack has no region: {count} are used");
                vpc.report(
                    Diagnostic::warning("zones-of-unknown-region", finding)
                        .value(asked.to_string())
                        .allowed(format!("up to {ZONES_OF_ANY_REGION} where the region is not known"))
                        .hint("give the stack a region, or name the zones"),
                );
            }
            vec![Zone::Nth; usize::from(count)]
        }
    };
    if zones.is_empty() {
        vpc.report(Diagnostic::error("no-zones", "the VPC is to be in no zone: at least one is needed"));
    }
    zones.resize(zones.len() + usize::from(props.reserved_azs), Zone::Reserved);
    zones
}

fn named_zones(vpc: &Construct, props: &VpcProps, names: &[String]) -> Vec<Zone> {
    if props.max_azs.is_some() {
        let finding = "both a number of zones and their names are given: allowed is one of the two";
        vpc.report(Diagnostic::error("zones-twice", finding));
    }
    let region = vpc.environment().region;
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            let finding = format!("zone {name:?} is named twice");
            vpc.report(Diagnostic::error("zone-twice", finding).value(name));
        }
        if let Some(region) = &region
            && !name.starts_with(region.as_str())
        {
            let finding = format!("zone {name:?} is not in the stack's region {region}");
            vpc.report(
                Diagnostic::error("zone-of-other-region", finding)
                    .value(name)
                    .allowed(format!("{region}a, …")),
            );
        }
    }
    names.iter().cloned().map(Zone::Named).collect()
}

fn read_ledger(vpc: &Construct, text: &str) -> Option<Ledger> {
    let read = Ledger::parse(text);
    for error in read.as_ref().err().into_iter().flatten() {
        vpc.report(Diagnostic::error("address-ledger-syntax", error.to_string()).hint(error.hint()));
    }
    read.ok()
}

/// Places the subnets of every block of the VPC, and brings the ledger up to date.
fn place(
    vpc: &Construct,
    props: &VpcProps,
    groups: &[Subnets],
    zones: &[Zone],
    ledger: Option<&Ledger>,
) -> Vec<Block> {
    let path = vpc.path();
    let pins = ledger.map_or(&[][..], |ledger| ledger.pins(&path));
    let mut blocks = Vec::new();
    let mut unpinned = Ledger::default();
    let mut networks = vec![props.cidr];
    for &block in &props.secondary_blocks {
        if let Some(other) = networks.iter().find(|other| other.overlaps(block)) {
            let finding = format!("secondary block {block} overlaps {other}, which the VPC has already");
            vpc.report(Diagnostic::error("overlapping-blocks", finding).value(block.to_string()));
        } else {
            networks.push(block);
        }
    }
    for network in networks {
        let within =
            groups.iter().enumerate().filter(|(_, group)| group.block.unwrap_or(props.cidr) == network);
        let (indexes, within): (Vec<usize>, Vec<Group>) =
            within.map(|(index, group)| (index, group.to_group())).unzip();
        let pins = pins_within(pins, network, groups, &within);
        let plan = Plan { network, groups: &within, zones, pins: &pins };
        match allocate(&plan) {
            Ok(placed) => {
                let is_new = |block: &&Block| pins.iter().all(|pin| pin.cidr != block.cidr);
                unpinned.record(&path, &plan, &placed.iter().filter(is_new).copied().collect::<Vec<_>>());
                blocks.extend(placed.into_iter().map(|block| Block { group: indexes[block.group], ..block }));
            }
            Err(misfits) => misfits.iter().for_each(|misfit| vpc.report(misfit.into())),
        }
        for pin in stale(&plan) {
            let finding = format!("{pin}, but the VPC has no such subnet");
            vpc.report(
                Diagnostic::warning("address-ledger-stale", finding)
                    .value(pin.cidr.to_string())
                    .hint("delete the line once the subnet is gone from the deployed stack"),
            );
        }
    }
    let count = unpinned.pins(&path).len();
    if ledger.is_some() && count > 0 {
        let subnets = if count == 1 { "subnet is" } else { "subnets are" };
        vpc.report(
            Diagnostic::warning(
                "address-ledger-incomplete",
                format!("{count} {subnets} not in the address ledger"),
            )
            .hint(format!("append to it:\n{}", unpinned)),
        );
    }
    blocks.sort_by_key(|block| (block.group, block.zone));
    blocks
}

/// The pins that concern a block: those of its groups, and those of groups that are gone.
fn pins_within(pins: &[Pin], network: Cidr, groups: &[Subnets], within: &[Group]) -> Vec<Pin> {
    let concerns = |pin: &&Pin| {
        within.iter().any(|group| group.name == pin.group)
            || network.contains(pin.cidr) && groups.iter().all(|group| group.name != pin.group)
    };
    pins.iter().filter(concerns).cloned().collect()
}
