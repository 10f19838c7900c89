//! Network interfaces: those of their own, and those that each node of a group has.

use stackwright_cfn::{Function, Node};
use stackwright_k8s::Data;

use super::named;
use super::subnet::subnets;
use crate::picture::Picture;
use crate::program::{Found, Part, Program, shape_id};
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};

/// The tag of a group whose nodes get their interfaces by a function, whose variable `OWNER` has its value.
const OWNER: &str = "networks.stackwright/owner";

pub(super) fn add(program: &Program<'_>, picture: &mut Picture) {
    for part in program.parts_of("AWS::EC2::NetworkInterface") {
        let within = subnets(program, part.stack, part.get("SubnetId"), None, picture).pop();
        let addresses = part.get("PrivateIpAddress").map(|node| program.text(part.stack, node));
        let shape = program.shape(part, ShapeKind::Interface).note(addresses.unwrap_or_default());
        picture.add(Shape { within, ..shape });
    }
    for part in program.parts_of("AWS::EC2::NetworkInterfaceAttachment") {
        let end = |key| part.get(key).map(|node| named(program, part.stack, node));
        if let (Some(interface), Some(instance)) = (end("NetworkInterfaceId"), end("InstanceId")) {
            let device = part.get("DeviceIndex").map(|node| program.text(part.stack, node));
            let label = device.map_or_else(String::new, |device| format!("device {device}"));
            picture.link(Arrow::new(interface, instance, ArrowKind::Of).label(label));
        }
    }
    for part in program.parts_of("AWS::EC2::Instance") {
        of_instance(program, part, picture);
    }
    for part in program.parts_of("AWS::AutoScaling::AutoScalingGroup") {
        of_nodes(program, part, picture);
    }
}

/// The interfaces that an instance is given when it starts.
fn of_instance(program: &Program<'_>, part: Part<'_>, picture: &mut Picture) {
    let id = shape_id(&program.stacks[part.stack].deployable.name, part.id);
    let list = part.get("NetworkInterfaces").map(|list| program.items(list)).unwrap_or_default();
    for (at, interface) in list.iter().enumerate() {
        let get = |key: &str| interface.as_map().and_then(|map| map.get(key));
        let device = get("DeviceIndex").map_or_else(|| at.to_string(), |node| program.text(part.stack, node));
        let end = match get("NetworkInterfaceId") {
            Some(node) => named(program, part.stack, node),
            None => {
                let Some(within) = subnets(program, part.stack, get("SubnetId"), None, picture).pop() else {
                    continue;
                };
                let end = format!("{id}/device {device}");
                let shape = Shape::new(&*end, ShapeKind::Interface, format!("device {device}"));
                picture.add(shape.within(within));
                end
            }
        };
        picture.link(Arrow::new(end, &*id, ArrowKind::Of).label(format!("device {device}")));
    }
}

/// The interfaces that nodes of a group get in further networks, by the function that makes them: it has the networks and
/// their subnets in its variable `NETWORKS`, and the group says which of the subnets are its zone's.
fn of_nodes(program: &Program<'_>, group: Part<'_>, picture: &mut Picture) {
    let Some((owner, place)) = owner(program, group) else { return };
    let nodes = shape_id(&program.stacks[group.stack].deployable.name, group.id);
    for function in program.parts_of("AWS::Lambda::Function") {
        let variable = |name| function.at(&["Environment", "Variables", name]);
        let Some(networks) = variable("NETWORKS") else { continue };
        if function.stack != group.stack
            || variable("OWNER").map(|node| program.text(function.stack, node)) != Some(owner.clone())
        {
            continue;
        }
        for (device, network) in (1..).zip(list(program, function.stack, networks)) {
            let Data::Map(network) = network else { continue };
            let name = network.get("name").and_then(Data::as_str).unwrap_or_default();
            let subnets = network.get("subnets").and_then(Data::as_list).unwrap_or_default();
            let Some(subnet) = subnets.get(place).and_then(Data::as_str) else { continue };
            let id = format!("{nodes}/{name}");
            let addresses = network.get("addresses").and_then(Data::as_map);
            let notes = addresses
                .into_iter()
                .flat_map(|map| map.iter())
                .filter_map(|(key, count)| addresses_of(key, count));
            let note = notes.collect::<Vec<_>>().join(", ");
            let shape = Shape::new(&*id, ShapeKind::Interface, name).note(note);
            let path = program.path(group.stack, group.id).map(str::to_owned);
            let source = picture.shape(&nodes).and_then(|nodes| nodes.source.clone());
            let shape = shape.property("made by", program.name(function.stack, function.id));
            picture.add(Shape { path, source, ..shape }.within(subnet));
            picture.link(Arrow::new(id, &*nodes, ArrowKind::Of).label(format!("device {device}")));
        }
    }
}

