//! From the settings of a plan to the place of every range, with everything that is wrong on the way.

use stackwright_core::{Construct, Diagnostic, Need, Scope};

use super::network::{PlannedNetwork, PodAddresses};
use super::nodes::PlannedNodes;
use super::placing::{self, Misfit, PREFIX, Range, Request, place};
use super::props::IpPlanProps;
use crate::ec2::allocation::Pin;
use crate::ec2::cidr::addresses;
use crate::ec2::ledger::Ledger;
use crate::ec2::{Cidr, IpBlock, Ipv6Cidr, Subnet, Vpc};
use crate::line::Line;

/// The prefix length of a range of IPv6: of a /64 there are 65,536, and each has room for all addresses of IPv4.
pub(super) const IPV6_RANGE: u8 = 80;

/// A network in one zone.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    /// The index of the network in the settings.
    pub(super) network: usize,
    pub(super) subnet: Subnet,
    /// The block of the subnet.
    pub(super) within: Cidr,
    /// Empty where there is no room, which has been told.
    pub(super) blocks: Vec<Cidr>,
    pub(super) need: Need,
    /// The /80 of the subnet's IPv6 block, counted from 0, in a network of both families.
    pub(super) ipv6: Option<u8>,
}

impl Placed {
    /// Whether it has an IPv6 block.
    fn has_ipv6(&self, props: &IpPlanProps) -> bool {
        props.networks[self.network].is_dual_stack && self.subnet.ipv6_cidr().is_some()
    }

    /// The IPv6 block, in a network of both families.
    pub(super) fn ipv6_block(&self) -> Option<Ipv6Cidr> {
        Some(self.subnet.ipv6_cidr()?.nth(self.ipv6?, IPV6_RANGE))
    }

    /// The blocks of either family.
    pub(super) fn all_blocks(&self) -> Vec<IpBlock> {
        let ipv4 = self.blocks.iter().copied().map(IpBlock::from);
        ipv4.chain(self.ipv6_block().map(IpBlock::from)).collect()
    }
}

/// A subnet in which networks of the plan are.
#[derive(Clone, Debug)]
pub(super) struct PlannedSubnet {
    pub(super) subnet: Subnet,
    pub(super) within: Cidr,
    /// The addresses of network interfaces.
    pub(super) interfaces: Need,
}

/// The place of everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Layout {
    /// Network by network and, in a network, zone by zone.
    pub(super) placed: Vec<Placed>,
    pub(super) subnets: Vec<PlannedSubnet>,
}

impl Layout {
    /// Lays out the networks of a plan, and reports at `plan` what is not possible.
    #[track_caller]
    pub(super) fn new(plan: &Construct, vpc: &Vpc, props: &IpPlanProps) -> Self {
        let mut layout = Self::default();
        for (index, network) in props.networks.iter().enumerate() {
            layout.add(plan, vpc, props, index, network);
        }
        let ledger = props.ledger.as_ref().and_then(|(text, line)| read_ledger(plan, text, *line));
        let pins = ledger.as_ref().map_or(&[][..], |ledger| ledger.ranges(&plan.path()));
        for subnet in 0..layout.subnets.len() {
            layout.place(plan, props, subnet, pins);
            layout.number(plan, props, subnet, pins);
        }
        layout.warn_of_mixed_prefixes(plan, props);
        layout.warn_of_stale(plan, props, pins);
        if let (Some(ledger), Some((_, line))) = (&ledger, &props.ledger) {
            layout.compare(plan, props, ledger.clone(), *line);
        }
        layout
    }

