//! Address blocks that are known before a deployment, wherever a network resource has one.

use ipnet::IpNet;
use stackwright_assembly::Diagnostic;
use stackwright_cfn::Node;

use crate::known::given;
use crate::view::View;
use crate::walk::{walk, walk_map};
use crate::{Document, Finding, Section, Way};

/// What is wrong with the address blocks of resources, at any depth.
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
                !is_block(way.name()) || look(document, node, way, found)
            });
        }
    }
}

/// Looks at what a block comes to; `true` where it is a list or a map, in which there may be blocks.
fn look<'n>(document: &Document<'n>, node: &'n Node, way: &Way<'_>, found: &mut Vec<Finding>) -> bool {
    match View::of(document, node) {
        View::Literal(Node::List(_) | Node::Map(_)) => return true,
        View::Literal(Node::Text(text)) => found.extend(problem(text, way)),
        View::Folded(Node::Text(text)) => found.extend(problem(&text, way)),
        View::Either(then, otherwise) => {
            let call = way.key("Fn::If");
            for (arm, way) in [(then, call.index(1)), (otherwise, call.index(2))] {
                walk(arm, &way, &mut |node, way| look(document, node, way, found));
            }
        }
        View::Parameter(id) => {
            for (value, what) in given(document, id) {
                let finding = value.as_str().and_then(|text| problem(text, way));
                found.extend(finding.map(|finding| finding.of_parameter(what, id)));
            }
        }
        _ => {}
    }
    false
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

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(properties: &str, expected: &[&str]) {
        let head =
            "Parameters: {Bad: {Type: String, Default: 10.0.0.0/40}, Good: {Type: String, Default: ''},
                                 One: {Type: String, AllowedValues: [10.0.0.0/8, x]}}";
        let resource = format!("Resources: {{A: {{Type: 'AWS::EC2::VPC', Properties: {{{properties}}}}}}}");
        testing::check(super::check, &format!("{{{head}, {resource}}}"), expected);
    }

    #[test]
    fn blocks_are_looked_at_in_whatever_way_they_are_known() {
        let bad = ["invalid-cidr A.CidrBlock"];
        for good in ["10.0.0.0/8", "{Ref: Good}", "{'Fn::Sub': '${Good}/33'}", "{'Fn::ImportValue': x}"] {
            check(&format!("CidrBlock: {good}"), &[]);
        }
        check("CidrBlock: 10.0.0.0/33", &bad);
        check("CidrBlock: 10.0.0.1/24", &["cidr-host-bits A.CidrBlock"]);
        check("CidrBlock: {'Fn::Sub': ['10.0.0.0/${n}', {n: 33}]}", &bad);
        check("CidrBlock: {'Fn::Join': [/, [10.0.0.0, 33]]}", &bad);
        check("CidrBlock: {Ref: Bad}", &bad);
        check("CidrBlock: {Ref: One}", &bad);
        check(
            "CidrBlock: {'Fn::If': [C, 10.0.0.0/8, {'Fn::If': [D, x, 10.0.0.0/16]}]}",
            &["invalid-cidr A.CidrBlock.Fn::If.2.Fn::If.1"],
        );
        check(
            "Rules: [{CidrIp: x}, {Cidrs: [10.0.0.0/8, {Cidr: y}]}]",
            &["invalid-cidr A.Rules.0.CidrIp", "invalid-cidr A.Rules.1.Cidrs.1.Cidr"],
        );
    }
}
