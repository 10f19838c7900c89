//! The ledger of subnet addresses: a checked-in text file that keeps every subnet where it was first put.
//!
//! Without it, adding a zone or a group to a VPC shifts the subnets that come later, which means that they are
//! replaced, and that the deployment fails because their new addresses are still in use. With it, what is there stays
//! and what is new is appended.
//!
//! A line holds the address block, the number of the /64 in a dual-stack VPC, the number of the zone with its name where
//! that is known, and the group:
//!
//! ```text
//! [eks-cluster-vpc-stack-001/vpc]
//! 10.10.0.0/24  ::0  1             public
//! 10.10.1.0/24  ::1  2:us-east-1b  public
//! ```
//!
//! [`VpcProps::ledger`](super::VpcProps::ledger) takes the text.
//!
//! The ranges that an [address plan](crate::ip_plan) puts into these subnets have a section of their own, by the path of
//! the plan, in the same file or in another. A network that grows has several lines for a zone, one of which has the number
//! of its /80 where it has addresses of IPv6, too.
//!
//! ```text
//! [eks-cluster-vpc-stack-001/addresses] ranges
//! 10.10.4.16/28  1  user
//! 10.10.5.16/28  2  user
//! 10.10.5.32/28  ::1  2  both
//! ```
//!
//! Addresses of these ranges that someone [keeps](crate::ip_plan::IpPlan::allot_to) have another section, with the
//! network and who keeps them. Those of IPv6 follow from them and from the number of the /80:
//!
//! ```text
//! [eks-cluster-vpc-stack-001/addresses] addresses
//! 10.10.4.16/32  1  user gateway-0
//! 10.10.5.16/32  2  user gateway-1
//! ```
//!
//! ```
//! use stackwright_constructs::cidr;
//! use stackwright_constructs::ec2::{Subnets, Vpc, VpcProps};
//! use stackwright_core::{App, Stack};
//!
//! let ledger = "[net/vpc]\n10.10.0.0/24 1 app\n10.10.1.0/24 1 db\n";
//! let stack = Stack::new(&App::new(), "net");
//! let groups = [Subnets::isolated("app", 24), Subnets::isolated("db", 24)];
//! let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")).subnets(groups).ledger(ledger));
//! // A second zone is new: its subnets come behind those that are there.
//! assert_eq!(vpc.subnets()[1].cidr(), Some(cidr!("10.10.2.0/24")));
//! assert_eq!(vpc.subnets()[2].cidr(), Some(cidr!("10.10.1.0/24")));
//! ```

use std::collections::BTreeMap;
use std::fmt;

use super::allocation::{Pin, Plan};
use super::{Cidr, CidrError};

/// The pins of every VPC of an app, by the construct path of the VPC. It prints as the text of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Sorted by address, so that the file is a map of the network and a new subnet is one new line.
    vpcs: BTreeMap<String, Vec<Pin>>,
    /// The same of address plans. There the network stands for the group.
    plans: BTreeMap<String, Vec<Pin>>,
    /// The same of addresses that are kept. There the network and who keeps them stand for the group.
    kept: BTreeMap<String, Vec<Pin>>,
}

/// What follows the path of an address plan.
const RANGES: &str = " ranges";

/// What follows it where addresses are kept.
const ADDRESSES: &str = " addresses";

