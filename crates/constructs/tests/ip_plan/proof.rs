//! Random plans of both families, looked at with nothing of the plan's own arithmetic: whatever is drawn, reserved and
//! allotted is put down as numbers, and every two of them are compared.

use std::net::IpAddr;

use proptest::prelude::*;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{
    Ipv6Cidr, Ipv6Pool, SubnetIds, SubnetSelection, Subnets, Vpc, VpcIds, VpcProps,
};
use stackwright_constructs::ip_plan::{IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes, Reservations};
use stackwright_core::{AddressBlock, AddressUse, App, Assembly, Stack, SynthOptions};

const ZONES: usize = 2;
const GROUPS: [&str; 2] = ["user", "control"];

/// A network of a plan.
#[derive(Clone, Debug)]
struct Wanted {
    kind: u8,
    group: usize,
    pods: u32,
    is_dual_stack: bool,
}

impl Wanted {
    /// Prefixes are of IPv4.
    fn has_ipv6(&self) -> bool {
        self.is_dual_stack && self.kind > 0
    }

    fn network(&self, name: &str) -> PlannedNetwork {
        let of = [PlannedNetwork::prefixes, PlannedNetwork::pool, PlannedNetwork::named];
        let network = of[usize::from(self.kind)](name, SubnetSelection::group(GROUPS[self.group]));
        let network = network.pods_per_node("workers", self.pods);
        if self.has_ipv6() { network.dual_stack() } else { network }
    }
}

fn wanted() -> impl Strategy<Value = Wanted> {
    (0_u8..3, 0_usize..2, 1_u32..12, any::<bool>()).prop_map(|(kind, group, pods, is_dual_stack)| Wanted {
        kind,
        group,
        pods,
        is_dual_stack,
    })
}

/// The first and the last address, as numbers of which those of the families do not meet.
type Span = [u128; 2];

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

fn span(text: &str) -> Span {
    let (first, prefix) = text.split_once('/').unwrap();
    let (first, prefix): (IpAddr, u32) = (first.parse().unwrap(), prefix.parse().unwrap());
    let width = if first.is_ipv4() { 32 } else { 128 };
    [bits(first), bits(first) + ((1_u128 << (width - prefix)) - 1)]
}

fn of(block: &AddressBlock) -> Span {
    [bits(block.first), bits(block.last)]
}

fn share([first, last]: Span, [from, to]: Span) -> bool {
    first <= to && from <= last
}

fn holds([first, last]: Span, [from, to]: Span) -> bool {
    first <= from && to <= last
}

/// Two that share addresses, if any do.
fn meeting(spans: &[Span]) -> Option<[Span; 2]> {
    let later = |(at, one): (usize, &Span)| {
        let other = spans[at + 1..].iter().find(|other| share(*one, **other))?;
        Some([*one, *other])
    };
    spans.iter().enumerate().find_map(later)
}

/// A VPC with two groups in two zones, made with a block of its own, or imported with subnets that are anywhere.
fn vpc(stack: &Stack, base: u64, length: u8, is_imported: bool) -> Vpc {
    let block = |first: u128, length: u8| {
        let first = std::net::Ipv6Addr::from(first >> (128 - length) << (128 - length));
        Ipv6Cidr::new(&format!("{first}/{length}")).unwrap()
    };
    let base = 0x2000 << 112 | u128::from(base) << 56;
    if !is_imported {
        let groups = [Subnets::isolated(GROUPS[0], 24), Subnets::isolated(GROUPS[1], 25)];
        let props = VpcProps::new(cidr!("10.10.0.0/16")).max_azs(ZONES as u8).subnets(groups);
        let pool = Ipv6Pool::ipam("ipam-pool-0a1b2c3d4e5f60718");
        return Vpc::new(stack, "vpc", props.ipv6_block(block(base, length), pool));
    }
    let group = |at: usize| {
        let ids = ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"];
        let ipv4 =
            [[cidr!("10.10.0.0/24"), cidr!("10.10.1.0/24")], [cidr!("10.10.2.0/25"), cidr!("10.11.0.0/25")]];
        // Next to one another, whatever their size.
        let ipv6 =
            (0..ZONES).map(|zone| block(base + ((at * ZONES + zone) as u128) * (1 << 84), length.max(44)));
        SubnetIds::isolated(GROUPS[at], ids).blocks(ipv4[at]).ipv6_blocks(ipv6)
    };
    let ids = VpcIds::new("vpc-0a1b2c3d4e5f60718", ["eu-west-1a", "eu-west-1b"]);
    Vpc::from_ids(stack, "vpc", ids.subnets([group(0), group(1)]))
}

/// Every subnet that is drawn.
fn subnets(assembly: &Assembly) -> Vec<&AddressBlock> {
    let plan = &assembly.deployable("net").unwrap().stack.as_ref().unwrap().address_plans[0];
    let all = plan.blocks.iter().flat_map(|block| block.parts.iter().chain([block]));
    all.filter(|block| block.usage == AddressUse::Subnet).collect()
}

