//! Which addresses are whose, in networks whose pods name them.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use stackwright_core::{Check, Diagnostic, Scope};

use super::layout::Placed;
use super::plan::IpPlan;
use super::props::IpPlanProps;
use crate::ec2::Cidr;
use crate::ec2::allocation::Pin;
use crate::ec2::cidr::addresses;
use crate::ec2::ledger::Ledger;

/// The addresses that are allotted so far.
#[derive(Debug)]
pub(super) struct Allotments {
    /// Those that the ledger keeps.
    pins: Vec<Pin>,
    ledger: Option<Ledger>,
    /// How many of the others are gone, by network and zone.
    taken: BTreeMap<(String, usize), usize>,
    /// Those of each who keeps some, by network and zone.
    kept: BTreeMap<(String, usize), Vec<Ipv4Addr>>,
}

/// What stands for the group in the ledger.
fn group(network: &str, holder: &str) -> String {
    format!("{network} {holder}")
}

impl Allotments {
    /// None yet, for the plan with this path.
    pub(super) fn new(path: &str, props: &IpPlanProps) -> Self {
        // What is wrong with the text is told where ranges are read.
        let ledger = props.ledger.as_ref().and_then(|(text, _)| Ledger::parse(text).ok());
        let pins = ledger.as_ref().map_or(&[][..], |ledger| ledger.addresses(path)).to_vec();
        Allotments { pins, ledger, taken: BTreeMap::new(), kept: BTreeMap::new() }
    }

    /// The next addresses of a network in a zone that nobody keeps.
    pub(super) fn take(&mut self, placed: &Placed, network: &str, count: usize) -> Vec<Ipv4Addr> {
        let taken = self.taken.entry((network.to_owned(), placed.subnet.zone())).or_default();
        // As the ledger has them, so that to write them down moves nothing.
        let mut blocks = placed.blocks.clone();
        blocks.sort();
        let all = blocks.iter().flat_map(|block| block.first().to_bits()..=block.last().to_bits());
        let is_free = |address: &Ipv4Addr| !self.pins.iter().any(|pin| holds(pin.cidr, *address));
        let addresses: Vec<Ipv4Addr> =
            all.map(Ipv4Addr::from_bits).filter(is_free).skip(*taken).take(count).collect();
        *taken += addresses.len();
        addresses
    }

    /// The addresses that someone keeps in a zone.
    pub(super) fn keep(
        &mut self,
        placed: &Placed,
        network: &str,
        holder: &str,
        count: usize,
    ) -> Vec<Ipv4Addr> {
        let key = (group(network, holder), placed.subnet.zone());
        let mut has = self.kept.get(&key).cloned().unwrap_or_else(|| {
            let is_here = |pin: &&Pin| {
                pin.is_for(&key.0, key.1) && placed.blocks.iter().any(|block| block.contains(pin.cidr))
            };
            self.pins.iter().filter(is_here).map(|pin| pin.cidr.first()).collect()
        });
        let further = count.saturating_sub(has.len());
        has.extend(self.take(placed, network, further));
        self.kept.insert(key, has.clone());
        has.truncate(count);
        has
    }

    /// The zone in which the ledger keeps addresses for someone.
    pub(super) fn zone_of(&self, network: &str, holder: &str) -> Option<usize> {
        let group = group(network, holder);
        self.pins.iter().find(|pin| pin.group == group).map(|pin| pin.zone)
    }

    /// Compares with the ledger, where there is one.
    pub(super) fn check(&self, plan: &IpPlan, check: &mut Check<'_>) {
        let (Some(ledger), Some((_, line))) = (&self.ledger, &plan.props().ledger) else { return };
        let mut report = |finding: Diagnostic| check.report(line.mark(finding));
        for pin in &self.pins {
            let Pin { cidr, group, zone, .. } = pin;
            let is_its = |placed: &&Placed| {
                let is_of = group.strip_prefix(plan.network(placed).name.as_str());
                placed.subnet.zone() == *zone && is_of.is_some_and(|rest| rest.starts_with(' '))
            };
            let ranges: Vec<Cidr> =
                plan.placed().iter().filter(is_its).flat_map(|placed| placed.blocks.clone()).collect();
            if addresses(cidr.prefix_len()) != 1 || !ranges.iter().any(|range| range.contains(*cidr)) {
                let allowed = ranges.iter().map(Cidr::to_string).collect::<Vec<_>>().join(", ");
                let finding = format!(
                    "the ledger keeps {cidr} for `{group}` in zone {}, which is no address of the network there: it has {}",
                    zone + 1,
                    if allowed.is_empty() { "none" } else { &allowed },
                );
                report(
                    Diagnostic::error("address-outside-range", finding)
                        .value(cidr.to_string())
                        .allowed(allowed),
                );
            } else if !self.kept.contains_key(&(group.clone(), *zone)) {
                let finding = format!(
                    "the ledger keeps {cidr} for `{group}` in zone {}, which nobody asks for",
                    zone + 1
                );
                let finding = Diagnostic::warning("address-ledger-stale", finding)
                    .value(cidr.to_string())
                    .hint("delete the line once nothing has the address any more");
                report(finding);
            }
        }
        let path = plan.path();
        let mut complete = ledger.clone();
        for ((group, zone), addresses) in &self.kept {
            for address in addresses {
                let cidr = Cidr::from_first(address.to_bits(), 32);
                let (group, zone) = (group.clone(), *zone);
                complete.pin_address(&path, Pin { group, zone, zone_name: None, cidr, ipv6: None });
            }
        }
        let count = complete.addresses(&path).len() - ledger.addresses(&path).len();
        if count > 0 {
            let addresses =
                if count == 1 { "1 address is".to_owned() } else { format!("{count} addresses are") };
            let finding = format!("{addresses} not in the address ledger");
            let finding = Diagnostic::warning("address-ledger-incomplete", finding)
                .hint(format!("let it say\n{}", complete.addresses_section(&path).trim_end()));
            report(finding);
        }
    }
}

fn holds(block: Cidr, address: Ipv4Addr) -> bool {
    (block.first()..=block.last()).contains(&address)
}
