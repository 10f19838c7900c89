//! From the settings of a VPC to its zones and subnets, with everything that is wrong on the way.

use stackwright_cfn::{Value, functions};
use stackwright_core::{Construct, Diagnostic, Scope};

use super::allocation::{Block, Zone};
use super::placement::Placement;
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
    /// The number of the /64 of each of `blocks`. Empty where the VPC has no IPv6.
    pub(super) ipv6: Vec<u8>,
}

impl Layout {
    /// Lays out the VPC at `vpc`, and reports there what is not possible.
    pub(super) fn new(vpc: &Construct, props: &VpcProps) -> Self {
        let groups = props.groups.clone().unwrap_or_else(|| default_groups(props));
        check_groups(vpc, props, &groups);
        let zones = zones(vpc, props);
        let Placement { blocks, ipv6 } = Placement::new(vpc, props, &groups, &zones);
        Self { groups, zones, blocks, ipv6 }
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

    /// Whether every subnet has its place; if not, why has been told.
    pub(super) fn is_whole(&self) -> bool {
        !self.zones.is_empty() && self.blocks.len() == self.groups.len() * self.zones.len()
    }

    /// Whether subnets of this kind are made.
    pub(super) fn has(&self, kind: SubnetKind) -> bool {
        self.groups.iter().any(|group| group.kind == kind && !group.reserved)
    }
}

fn default_groups(props: &VpcProps) -> Vec<Subnets> {
    let public = Subnets::by_default(SubnetKind::Public, "Public");
    if props.nat.count == Some(0) {
        vec![public, Subnets::by_default(SubnetKind::Isolated, "Isolated")]
    } else {
        vec![public, Subnets::by_default(SubnetKind::Private, "Private")]
    }
}

fn check_groups(vpc: &Construct, props: &VpcProps, groups: &[Subnets]) {
    for (index, group) in groups.iter().enumerate() {
        let Subnets { name, kind, .. } = group;
        let report = |finding| vpc.report(group.line.mark(finding));
        let allowed = "on one line, without a slash and without spaces around them";
        if name.trim() != name || name.is_empty() || name.contains(['/', '\n', '\r']) {
            let finding = format!("{name:?} cannot name a group of subnets: allowed are names {allowed}");
            report(Diagnostic::error("subnet-group-name", finding).value(name).allowed(allowed));
        }
        let twin = |other: &&Subnets| other.name == *name && other.block != group.block;
        if groups[..index].iter().any(|other| twin(&other)) {
            let finding = format!("there are two groups named `{name}`");
            report(Diagnostic::error("subnet-group-twice", finding).value(name));
        }
        if let Some(block) = group.block
            && block != props.cidr
            && !props.secondary_blocks.contains(&block)
        {
            let finding = format!("group `{name}` is to be in {block}, which is no block of the VPC");
            report(
                Diagnostic::error("subnet-group-block", finding)
                    .value(block.to_string())
                    .hint("add it to the secondary blocks"),
            );
        }
        if group.public_ip_on_launch == Some(true) && *kind != SubnetKind::Public {
            let finding =
                format!("{} group `{name}` is to have public addresses: only public groups can", kind.word());
            report(
                Diagnostic::error("public-address-in-private-subnet", finding)
                    .hint("make the group public, or leave the addresses out"),
            );
        }
        if group.ipv6_address_on_creation.is_some() && !props.dual_stack {
            let finding = format!("group `{name}` speaks of IPv6 addresses, but the VPC has none");
            report(Diagnostic::error("no-ipv6", finding).hint("make the VPC dual stack"));
        }
    }
}

fn zones(vpc: &Construct, props: &VpcProps) -> Vec<Zone> {
    let report = |finding| vpc.report(props.lines.zones.mark(finding));
    let mut zones = match &props.zone_names {
        Some(names) => named_zones(vpc, props, names),
        None => {
            let asked = props.max_azs.unwrap_or(ZONES_OF_ANY_REGION);
            let region = vpc.environment().region;
            let count = if region.is_some() { asked } else { asked.min(ZONES_OF_ANY_REGION) };
            if count < asked {
                let finding =
                    format!("{asked} zones are asked for, but the stack has no region: {count} are used");
                report(
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
        report(Diagnostic::error("no-zones", "the VPC is to be in no zone: at least one is needed"));
    }
    zones.resize(zones.len() + usize::from(props.reserved_azs), Zone::Reserved);
    zones
}

fn named_zones(vpc: &Construct, props: &VpcProps, names: &[String]) -> Vec<Zone> {
    let report = |finding| vpc.report(props.lines.zones.mark(finding));
    if props.max_azs.is_some() {
        let finding = "both a number of zones and their names are given: allowed is one of the two";
        report(Diagnostic::error("zones-twice", finding));
    }
    let region = vpc.environment().region;
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            let finding = format!("zone {name:?} is named twice");
            report(Diagnostic::error("zone-twice", finding).value(name));
        }
        if let Some(region) = &region
            && !name.starts_with(region.as_str())
        {
            let finding = format!("zone {name:?} is not in the stack's region {region}");
            report(
                Diagnostic::error("zone-of-other-region", finding)
                    .value(name)
                    .allowed(format!("{region}a, …")),
            );
        }
    }
    names.iter().cloned().map(Zone::Named).collect()
}
