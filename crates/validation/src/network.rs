//! Address blocks of VPCs and subnets: their sizes, and how they lie to each other.

use ipnet::IpNet;
use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node, Resource};

use crate::known::texts_of;
use crate::{Document, Finding, Place, Section, Used};

pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        size(document, id, resource, found);
        if resource.type_name == "AWS::EC2::VPC" {
            subnets(document, id, resource, found);
        }
    }
}

/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
fn size<'n>(document: &Document<'n>, id: &str, resource: &'n Resource, found: &mut Vec<Finding>) {
    if !["AWS::EC2::VPC", "AWS::EC2::VPCCidrBlock", "AWS::EC2::Subnet"].contains(&&*resource.type_name) {
        return;
    }
    for text in texts_of(document, &resource.properties, "CidrBlock") {
        let Ok(IpNet::V4(block)) = text.parse() else { continue };
        if !(16..=28).contains(&block.prefix_len()) {
            let allowed = "/16 to /28";
            let message = format!("CidrBlock is {text:?}: allowed are {allowed}");
            let finding = Diagnostic::error("invalid-cidr", message).value(text).allowed(allowed);
            found.push(Finding::new(of_block(id), finding));
        }
    }
}

fn of_block(id: &str) -> Place {
    Place::new(Section::Resource, id).at("Properties").at("CidrBlock")
}

/// Source: <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
fn subnets<'n>(document: &Document<'n>, vpc: &str, resource: &'n Resource, found: &mut Vec<Finding>) {
    let is_of_vpc = |resource: &'n Resource| {
        let used = resource.properties.get("VpcId").and_then(|node| document.follow(node));
        matches!(used, Some(Used { id, attribute: None | Some("VpcId") }) if id == vpc)
    };
    let of_type = |name: &'static str| {
        let all = document.resources().filter(move |(_, other)| other.type_name == *name);
        all.filter(move |(_, other)| is_of_vpc(other))
    };
    let more = of_type("AWS::EC2::VPCCidrBlock").map(|(_, block)| block);
    // A block that is not known may have anything in it.
    let blocks: Option<Vec<IpNet>> =
        [resource].into_iter().chain(more).map(|holder| literal(&holder.properties)).collect();
    let mut before: Vec<(&str, IpNet)> = Vec::new();
    for (id, subnet) in of_type("AWS::EC2::Subnet") {
        let Some(block) = literal(&subnet.properties) else { continue };
        if let Some(blocks) = &blocks
            && !blocks.iter().any(|outer| outer.contains(&block))
        {
            let allowed = blocks.iter().map(IpNet::to_string).collect::<Vec<_>>().join(", ");
            let message =
                format!("subnet {block} is outside of its VPC {vpc:?}: allowed is a part of {allowed}");
            let finding = Diagnostic::error("subnet-outside-vpc", message);
            found.push(Finding::new(of_block(id), finding.value(block.to_string()).allowed(allowed)));
        }
        let overlaps = |(_, other): &&(&str, IpNet)| other.contains(&block) || block.contains(other);
        if let Some((first, other)) = before.iter().find(overlaps) {
            let message = format!("subnet {block} has addresses of subnet {other} of the same VPC");
            let finding = Diagnostic::error("overlapping-subnets", message).value(block.to_string());
            found.push(Finding::new(of_block(id), finding).related("the other subnet", of_block(first)));
        }
        before.push((id, block));
    }
}

/// The IPv4 block of a VPC or a subnet, where it is known.
fn literal(properties: &Map) -> Option<IpNet> {
    properties.get("CidrBlock").and_then(Node::as_str)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(resources: &str, expected: &[&str]) {
        testing::check(super::check, &format!("{{Resources: {{{resources}}}}}"), expected);
    }

    fn subnet(id: &str, block: &str) -> String {
        format!("{id}: {{Type: 'AWS::EC2::Subnet', Properties: {{VpcId: {{Ref: Vpc}}, CidrBlock: {block}}}}}")
    }

    #[test]
    fn subnets_are_within_their_vpc_and_apart() {
        let vpc = "Vpc: {Type: 'AWS::EC2::VPC', Properties: {CidrBlock: 10.0.0.0/16}}";
        let more = "More: {Type: 'AWS::EC2::VPCCidrBlock', Properties: {VpcId: {Ref: Vpc}, CidrBlock: ";
        let two = |one: &str, other: &str| format!("{vpc}, {}, {}", subnet("A", one), subnet("B", other));
        check(&two("10.0.0.0/24", "10.0.1.0/24"), &[]);
        check(&two("10.0.0.0/24", "10.1.0.0/24"), &["subnet-outside-vpc B.CidrBlock"]);
        check(
            &two("10.1.0.0/16", "10.9.1.0/24"),
            &["subnet-outside-vpc A.CidrBlock", "subnet-outside-vpc B.CidrBlock"],
        );
        check(&two("10.0.0.0/23", "10.0.1.0/24"), &["overlapping-subnets B.CidrBlock"]);
        check(&two("10.0.1.0/24", "10.0.0.0/23"), &["overlapping-subnets B.CidrBlock"]);
        check(&format!("{}, {more} 10.1.0.0/16}}}}", two("10.0.0.0/24", "10.1.0.0/24")), &[]);
        check(&format!("{}, {more} {{Ref: Block}}}}}}", two("10.0.0.0/24", "10.1.0.0/24")), &[]);
        check(&subnet("A", "10.1.0.0/24"), &[]);
    }

    #[test]
    fn blocks_are_neither_too_large_nor_too_small() {
        let vpc = |block: &str| format!("A: {{Type: 'AWS::EC2::VPC', Properties: {{CidrBlock: {block}}}}}");
        for good in ["10.0.0.0/16", "10.0.0.0/28", "{Ref: Block}", "bad"] {
            check(&vpc(good), &[]);
        }
        check(&vpc("10.0.0.0/15"), &["invalid-cidr A.CidrBlock"]);
        check(&subnet("A", "10.0.0.0/29"), &["invalid-cidr A.CidrBlock"]);
    }
}
