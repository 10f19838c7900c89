//! Addresses that two parts of an app claim, as far as they concern the VPC of a plan.
//!
//! Everything is compared when the app is synthesized, because clusters and charts come after the network: peers with
//! the VPC and with the services of its clusters, the networks of all charts and the addresses that pods ask for with
//! the ranges of the plan and with each other, whether they are typed or written by hand.

use std::net::IpAddr;
use std::ops::RangeInclusive;
use std::rc::Rc;

use stackwright_core::{Check, Construct, Diagnostic, Related, Scope, Source};

use super::layout::Placed;
use super::network::PodAddresses;
use super::plan::IpPlan;
use crate::ec2::ip_family::count;
use crate::ec2::{Cidr, IpBlock, Subnet};
use crate::eks::ServiceAddresses;
use crate::multus::{self, HandedOut, Ipam};

type Span = RangeInclusive<IpAddr>;

/// What a plan tells others of its kind.
pub(super) struct Told {
    pub(super) vpc: Construct,
    /// The subnets, each with its block.
    pub(super) subnets: Vec<(Construct, Cidr)>,
}

/// Reports every conflict.
pub(super) fn check(plan: &IpPlan, check: &mut Check<'_>) {
    other_plans(plan, check);
    peers(plan, check);
    networks(plan, check);
    pools(plan, check);
    requested(plan, check);
}

/// The services of the clusters in the VPC.
pub(super) fn services(plan: &IpPlan, check: &Check<'_>) -> Vec<(Construct, Rc<ServiceAddresses>)> {
    let mut told = check.told::<ServiceAddresses>();
    told.retain(|(_, services)| services.vpc == *plan.vpc().construct());
    told
}

/// Two plans for one subnet know nothing of each other's ranges.
fn other_plans(plan: &IpPlan, check: &mut Check<'_>) {
    let told = check.told::<Told>();
    // The later one is told.
    let before = told.iter().take_while(|(other, _)| other != plan.construct());
    for (other, fact) in before.filter(|(_, fact)| fact.vpc == *plan.vpc().construct()) {
        for planned in plan.subnets() {
            let is_same = |(subnet, _): &&(Construct, Cidr)| subnet == planned.subnet.construct();
            if let Some((_, block)) = fact.subnets.iter().find(is_same) {
                let finding = format!("subnet {block} has another plan already: allowed is one");
                let finding = Diagnostic::error("subnet-planned-twice", finding).value(block.to_string());
                check.report(finding.related(other.related("the other plan")));
            }
        }
    }
}

fn peers(plan: &IpPlan, check: &mut Check<'_>) {
    let peers = &plan.props().peers;
    let services = services(plan, check);
    for (index, peer) in peers.iter().enumerate() {
        let mut report = |what: String, hint: &str, related| {
            let finding = format!("peer `{}` has {}, which overlaps {what}", peer.name, peer.block);
            let finding =
                Diagnostic::error("peer-overlaps", finding).value(peer.block.to_string()).hint(hint);
            check.report(peer.line.mark(finding).related(related));
        };
        for block in plan.vpc().all_blocks().filter(|block| block.overlaps(peer.block)) {
            let hint = "connected networks need addresses of their own";
            report(format!("{block} of the VPC"), hint, plan.vpc().related("the VPC"));
        }
        let in_way = |services: &ServiceAddresses| peer.block.overlaps(services.block.into());
        for (cluster, services) in services.iter().filter(|(_, other)| in_way(other)) {
            let what = format!("{}, the addresses of services", services.block);
            report(
                what,
                "give the cluster another service_cidr()",
                services.line.related(cluster, "the cluster"),
            );
        }
        for other in peers[..index].iter().filter(|other| other.block.overlaps(peer.block)) {
            let what = format!("{} of peer `{}`", other.block, other.name);
            report(what, "a route leads to one of them only", other.line.related(plan, "the other peer"));
        }
    }
}

/// The networks in charts, as far as they hand out addresses of the VPC. Of each other they know without a plan.
fn networks(plan: &IpPlan, check: &mut Check<'_>) {
    for network in multus::handed_out(check) {
        for ipam in &network.ipam {
            let kinds: &[PodAddresses] = match ipam {
                // EC2 gives no interface a single address of what is reserved for prefixes.
                Ipam::Whereabouts(_) => &[PodAddresses::Pool],
                Ipam::StaticAddresses(_) => &[PodAddresses::Named],
                _ => &[PodAddresses::Prefixes, PodAddresses::Pool],
            };
            let claim = Claim {
                object: network.manifest.construct(),
                source: network.manifest.related("").source,
                words: format!("network `{}` hands out", network.name),
                kinds,
            };
            ipam.addresses().iter().for_each(|span| outside_plan(plan, check, &claim, span));
        }
    }
}

/// Whereabouts knows what it has handed out in its own cluster. Whether networks of one cluster share addresses is known
/// without a plan.
fn pools(plan: &IpPlan, check: &mut Check<'_>) {
    let mut pools: Vec<(HandedOut, Vec<Span>)> = Vec::new();
    for network in multus::handed_out(check) {
        let its = network.ipam.iter().filter(|ipam| matches!(ipam, Ipam::Whereabouts(_)));
        let own: Vec<Span> = its.flat_map(Ipam::addresses).collect();
        for (other, spans) in pools.iter().filter(|(other, _)| !network.manifest.is_with(&other.manifest)) {
            let Some(shared) = meeting(&own, spans).filter(|shared| is_of_vpc(plan, shared)) else {
                continue;
            };
            let (name, before, range) = (&network.name, &other.name, words_of(&shared));
            let message = format!(
                "networks `{before}` and `{name}` of two clusters both hand out {range}, and neither knows of the other"
            );
            let finding = Diagnostic::error("pool-of-two-clusters", message)
                .path(network.manifest.path())
                .source(network.manifest.related("").source)
                .value(range)
                .hint("plan a network for each of the clusters")
                .related(other.manifest.related(&format!("network `{before}`")));
            check.report(finding);
        }
        pools.push((network, own));
    }
}

