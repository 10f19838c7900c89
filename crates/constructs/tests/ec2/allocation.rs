//! Subnets never overlap, are always inside, and are refused only when they do not fit; with a ledger, they never move.

use proptest::prelude::*;
use stackwright_constructs::ec2::allocation::{
    Block, Group, Misfit, PREFIXES, Pin, Plan, SubnetSize, WayOut, Zone, allocate,
};
use stackwright_constructs::ec2::ledger::{Ledger, stale};
use stackwright_constructs::{cidr, ec2::Cidr};

const ZONES: [Zone; 3] = [Zone::Nth, Zone::Nth, Zone::Nth];

fn group(name: &str, size: SubnetSize) -> Group {
    Group { name: name.to_owned(), size, reserved: false }
}

fn sized(sizes: &[u8]) -> Vec<Group> {
    sizes
        .iter()
        .enumerate()
        .map(|(index, prefix)| group(&format!("g{index}"), SubnetSize::Prefix(*prefix)))
        .collect()
}

fn cidrs(blocks: &[Block]) -> Vec<String> {
    blocks.iter().map(|block| block.cidr.to_string()).collect()
}

/// The messages, each with its hint, of a plan that is refused.
fn refusal(plan: &Plan<'_>) -> Vec<String> {
    allocate(plan).unwrap_err().iter().map(|misfit| format!("{misfit} ({})", misfit.hint())).collect()
}

#[test]
fn the_reference_plan_is_laid_out_in_order() {
    let groups = sized(&[24, 24, 24]);
    let plan = Plan { network: cidr!("10.10.0.0/16"), groups: &groups, zones: &ZONES[..2], pins: &[] };
    let blocks = allocate(&plan).unwrap();
    assert_eq!(
        cidrs(&blocks),
        ["10.10.0.0/24", "10.10.1.0/24", "10.10.2.0/24", "10.10.3.0/24", "10.10.4.0/24", "10.10.5.0/24"]
    );
    assert_eq!(
        blocks.iter().map(|block| (block.group, block.zone)).collect::<Vec<_>>()[2..4],
        [(1, 0), (1, 1)]
    );
}

#[test]
fn reserved_groups_and_zones_take_space() {
    let mut groups = sized(&[24, 24, 24]);
    groups[1].reserved = true;
    let plan = Plan {
        network: cidr!("10.10.0.0/16"),
        groups: &groups,
        zones: &[Zone::Named("us-east-1a".to_owned()), Zone::Reserved],
        pins: &[],
    };
    let blocks = allocate(&plan).unwrap();
    let made: Vec<_> = blocks.into_iter().filter(|block| !block.reserved).collect();
    assert_eq!(cidrs(&made), ["10.10.0.0/24", "10.10.4.0/24"]);
}

#[test]
fn a_plan_without_zones_or_groups_has_no_subnets() {
    let groups = sized(&[24]);
    let network = cidr!("10.0.0.0/16");
    assert_eq!(allocate(&Plan { network, groups: &groups, zones: &[], pins: &[] }), Ok(vec![]));
    assert_eq!(allocate(&Plan { network, groups: &[], zones: &ZONES, pins: &[] }), Ok(vec![]));
}

#[test]
fn everything_wrong_is_said_at_once_with_a_way_out() {
    let mut groups = sized(&[15, 29]);
    groups.push(group("g0", SubnetSize::EvenShare));
    let plan = Plan { network: cidr!("10.0.0.0/8"), groups: &groups, zones: &ZONES, pins: &[] };
    assert_eq!(
        refusal(&plan),
        [
            "10.0.0.0/8 cannot be the block of a VPC: its size is to be /16 to /28 \
             (take a part of it, and associate further parts as secondary blocks)",
            "group `g0` asks for subnets of /15, allowed are /16 to /28 \
             (a /16 holds 65536 addresses, a /24 holds 256, a /28 holds 16)",
            "group `g1` asks for subnets of /29, allowed are /16 to /28 \
             (a /16 holds 65536 addresses, a /24 holds 256, a /28 holds 16)",
            "there are two groups named `g0` (the name of a group tells its subnets from others: give each its own)",
        ]
    );
}

