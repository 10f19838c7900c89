//! Addresses that someone keeps: nobody else's, and the same whatever is asked for besides once the ledger has them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use proptest::prelude::*;
use stackwright_constructs::ec2::SubnetSelection;
use stackwright_constructs::ip_plan::{
    InterfaceAddresses, IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes, Reservations,
};
use stackwright_core::{App, Stack, SynthOptions};

use crate::vpc;

/// Who asks for how many in which zone; nobody in particular where the number is none.
type Question = (Option<u8>, usize, usize);

fn question() -> impl Strategy<Value = Question> {
    (proptest::option::weighted(0.8, 0_u8..5), 0_usize..2, 1_usize..4)
}

fn ipv4(addresses: Vec<InterfaceAddresses>) -> Vec<Ipv4Addr> {
    addresses.into_iter().map(InterfaceAddresses::ipv4).collect()
}

/// The addresses that everybody keeps, and what the ledger is to say.
fn ask(pods: u32, ledger: &str, questions: &[Question]) -> (BTreeMap<(u8, usize), Vec<Ipv4Addr>>, String) {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let network =
        PlannedNetwork::named("user", SubnetSelection::group("user")).pods_per_node("workers", pods);
    let props = IpPlanProps::new()
        .nodes(PlannedNodes::per_zone("workers", 1))
        .network(network)
        .reservations(Reservations::ByTemplate)
        .ledger(ledger);
    let plan = IpPlan::new(&stack, "addresses", &vpc(&stack), props);
    let mut kept = BTreeMap::new();
    let mut others = Vec::new();
    for (holder, zone, count) in questions {
        match holder {
            Some(holder) => {
                let addresses = ipv4(plan.allot_to(&holder.to_string(), "user", *zone, *count));
                assert_eq!(addresses.len(), *count);
                let known: &mut Vec<Ipv4Addr> = kept.entry((*holder, *zone)).or_default();
                let same = known.len().min(addresses.len());
                assert_eq!(known[..same], addresses[..same], "the same for the same name");
                if addresses.len() > known.len() {
                    *known = addresses;
                }
            }
            None => others.extend(ipv4(plan.allot("user", *zone, *count))),
        }
    }
    let all: Vec<_> = kept.values().flatten().chain(&others).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "each is one's: {kept:?} {others:?}");
    let warnings = app.synth(&SynthOptions::new()).unwrap().warnings;
    let mut sections: BTreeMap<String, String> = BTreeMap::new();
    for text in [ledger].into_iter().chain(warnings.iter().filter_map(|one| {
        (one.code == "address-ledger-incomplete").then_some(one.hint.as_deref()?.split_once('\n')?.1)
    })) {
        for section in text.split("\n[") {
            let head = section.lines().next().unwrap_or_default().trim_start_matches('[').to_owned();
            sections.insert(head, section.trim_start_matches('[').to_owned());
        }
    }
    sections.remove("");
    let text = sections.into_values().map(|section| format!("[{section}")).collect::<Vec<_>>().join("\n");
    (kept, text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_kept_is_ones_own_and_stays(
        // In one block or in several.
        pods in prop_oneof![Just(64_u32), Just(60), Just(77)],
        before in proptest::collection::vec(question(), 1..12),
        after in proptest::collection::vec(question(), 1..12),
    ) {
        let (kept, ledger) = ask(pods, "", &before);
        let again = ask(pods, &ledger, &before);
        prop_assert_eq!(&again, &(kept.clone(), ledger.clone()), "a ledger that says everything is left alone");
        for (who, addresses) in ask(pods, &ledger, &after).0 {
            if let Some(known) = kept.get(&who) {
                let same = known.len().min(addresses.len());
                prop_assert_eq!(&known[..same], &addresses[..same], "{:?} by {}", who, ledger);
            }
        }
    }
}
