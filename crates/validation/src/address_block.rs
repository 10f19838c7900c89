//! Address blocks that are written as text, wherever a network resource has one.

use ipnet::IpNet;
use stackwright_assembly::Diagnostic;
use stackwright_cfn::Node;

use crate::walk::walk_map;
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
            let element = Way::to(Section::Resource, id);
            walk_map(&resource.properties, &element.key("Properties"), &mut |node, way| {
                if let Node::Text(text) = node
                    && is_block(way.name())
                {
                    found.extend(problem(text, way));
                }
                true
            });
        }
    }
}

const ALLOWED: &str = "an address and a prefix length, such as 10.0.0.0/16 or 2001:db8::/56";

/// Whether this family looks at the texts of a property.
pub(crate) fn is_looked_at(type_name: &str, property: &str) -> bool {
    let is_network = type_name.starts_with("AWS::EC2::") || type_name.starts_with("AWS::EKS::");
    is_network && is_block(property)
}

fn is_block(property: &str) -> bool {
    let endings = ["Cidr", "Cidrs", "CidrBlock", "CidrBlocks", "CidrIp", "CidrIpv6"];
    endings.iter().any(|ending| property.ends_with(ending))
}

/// What is wrong with an address block.
fn problem(text: &str, way: &Way<'_>) -> Option<Finding> {
    let property = way.name();
    let finding = match text.parse::<IpNet>() {
        Err(_) => invalid(property, text),
        Ok(block) if block.trunc() != block => {
            let meant = block.trunc();
            let message =
                format!("{property} {text:?} has address bits beyond its prefix: AWS makes it {meant}");
            let warning = Diagnostic::warning("cidr-host-bits", message).value(text).allowed(ALLOWED);
            warning.hint(format!("write {meant}"))
        }
        Ok(_) => return None,
    };
    Some(Finding::new(way.place(), finding))
}

/// That a text is no address block, or one of the other kind.
pub(crate) fn invalid(property: &str, text: &str) -> Diagnostic {
    let message = match text.parse::<IpNet>() {
        Ok(IpNet::V4(_)) => format!("{property} {text:?} is a block of IPv4: allowed is one of IPv6"),
        Ok(IpNet::V6(_)) => format!("{property} {text:?} is a block of IPv6: allowed is one of IPv4"),
        Err(_) => format!("{property} {text:?} is not an address block: allowed is {ALLOWED}"),
    };
    Diagnostic::error("invalid-cidr", message).value(text).allowed(ALLOWED)
}
