//! The ledger of subnet addresses: a checked-in text file that keeps every subnet where it was first put.
//!
//! Without it, adding a zone or a group to a VPC shifts the subnets that come later, which means that they are
//! replaced, and that the deployment fails because their new addresses are still in use. With it, what is there stays
//! and what is new is appended.
//!
//! A line holds the address block, the number of the zone with its name where that is known, and the group:
//!
//! ```text
//! [eks-cluster-vpc-stack-001/vpc]
//! 10.10.0.0/24  1             public
//! 10.10.1.0/24  2:us-east-1b  public
//! ```
//!
//! ```
//! use stackwright_constructs::cidr;
//! use stackwright_constructs::ec2::allocation::{Group, Plan, SubnetSize, Zone, allocate};
//! use stackwright_constructs::ec2::ledger::Ledger;
//!
//! let mut ledger = Ledger::parse("[net/vpc]\n10.10.0.0/24 1 public\n10.10.1.0/24 1 app\n")?;
//! let group = |name: &str| Group { name: name.to_owned(), size: SubnetSize::Prefix(24), reserved: false };
//! let (groups, zones) = ([group("public"), group("app")], [Zone::Nth, Zone::Nth]);
//! let pins = ledger.pins("net/vpc").to_vec();
//! let plan = Plan { network: cidr!("10.10.0.0/16"), groups: &groups, zones: &zones, pins: &pins };
//! ledger.record("net/vpc", &plan, &allocate(&plan).unwrap());
//!
//! assert_eq!(ledger.pins("net/vpc")[2].to_string(), "subnet 2 of group `public` is pinned to 10.10.2.0/24");
//! # Ok::<(), Vec<stackwright_constructs::ec2::ledger::LedgerError>>(())
//! ```

use std::collections::BTreeMap;
use std::fmt;

use super::allocation::{Block, Pin, Plan, Zone};
use super::cidr::{Cidr, CidrError};

/// The pins of every VPC of an app, by the construct path of the VPC. It prints as the text of the file; such texts may
/// be appended to one another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Sorted by address, so that the file is a map of the network and a new subnet is one new line.
    vpcs: BTreeMap<String, Vec<Pin>>,
}

impl Ledger {
    /// Reads the text of the file. Empty lines and lines that begin with `#` are skipped.
    ///
    /// # Errors
    ///
    /// Every line that is not understood, and every second line for the same subnet.
    pub fn parse(text: &str) -> Result<Self, Vec<LedgerError>> {
        let mut ledger = Self::default();
        let mut errors = Vec::new();
        let mut vpc = None;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(path) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                vpc = Some(path.to_owned());
                continue;
            }
            let read = vpc.as_ref().ok_or(Fault::NoVpc).and_then(|vpc| ledger.insert(vpc, pin(line)?));
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

    /// Pins what was allocated for the VPC with this construct path. What is pinned already stays, and learns the name
    /// of its zone if that is known now.
    pub fn record(&mut self, vpc: &str, plan: &Plan<'_>, blocks: &[Block]) {
        if blocks.is_empty() {
            return;
        }
        let pins = self.vpcs.entry(vpc.to_owned()).or_default();
        for block in blocks {
            let group = &plan.groups[block.group].name;
            let zone_name = match &plan.zones[block.zone] {
                Zone::Named(name) => Some(name.clone()),
                Zone::Nth | Zone::Reserved => None,
            };
            match pins.iter_mut().find(|pin| pin.group == *group && pin.zone == block.zone) {
                Some(pin) => pin.zone_name = pin.zone_name.take().or(zone_name),
                None => {
                    pins.push(Pin { group: group.clone(), zone: block.zone, zone_name, cidr: block.cidr })
                }
            }
        }
        pins.sort_by_key(|pin| pin.cidr);
    }

    fn insert(&mut self, vpc: &str, pin: Pin) -> Result<(), Fault> {
        let pins = self.vpcs.entry(vpc.to_owned()).or_default();
        if pins.iter().any(|other| other.group == pin.group && other.zone == pin.zone) {
            return Err(Fault::Twice);
        }
        let at = pins.partition_point(|other| other.cidr <= pin.cidr);
        pins.insert(at, pin);
        Ok(())
    }
}

