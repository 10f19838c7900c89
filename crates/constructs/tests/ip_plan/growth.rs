//! The ledger: what is in it stays where it is, and what is new comes behind.

use insta::assert_snapshot;
use stackwright_cfn::read;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::SubnetSelection;
use stackwright_constructs::ip_plan::{IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes, Reservations};
use stackwright_core::{App, Stack, SynthOptions};

use crate::{findings, vpc};

const LEDGER: &str = "\
[net/addresses] ranges
10.10.2.32/27  1  user
10.10.3.32/27  2  user
";

fn plan(app: &App, ledger: &str, networks: &[&str], pods: u32) -> IpPlan {
    let stack = Stack::new(app, "net");
    let mut props = IpPlanProps::new()
        .nodes(PlannedNodes::per_zone("workers", 2))
        .reservations(Reservations::ByTemplate)
        .ledger(ledger);
    for network in networks {
        let network = PlannedNetwork::pool(*network, SubnetSelection::group("user"));
        props = props.network(network.pods_per_node("workers", pods));
    }
    IpPlan::new(&stack, "addresses", &vpc(&stack), props)
}

#[test]
fn a_ledger_that_says_everything_is_silent() {
    let app = App::new();
    let plan = plan(&app, LEDGER, &["user"], 16);
    assert_eq!(plan.blocks("user", 0), [cidr!("10.10.2.32/27")]);
    assert_eq!(findings(&app), "");
}

#[test]
fn what_grows_gets_a_further_block() {
    let app = App::new();
    let plan = plan(&app, LEDGER, &["user"], 18);
    assert_eq!(plan.blocks("user", 0), [cidr!("10.10.2.32/27"), cidr!("10.10.2.4/30")]);
    assert_eq!(plan.ranges("user", 0).len(), 2);
    assert_snapshot!(findings(&app));
}

#[test]
fn a_pool_in_pieces_is_one_range_without_what_is_between() {
    let app = App::new();
    let plan = plan(&app, LEDGER, &["user"], 18);
    let range = plan.pool("user", 0).unwrap();
    let held = (0..=255_u8).filter(|last| range.hands_out([10, 10, 2, *last])).collect::<Vec<_>>();
    assert_eq!(held, (4..8).chain(32..64).collect::<Vec<_>>());
    assert!(plan.pool("nobodys", 0).is_none());
}

#[test]
fn a_new_network_moves_nothing() {
    let app = App::new();
    let plan = plan(&app, LEDGER, &["signalling", "user"], 16);
    assert_eq!(plan.blocks("user", 1), [cidr!("10.10.3.32/27")]);
    assert_eq!(plan.blocks("signalling", 1), [cidr!("10.10.3.64/27")]);
}

#[test]
fn what_is_gone_keeps_its_place_until_its_line_is_deleted() {
    let app = App::new();
    let plan = plan(&app, LEDGER, &["signalling"], 16);
    assert_eq!(plan.blocks("signalling", 0), [cidr!("10.10.2.64/27")]);
    assert_snapshot!(findings(&app));
}

#[test]
fn a_ledger_that_cannot_be_is_told() {
    let app = App::new();
    let ledger = "[net/addresses] ranges\n10.10.9.0/27 1 user\n10.10.3.0/27 2 user\n";
    plan(&app, ledger, &["user"], 16);
    assert_snapshot!(findings(&app));
}

#[test]
fn a_line_that_is_none_is_told() {
    let app = App::new();
    plan(&app, "[net/addresses] ranges\n10.10.2.32/27 ::1x 1 user\n10.10.2.32/27 user\n", &["user"], 16);
    assert_snapshot!(findings(&app));
}

#[test]
fn a_range_that_moves_into_one_that_is_still_reserved_is_told() {
    let synth = |pods: [u32; 2], previous: Option<String>| {
        let app = App::new();
        let stack = Stack::new(&app, "net");
        let mut props = IpPlanProps::new()
            .nodes(PlannedNodes::per_zone("workers", 1))
            .reservations(Reservations::ByTemplate);
        for (name, pods) in ["user", "signalling"].into_iter().zip(pods) {
            let network = PlannedNetwork::pool(name, SubnetSelection::group("user"));
            props = props.network(network.pods_per_node("workers", pods));
        }
        IpPlan::new(&stack, "addresses", &vpc(&stack), props);
        let options = SynthOptions::new().previous(move |_| read(previous.as_deref()?).ok());
        let assembly = app.synth(&options).unwrap();
        let template = String::from_utf8(assembly.file("net.template.json").unwrap().to_vec()).unwrap();
        let warnings = assembly.warnings.iter().map(|warning| warning.message.clone());
        (template, warnings.collect::<Vec<_>>().join("\n"))
    };
    let (before, warnings) = synth([16, 16], None);
    assert_eq!(warnings, "");
    assert_eq!(synth([16, 16], Some(before.clone())).1, "");
    assert_eq!(synth([10, 9], Some(before.clone())).1, "");
    // The larger one is placed first now.
    assert_snapshot!(synth([32, 16], Some(before)).1);
}
