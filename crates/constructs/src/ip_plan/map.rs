//! The plan as plain data, which the command line prints.

use std::net::Ipv4Addr;

use stackwright_core::{AddressBlock, AddressPlan, AddressUse, Check, Construct, Need, Scope, Source};

use super::conflict;
use super::layout::PlannedSubnet;
use super::placing;
use super::plan::IpPlan;
use crate::ec2::{Cidr, Subnet};

/// Everything that is known of the addresses of a plan.
pub(super) fn draw(plan: &IpPlan, check: &Check<'_>) -> AddressPlan {
    let vpc = plan.vpc();
    let mut blocks: Vec<AddressBlock> = vpc
        .blocks()
        .iter()
        .map(|block| of_block(*block, AddressUse::Vpc, vpc.construct(), vpc.related("").source))
        .collect();
    for subnet in vpc.subnets() {
        let Some(block) = subnet.cidr() else { continue };
        let drawn = draw_subnet(plan, subnet, block);
        match blocks.iter_mut().find(|outer| outer.first <= block.first() && block.last() <= outer.last) {
            Some(outer) => outer.parts.push(drawn),
            // The blocks of an imported VPC may not be known.
            None => blocks.push(drawn),
        }
    }
    blocks.iter_mut().for_each(|block| block.parts.sort_by_key(|part| part.first));
    let services = conflict::services(plan, check);
    let services = services.iter().map(|(cluster, services)| AddressBlock {
        name: cluster.id(),
        ..of_block(services.block, AddressUse::Services, cluster, services.line.source(cluster))
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

fn draw_subnet(plan: &IpPlan, subnet: &Subnet, block: Cidr) -> AddressBlock {
    let zone = subnet.zone_name().map_or_else(|| (subnet.zone() + 1).to_string(), str::to_owned);
    let mut drawn = AddressBlock {
        name: subnet.group().to_owned(),
        zone: Some(zone),
        ..of_block(block, AddressUse::Subnet, subnet.construct(), subnet.related("").source)
    };
    let planned = plan.subnets().iter().find(|planned| planned.subnet.construct() == subnet.construct());
    if let Some(planned) = planned {
        let parts = parts(plan, planned);
        drawn.parts =
            parts.into_iter().map(|part| AddressBlock { zone: drawn.zone.clone(), ..part }).collect();
    }
    drawn
}

/// What a planned subnet is divided into: what AWS keeps, ranges, and network interfaces everywhere else.
fn parts(plan: &IpPlan, planned: &PlannedSubnet) -> Vec<AddressBlock> {
    let subnet = planned.subnet.construct();
    let source = planned.subnet.related("").source;
    let kept =
        placing::kept(planned.within).map(|kept| of_block(kept, AddressUse::Aws, subnet, source.clone()));
    let mut parts = kept.to_vec();
    for placed in plan.placed().iter().filter(|placed| placed.subnet.construct() == subnet) {
        let network = plan.network(placed);
        for (index, block) in placed.blocks.iter().enumerate() {
            let drawn = of_block(*block, network.kind.usage(), plan.construct(), network.line.source(plan));
            // What is needed is needed once, however many blocks there are.
            let need = (index == 0).then_some(placed.need);
            parts.push(AddressBlock { name: network.name.clone(), need, ..drawn });
        }
    }
    parts.sort_by_key(|part| part.first);
    let mut need = Some(planned.interfaces);
    let mut gaps = Vec::new();
    for pair in parts.windows(2) {
        let (from, to) = (u64::from(pair[0].last.to_bits()) + 1, u64::from(pair[1].first.to_bits()));
        if from < to {
            let gap = |need: Option<Need>| AddressBlock {
                first: Ipv4Addr::from_bits(from as u32),
                last: Ipv4Addr::from_bits((to - 1) as u32),
                need,
                ..of_block(planned.within, AddressUse::Interfaces, subnet, source.clone())
            };
            gaps.push(gap(need.take()));
        }
    }
    parts.extend(gaps);
    parts.sort_by_key(|part| part.first);
    parts
}

fn of_block(block: Cidr, usage: AddressUse, construct: &Construct, source: Source) -> AddressBlock {
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
