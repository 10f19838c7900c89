//! Address blocks that are written as text, wherever a network resource has one.

use ipnet::IpNet;
use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node};

use crate::{Document, Finding, Section, Way};

/// What is wrong with the literal address blocks of resources, at any depth.
///
/// AWS takes a block whose address has bits beyond the prefix, but makes another of it; that is a warning.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html>
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        let type_name = resource.type_name.as_str();
        if type_name.starts_with("AWS::EC2::") || type_name.starts_with("AWS::EKS::") {
            in_map(&resource.properties, &Way::to(Section::Resource, id).key("Properties"), found);
        }
    }
}

fn in_map(map: &Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    for (key, value) in map.iter() {
        let way = way.key(key);
        let is_block = ["Cidr", "Cidrs", "CidrBlock", "CidrBlocks", "CidrIp", "CidrIpv6"]
            .iter()
            .any(|ending| key.ends_with(ending));
        match value {
            Node::Text(text) if is_block => found.extend(problem(text, &way)),
            Node::Map(map) => in_map(map, &way, found),
            Node::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    let way = way.index(index);
                    match item {
                        Node::Text(text) if is_block => found.extend(problem(text, &way)),
                        Node::Map(map) => in_map(map, &way, found),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// What is wrong with an address block.
fn problem(text: &str, way: &Way<'_>) -> Option<Finding> {
    let property = way.name();
    let allowed = "an address and a prefix length, such as 10.0.0.0/16 or 2001:db8::/56";
    let finding = match text.parse::<IpNet>() {
        Err(_) => Diagnostic::error(
            "invalid-cidr",
            format!("{property} {text:?} is not an address block: allowed is {allowed}"),
        ),
        Ok(block) if block.trunc() != block => {
            let meant = block.trunc();
            Diagnostic::warning(
                "cidr-host-bits",
                format!("{property} {text:?} has address bits beyond its prefix: AWS makes it {meant}"),
            )
            .hint(format!("write {meant}"))
        }
        Ok(_) => return None,
    };
    Some(Finding::new(way.place(), finding.value(text).allowed(allowed)))
}