#[test]
fn a_group_without_room_is_told_what_would_fit() {
    let refused = |network, sizes: &[u8], zones| {
        let groups = sized(sizes);
        refusal(&Plan { network, groups: &groups, zones: &ZONES[..zones], pins: &[] })
    };
    assert_eq!(
        refused(cidr!("10.0.0.0/24"), &[26, 27, 25], 2),
        [
            "2 more subnets of /25 in group `g2` need 256 addresses, 10.0.0.0/24 has 64 left (subnets of /27 fit)"
        ]
    );
    assert_eq!(
        refused(cidr!("10.0.0.0/24"), &[28, 26, 28, 25], 1),
        [
            "1 more subnet of /25 in group `g3` needs 128 addresses, 10.0.0.0/24 has 160 left, but not in pieces of that \
          size (everything fits if the groups with the largest subnets come first)"
        ]
    );
    assert_eq!(
        refused(cidr!("10.0.0.0/24"), &[25, 25], 2),
        [
            "2 more subnets of /25 in group `g1` need 256 addresses, 10.0.0.0/24 has 0 left (the whole plan needs a /23)"
        ]
    );
    assert_eq!(
        refused(cidr!("10.0.0.0/16"), &[17, 20], 3),
        [
            "3 more subnets of /17 in group `g0` need 98304 addresses, 10.0.0.0/16 has 65536 left (subnets of /18 fit)"
        ]
    );
}

#[test]
fn sharing_nothing_is_refused() {
    let groups = [
        group("a", SubnetSize::Prefix(25)),
        group("b", SubnetSize::EvenShare),
        group("c", SubnetSize::EvenShare),
    ];
    let plan = Plan { network: cidr!("10.0.0.0/24"), groups: &groups, zones: &ZONES[..2], pins: &[] };
    assert_eq!(
        refusal(&plan),
        [
            "the 4 subnets of `b`, `c` cannot share what 10.0.0.0/24 has left: 0 addresses, where each needs at least 16 \
          (give the groups before them smaller subnets, or put them into a secondary block)"
        ]
    );
}

#[test]
fn pins_that_contradict_the_plan_are_refused() {
    let pin = |group: &str, zone, zone_name: Option<&str>, cidr| Pin {
        group: group.to_owned(),
        zone,
        zone_name: zone_name.map(str::to_owned),
        cidr,
        ipv6: None,
    };
    let pins = [
        // Of a zone that is gone: nothing to say of it, nor a reason to look no further.
        pin("g0", 7, None, cidr!("10.0.9.0/24")),
        pin("g0", 0, Some("us-east-1b"), cidr!("10.0.0.0/24")),
        pin("g0", 1, None, cidr!("10.1.0.0/24")),
        pin("g1", 0, None, cidr!("10.0.0.0/28")),
    ];
    let groups = sized(&[24, 24]);
    let zones = [Zone::Named("us-east-1a".to_owned()), Zone::Nth];
    let plan = Plan { network: cidr!("10.0.0.0/16"), groups: &groups, zones: &zones, pins: &pins };
    assert_eq!(
        refusal(&plan),
        [
            "subnet 1 of group `g0` is pinned to 10.0.0.0/24 in us-east-1b, but the zone in that place is now us-east-1a \
             (keep us-east-1b in its place and add new zones at the end: a subnet cannot move to another zone)",
            "subnet 2 of group `g0` is pinned to 10.1.0.0/24, which is outside 10.0.0.0/16 \
             (set the block of the deployed subnet, or delete the line to allocate anew)",
            "subnet 1 of group `g1` is pinned to 10.0.0.0/28, but subnet 1 of group `g0` is pinned to \
             10.0.0.0/24 (set the block of the deployed subnet, or delete the line to allocate anew)",
            "subnet 1 of group `g1` is pinned to 10.0.0.0/28, but the group asks for subnets of /24 \
             (ask for /28, or delete the line to have the subnet replaced by one of another size and place)",
        ]
    );
}

/// A plan that owns its parts.
#[derive(Clone, Debug)]
struct Draft {
    network: Cidr,
    groups: Vec<Group>,
    zones: Vec<Zone>,
    pins: Vec<Pin>,
}

impl Draft {
    fn plan(&self) -> Plan<'_> {
        Plan { network: self.network, groups: &self.groups, zones: &self.zones, pins: &self.pins }
    }

    fn with_groups(&self, groups: impl IntoIterator<Item = Group>) -> Self {
        Self { groups: groups.into_iter().collect(), ..self.clone() }
    }
}