    #[track_caller]
    fn add(
        &mut self,
        plan: &Construct,
        vpc: &Vpc,
        props: &IpPlanProps,
        index: usize,
        network: &PlannedNetwork,
    ) {
        let report = |finding| plan.report(network.line.mark(finding));
        let subnets = vpc.select(network.subnets.clone());
        let name = &network.name;
        let (ranges, zones) = (network.ranges.len(), subnets.len());
        if ranges != 0 && ranges != zones {
            let finding = format!(
                "network `{name}` has exact ranges in {ranges} of {zones} zones: allowed is one for each"
            );
            let finding = Diagnostic::error("ranges-of-zones", finding).value(ranges.to_string());
            plan.report(network.ranges_line.mark(finding.allowed(zones.to_string())));
        }
        let mut zones = Vec::new();
        for subnet in subnets {
            let Some(within) = subnet.cidr() else {
                let finding = format!("network `{name}` is in a subnet whose addresses are not known");
                let finding = Diagnostic::error("subnet-block-unknown", finding)
                    .hint("say SubnetIds::blocks() where the subnet is imported");
                report(finding.related(subnet.related("the subnet")));
                continue;
            };
            if zones.contains(&subnet.zone()) {
                let finding = format!(
                    "network `{name}` is in more than one subnet of zone {}: allowed is one of each zone",
                    subnet.zone() + 1
                );
                let finding = Diagnostic::error("network-twice-in-zone", finding)
                    .hint("choose a group of subnets, or say SubnetSelection::one_per_az()");
                report(finding.related(subnet.related("the second subnet")));
                continue;
            }
            zones.push(subnet.zone());
            let known = self.subnets.iter().position(|known| known.subnet.construct() == subnet.construct());
            let known = known.unwrap_or_else(|| {
                let (subnet, interfaces) = (subnet.clone(), Need { now: 0, most: 0, grown: 0, of: 0 });
                self.subnets.push(PlannedSubnet { subnet, within, interfaces });
                self.subnets.len() - 1
            });
            let interfaces = need(network, &props.nodes, |_| 1);
            let of_subnet = &mut self.subnets[known].interfaces;
            of_subnet.now += interfaces.now;
            of_subnet.most += interfaces.most;
            of_subnet.grown += interfaces.grown;
            let need = need(network, &props.nodes, |pods| match network.kind {
                PodAddresses::Prefixes => u64::from(pods).next_multiple_of(addresses(PREFIX)),
                PodAddresses::Pool | PodAddresses::Named => pods.into(),
            });
            check_ipv6(network, &subnet, report);
            self.placed.push(Placed { network: index, subnet, within, blocks: Vec::new(), need, ipv6: None });
        }
    }

    /// Places the ranges of one subnet.
    fn place(&mut self, plan: &Construct, props: &IpPlanProps, subnet: usize, pins: &[Pin]) {
        let PlannedSubnet { subnet, within, interfaces } = self.subnets[subnet].clone();
        let is_here = |placed: &Placed| placed.subnet.construct() == subnet.construct();
        let here: Vec<usize> = (0..self.placed.len()).filter(|index| is_here(&self.placed[*index])).collect();
        let mut ranges: Vec<Range> = here.iter().map(|index| self.range(props, *index, pins)).collect();
        let stale = pins.iter().filter(|pin| within.contains(pin.cidr) && !self.is_asked_for(props, pin));
        ranges.extend(stale.map(|pin| Range {
            network: pin.group.clone(),
            addresses: 0,
            in_prefixes: false,
            blocks: vec![pin.cidr],
            may_grow: true,
        }));
        let request = Request { subnet: within, interfaces: interfaces.grown, ranges };
        match place(&request) {
            Ok(blocks) => {
                for (index, blocks) in here.into_iter().zip(blocks) {
                    let placed = &mut self.placed[index];
                    placed.need.of = blocks.iter().map(|block| block.addresses()).sum();
                    placed.blocks = blocks;
                }
            }
            Err(misfits) => {
                let lines = |range: usize, is_block: bool| match here.get(range) {
                    Some(index) if is_block => Some(self.line(props, *index)),
                    Some(index) => Some(props.networks[self.placed[*index].network].line),
                    None => None,
                };
                for misfit in misfits {
                    report(plan, &subnet, &request, &misfit, lines);
                }
            }
        }
        let ranges: u64 =
            self.placed.iter().filter(|placed| is_here(placed)).map(|placed| placed.need.of).sum();
        if let Some(known) =
            self.subnets.iter_mut().find(|known| known.subnet.construct() == subnet.construct())
        {
            known.interfaces.of = placing::usable(within).saturating_sub(ranges);
        }
    }

    /// Numbers the IPv6 ranges of one subnet: those of the ledger stay, and others get the lowest that are free.
    fn number(&mut self, plan: &Construct, props: &IpPlanProps, subnet: usize, pins: &[Pin]) {
        let PlannedSubnet { subnet, within, .. } = self.subnets[subnet].clone();
        let here = |pin: &&Pin| within.contains(pin.cidr);
        let mut taken: Vec<u8> = vec![0];
        for number in pins.iter().filter(here).filter_map(|pin| pin.ipv6) {
            if taken.contains(&number) {
                let finding =
                    format!("the ledger gives the IPv6 range ::{number:x} of {within} to another already");
                let finding = Diagnostic::error("ipv6-range-twice", finding).value(format!("::{number:x}"));
                let line = props.ledger.as_ref().map_or(Line::default(), |(_, line)| *line);
                plan.report(line.mark(finding.hint("give each network a number of its own, from ::1")));
            }
            taken.push(number);
        }
        for placed in self.placed.iter_mut().filter(|placed| placed.subnet.construct() == subnet.construct())
        {
            let network = &props.networks[placed.network];
            if !placed.has_ipv6(props) {
                continue;
            }
            let its = |pin: &&Pin| pin.is_for(&network.name, placed.subnet.zone());
            let pinned = pins.iter().filter(its).find_map(|pin| pin.ipv6);
            placed.ipv6 = pinned.or_else(|| (1..=u8::MAX).find(|number| !taken.contains(number)));
            if placed.ipv6.is_none() {
                let name = &network.name;
                let finding = format!(
                    "there is no room in {within} for an IPv6 range of network `{name}`: allowed are {} networks of both \
                     families",
                    u8::MAX
                );
                let finding = Diagnostic::error("ipv6-range-does-not-fit", finding).value(name);
                plan.report(network.line.mark(finding.related(subnet.related("the subnet"))));
            }
            taken.extend(placed.ipv6);
        }
    }

