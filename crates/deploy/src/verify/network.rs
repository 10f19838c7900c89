//! Networks that pods get further interfaces in, and the addresses these hand out.

use std::net::IpAddr;

use serde_json::Value;

use super::{Finding, Verdict, finding, subject};

pub(super) fn is_network(object: &Value) -> bool {
    let group = object["apiVersion"].as_str().and_then(|version| version.split('/').next());
    object["kind"] == "NetworkAttachmentDefinition" && group == Some("k8s.cni.cncf.io")
}

/// Whether a network is there, and is as its chart has it.
pub(super) fn present(object: &Value, live: Option<&Value>) -> Finding {
    let subject = subject(object);
    match live {
        None => finding(Verdict::Fails, subject, "it is not there"),
        Some(live) if live["spec"] != object["spec"] => {
            finding(Verdict::Fails, subject, "it is there, and is not as the chart has it: deploy the chart")
        }
        Some(_) => finding(Verdict::Holds, subject, "it is there"),
    }
}

/// A block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    first: IpAddr,
    prefix: u32,
}

impl Range {
    /// A block such as `10.10.4.0/24`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (first, prefix) = text.split_once('/')?;
        Some(Range { first: first.parse().ok()?, prefix: prefix.parse().ok()? })
    }

    pub(super) fn holds(self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let shift = 32_u32.saturating_sub(self.prefix);
                u64::from(first.to_bits()) >> shift == u64::from(address.to_bits()) >> shift
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let shift = 128_u32.saturating_sub(self.prefix);
                first.to_bits().checked_shr(shift) == address.to_bits().checked_shr(shift)
            }
            _ => false,
        }
    }
}

/// The subnets that the configuration of a network names; none where the node's own configuration has them.
pub(super) fn ranges(object: &Value) -> Vec<Range> {
    let config = object["spec"]["config"].as_str().unwrap_or_default();
    let config: Value = serde_json::from_str(config).unwrap_or_default();
    let mut found = Vec::new();
    collect(&config, &mut found);
    found
}

fn collect(config: &Value, found: &mut Vec<Range>) {
    match config {
        Value::Object(fields) => {
            for (field, value) in fields {
                match (field.as_str(), value.as_str()) {
                    // host-local names a subnet and may name a part of it; whereabouts has the part with its prefix.
                    ("subnet" | "range", Some(text)) => {
                        let text = text.split_once('-').map_or(text, |(_, end)| end);
                        found.extend(Range::parse(text));
                    }
                    // What a route leads to is no address of the network.
                    ("routes", _) => {}
                    _ => collect(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Range, ranges};

    #[test]
    fn a_block_holds_its_addresses() {
        let holds = |block: &str, address: &str| Range::parse(block).unwrap().holds(address.parse().unwrap());
        assert!(holds("10.10.4.0/24", "10.10.4.255") && !holds("10.10.4.0/24", "10.10.5.0"));
        assert!(holds("0.0.0.0/0", "10.10.4.1") && holds("10.10.4.1/32", "10.10.4.1"));
        assert!(holds("fd00:4::/64", "fd00:4::1") && !holds("fd00:4::/64", "fd00:5::1"));
        assert!(holds("::/0", "fd00:5::1") && !holds("::/0", "10.0.0.1"));
        assert_eq!(Range::parse("10.10.4.0"), None);
    }

    #[test]
    fn subnets_are_found_wherever_plugins_keep_them() {
        let count =
            |config: serde_json::Value| ranges(&json!({ "spec": { "config": config.to_string() } })).len();
        assert_eq!(
            count(json!({ "ipam": { "subnet": "10.0.0.0/24", "routes": [{ "subnet": "0.0.0.0/0" }] } })),
            1
        );
        assert_eq!(
            count(
                json!({ "plugins": [{ "ipam": { "ranges": [[{ "subnet": "10.0.0.0/24" }], [{ "subnet": "10.1.0.0/24" }]] } }] })
            ),
            2
        );
        assert_eq!(count(json!({ "ipam": { "range": "10.0.0.10-10.0.0.0/24" } })), 1);
        assert_eq!(count(json!({ "ipam": { "type": "static" } })), 0);
    }
}