fn draft() -> impl Strategy<Value = Draft> {
    let network = (0_u32..4096, 16_u8..=28).prop_map(|(index, prefix)| block(index << 20, prefix));
    let size = prop_oneof![4 => (18_u8..=28).prop_map(SubnetSize::Prefix), 1 => Just(SubnetSize::EvenShare)];
    let groups = prop::collection::vec((size, any::<bool>()), 0..6).prop_map(|groups| {
        let named = groups.into_iter().enumerate();
        named.map(|(index, (size, reserved))| Group { name: format!("g{index}"), size, reserved }).collect()
    });
    let zone = prop_oneof![3 => Just(Zone::Nth), 1 => Just(Zone::Reserved)];
    let zones = prop::collection::vec(zone, 0..5);
    (network, groups, zones).prop_map(|(network, groups, zones)| Draft {
        network,
        groups,
        zones,
        pins: vec![],
    })
}

fn block(first: u32, prefix: u8) -> Cidr {
    Cidr::new(&format!("{}/{prefix}", std::net::Ipv4Addr::from_bits(first))).unwrap()
}

/// How many aligned blocks of this size are free in the network, found by looking at every one.
fn free_blocks(network: Cidr, taken: &[Cidr], prefix: u8) -> usize {
    if prefix < network.prefix_len() {
        return 0;
    }
    let size = 1_u64 << (32 - prefix);
    let candidates =
        (0..network.addresses() / size).map(|index| network.first().to_bits() + (index * size) as u32);
    candidates.filter(|first| taken.iter().all(|taken| !taken.overlaps(block(*first, prefix)))).count()
}

/// Every subnet is there, of the size asked for, inside, and apart from all others and from stale pins.
fn assert_sound(draft: &Draft, blocks: &[Block]) {
    let plan = draft.plan();
    let places: Vec<_> = blocks.iter().map(|block| (block.group, block.zone)).collect();
    let expected: Vec<_> = (0..draft.groups.len())
        .flat_map(|group| (0..draft.zones.len()).map(move |zone| (group, zone)))
        .collect();
    assert_eq!(places, expected);
    let mut taken: Vec<Cidr> = stale(&plan).map(|pin| pin.cidr).collect();
    for block in blocks {
        let group = &draft.groups[block.group];
        assert!(draft.network.contains(block.cidr), "{block:?} is outside");
        assert!(taken.iter().all(|other| !other.overlaps(block.cidr)), "{block:?} overlaps");
        assert!(PREFIXES.contains(&block.cidr.prefix_len()));
        if let SubnetSize::Prefix(prefix) = group.size {
            assert_eq!(block.cidr.prefix_len(), prefix);
        }
        assert_eq!(block.reserved, group.reserved || draft.zones[block.zone] == Zone::Reserved);
        taken.push(block.cidr);
    }
}

/// Every misfit is true, and what it advises works.
fn assert_honest(draft: &Draft, misfits: &[Misfit]) {
    let refused = |group: &Group| {
        misfits
            .iter()
            .any(|misfit| matches!(misfit, Misfit::NoRoom { group: name, .. } if *name == group.name))
    };
    let pins: Vec<_> = draft.pins.iter().map(|pin| pin.cidr).collect();
    for misfit in misfits {
        match misfit {
            Misfit::NoRoom { group: name, count, prefix, way_out, .. } => {
                let place = draft.groups.iter().position(|group| group.name == *name).unwrap();
                let placed = draft.groups[..place]
                    .iter()
                    .filter(|group| sized_or_pinned(draft, group) && !refused(group));
                let before = draft.with_groups(placed.cloned());
                let mut taken: Vec<_> =
                    allocate(&before.plan()).unwrap().iter().map(|block| block.cidr).collect();
                taken.extend(&pins);
                assert!(free_blocks(draft.network, &taken, *prefix) < *count, "{misfit} is not true");
                match way_out {
                    WayOut::LargestFirst => {
                        assert!(allocate(&largest_first(draft).plan()).is_ok(), "{misfit}")
                    }
                    WayOut::Prefix(prefix) => {
                        assert!(free_blocks(draft.network, &taken, *prefix) >= *count, "{misfit}");
                        assert!(free_blocks(draft.network, &taken, *prefix - 1) < *count, "{misfit}");
                    }
                    WayOut::LargerVpc(prefix) => {
                        let larger = block(draft.network.first().to_bits() >> 16 << 16, *prefix);
                        assert!(
                            allocate(&Draft { network: larger, pins: vec![], ..largest_first(draft) }.plan())
                                .is_ok()
                        );
                    }
                    WayOut::FewerSubnets => {
                        let largest =
                            Draft { network: cidr!("10.0.0.0/16"), pins: vec![], ..largest_first(draft) };
                        assert!(allocate(&largest.plan()).is_err(), "{misfit}");
                    }
                }
            }
            Misfit::NoShare { count, left, .. } => {
                let placed = draft.groups.iter().filter(|group| sized_or_pinned(draft, group));
                let before = draft.with_groups(placed.cloned());
                let mut taken: Vec<_> =
                    allocate(&before.plan()).unwrap().iter().map(|block| block.cidr).collect();
                taken.extend(&pins);
                let free = free_blocks(draft.network, &taken, 28);
                assert!(free < *count && free as u64 * 16 == *left, "{misfit} is not true");
            }
            other => panic!("not a matter of space: {other}"),
        }
    }
}