/// What the template reserves, with how.
fn reserved(assembly: &Assembly) -> Vec<(Span, String)> {
    let template: serde_json::Value =
        serde_json::from_slice(assembly.file("net.template.json").unwrap()).unwrap();
    let resources = template["Resources"].as_object().unwrap().values();
    let reservations = resources.filter(|one| one["Type"] == "AWS::EC2::SubnetCidrReservation");
    let read = |one: &serde_json::Value| {
        let properties = &one["Properties"];
        (
            span(properties["Cidr"].as_str().unwrap()),
            properties["ReservationType"].as_str().unwrap().to_owned(),
        )
    };
    reservations.map(read).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn every_address_is_ones_own(
        networks in proptest::collection::vec(wanted(), 1..6),
        nodes in 1_u32..3,
        growth in 0_u32..2,
        base: u32,
        length in (11_u8..=14).prop_map(|quarter| quarter * 4),
        is_imported: bool,
    ) {
        let app = App::new();
        let stack = Stack::new(&app, "net");
        let vpc = vpc(&stack, base.into(), length, is_imported);
        let mut props = IpPlanProps::new()
            .nodes(PlannedNodes::per_zone("workers", 1..=nodes).growth(growth))
            .reservations(Reservations::ByTemplate);
        for (index, network) in networks.iter().enumerate() {
            props = props.network(network.network(&index.to_string()));
        }
        let plan = IpPlan::new(&stack, "addresses", &vpc, props);
        let mut allotted = Vec::new();
        for (index, _) in networks.iter().enumerate().filter(|(_, network)| network.kind == 2) {
            for zone in 0..ZONES {
                let addresses = plan.allot_to("pod", &index.to_string(), zone, 1);
                let further = plan.allot(&index.to_string(), zone, 1);
                allotted.extend(addresses.into_iter().chain(further).map(|its| (index, zone, its)));
            }
        }
        // What does not fit is refused, which other tests are about.
        let Ok(assembly) = app.synth(&SynthOptions::new()) else { return Ok(()) };
        let subnets = subnets(&assembly);
        prop_assert_eq!(subnets.len(), 2 * GROUPS.len() * ZONES, "each is of both families");
        let all: Vec<Span> = subnets.iter().map(|subnet| of(subnet)).collect();
        prop_assert_eq!(meeting(&all), None);

        // What is drawn covers a planned subnet once.
        for subnet in subnets.iter().filter(|subnet| !subnet.parts.is_empty()) {
            let mut next = bits(subnet.first);
            for part in &subnet.parts {
                prop_assert_eq!(bits(part.first), next, "{} of {}", part.range(), subnet.range());
                prop_assert_eq!(part.first.is_ipv4(), part.last.is_ipv4());
                next = bits(part.last) + 1;
                if let Some(need) = part.need {
                    prop_assert!(need.now <= need.most && need.most <= need.grown && need.grown <= need.of);
                }
            }
            prop_assert_eq!(next, bits(subnet.last) + 1);
        }

        // What is drawn as a network's is what is reserved, and the other way round.
        let reserved = reserved(&assembly);
        let spans: Vec<Span> = reserved.iter().map(|(span, _)| *span).collect();
        prop_assert_eq!(meeting(&spans), None);
        let mut drawn = Vec::new();
        for subnet in &subnets {
            let parts = subnet.parts.iter();
            for part in parts.filter(|part| !matches!(part.usage, AddressUse::Aws | AddressUse::Interfaces)) {
                let kind = if part.usage == AddressUse::Prefixes { "prefix" } else { "explicit" };
                drawn.push((of(part), kind.to_owned()));
                let [first, last] = of(subnet);
                prop_assert!(!share(of(part), [first, first + 3]) && !share(of(part), [last, last]), "AWS keeps these");
                if part.first.is_ipv6() {
                    prop_assert!(!share(of(part), [first, first + ((1 << 48) - 1)]), "these are for interfaces");
                }
            }
        }
        let sorted = |mut all: Vec<(Span, String)>| { all.sort(); all };
        prop_assert_eq!(sorted(drawn.clone()), sorted(reserved));

        // Each network of both families has one range of IPv6 in each zone.
        let named = |index: usize, zone: usize, is_ipv6: bool| -> Vec<Span> {
            let zone = if is_imported { ["eu-west-1a", "eu-west-1b"][zone].to_owned() } else { (zone + 1).to_string() };
            let of_zone = subnets.iter().filter(|subnet| subnet.zone.as_ref() == Some(&zone));
            let parts = of_zone.flat_map(|subnet| &subnet.parts);
            parts.filter(|part| part.name == index.to_string() && part.first.is_ipv6() == is_ipv6).map(of).collect()
        };
        for (index, network) in networks.iter().enumerate() {
            for zone in 0..ZONES {
                let found = named(index, zone, true);
                prop_assert_eq!(found.len(), usize::from(network.has_ipv6()), "{:?}", network);
                prop_assert!(found.iter().all(|[first, last]| last - first == (1 << 48) - 1));
            }
        }

        // What is allotted is of the network's ranges, and nobody else's.
        let mut seen = Vec::new();
        for (index, zone, addresses) in allotted {
            prop_assert_eq!(addresses.ipv6().is_some(), networks[index].has_ipv6());
            for address in addresses {
                let one = [bits(address), bits(address)];
                let ranges = named(index, zone, address.is_ipv6());
                prop_assert!(ranges.iter().any(|range| holds(*range, one)), "{} of {:?}", address, ranges);
                seen.push(one);
            }
        }
        prop_assert_eq!(meeting(&seen), None);
    }
}