fn addresses_of(key: &str, count: &Data) -> Option<String> {
    let Data::Int(count) = count else { return None };
    let plural = if *count == 1 { "" } else { "es" };
    match key {
        "Ipv4PrefixCount" => Some(format!("{count} prefix{plural}")),
        "Ipv6PrefixCount" => Some(format!("{count} prefix{plural} of IPv6")),
        "SecondaryPrivateIpAddressCount" => Some(format!("{count} address{plural}")),
        _ => None,
    }
}

/// The value of the tag by which a function knows a group, and which place the zone of the group has among its zones.
fn owner(program: &Program<'_>, group: Part<'_>) -> Option<(String, usize)> {
    let text = |node: &Node| program.text(group.stack, node);
    let tags = group.get("Tags").map(|tags| program.items(tags)).unwrap_or_default();
    let tag = tags
        .iter()
        .filter_map(Node::as_map)
        .find(|tag| tag.get("Key").map(text).as_deref() == Some(OWNER))?;
    let hooks =
        group.get("LifecycleHookSpecificationList").map(|hooks| program.items(hooks)).unwrap_or_default();
    let metadata = hooks.iter().find_map(|hook| hook.as_map()?.get("NotificationMetadata"))?;
    let place = text(metadata).rsplit('/').next()?.parse().ok()?;
    Some((text(tag.get("Value")?), place))
}

/// The list that a variable of a function has as JSON. Values of the template in it become the ids of shapes.
fn list(program: &Program<'_>, stack: usize, node: &Node) -> Vec<Data> {
    let text = match node {
        Node::Call(call) if call.function == Function::Sub => match call.argument.as_list() {
            Some([Node::Text(text), Node::Map(values)]) => {
                let mut text = text.to_string();
                for (name, value) in values.iter() {
                    let Found::Resource(owner, id) = program.follow(stack, value) else { continue };
                    let id = shape_id(&program.stacks[owner].deployable.name, id);
                    text = text.replace(&format!("${{{name}}}"), &id);
                }
                text
            }
            _ => own_names(program, stack, &program.text(stack, node)),
        },
        node => program.text(stack, node),
    };
    match Data::from_yaml(&text) {
        Ok(Data::List(items)) => items,
        _ => Vec::new(),
    }
}

/// The text of a `Fn::Sub`, in which `${Name}` is the resource's shape.
fn own_names(program: &Program<'_>, stack: usize, text: &str) -> String {
    let mut pieces = text.split("${");
    let mut filled = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        let id = name.split('.').next().unwrap_or(name);
        match program.part(stack, id) {
            Some(part) => filled += &shape_id(&program.stacks[stack].deployable.name, part.id),
            None => filled += name,
        }
        filled += rest;
    }
    filled
}

/// Ties interfaces to the networks of pods that go by them: those that have the name of the interface, or have it for
/// their master. Of several, they are those that have addresses of the interface's subnet.
pub(super) fn carry(picture: &mut Picture) {
    let mut arrows = Vec::new();
    for interface in picture.of_kind(ShapeKind::Interface) {
        let goes_by = |network: &&Shape| {
            let mut properties = network.properties.iter();
            network.name == interface.name
                || properties.any(|it| it.name == "master" && it.value == interface.name)
        };
        let networks: Vec<&Shape> = picture.of_kind(ShapeKind::Network).filter(goes_by).collect();
        let is_here = |network: &&&Shape| {
            let mut ranges = picture.arrows_to(&network.id, ArrowKind::Carries);
            ranges.any(|arrow| picture.shape(&arrow.from).is_some_and(|it| it.within == interface.within))
        };
        let here: Vec<&Shape> = networks.iter().filter(is_here).copied().collect();
        let carried = if here.is_empty() { networks } else { here };
        arrows.extend(
            carried.iter().map(|network| Arrow::new(&*interface.id, &*network.id, ArrowKind::Carries)),
        );
    }
    arrows.into_iter().for_each(|arrow| picture.link(arrow));
}