fn record(ledger: &mut Ledger, draft: &Draft, blocks: &[Block]) {
    for &Block { group, zone, cidr, .. } in blocks {
        let pin = Pin { group: draft.groups[group].name.clone(), zone, zone_name: None, cidr, ipv6: None };
        ledger.pin("net/vpc", pin);
    }
}

fn sized_or_pinned(draft: &Draft, group: &Group) -> bool {
    group.size != SubnetSize::EvenShare
        || draft.pins.iter().any(|pin| pin.group == group.name && pin.zone < draft.zones.len())
}

fn largest_first(draft: &Draft) -> Draft {
    let mut sorted = draft.clone();
    sorted.groups.sort_by_key(|group| match group.size {
        SubnetSize::Prefix(prefix) => prefix,
        SubnetSize::EvenShare => 28,
    });
    sorted
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_is_laid_out_soundly_or_does_not_fit(draft in draft()) {
        match allocate(&draft.plan()) {
            Ok(blocks) => assert_sound(&draft, &blocks),
            Err(misfits) => assert_honest(&draft, &misfits),
        }
    }

    #[test]
    fn an_even_share_is_as_large_as_possible(draft in draft()) {
        if let Ok(blocks) = allocate(&draft.plan()) {
            let shared = |block: &&Block| draft.groups[block.group].size == SubnetSize::EvenShare;
            let others: Vec<_> = blocks.iter().filter(|block| !shared(block)).map(|block| block.cidr).collect();
            let shares: Vec<_> = blocks.iter().filter(shared).map(|block| block.cidr.prefix_len()).collect();
            if let Some(prefix) = shares.first() {
                assert!(shares.iter().all(|share| share == prefix));
                let behind = others.iter().map(|cidr| cidr.last()).max();
                let larger = |first: u32| behind.is_none_or(|last| last.to_bits() < first);
                let size = 1_u32 << (33 - prefix);
                let network = draft.network.first().to_bits();
                let candidates = (0..draft.network.addresses() as u32 / size).map(|index| network + index * size);
                let room = candidates.filter(|first| larger(*first)).count();
                assert!(room < shares.len(), "twice the size would fit behind the other groups");
            }
        }
    }

    #[test]
    fn with_a_ledger_growth_never_renumbers(
        draft in draft(),
        zones in -1_isize..3,
        at in any::<prop::sample::Index>(),
        size in (20_u8..=28).prop_map(SubnetSize::Prefix),
        lost in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let Ok(before) = allocate(&draft.plan()) else { return Ok(()) };
        let mut ledger = Ledger::default();
        record(&mut ledger, &draft, &before);
        let read = Ledger::parse(&ledger.to_string());
        prop_assert_eq!(read.as_ref(), Ok(&ledger));

        let mut grown = Draft { pins: ledger.pins("net/vpc").to_vec(), ..draft.clone() };
        prop_assert_eq!(allocate(&grown.plan()), Ok(before.clone()), "without a change, nothing moves");
        grown.zones.resize(draft.zones.len().saturating_add_signed(zones), Zone::Nth);
        if let Some(lost) = lost && !grown.groups.is_empty() {
            grown.groups.remove(lost.index(grown.groups.len()));
        }
        grown.groups.insert(at.index(grown.groups.len() + 1), group("new", size));
        match allocate(&grown.plan()) {
            Ok(after) => {
                assert_sound(&grown, &after);
                for old in &before {
                    let name = &draft.groups[old.group].name;
                    let new = after.iter().find(|new| grown.groups[new.group].name == *name && new.zone == old.zone);
                    prop_assert!(new.is_none_or(|new| new.cidr == old.cidr), "{} moved to {:?}", old.cidr, new);
                    let kept = old.zone < grown.zones.len() && grown.groups.iter().any(|group| group.name == *name);
                    prop_assert_eq!(new.is_some(), kept);
                }
                let pins = ledger.pins("net/vpc").len();
                record(&mut ledger, &grown, &after);
                prop_assert!(ledger.pins("net/vpc").len() >= pins, "a pin is never dropped");
            }
            Err(misfits) => assert_honest(&grown, &misfits),
        }
    }
}
