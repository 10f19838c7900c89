//! Ways out of VPCs, and which subnets take them.

use super::subnet::{subnets, vpc_of};
use super::{named, outside};
use crate::picture::Picture;
use crate::program::{Part, Program, shape_id};
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};

/// Gateways of VPCs: the type, the property that names the VPC, and what people call it.
const GATEWAYS: [(&str, &str); 6] = [
    ("AWS::EC2::InternetGateway", "internet gateway"),
    ("AWS::EC2::EgressOnlyInternetGateway", "egress-only gateway"),
    ("AWS::EC2::VPNGateway", "VPN gateway"),
    ("AWS::EC2::CarrierGateway", "carrier gateway"),
    ("AWS::EC2::TransitGatewayAttachment", "transit gateway"),
    ("AWS::EC2::VPCPeeringConnection", "peering"),
];

/// What a route may name as its target.
const TARGETS: [&str; 10] = [
    "GatewayId",
    "NatGatewayId",
    "EgressOnlyInternetGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "VpcEndpointId",
    "NetworkInterfaceId",
    "InstanceId",
    "CarrierGatewayId",
    "LocalGatewayId",
];

const DESTINATIONS: [&str; 3] =
    ["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"];

pub(super) fn add(program: &Program<'_>, picture: &mut Picture) {
    gateways(program, picture);
    for part in program.parts_of("AWS::EC2::NatGateway") {
        let within = subnets(program, part.stack, part.get("SubnetId"), None, picture).pop();
        let shape = Shape { within, ..program.shape(part, ShapeKind::Nat) };
        picture.add(Shape { name: "NAT gateway".to_owned(), ..shape });
    }
    let endpoints = endpoints(program, picture);
    let tables = tables(program);
    let attachments: Vec<Part<'_>> = program.parts_of("AWS::EC2::TransitGatewayAttachment").collect();
    for part in program.parts_of("AWS::EC2::Route") {
        routes(program, part, &tables, &attachments, picture);
    }
    for (endpoint, table) in endpoints {
        for (_, subnet) in tables.iter().filter(|(of, _)| *of == table) {
            let arrow = Arrow::new(&**subnet, &*endpoint, ArrowKind::Route);
            let service = picture.shape(&endpoint).map(|shape| shape.name.clone()).unwrap_or_default();
            picture.link(arrow.label(service));
        }
    }
}

fn gateways(program: &Program<'_>, picture: &mut Picture) {
    for (type_name, words) in GATEWAYS {
        for part in program.parts_of(type_name) {
            let shape = program.shape(part, ShapeKind::Gateway);
            let attached = program.parts_of("AWS::EC2::VPCGatewayAttachment").filter(|attachment| {
                let gateways = ["InternetGatewayId", "VpnGatewayId"];
                let mut gateways = gateways.iter().filter_map(|key| attachment.get(key));
                gateways.any(|gateway| named(program, attachment.stack, gateway) == shape.id)
            });
            let vpc = std::iter::once(part)
                .chain(attached)
                .find_map(|part| part.get("VpcId").map(|vpc| named(program, part.stack, vpc)));
            let vpc = vpc.filter(|vpc| picture.shape(vpc).is_some());
            picture.add(Shape { name: words.to_owned(), within: vpc, ..shape });
        }
    }
}

/// Adds the endpoints of VPCs; gives those that route tables lead to, with these.
fn endpoints(program: &Program<'_>, picture: &mut Picture) -> Vec<(String, String)> {
    let mut tables = Vec::new();
    for part in program.parts_of("AWS::EC2::VPCEndpoint") {
        let vpc = part.get("VpcId").map(|vpc| named(program, part.stack, vpc));
        if let Some(vpc) = &vpc
            && picture.shape(vpc).is_none()
        {
            picture.add(outside(vpc, ShapeKind::Vpc));
        }
        let shape = program.shape(part, ShapeKind::Endpoint);
        let id = shape.id.clone();
        let service = part.get("ServiceName").map(|name| program.text(part.stack, name));
        let name = service.as_deref().map_or(&*shape.name, service_name).to_owned();
        picture.add(Shape { name, within: vpc.clone(), ..shape });
        for subnet in subnets(program, part.stack, part.get("SubnetIds"), vpc.as_deref(), picture) {
            picture.link(Arrow::new(&*id, subnet, ArrowKind::RunsIn));
        }
        let list = part.get("RouteTableIds").map_or(&[][..], |list| program.items(list));
        tables.extend(list.iter().map(|table| (id.clone(), named(program, part.stack, table))));
    }
    tables
}

/// `ecr.api` of `com.amazonaws.eu-west-1.ecr.api`.
fn service_name(service: &str) -> &str {
    let mut parts = service.splitn(4, '.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("com"), Some("amazonaws"), Some(_), Some(name)) => name,
        _ => service,
    }
}

/// Which route table is which subnet's.
fn tables(program: &Program<'_>) -> Vec<(String, String)> {
    let associations = program.parts_of("AWS::EC2::SubnetRouteTableAssociation");
    let table = |part: Part<'_>| {
        let table = named(program, part.stack, part.get("RouteTableId")?);
        Some((table, named(program, part.stack, part.get("SubnetId")?)))
    };
    associations.filter_map(table).collect()
}

/// Adds an arrow for each subnet whose table the route is in.
fn routes(
    program: &Program<'_>,
    part: Part<'_>,
    tables: &[(String, String)],
    attachments: &[Part<'_>],
    picture: &mut Picture,
) {
    let Some(table) = part.get("RouteTableId").map(|table| named(program, part.stack, table)) else { return };
    let destination = DESTINATIONS.iter().find_map(|key| part.get(key));
    let destination = destination.map(|node| program.text(part.stack, node)).unwrap_or_default();
    let Some(target) = TARGETS.iter().find_map(|key| part.get(key)) else { return };
    let target = named(program, part.stack, target);
    for (_, subnet) in tables.iter().filter(|(of, _)| *of == table) {
        let target = attachment(program, attachments, &target, vpc_of(picture, subnet))
            .unwrap_or_else(|| target.clone());
        if picture.shape(&target).is_none() {
            let vpc = vpc_of(picture, subnet);
            let shape = match target.split_once('/') {
                // A transit gateway of the app is not drawn itself, and others have only an id.
                Some((stack, id)) => Shape::new(&*target, ShapeKind::Gateway, id).property("stack", stack),
                None => outside(&target, ShapeKind::Gateway),
            };
            picture.add(Shape { within: vpc, ..shape });
        }
        picture.link(Arrow::new(&**subnet, target, ArrowKind::Route).label(&*destination));
    }
}

/// The attachment by which a VPC reaches a transit gateway.
fn attachment(
    program: &Program<'_>,
    attachments: &[Part<'_>],
    target: &str,
    vpc: Option<String>,
) -> Option<String> {
    let vpc = vpc?;
    let found = attachments.iter().find(|part| {
        let is = |key: &str, id: &str| part.get(key).is_some_and(|it| named(program, part.stack, it) == id);
        is("TransitGatewayId", target) && is("VpcId", &vpc)
    })?;
    Some(shape_id(&program.stacks[found.stack].deployable.name, found.id))
}

#[cfg(test)]
mod tests {
    use super::service_name;

    #[test]
    fn services_are_called_as_people_call_them() {
        assert_eq!(service_name("com.amazonaws.${AWS::Region}.ecr.api"), "ecr.api");
        assert_eq!(service_name("com.amazonaws.vpce.eu-west-1.vpce-svc-0a"), "eu-west-1.vpce-svc-0a");
        assert_eq!(service_name("example"), "example");
    }
}
