//! Which addresses of a network are whose.

use std::net::Ipv4Addr;

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
    /// The blocks of the VPC, the primary one first, with its subnets in them.
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
    pub first: Ipv4Addr,
    /// The last one.
    pub last: Ipv4Addr,
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
    pub fn addresses(&self) -> u64 {
        u64::from(self.last.to_bits()) + 1 - u64::from(self.first.to_bits())
    }

    /// As CIDR notation has it, or as two addresses where it has no word for it.
    pub fn range(&self) -> String {
        let (first, count) = (self.first, self.addresses());
        match count.is_power_of_two() && u64::from(first.to_bits()).is_multiple_of(count) {
            true => format!("{first}/{}", 32 - count.ilog2()),
            false => format!("{first} - {}", self.last),
        }
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
        let range = |first: [u8; 4], last: [u8; 4]| {
            let source = Source { file: "main.rs".into(), line: 1, column: 1 };
            let (first, last) = (first.into(), last.into());
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
        assert_eq!(range([10, 0, 0, 16], [10, 0, 0, 31]), ("10.0.0.16/28".to_owned(), 16));
        assert_eq!(range([10, 0, 0, 8], [10, 0, 0, 23]), ("10.0.0.8 - 10.0.0.23".to_owned(), 16));
        assert_eq!(range([10, 0, 0, 4], [10, 0, 0, 15]), ("10.0.0.4 - 10.0.0.15".to_owned(), 12));
        assert_eq!(range([10, 0, 0, 7], [10, 0, 0, 7]), ("10.0.0.7/32".to_owned(), 1));
        assert_eq!(range([0; 4], [255; 4]), ("0.0.0.0/0".to_owned(), 1 << 32));
    }
}
