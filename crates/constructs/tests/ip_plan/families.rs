//! Networks of both families: a /80 of the subnet for each, which never moves.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use insta::assert_snapshot;
use proptest::prelude::*;
use stackwright_constructs::ec2::{
    Cidr, Ipv6Cidr, Ipv6Pool, SubnetIds, SubnetSelection, Subnets, Vpc, VpcIds, VpcProps,
};
use stackwright_constructs::ip_plan::{IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes, Reservations};
use stackwright_constructs::multus::{
    AddressRange, CniConfig, Ipvlan, Network, NetworkAttachmentDefinition, Whereabouts, WhereaboutsPlugin,
    WhereaboutsPluginProps,
};
use stackwright_constructs::{cidr, ipv6_cidr};
use stackwright_core::{App, Chart, Stack, SynthOptions};

use crate::{findings, template};

fn vpc(stack: &Stack, block: Option<Ipv6Cidr>) -> Vpc {
    let groups = [Subnets::isolated("user", 24), Subnets::isolated("control", 26)];
    let props = VpcProps::new(cidr!("10.10.0.0/16")).max_azs(2).subnets(groups);
    let props = match block {
        Some(block) => props.ipv6_block(block, Ipv6Pool::byoip("ipv6pool-ec2-0a1b2c3d4e5f60718")),
        None => props.dual_stack(),
    };
    Vpc::new(stack, "vpc", props)
}

fn own() -> Option<Ipv6Cidr> {
    Some(ipv6_cidr!("2001:db8:0:100::/56"))
}

fn user(name: &str) -> PlannedNetwork {
    PlannedNetwork::pool(name, SubnetSelection::group("user")).pods_per_node("workers", 4)
}

fn props() -> IpPlanProps {
    IpPlanProps::new().nodes(PlannedNodes::per_zone("workers", 1)).reservations(Reservations::ByTemplate)
}

#[test]
fn subnets_and_ranges_are_blocks_of_ones_own() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let networks = props().network(user("first").dual_stack()).network(user("second").dual_stack());
    IpPlan::new(&stack, "addresses", &vpc(&stack, own()), networks);
    let template: serde_json::Value = serde_json::from_str(&template(&app, "net")).unwrap();
    let mut found = Vec::new();
    for (id, resource) in template["Resources"].as_object().unwrap() {
        let properties = &resource["Properties"];
        for key in ["Ipv6CidrBlock", "Cidr"] {
            if let Some(block) = properties.get(key) {
                let more = properties.get("Ipv6Pool").or(properties.get("ReservationType"));
                found.push(format!("{id}: {block} {}", more.unwrap_or(&serde_json::Value::Null)));
            }
        }
    }
    assert_snapshot!(found.join("\n"));
}

#[test]
fn the_ledger_keeps_ipv6_ranges() {
    let with = |ledger: &str, names: &[&str]| {
        let app = App::new();
        let stack = Stack::new(&app, "net");
        let networks = names.iter().fold(props(), |props, name| props.network(user(name).dual_stack()));
        let plan = IpPlan::new(&stack, "addresses", &vpc(&stack, own()), networks.ledger(ledger));
        let range = plan.ipv6_range("first", 0).unwrap();
        assert!(range.hands_out([0x2001, 0xdb8, 0, 0x100, 2, 0, 0, 0]), "the second /80 of the first zone");
        findings(&app)
    };
    let ledger = "\
[net/addresses] ranges
10.10.0.8/30   ::2  1  first
10.10.0.16/30  ::1  1  gone
10.10.1.8/30        2  first
";
    assert_snapshot!(with(ledger, &["other", "first"]));
    let twice = ledger.replace("::1", "::2");
    assert!(with(&twice, &["first"]).contains("the IPv6 range ::2 of 10.10.0.0/24"));
}

#[test]
fn the_ledger_keeps_ipv6_ranges_beside_exact_ones() {
    let with = |names: &[&str], ledger: &str| {
        let app = App::new();
        let stack = Stack::new(&app, "net");
        let exact = |name: &&str| {
            let last = name.len() as u8 * 16;
            let range = |zone| Cidr::new(&format!("10.10.{zone}.{last}/28")).unwrap();
            user(name).dual_stack().ranges([range(0), range(1)])
        };
        let props = names.iter().map(exact).fold(props(), IpPlanProps::network).ledger(ledger);
        let plan = IpPlan::new(&stack, "addresses", &vpc(&stack, own()), props);
        (format!("{:?}", plan.ipv6_range("first", 1)), findings(&app))
    };
    let (before, told) = with(&["first"], "");
    let (_, ledger) = told.split_once("let it say\n").unwrap();
    assert_eq!(with(&["first"], ledger), (before.clone(), String::new()));
    let (after, told) = with(&["before", "first"], ledger);
    assert_eq!(before, after, "{ledger}");
    assert_snapshot!(told);
}

#[test]
fn families_of_peers_do_not_meet() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let props = props()
        .network(user("user").dual_stack())
        .peer("office", ipv6_cidr!("2001:db8::/48"))
        .peer("branch", ipv6_cidr!("2001:db8:0:ff00::/56"))
        .peer("elsewhere", ipv6_cidr!("2001:db8:1::/48"));
    IpPlan::new(&stack, "addresses", &vpc(&stack, own()), props);
    assert_snapshot!(findings(&app));
}