/// The first addresses that are in spans of both.
fn meeting(one: &[Span], other: &[Span]) -> Option<Span> {
    let pairs = one.iter().flat_map(|one| other.iter().map(move |other| (one, other)));
    let mut meetings =
        pairs.map(|(one, other)| *one.start().max(other.start())..=*one.end().min(other.end()));
    meetings.find(|both| both.start() <= both.end())
}

/// The addresses that pods ask for.
fn requested(plan: &IpPlan, check: &mut Check<'_>) {
    let asked = multus::asked_for(check);
    let all = || asked.iter().flat_map(|asked| asked.ips.iter().map(move |ip| (asked, *ip)));
    for (index, (own, ip)) in all().enumerate() {
        let span = ip..=ip;
        if !is_of_vpc(plan, &span) {
            continue;
        }
        let claim = Claim {
            object: own.pods.construct(),
            source: own.source.clone(),
            words: "a pod asks for".to_owned(),
            kinds: &[PodAddresses::Named],
        };
        outside_plan(plan, check, &claim, &span);
        // Pods of one cluster are compared where its networks are.
        let others = all().take(index).filter(|(other, same)| *same == ip && other.pods != own.pods);
        let mut others = others.map(|(other, _)| other);
        if let Some(before) = others.find(|before| !multus::are_compared(check, &own.pods, &before.pods)) {
            let finding = Diagnostic::error("address-asked-for-twice", format!("two pods ask for {ip}"))
                .path(own.pods.path())
                .source(own.source.clone())
                .value(ip.to_string())
                .hint("let the plan hand out addresses: IpPlan::allot()");
            let related = Related { source: before.source.clone(), ..before.pods.related("the other pod") };
            check.report(finding.related(related));
        }
    }
}

/// Who wants addresses, and how.
struct Claim<'a> {
    object: &'a Construct,
    source: Source,
    /// What the message begins with.
    words: String,
    /// Whose addresses may be handed out like that.
    kinds: &'a [PodAddresses],
}

/// Reports addresses of the VPC that are not those of one network of the plan.
fn outside_plan(plan: &IpPlan, check: &mut Check<'_>, claim: &Claim<'_>, span: &Span) {
    if !is_of_vpc(plan, span) {
        return;
    }
    let Claim { object, source, words, kinds } = claim;
    let range = words_of(span);
    let finding =
        |finding: Diagnostic| finding.value(range.clone()).path(object.path()).source(source.clone());
    let is_it = |subnet: &&Subnet| subnet.blocks().any(|block| touches(block, span));
    let Some(subnet) = plan.subnets().iter().find(|planned| is_it(&&planned.subnet)) else {
        let message =
            format!("{words} {range}, which no network of the plan has: AWS may give it to anything");
        let warning =
            Diagnostic::warning("addresses-not-planned", message).hint("plan a network in the subnet");
        return check.report(finding(warning).related(plan.related("the plan")));
    };
    let here =
        || plan.placed().iter().filter(|placed| placed.subnet.construct() == subnet.subnet.construct());
    // Where there was no room for a network, that has been told.
    let is_whole = here().all(|placed| !placed.blocks.is_empty());
    let fits = |placed: &Placed| {
        kinds.contains(&plan.network(placed).kind) && is_covered(&placed.all_blocks(), span)
    };
    if !is_whole || here().any(fits) {
        return;
    }
    let touched: Vec<&Placed> =
        here().filter(|placed| placed.all_blocks().iter().any(|block| touches(*block, span))).collect();
    let names: Vec<String> =
        touched.iter().map(|placed| format!("`{}`", plan.network(placed).name)).collect();
    let whose = match &names[..] {
        [] => "the plan leaves to network interfaces".to_owned(),
        [one] if is_covered(&touched[0].all_blocks(), span) => format!("{one} hands out in another way"),
        _ => format!("the plan gives to {} and to network interfaces", names.join(", ")),
    };
    let mut error = Diagnostic::error("addresses-of-others", format!("{words} {range}, which {whose}"))
        .hint("take the addresses of one network of the plan: IpPlan::ranges() or IpPlan::allot()");
    for placed in touched {
        let network = plan.network(placed);
        error = error.related(network.line.related(plan, &format!("network {}", network.name)));
    }
    if names.is_empty() {
        error = error.related(plan.related("the plan"));
    }
    check.report(finding(error));
}

fn is_of_vpc(plan: &IpPlan, span: &Span) -> bool {
    let subnets = plan.vpc().subnets().iter().flat_map(Subnet::blocks);
    plan.vpc().all_blocks().chain(subnets).any(|block| touches(block, span))
}

fn touches(block: IpBlock, span: &Span) -> bool {
    block.first() <= *span.end() && *span.start() <= block.last()
}

/// Whether every address of the span is in one of the blocks, which share none.
fn is_covered(blocks: &[IpBlock], span: &Span) -> bool {
    let within = blocks
        .iter()
        .filter(|block| touches(**block, span))
        .map(|block| count(block.first().max(*span.start()), block.last().min(*span.end())));
    within.sum::<u128>() == count(*span.start(), *span.end())
}

fn words_of(span: &Span) -> String {
    match span.start() == span.end() {
        true => span.start().to_string(),
        false => format!("{} to {}", span.start(), span.end()),
    }
}