    /// What is asked for a network in a zone.
    fn range(&self, props: &IpPlanProps, index: usize, pins: &[Pin]) -> Range {
        let placed = &self.placed[index];
        let network = &props.networks[placed.network];
        let blocks = match self.exact(props, index) {
            Some(exact) => vec![exact],
            None => {
                let its = |pin: &&Pin| pin.is_for(&network.name, placed.subnet.zone());
                pins.iter().filter(its).map(|pin| pin.cidr).collect()
            }
        };
        Range {
            network: network.name.clone(),
            addresses: placed.need.grown,
            in_prefixes: network.kind == PodAddresses::Prefixes,
            blocks,
            may_grow: self.exact(props, index).is_none(),
        }
    }

    /// The exact range of a network in a zone, where the program gives one.
    fn exact(&self, props: &IpPlanProps, index: usize) -> Option<Cidr> {
        let network = self.placed[index].network;
        let first = self.placed.iter().position(|placed| placed.network == network)?;
        props.networks[network].ranges.get(index - first).copied()
    }

    /// Where the blocks come from that a network has in a zone whatever it needs.
    fn line(&self, props: &IpPlanProps, index: usize) -> Line {
        let network = &props.networks[self.placed[index].network];
        match (&props.ledger, network.ranges.is_empty()) {
            (Some((_, line)), true) => *line,
            _ => network.ranges_line,
        }
    }

    /// Whether a network of the plan takes the pin. An exact range needs none, but for the number of the one of IPv6.
    fn is_asked_for(&self, props: &IpPlanProps, pin: &Pin) -> bool {
        (0..self.placed.len()).any(|index| {
            let placed = &self.placed[index];
            let is_it = |exact| placed.has_ipv6(props) && exact == pin.cidr;
            pin.is_for(&props.networks[placed.network].name, placed.subnet.zone())
                && self.exact(props, index).is_none_or(is_it)
        })
    }

    /// Whether the ledger has the network in a zone: where the program does not say all of its ranges itself.
    fn is_kept(&self, props: &IpPlanProps, placed: &Placed) -> bool {
        props.networks[placed.network].ranges.is_empty() || placed.has_ipv6(props)
    }

    /// EC2 takes a prefix from any reservation for prefixes that the subnet has.
    fn warn_of_mixed_prefixes(&self, plan: &Construct, props: &IpPlanProps) {
        let networks = |placed: &Placed| &props.networks[placed.network];
        let with_prefixes = |placed: &&Placed| networks(placed).kind == PodAddresses::Prefixes;
        for planned in &self.subnets {
            let here =
                self.placed.iter().filter(|placed| placed.subnet.construct() == planned.subnet.construct());
            let mut here = here.filter(with_prefixes).map(networks);
            let Some(first) = here.next() else { continue };
            for network in here {
                let (name, other) = (&network.name, &first.name);
                let finding = format!(
                    "networks `{other}` and `{name}` both have prefixes of {}, of which EC2 gives any",
                    planned.within
                );
                let finding = Diagnostic::warning("prefixes-mixed", finding)
                    .value(planned.within.to_string())
                    .hint(
                        "give each network subnets of its own, or see that nodes ask for prefixes by address",
                    )
                    .related(first.line.related(plan, "the other network"));
                plan.report(network.line.mark(finding));
            }
        }
    }

    fn warn_of_stale(&self, plan: &Construct, props: &IpPlanProps, pins: &[Pin]) {
        for pin in pins.iter().filter(|pin| !self.is_asked_for(props, pin)) {
            let (cidr, zone) = (pin.cidr, pin.zone + 1);
            let finding = format!(
                "the ledger holds {cidr} for network `{}` in zone {zone}, which the plan does not",
                pin.group
            );
            let finding = Diagnostic::warning("address-ledger-stale", finding)
                .value(cidr.to_string())
                .hint("delete the line once the range is gone from the deployed stack");
            plan.report(props.ledger.as_ref().map_or(Line::default(), |(_, line)| *line).mark(finding));
        }
    }