#[test]
fn imported_subnets_have_the_blocks_that_are_said() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let ids = ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"];
    let group = SubnetIds::isolated("user", ids)
        .blocks([cidr!("10.50.0.0/24"), cidr!("10.50.1.0/24")])
        .ipv6_blocks([ipv6_cidr!("2001:db8:5::/64"), ipv6_cidr!("2001:db8:5:10::/60")]);
    let ids = VpcIds::new("vpc-0a1b2c3d4e5f60718", ["eu-west-1a", "eu-west-1b"]);
    let vpc = Vpc::from_ids(&stack, "vpc", ids.ipv6_blocks([ipv6_cidr!("2001:db8:5::/56")]).subnets([group]));
    assert!(vpc.is_dual_stack());
    let named = PlannedNetwork::named("named", SubnetSelection::group("user")).pods_per_node("workers", 4);
    let networks = props().network(user("user").dual_stack()).network(named.dual_stack());
    let plan = IpPlan::new(&stack, "addresses", &vpc, networks);
    let range = plan.ipv6_range("user", 1).unwrap();
    assert!(range.hands_out([0x2001, 0xdb8, 5, 0x10, 1, 0, 0, 0]));
    let addresses = plan.allot("named", 0, 2)[1];
    assert_eq!(addresses.ipv4(), Ipv4Addr::new(10, 50, 0, 9));
    assert_eq!(addresses.ipv6().unwrap().to_string(), "2001:db8:5:0:2:0:a32:9", "0x0a320009 is 10.50.0.9");
    assert_eq!(findings(&app), "");
}

#[test]
fn what_cannot_be_is_told() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    IpPlan::new(&stack, "addresses", &vpc(&stack, None), props().network(user("unknown").dual_stack()));
    let stack = Stack::new(&app, "other");
    let prefixes = PlannedNetwork::prefixes("prefixes", SubnetSelection::group("user"));
    let prefixes = prefixes.pods_per_node("workers", 4).dual_stack();
    IpPlan::new(&stack, "addresses", &vpc(&stack, own()), props().network(prefixes));
    vpc(&Stack::new(&app, "odd"), Some(ipv6_cidr!("2001:db8::/58")));
    let groups = (0..9).map(|at| Subnets::isolated(format!("group-{at}"), 24));
    let many = VpcProps::new(cidr!("10.10.0.0/16")).subnets(groups);
    let pool = Ipv6Pool::ipam("ipam-pool-0a1b2c3d4e5f60718");
    Vpc::new(&Stack::new(&app, "many"), "vpc", many.ipv6_block(ipv6_cidr!("2001:db8::/60"), pool));
    assert_snapshot!(findings(&app));
}

#[test]
fn charts_take_what_is_planned_for_them() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let plan = props().network(user("user").dual_stack()).network(user("other").dual_stack());
    let plan = IpPlan::new(&stack, "addresses", &vpc(&stack, own()), plan);
    let chart = Chart::new(&app, "networks");
    WhereaboutsPlugin::new(&chart, "whereabouts", WhereaboutsPluginProps::new());
    let define = |name: &str, zone: usize, ipv6: AddressRange| {
        let addresses = Whereabouts::new(plan.pool("user", zone).unwrap()).and(ipv6);
        let config = CniConfig::new(name, Ipvlan::new("ens6"), addresses);
        NetworkAttachmentDefinition::new(&chart, name, Network::new(config));
    };
    define("right", 0, plan.ipv6_range("user", 0).unwrap());
    define("wrong", 1, AddressRange::new(ipv6_cidr!("2001:db8:0:101::/64")));
    assert_snapshot!(findings(&app));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ranges_share_nothing_and_stay(
        before in proptest::collection::btree_set(0_u8..9, 1..6),
        after in proptest::collection::vec(0_u8..9, 1..8),
    ) {
        let plan = |names: &[u8], ledger: &str| {
            let app = App::new();
            let stack = Stack::new(&app, "net");
            let mut networks = props().ledger(ledger);
            for name in names {
                networks = networks.network(user(&format!("n{name}")).dual_stack());
            }
            let plan = IpPlan::new(&stack, "addresses", &vpc(&stack, own()), networks);
            let ranges: BTreeMap<u8, String> = names
                .iter()
                .map(|name| (*name, format!("{:?}", plan.ipv6_range(&format!("n{name}"), 1).unwrap())))
                .collect();
            let warnings = app.synth(&SynthOptions::new()).unwrap().warnings;
            let hints = warnings.iter().filter(|one| one.code == "address-ledger-incomplete");
            let text = hints.filter_map(|one| Some(one.hint.as_deref()?.split_once('\n')?.1.to_owned())).next();
            (ranges, text.unwrap_or_default())
        };
        let before: Vec<u8> = before.into_iter().collect();
        let mut after = after;
        after.dedup();
        let mut seen = Vec::new();
        after.retain(|name| { let is_new = !seen.contains(name); seen.push(*name); is_new });
        let (ranges, ledger) = plan(&before, "");
        let (grown, _) = plan(&after, &ledger);
        for all in [&ranges, &grown] {
            let distinct: std::collections::BTreeSet<&String> = all.values().collect();
            prop_assert_eq!(distinct.len(), all.len());
        }
        for (name, range) in &grown {
            prop_assert!(ranges.get(name).is_none_or(|before| before == range), "{name} by {ledger}");
        }
    }
}