impl Ledger {
    /// Reads the text of the file. Empty lines and lines that begin with `#` are skipped.
    ///
    /// # Errors
    ///
    /// Every line that is not understood, and every second line for the same subnet.
    pub fn parse(text: &str) -> Result<Self, Vec<LedgerError>> {
        let mut ledger = Self::default();
        let mut errors = Vec::new();
        let mut section = None;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some((path, kind @ ("" | RANGES | ADDRESSES))) =
                line.strip_prefix('[').and_then(|line| line.rsplit_once(']'))
            {
                section = Some((path.to_owned(), kind));
                continue;
            }
            let read = match &section {
                None => Err(Fault::NoVpc),
                Some((vpc, "")) => pin(line).and_then(|pin| ledger.insert(vpc, pin)),
                Some((plan, RANGES)) => pin(line).map(|pin| ledger.pin_range(plan, pin)),
                Some((plan, _)) => address(line).map(|pin| ledger.pin_address(plan, pin)),
            };
            if let Err(fault) = read {
                errors.push(LedgerError { line: index + 1, text: line.to_owned(), fault });
            }
        }
        if errors.is_empty() { Ok(ledger) } else { Err(errors) }
    }

    /// The pins of the VPC with this construct path, lowest address first.
    #[must_use]
    pub fn pins(&self, vpc: &str) -> &[Pin] {
        self.vpcs.get(vpc).map_or(&[], Vec::as_slice)
    }

    /// Pins a subnet of the VPC with this construct path. One that is pinned already stays where it is, and learns what
    /// was not known of it.
    pub fn pin(&mut self, vpc: &str, pin: Pin) {
        let pins = self.vpcs.entry(vpc.to_owned()).or_default();
        match pins.iter_mut().find(|known| known.is_for(&pin.group, pin.zone)) {
            Some(known) => {
                known.zone_name = known.zone_name.take().or(pin.zone_name);
                known.ipv6 = known.ipv6.or(pin.ipv6);
            }
            None => {
                let at = pins.partition_point(|other| other.cidr <= pin.cidr);
                pins.insert(at, pin);
            }
        }
    }

    /// The pins of the address plan with this construct path, lowest address first.
    #[must_use]
    pub fn ranges(&self, plan: &str) -> &[Pin] {
        self.plans.get(plan).map_or(&[], Vec::as_slice)
    }

    /// Pins a range of the address plan with this construct path, whatever its network and zone have already.
    pub fn pin_range(&mut self, plan: &str, pin: Pin) {
        insert(self.plans.entry(plan.to_owned()).or_default(), pin);
    }

    /// Numbers the IPv6 range of a network in a zone; whether it had no number before.
    pub(crate) fn number_range(&mut self, plan: &str, network: &str, zone: usize, number: u8) -> bool {
        let pins = self.plans.entry(plan.to_owned()).or_default();
        let mut its: Vec<&mut Pin> = pins.iter_mut().filter(|pin| pin.is_for(network, zone)).collect();
        if its.iter().any(|pin| pin.ipv6.is_some()) {
            return false;
        }
        its.first_mut().map(|first| first.ipv6 = Some(number)).is_some()
    }

    /// The addresses that are kept in the address plan with this construct path, lowest first.
    #[must_use]
    pub fn addresses(&self, plan: &str) -> &[Pin] {
        self.kept.get(plan).map_or(&[], Vec::as_slice)
    }

    /// Keeps an address of the address plan with this construct path.
    pub fn pin_address(&mut self, plan: &str, pin: Pin) {
        insert(self.kept.entry(plan.to_owned()).or_default(), pin);
    }

    /// The part of the text that concerns the VPC with this construct path.
    #[must_use]
    pub fn section(&self, vpc: &str) -> String {
        section(&format!("[{vpc}]"), self.pins(vpc))
    }

    /// The part of the text that concerns the address plan with this construct path.
    #[must_use]
    pub fn ranges_section(&self, plan: &str) -> String {
        section(&format!("[{plan}]{RANGES}"), self.ranges(plan))
    }

    /// The part of the text that concerns the addresses kept in the address plan with this construct path.
    #[must_use]
    pub fn addresses_section(&self, plan: &str) -> String {
        section(&format!("[{plan}]{ADDRESSES}"), self.addresses(plan))
    }

    fn insert(&mut self, vpc: &str, pin: Pin) -> Result<(), Fault> {
        let pins = self.vpcs.entry(vpc.to_owned()).or_default();
        if pins.iter().any(|other| other.is_for(&pin.group, pin.zone)) {
            return Err(Fault::Twice);
        }
        if pin.ipv6.is_some() && pins.iter().any(|other| other.ipv6 == pin.ipv6) {
            return Err(Fault::Ipv6Twice);
        }
        let at = pins.partition_point(|other| other.cidr <= pin.cidr);
        pins.insert(at, pin);
        Ok(())
    }
}

/// Adds a pin in its place, unless it is there.
fn insert(pins: &mut Vec<Pin>, pin: Pin) {
    if !pins.contains(&pin) {
        let at = pins.partition_point(|other| other.cidr <= pin.cidr);
        pins.insert(at, pin);
    }
}

