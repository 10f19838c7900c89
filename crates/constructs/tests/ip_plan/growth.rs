//! The ledger: what is in it stays where it is, and what is new comes behind.

use insta::assert_snapshot;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::SubnetSelection;
use stackwright_constructs::ip_plan::{IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes, Reservations};
use stackwright_core::{App, Stack};

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
    plan(&app, "[net/addresses] ranges\n10.10.2.32/27 ::1 1 user\n10.10.2.32/27 user\n", &["user"], 16);
    assert_snapshot!(findings(&app));
}
