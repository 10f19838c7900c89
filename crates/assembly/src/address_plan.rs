//! Which addresses of a network are whose.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::Source;

/// The addresses of a VPC, and of what it is connected to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressPlan {
    /// The path of the plan.
    pub path: String,
    /// Where the program makes it.
    pub source: Source,
    /// The path of the VPC.
    pub vpc: String,
    /// The blocks of the VPC, the primary one first and those of IPv6 last, with its subnets in them. A subnet with
    /// addresses of both families is in a block of each.
    pub blocks: Vec<AddressBlock>,
    /// What shares no address with the VPC: the addresses of services and of other networks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub neighbours: Vec<AddressBlock>,
    /// What nodes have, and what is to run on them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub capacities: Vec<Capacity>,
}

/// What addresses are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AddressUse {
    /// A block of the VPC.
    Vpc,
    /// A subnet.
    Subnet,
    /// Those that AWS keeps of each subnet.
    Aws,
    /// Those that AWS gives network interfaces.
    Interfaces,
    /// Those of pods, which network interfaces of nodes have as prefixes.
    Prefixes,
    /// Those of pods, which the cluster hands out.
    Pool,
    /// Those of pods, which pods name.
    Named,
    /// Those of Kubernetes services.
    Services,
    /// Another network's.
    Peer,
}

/// Addresses that follow one another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressBlock {
    /// The first one.
    pub first: IpAddr,
    /// The last one, which is of the same family.
    pub last: IpAddr,
    /// What they are for.
    #[serde(rename = "use")]
    pub usage: AddressUse,
    /// The name of the group of subnets, the network, the cluster or the peer; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The zone: its number, counted from 1, or its name where that is known. Absent where it is none's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// The path of the construct they belong to.
    pub path: String,
    /// Where the program says so.
    pub source: Source,
    /// How many are needed; absent where that is not planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need: Option<Need>,
    /// What they are divided into, by address. What no part covers is free.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<AddressBlock>,
}

impl AddressBlock {
    /// How many addresses there are.
    pub fn addresses(&self) -> u128 {
        number(self.last).saturating_sub(number(self.first)).saturating_add(1)
    }

    /// The place of the first one among all addresses of its family, from 0.
    pub fn number(&self) -> u128 {
        number(self.first)
    }

    /// As CIDR notation has it, or as two addresses where it has no word for it.
    pub fn range(&self) -> String {
        let (first, last) = (number(self.first), number(self.last));
        let (differing, bits) = (first ^ last, if self.first.is_ipv4() { 32 } else { 128 });
        let is_block = differing & differing.wrapping_add(1) == 0 && first & differing == 0;
        match is_block {
            true => format!("{}/{}", self.first, bits - differing.count_ones()),
            false => format!("{} - {}", self.first, self.last),
        }
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// How many addresses are needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// With the fewest nodes.
    pub now: u64,
    /// With the most nodes.
    pub most: u64,
    /// With the nodes that the plan keeps room for besides.
    pub grown: u64,
    /// How many there are for it, in all the blocks of this use together.
    pub of: u64,
}

/// What nodes have, and what is to run on them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// The name of the nodes.
    pub nodes: String,
    /// What is counted, such as `interfaces of a node`.
    pub what: String,
    /// How much of it is used.
    pub used: u64,
    /// How much there is.
    pub of: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_written_as_people_write_them() {
        let range = |first: &str, last: &str| {
            let source = Source { file: "main.rs".into(), line: 1, column: 1 };
            let [first, last] = [first, last].map(|address| address.parse().unwrap());
            let (usage, name, path) = (AddressUse::Pool, String::new(), String::new());
            let block = AddressBlock {
                first,
                last,
                usage,
                name,
                zone: None,
                path,
                source,
                need: None,
                parts: Vec::new(),
            };
            (block.range(), block.addresses())
        };
        assert_eq!(range("10.0.0.16", "10.0.0.31"), ("10.0.0.16/28".to_owned(), 16));
        assert_eq!(range("10.0.0.8", "10.0.0.23"), ("10.0.0.8 - 10.0.0.23".to_owned(), 16));
        assert_eq!(range("10.0.0.4", "10.0.0.15"), ("10.0.0.4 - 10.0.0.15".to_owned(), 12));
        assert_eq!(range("10.0.0.7", "10.0.0.7"), ("10.0.0.7/32".to_owned(), 1));
        assert_eq!(range("0.0.0.0", "255.255.255.255"), ("0.0.0.0/0".to_owned(), 1 << 32));
        let last = "2001:db8::1:ffff:ffff:ffff";
        assert_eq!(range("2001:db8::1:0:0:0", last), ("2001:db8:0:0:1::/80".to_owned(), 1 << 48));
        assert_eq!(range("2001:db8::4", "2001:db8::5"), ("2001:db8::4/127".to_owned(), 2));
        assert_eq!(range("2001:db8::5", "2001:db8::6"), ("2001:db8::5 - 2001:db8::6".to_owned(), 2));
        let whole = range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
        assert_eq!(whole, ("::/0".to_owned(), u128::MAX), "there is no number for one more");
    }
}