/// A section of the text, its columns in line.
fn section(head: &str, pins: &[Pin]) -> String {
    let columns = pins.iter().map(|pin| {
        let ipv6 = pin.ipv6.map_or_else(String::new, |number| format!("::{number:x}"));
        let name = pin.zone_name.as_ref().map_or_else(String::new, |name| format!(":{name}"));
        [pin.cidr.to_string(), ipv6, format!("{}{name}", pin.zone + 1), pin.group.clone()]
    });
    let width = |column: usize| columns.clone().map(|line| line[column].len()).max().unwrap_or_default();
    let widths = [0, 1, 2].map(width);
    let mut text = format!("{head}\n");
    for [cidr, ipv6, zone, group] in columns.clone() {
        text.push_str(&format!("{cidr:0$}  ", widths[0]));
        if widths[1] > 0 {
            text.push_str(&format!("{ipv6:0$}  ", widths[1]));
        }
        text.push_str(&format!("{zone:0$}  {group}\n", widths[2]));
    }
    text
}

/// The pins of a plan that none of its subnets asks for. Their space stays taken until their lines are deleted.
pub fn stale<'a>(plan: &Plan<'a>) -> impl Iterator<Item = &'a Pin> {
    let Plan { groups, zones, pins, .. } = *plan;
    pins.iter()
        .filter(move |pin| pin.zone >= zones.len() || groups.iter().all(|group| group.name != pin.group))
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let vpcs = self.vpcs.keys().map(|vpc| self.section(vpc));
        let plans = self.plans.keys().map(|plan| self.ranges_section(plan));
        let kept = self.kept.keys().map(|plan| self.addresses_section(plan));
        for (index, section) in vpcs.chain(plans).chain(kept).enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            write!(f, "{gap}{section}")?;
        }
        Ok(())
    }
}

/// Reads a line such as `10.10.1.0/24 ::1 2:us-east-1b public`. The group is the rest, for it may have spaces.
fn pin(line: &str) -> Result<Pin, Fault> {
    let (cidr, rest) = word(line)?;
    let (ipv6, rest) = match rest.strip_prefix("::") {
        Some(rest) => {
            let (number, rest) = word(rest)?;
            (Some(u8::from_str_radix(number, 16).map_err(|_| Fault::Ipv6)?), rest)
        }
        None => (None, rest),
    };
    let (zone, group) = word(rest)?;
    let (number, zone_name) = match zone.split_once(':') {
        Some((number, name)) => (number, Some(name.to_owned())),
        None => (zone, None),
    };
    let zone = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).ok_or(Fault::Zone)?;
    Ok(Pin { group: group.to_owned(), zone, zone_name, cidr: Cidr::new(cidr).map_err(Fault::Cidr)?, ipv6 })
}

/// Reads a line such as `10.10.4.16/32 1 user gateway-0`.
fn address(line: &str) -> Result<Pin, Fault> {
    let pin = pin(line)?;
    if pin.ipv6.is_some() { Err(Fault::Syntax) } else { Ok(pin) }
}

/// The first word of a text, and what follows it.
fn word(text: &str) -> Result<(&str, &str), Fault> {
    let (word, rest) = text.split_once(char::is_whitespace).ok_or(Fault::Syntax)?;
    Ok((word, rest.trim_start()))
}

/// A line of the ledger that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerError {
    line: usize,
    text: String,
    fault: Fault,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Fault {
    Syntax,
    Zone,
    Cidr(CidrError),
    Ipv6,
    Ipv6Twice,
    NoVpc,
    Twice,
}