/// The pins of a plan that none of its subnets asks for. Their space stays taken until their lines are deleted.
pub fn stale<'a>(plan: &Plan<'a>) -> impl Iterator<Item = &'a Pin> {
    let Plan { groups, zones, pins, .. } = *plan;
    pins.iter()
        .filter(move |pin| pin.zone >= zones.len() || groups.iter().all(|group| group.name != pin.group))
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (vpc, pins)) in self.vpcs.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            writeln!(f, "{gap}[{vpc}]")?;
            let zone = |pin: &Pin| match &pin.zone_name {
                Some(name) => format!("{}:{name}", pin.zone + 1),
                None => (pin.zone + 1).to_string(),
            };
            let width = pins.iter().map(|pin| zone(pin).len()).max().unwrap_or_default();
            for pin in pins {
                writeln!(f, "{:18}  {:width$}  {}", pin.cidr, zone(pin), pin.group)?;
            }
        }
        Ok(())
    }
}

/// Reads a line such as `10.10.1.0/24 2:us-east-1b public`. The group is the rest of the line, for it may have spaces.
fn pin(line: &str) -> Result<Pin, Fault> {
    let (cidr, rest) = line.split_once(char::is_whitespace).ok_or(Fault::Syntax)?;
    let (zone, group) = rest.trim_start().split_once(char::is_whitespace).ok_or(Fault::Syntax)?;
    let (number, zone_name) = match zone.split_once(':') {
        Some((number, name)) => (number, Some(name.to_owned())),
        None => (zone, None),
    };
    let zone = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1)).ok_or(Fault::Zone)?;
    Ok(Pin {
        group: group.trim_start().to_owned(),
        zone,
        zone_name,
        cidr: Cidr::new(cidr).map_err(Fault::Cidr)?,
    })
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
            Fault::NoVpc => "put the construct path of the VPC above it: [stack/vpc]".to_owned(),
            Fault::Twice => "a subnet has one block: keep the line of the deployed one".to_owned(),
        }
    }
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, text, fault } = self;
        match fault {
            Fault::Syntax => write!(f, "line {line} of the address ledger is not an entry: `{text}`"),
            Fault::Zone => write!(f, "line {line} of the address ledger does not number its zone: `{text}`"),
            Fault::Cidr(error) => write!(f, "line {line} of the address ledger: {error}"),
            Fault::NoVpc => {
                write!(f, "line {line} of the address ledger stands before the first VPC: `{text}`")
            }
            Fault::Twice => {
                write!(f, "line {line} of the address ledger is a second one for its subnet: `{text}`")
            }
        }
    }
}

impl std::error::Error for LedgerError {}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
[net/vpc]
10.10.0.0/24        1             public
10.10.1.0/24        2:us-east-1b  public
10.10.128.0/17      1             two words

[other]
10.0.0.0/16         12  app
";

    #[test]
    fn a_ledger_prints_as_it_was_read() {
        assert_eq!(Ledger::parse(TEXT).unwrap().to_string(), TEXT);
    }

    #[test]
    fn a_text_may_go_on_with_a_vpc_from_before() {
        let ledger =
            Ledger::parse("# kept by hand\n[v]\n10.0.0.0/24 1 a\n[w]\n\n[v]\n10.0.1.0/24 2 a\n").unwrap();
        assert_eq!(ledger.to_string(), "[v]\n10.0.0.0/24         1  a\n10.0.1.0/24         2  a\n");
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
                    10.0.0.0/24 1 a\n10.0.1.0/24 1:b a\n";
        let errors: Vec<_> = Ledger::parse(text).unwrap_err().iter().map(ToString::to_string).collect();
        assert_eq!(
            errors,
            [
                "line 1 of the address ledger stands before the first VPC: `10.0.0.0/24 1 a`",
                "line 3 of the address ledger does not number its zone: `10.0.0.0/24 0 a`",
                "line 4 of the address ledger does not number its zone: `10.0.0.0/24 one a`",
                "line 5 of the address ledger: the address of `10.0.0.1/24` is not the first one of its block",
                "line 6 of the address ledger is not an entry: `10.0.0.0/24 1`",
                "line 8 of the address ledger is a second one for its subnet: `10.0.1.0/24 1:b a`",
            ]
        );
    }
}
