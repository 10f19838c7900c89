//! Subnets of a VPC in one template, and ports of security groups.

use ipnet::IpNet;
use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node, Resource};

use crate::known::{items, texts_of};
use crate::{Document, Finding, Place, Section, Used, Way};

pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        match resource.type_name.as_str() {
            "AWS::EC2::VPC" => subnets(document, id, resource, found),
            "AWS::EC2::SecurityGroup" => {
                let element = Way::to(Section::Resource, id);
                let properties = element.key("Properties");
                for key in ["SecurityGroupIngress", "SecurityGroupEgress"] {
                    let list = properties.key(key);
                    for (index, map) in items(document, resource.properties.get(key)) {
                        let way = list.index(index.unwrap_or_default());
                        ports(document, map, if index.is_some() { &way } else { &list }, found);
                    }
                }
            }
            "AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress" => {
                let element = Way::to(Section::Resource, id);
                ports(document, &resource.properties, &element.key("Properties"), found);
            }
            _ => {}
        }
    }
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
        let place = |id: &str| Place::new(Section::Resource, id).at("Properties").at("CidrBlock");
        if let Some(blocks) = &blocks
            && !blocks.iter().any(|outer| outer.contains(&block))
        {
            let allowed = blocks.iter().map(IpNet::to_string).collect::<Vec<_>>().join(", ");
            let message =
                format!("subnet {block} is outside of its VPC {vpc:?}: allowed is a part of {allowed}");
            let finding = Diagnostic::error("subnet-outside-vpc", message);
            found.push(Finding::new(place(id), finding.value(block.to_string()).allowed(allowed)));
        }
        let overlaps = |(_, other): &&(&str, IpNet)| other.contains(&block) || block.contains(other);
        if let Some((first, other)) = before.iter().find(overlaps) {
            let message = format!("subnet {block} has addresses of subnet {other} of the same VPC");
            let finding = Diagnostic::error("overlapping-subnets", message).value(block.to_string());
            found.push(Finding::new(place(id), finding).related("the other subnet", place(first)));
        }
        before.push((id, block));
    }
}

/// The IPv4 block of a VPC or a subnet, where it is known.
fn literal(properties: &Map) -> Option<IpNet> {
    properties.get("CidrBlock").and_then(Node::as_str)?.parse().ok()
}

/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>
fn ports<'n>(document: &Document<'n>, rule: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let one = |key| match texts_of(document, rule, key).as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    };
    if !matches!(one("IpProtocol").as_deref(), Some("tcp" | "udp" | "6" | "17")) {
        return;
    }
    let number = |key: &str| texts_of(document, rule, key).first()?.parse::<i64>().ok();
    let (from, to) = (number("FromPort"), number("ToPort"));
    let allowed = "0 to 65535, the first not above the last";
    for (key, port) in [("FromPort", from), ("ToPort", to)] {
        if let Some(port) = port.filter(|port| !(-1..=65_535).contains(port)) {
            let message = format!("{key} is {port}: allowed are {allowed}");
            let finding = Diagnostic::error("invalid-port", message).value(port.to_string());
            found.push(Finding::new(way.key(key).place(), finding.allowed(allowed)));
            return;
        }
    }
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        let message = format!("FromPort is {from} and ToPort is {to}: allowed are {allowed}");
        let finding = Diagnostic::error("invalid-port", message).value(format!("{from} to {to}"));
        found.push(Finding::new(way.key("FromPort").place(), finding.allowed(allowed)));
    }
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
            &two("10.0.0.0/15", "10.9.1.0/24"),
            &["subnet-outside-vpc A.CidrBlock", "subnet-outside-vpc B.CidrBlock"],
        );
        check(&two("10.0.0.0/23", "10.0.1.0/24"), &["overlapping-subnets B.CidrBlock"]);
        check(&two("10.0.1.0/24", "10.0.0.0/23"), &["overlapping-subnets B.CidrBlock"]);
        check(&format!("{}, {more} 10.1.0.0/16}}}}", two("10.0.0.0/24", "10.1.0.0/24")), &[]);
        check(&format!("{}, {more} {{Ref: Block}}}}}}", two("10.0.0.0/24", "10.1.0.0/24")), &[]);
        check(&subnet("A", "10.1.0.0/24"), &[]);
    }

    #[test]
    fn ports_are_in_order_and_there() {
        let rule =
            |rule: &str| format!("A: {{Type: 'AWS::EC2::SecurityGroupIngress', Properties: {{{rule}}}}}");
        check(&rule("IpProtocol: tcp, FromPort: 80, ToPort: 443"), &[]);
        check(&rule("IpProtocol: icmp, FromPort: 8, ToPort: -1"), &[]);
        check(&rule("IpProtocol: tcp, FromPort: 443, ToPort: '80'"), &["invalid-port A.FromPort"]);
        check(&rule("IpProtocol: udp, FromPort: 1, ToPort: 65536"), &["invalid-port A.ToPort"]);
        check(&rule("IpProtocol: tcp, FromPort: {Ref: P}, ToPort: 80"), &[]);
    }
}