impl LedgerError {
    /// What to write instead.
    #[must_use]
    pub fn hint(&self) -> String {
        match &self.fault {
            Fault::Syntax => {
                "write the address block, the zone and the group: 10.10.1.0/24 2:us-east-1b public".to_owned()
            }
            Fault::Zone => "zones count from 1, with the name after a colon: 2:us-east-1b".to_owned(),
            Fault::Cidr(error) => error.hint(),
            Fault::Ipv6 => "write the number of one of 256 blocks in hexadecimal, ::0 to ::ff".to_owned(),
            Fault::Ipv6Twice => "every subnet has an IPv6 block of its own".to_owned(),
            Fault::NoVpc => "put the construct path of the VPC above it: [stack/vpc]".to_owned(),
            Fault::Twice => "a subnet has one block: keep the line of the deployed one".to_owned(),
        }
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, text, fault } = self;
        write!(f, "line {line} of the address ledger ")?;
        match fault {
            Fault::Syntax => write!(f, "is not an entry: `{text}`"),
            Fault::Zone => write!(f, "does not number its zone: `{text}`"),
            Fault::Cidr(error) => write!(f, "has no address block: {error}"),
            Fault::Ipv6 => write!(f, "has no number of an IPv6 block: `{text}`"),
            Fault::Ipv6Twice => write!(f, "gives an IPv6 block to a second subnet: `{text}`"),
            Fault::NoVpc => write!(f, "stands before the first VPC: `{text}`"),
            Fault::Twice => write!(f, "is a second one for its subnet: `{text}`"),
        }
    }
}

impl std::error::Error for LedgerError {}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
[net/vpc]
10.10.0.0/24         1             public
10.10.1.0/24    ::a  2:us-east-1b  public
10.10.128.0/17       1             two words

[other]
10.0.0.0/16  12  app

[net/addresses] ranges
10.10.0.16/28  1  user
10.10.0.32/28  1  user
10.10.1.16/28  2  user plane
";

    #[test]
    fn a_ledger_prints_as_it_was_read() {
        assert_eq!(Ledger::parse(TEXT).unwrap().to_string(), TEXT);
    }

    #[test]
    fn ranges_of_a_plan_are_not_pins_of_a_vpc() {
        let mut ledger = Ledger::parse(TEXT).unwrap();
        assert_eq!((ledger.pins("net/addresses").len(), ledger.ranges("net/addresses").len()), (0, 3));
        let first = ledger.ranges("net/addresses")[0].clone();
        ledger.pin_range("net/addresses", first);
        assert_eq!(ledger.to_string(), TEXT, "a range that is there is not put down again");
    }

    #[test]
    fn the_lines_of_a_vpc_may_stand_apart() {
        let text = "# kept by hand\n[v]\n10.0.0.0/24 1 a\n[w]\n\n[v]\n10.0.1.0/24 2 a\n";
        assert_eq!(Ledger::parse(text).unwrap().section("v"), "[v]\n10.0.0.0/24  1  a\n10.0.1.0/24  2  a\n");
    }

    #[test]
    fn entries_are_kept_in_the_order_of_their_addresses() {
        let shuffled = "[v]\n10.0.2.0/24 1 c\n10.0.0.0/24 1 a\n10.0.1.0/24 1 b";
        let ledger = Ledger::parse(shuffled).unwrap();
        assert_eq!(ledger.pins("v").iter().map(|pin| pin.group.as_str()).collect::<String>(), "abc");
        assert!(ledger.pins("w").is_empty());
    }

    #[test]
    fn every_bad_line_is_reported() {
        let text = "10.0.0.0/24 1 a\n[v]\n10.0.0.0/24 0 a\n10.0.0.0/24 one a\n10.0.0.1/24 1 a\n10.0.0.0/24 1\n\
                    10.0.0.0/24 ::0 1 a\n10.0.1.0/24 1:b a\n10.0.2.0/24 ::100 1 b\n10.0.3.0/24 ::0 1 c\n";
        let errors: Vec<_> = Ledger::parse(text).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            [
                "line 1 of the address ledger stands before the first VPC: `10.0.0.0/24 1 a`",
                "line 3 of the address ledger does not number its zone: `10.0.0.0/24 0 a`",
                "line 4 of the address ledger does not number its zone: `10.0.0.0/24 one a`",
                "line 5 of the address ledger has no address block: the address of `10.0.0.1/24` is not the first one of its block",
                "line 6 of the address ledger is not an entry: `10.0.0.0/24 1`",
                "line 8 of the address ledger is a second one for its subnet: `10.0.1.0/24 1:b a`",
                "line 9 of the address ledger has no number of an IPv6 block: `10.0.2.0/24 ::100 1 b`",
                "line 10 of the address ledger gives an IPv6 block to a second subnet: `10.0.3.0/24 ::0 1 c`",
            ]
        );
    }
}
