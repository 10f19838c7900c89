//! VPCs, their zones and their subnets.

use stackwright_cfn::{Function, Node};

use super::{named, number, outside};
use crate::picture::Picture;
use crate::program::{Part, Program, shape_id};
use crate::shape::{Shape, ShapeKind};

/// A VPC of which nothing is known but that something runs in it.
const UNKNOWN: &str = "(outside)/another VPC";

/// A zone: the number of it that the region tells, or its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Zone {
    Number(i64),
    Name(String),
    /// EC2 chooses one.
    Any,
    /// The app does not make the subnet.
    Unknown,
}

pub(super) fn add(program: &Program<'_>, picture: &mut Picture) {
    for part in program.parts_of("AWS::EC2::VPC") {
        let blocks = program.parts_of("AWS::EC2::VPCCidrBlock").filter(|block| {
            block.get("VpcId").is_some_and(|vpc| named(program, block.stack, vpc) == id(program, part))
        });
        let blocks: Vec<String> =
            std::iter::once(part).chain(blocks).filter_map(|it| block(program, it)).collect();
        let shape = program.shape(part, ShapeKind::Vpc);
        picture.add(shape.note(blocks.join(", ")));
    }
    let subnet = |part: Part<'_>| {
        let vpc = part.get("VpcId").map_or(UNKNOWN.to_owned(), |vpc| named(program, part.stack, vpc));
        (vpc, zone(program, part))
    };
    let mut zones: Vec<(String, Zone)> = program.parts_of("AWS::EC2::Subnet").map(subnet).collect();
    zones.sort();
    for (vpc, zone) in zones {
        add_zone(picture, &vpc, &zone);
    }
    for part in program.parts_of("AWS::EC2::Subnet") {
        let (vpc, zone) = subnet(part);
        let shape = program.shape(part, ShapeKind::Subnet);
        let name = group(&shape.name).to_owned();
        let note: Vec<String> =
            ["CidrBlock", "Ipv6CidrBlock"].iter().filter_map(|key| range(program, part, key)).collect();
        picture.add(Shape { name, ..shape }.note(note.join(", ")).within(zone_id(&vpc, &zone)));
    }
}

fn id(program: &Program<'_>, part: Part<'_>) -> String {
    shape_id(&program.stacks[part.stack].deployable.name, part.id)
}

/// The addresses of a VPC, or of a block that it is given besides.
fn block(program: &Program<'_>, part: Part<'_>) -> Option<String> {
    let by_aws = part.get("AmazonProvidedIpv6CidrBlock") == Some(&Node::Bool(true));
    by_aws.then(|| "IPv6 by AWS".to_owned()).or_else(|| range(program, part, "CidrBlock"))
}

/// A block of addresses; what only a deployment knows of it, in a word.
fn range(program: &Program<'_>, part: Part<'_>, key: &str) -> Option<String> {
    let node = part.get(key)?;
    let text = program.text(part.stack, node);
    Some(if text.starts_with('{') {
        if key == "Ipv6CidrBlock" { "IPv6" } else { "by AWS" }.to_owned()
    } else {
        text
    })
}

/// The group of a subnet that is called `appSubnet1`, which is how those of a `Vpc` are called.
fn group(name: &str) -> &str {
    let stem = name.trim_end_matches(|character: char| character.is_ascii_digit());
    match stem.strip_suffix("Subnet") {
        Some(group) if !group.is_empty() && stem.len() < name.len() => group,
        _ => name,
    }
}

fn zone(program: &Program<'_>, part: Part<'_>) -> Zone {
    let Some(node) = part.get("AvailabilityZone").or_else(|| part.get("AvailabilityZoneId")) else {
        return Zone::Any;
    };
    if let Node::Call(call) = node
        && call.function == Function::Select
        && let Some([place, Node::Call(zones)]) = call.argument.as_list()
        && zones.function == Function::GetAzs
        && let Some(place) = number(Some(place))
    {
        return Zone::Number(place.saturating_add(1));
    }
    Zone::Name(program.text(part.stack, node))
}

fn zone_id(vpc: &str, zone: &Zone) -> String {
    format!("{vpc}/{}", words(zone))
}

fn words(zone: &Zone) -> String {
    match zone {
        Zone::Number(number) => format!("zone {number}"),
        Zone::Name(name) => name.clone(),
        Zone::Any => "any zone".to_owned(),
        Zone::Unknown => "zones not known".to_owned(),
    }
}

fn add_zone(picture: &mut Picture, vpc: &str, zone: &Zone) {
    if picture.shape(vpc).is_none() {
        picture.add(outside(vpc, ShapeKind::Vpc));
    }
    picture.add(Shape::new(zone_id(vpc, zone), ShapeKind::Zone, words(zone)).within(vpc));
}

/// The subnets that a list of a resource names. Those that the app does not make are drawn in their VPC, as far as that
/// is known.
pub(super) fn subnets(
    program: &Program<'_>,
    stack: usize,
    list: Option<&Node>,
    vpc: Option<&str>,
    picture: &mut Picture,
) -> Vec<String> {
    let mut found = Vec::new();
    for item in list.map_or(&[][..], |list| program.items(list)) {
        let id = named(program, stack, item);
        if picture.shape(&id).is_none() {
            let vpc = vpc.unwrap_or(UNKNOWN);
            add_zone(picture, vpc, &Zone::Unknown);
            picture.add(outside(&id, ShapeKind::Subnet).within(zone_id(vpc, &Zone::Unknown)));
        }
        found.push(id);
    }
    found
}

/// The VPC that a shape is in.
pub(crate) fn vpc_of(picture: &Picture, id: &str) -> Option<String> {
    let shape = picture.shape(id)?;
    match shape.kind {
        ShapeKind::Vpc => Some(shape.id.clone()),
        _ => vpc_of(picture, shape.within.as_deref()?),
    }
}

#[cfg(test)]
mod tests {
    use super::group;

    #[test]
    fn subnets_are_called_after_their_groups() {
        let names = ["appSubnet1", "PublicSubnet12", "Subnet1", "dbSubnet", "subnet-0a1b", "web1"];
        assert_eq!(names.map(group), ["app", "Public", "Subnet1", "dbSubnet", "subnet-0a1b", "web1"]);
    }
}
