//! The plan as plain data, which the command line prints.

use stackwright_core::{AddressBlock, AddressPlan, AddressUse, Check, Construct, Need, Scope, Source};

use super::conflict;
use super::layout::{IPV6_RANGE, Placed, PlannedSubnet};
use super::placing;
use super::plan::IpPlan;
use crate::ec2::ip_family::{before, behind};
use crate::ec2::{IpBlock, Ipv6Cidr, Subnet};

/// Everything that is known of the addresses of a plan.
pub(super) fn draw(plan: &IpPlan, check: &Check<'_>) -> AddressPlan {
    let vpc = plan.vpc();
    let of_vpc = |block| of_block(block, AddressUse::Vpc, vpc.construct(), vpc.related("").source);
    let mut blocks: Vec<AddressBlock> = vpc.all_blocks().map(of_vpc).collect();
    for subnet in vpc.subnets() {
        for block in subnet.blocks() {
            let drawn = draw_subnet(plan, subnet, block);
            let is_outer = |outer: &&mut AddressBlock| {
                outer.usage == AddressUse::Vpc && outer.first <= drawn.first && drawn.last <= outer.last
            };
            match blocks.iter_mut().find(is_outer) {
                Some(outer) => outer.parts.push(drawn),
                // The blocks of an imported VPC may not be known.
                None => blocks.push(drawn),
            }
        }
    }
    blocks.sort_by_key(|block| block.first.is_ipv6());
    blocks.iter_mut().for_each(|block| block.parts.sort_by_key(|part| part.first));
    let services = conflict::services(plan, check);
    let services = services.iter().map(|(cluster, services)| AddressBlock {
        name: cluster.id(),
        ..of_block(services.block.into(), AddressUse::Services, cluster, services.line.source(cluster))
    });
    let peers = plan.props().peers.iter().map(|peer| AddressBlock {
        name: peer.name.clone(),
        ..of_block(peer.block, AddressUse::Peer, plan.construct(), peer.line.source(plan))
    });
    AddressPlan {
        path: plan.path(),
        source: plan.related("").source,
        vpc: vpc.path(),
        blocks,
        neighbours: services.chain(peers).collect(),
        capacities: plan.capacities().to_vec(),
    }
}

fn draw_subnet(plan: &IpPlan, subnet: &Subnet, block: IpBlock) -> AddressBlock {
    let zone = subnet.zone_name().map_or_else(|| (subnet.zone() + 1).to_string(), str::to_owned);
    let mut drawn = AddressBlock {
        name: subnet.group().to_owned(),
        zone: Some(zone),
        ..of_block(block, AddressUse::Subnet, subnet.construct(), subnet.related("").source)
    };
    let planned = plan.subnets().iter().find(|planned| planned.subnet.construct() == subnet.construct());
    if let Some(planned) = planned {
        let parts = parts(plan, planned, block);
        drawn.parts =
            parts.into_iter().map(|part| AddressBlock { zone: drawn.zone.clone(), ..part }).collect();
    }
    drawn
}

/// What a planned subnet is divided into: what AWS keeps, ranges, and network interfaces everywhere else. Nothing, where
/// all of its networks are of the other family.
fn parts(plan: &IpPlan, planned: &PlannedSubnet, block: IpBlock) -> Vec<AddressBlock> {
    let subnet = planned.subnet.construct();
    let source = planned.subnet.related("").source;
    let mut parts = Vec::new();
    for placed in plan.placed().iter().filter(|placed| placed.subnet.construct() == subnet) {
        let network = plan.network(placed);
        for (index, range) in ranges(placed, block).into_iter().enumerate() {
            let drawn = of_block(range, network.kind.usage(), plan.construct(), network.line.source(plan));
            // What is needed is needed once, however many blocks there are.
            let need = (index == 0).then_some(need(placed, range));
            parts.push(AddressBlock { name: network.name.clone(), need, ..drawn });
        }
    }
    if block.is_ipv6() && parts.is_empty() {
        return parts;
    }
    parts.extend(kept(block).map(|kept| of_block(kept, AddressUse::Aws, subnet, source.clone())));
    parts.sort_by_key(|part| part.first);
    // Nobody counts the interfaces of IPv6, of which there is no end.
    let mut need = Some(planned.interfaces).filter(|_| !block.is_ipv6());
    let gaps: Vec<AddressBlock> = parts
        .windows(2)
        .map(|pair| (behind(pair[0].last, 1), pair[1].first))
        .filter(|(from, to)| from < to)
        .map(|(from, to)| AddressBlock {
            first: from,
            last: before(to),
            need: need.take(),
            ..of_block(block, AddressUse::Interfaces, subnet, source.clone())
        })
        .collect();
    parts.extend(gaps);
    parts.sort_by_key(|part| part.first);
    parts
}

/// What AWS keeps of a subnet: the first four addresses and the last, of either family.
fn kept(block: IpBlock) -> [IpBlock; 2] {
    match block {
        IpBlock::V4(block) => placing::kept(block).map(IpBlock::from),
        IpBlock::V6(block) => [(block.first(), 126), (block.last(), 128)]
            .map(|(at, prefix)| Ipv6Cidr::around(at, prefix).into()),
    }
}

/// The ranges of a network in a block of its subnet.
fn ranges(placed: &Placed, block: IpBlock) -> Vec<IpBlock> {
    let mut ranges = placed.all_blocks();
    ranges.retain(|range| range.is_ipv6() == block.is_ipv6());
    ranges
}

/// What is needed of the ranges of this family.
fn need(placed: &Placed, range: IpBlock) -> Need {
    let of = if range.is_ipv6() { 1 << (128 - IPV6_RANGE) } else { placed.need.of };
    Need { of, ..placed.need }
}

fn of_block(block: IpBlock, usage: AddressUse, construct: &Construct, source: Source) -> AddressBlock {
    AddressBlock {
        first: block.first(),
        last: block.last(),
        usage,
        name: String::new(),
        zone: None,
        path: construct.path(),
        source,
        need: None,
        parts: Vec::new(),
    }
}