    /// Warns where the ledger does not have every range, so that someone writes it down.
    fn compare(&self, plan: &Construct, props: &IpPlanProps, mut ledger: Ledger, line: Line) {
        let path = plan.path();
        let before = ledger.ranges(&path).len();
        for placed in &self.placed {
            let network = &props.networks[placed.network];
            for block in placed.blocks.iter().filter(|_| self.is_kept(props, placed)) {
                let known = ledger.ranges(&path).iter().any(|pin| pin.cidr == *block);
                let (group, zone, cidr) = (network.name.clone(), placed.subnet.zone(), *block);
                if !known {
                    ledger.pin_range(&path, Pin { group, zone, zone_name: None, cidr, ipv6: None });
                }
            }
        }
        let mut count = ledger.ranges(&path).len() - before;
        for placed in &self.placed {
            let network = &props.networks[placed.network];
            if let Some(number) = placed.ipv6 {
                count += usize::from(ledger.number_range(&path, &network.name, placed.subnet.zone(), number));
            }
        }
        if count == 0 {
            return;
        }
        let ranges = if count == 1 { "1 range is".to_owned() } else { format!("{count} ranges are") };
        let finding =
            Diagnostic::warning("address-ledger-incomplete", format!("{ranges} not in the address ledger"))
                .hint(format!("let it say\n{}", ledger.ranges_section(&path).trim_end()));
        plan.report(line.mark(finding));
    }
}

/// Tells where a network of both families cannot be in a subnet.
fn check_ipv6(network: &PlannedNetwork, subnet: &Subnet, report: impl Fn(Diagnostic)) {
    if !network.is_dual_stack {
        return;
    }
    let name = &network.name;
    if network.kind == PodAddresses::Prefixes {
        let finding =
            format!("network `{name}` needs no range for prefixes of IPv6: EC2 has a /80 for every node");
        let finding = Diagnostic::error("prefixes-of-ipv6", finding).value(name);
        report(
            finding
                .hint("leave out dual_stack(); it is EniPrefix::and_ipv6() that gives nodes such prefixes"),
        );
    } else if subnet.ipv6_cidr().is_none() {
        let finding = format!("network `{name}` is in a subnet whose IPv6 addresses are not known");
        let finding = Diagnostic::error("subnet-ipv6-unknown", finding)
            .value(name)
            .hint("give the VPC a block of your own: VpcProps::ipv6_block(), or SubnetIds::ipv6_blocks() if it is imported");
        report(finding.related(subnet.related("the subnet")));
    }
}

fn read_ledger(plan: &Construct, text: &str, line: Line) -> Option<Ledger> {
    let read = Ledger::parse(text);
    for error in read.as_ref().err().into_iter().flatten() {
        let finding = Diagnostic::error("address-ledger-syntax", error.to_string()).hint(error.hint());
        plan.report(line.mark(finding));
    }
    read.ok()
}

/// What is needed in one zone, where a node with so many pods needs as much as `of_node` says.
fn need(network: &PlannedNetwork, nodes: &[PlannedNodes], of_node: impl Fn(u32) -> u64) -> Need {
    let mut need = Need { now: 0, most: 0, grown: 0, of: 0 };
    for pods in network.pods.iter().filter(|pods| pods.count > 0) {
        let Some(nodes) = nodes.iter().find(|nodes| nodes.name == pods.nodes) else { continue };
        let each = of_node(pods.count);
        need.now = need.now.saturating_add(each * u64::from(nodes.count.min));
        need.most = need.most.saturating_add(each * u64::from(nodes.count.max));
        need.grown = need.grown.saturating_add(each.saturating_mul(nodes.grown()));
    }
    need
}

/// Reports why the ranges of a subnet cannot be, at the line of the range that is wrong.
fn report(
    plan: &Construct,
    subnet: &Subnet,
    request: &Request,
    misfit: &Misfit,
    lines: impl Fn(usize, bool) -> Option<Line>,
) {
    let finding = misfit.finding(request);
    let finding = match misfit {
        Misfit::Overlap { range, other, .. } if range != other => match lines(*other, true) {
            Some(line) => finding.related(line.related(plan, "the other range")),
            None => finding,
        },
        _ => finding.related(subnet.related("the subnet")),
    };
    let is_block = !matches!(misfit, Misfit::NoRoom { .. } | Misfit::NoInterfaces { .. });
    let line = lines(misfit.range().unwrap_or(0), is_block).unwrap_or_default();
    plan.report(line.mark(finding));
}
