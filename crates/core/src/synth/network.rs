//! Address blocks that are written as text, wherever a network resource has one.

use ipnet::IpNet;
use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node, Resource};

/// What is wrong with the literal address blocks of a resource, at any depth.
///
/// AWS takes a block whose address has bits beyond the prefix, but makes another of it; that is a warning.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html>
pub(super) fn check(resource: &Resource) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let type_name = resource.type_name.as_str();
    if type_name.starts_with("AWS::EC2::") || type_name.starts_with("AWS::EKS::") {
        in_map(&resource.properties, &mut findings);
    }
    findings
}

fn in_map(map: &Map, findings: &mut Vec<Diagnostic>) {
    for (key, value) in map.iter() {
        let is_block = ["Cidr", "Cidrs", "CidrBlock", "CidrBlocks", "CidrIp", "CidrIpv6"]
            .iter()
            .any(|ending| key.ends_with(ending));
        match value {
            Node::Text(text) if is_block => findings.extend(problem(key, text)),
            Node::List(items) if is_block => {
                findings.extend(items.iter().filter_map(Node::as_str).filter_map(|text| problem(key, text)));
            }
            Node::List(items) => items.iter().filter_map(Node::as_map).for_each(|map| in_map(map, findings)),
            Node::Map(map) => in_map(map, findings),
            _ => {}
        }
    }
}

fn problem(property: &str, text: &str) -> Option<Diagnostic> {
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
    Some(finding.value(text).allowed(allowed))
}
