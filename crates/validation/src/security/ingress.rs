//! What the whole internet can reach.

use stackwright_cfn::{Map, Resource};

use crate::known::texts_of;
use crate::ports::rules;
use crate::{About, Document, Finding, Way};

const PUBLIC: About = About::new(
    "public-ingress",
    "ports of administration and databases that the whole internet reaches are found and attacked within minutes",
);

pub(super) const ABOUT: &[About] = &[PUBLIC];

/// Ports that are for those who run a system, not for those who use it.
const INNER: [(u16, &str); 26] = [
    (20, "ftp"),
    (21, "ftp"),
    (22, "ssh"),
    (23, "telnet"),
    (135, "rpc"),
    (139, "smb"),
    (445, "smb"),
    (1433, "sql server"),
    (1521, "oracle"),
    (2049, "nfs"),
    (2375, "docker"),
    (2376, "docker"),
    (2379, "etcd"),
    (2380, "etcd"),
    (3306, "mysql"),
    (3389, "rdp"),
    (5432, "postgres"),
    (5900, "vnc"),
    (5985, "winrm"),
    (5986, "winrm"),
    (6379, "redis"),
    (9200, "elasticsearch"),
    (9300, "elasticsearch"),
    (10250, "kubelet"),
    (11211, "memcached"),
    (27017, "mongodb"),
];

pub(super) fn check<'n>(document: &Document<'n>, id: &str, resource: &'n Resource, found: &mut Vec<Finding>) {
    rules(document, (id, resource), &["SecurityGroupIngress"], &mut |map, way| {
        rule(document, map, way, found);
    });
}

fn rule<'n>(document: &Document<'n>, rule: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let Some(what) = reached(document, rule) else { return };
    for key in ["CidrIp", "CidrIpv6"] {
        for block in texts_of(document, rule, key) {
            if is_everywhere(&block) {
                let message = format!("the whole internet ({block}) can reach {what}");
                let finding = PUBLIC.warning(message).value(block);
                let hint = "name the blocks that need it, or reach it by Session Manager or a load balancer";
                found.push(Finding::new(way.key(key).place(), finding.hint(hint)));
            }
        }
    }
}

/// Whether a block has every address of its family.
pub(super) fn is_everywhere(block: &str) -> bool {
    block.trim().parse::<ipnet::IpNet>().is_ok_and(|block| block.prefix_len() == 0)
}

/// What of the ports of a rule nobody outside should reach, in words.
fn reached<'n>(document: &Document<'n>, rule: &'n Map) -> Option<String> {
    let protocol = texts_of(document, rule, "IpProtocol").pop()?;
    match &*protocol {
        "-1" => return Some("every port".to_owned()),
        "tcp" | "6" | "udp" | "17" => {}
        _ => return None,
    }
    let port = |key| texts_of(document, rule, key).pop()?.parse::<i64>().ok();
    let (from, to) = (port("FromPort")?, port("ToPort")?);
    if from <= 0 && to >= 65_535 || (from, to) == (-1, -1) {
        return Some(format!("every {protocol} port"));
    }
    let inner = INNER.iter().filter(|(number, _)| (from..=to).contains(&i64::from(*number)));
    let inner: Vec<String> = inner.map(|(number, name)| format!("{number} ({name})")).collect();
    match inner.as_slice() {
        [] => None,
        [one] => Some(format!("port {one}")),
        [first, ..] => Some(format!("ports {from} to {to}, among them {first}")),
    }
}
