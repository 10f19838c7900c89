//! A cluster: its networks as lines, and pods with a plug for each of their interfaces.

use super::network::owned;
use super::typeface::{MONO, NAME, NOTE, fitted, width};
use super::{Chip, Drawing, MARGIN, height, places};
use crate::network::HOST;
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};
use crate::svg::{Path, Rect};

const PAD: f64 = 16.0;
/// The names of networks, left of their lines.
const GUTTER: f64 = 316.0;
/// Between the lines of two networks.
const BUS: f64 = 42.0;
const POD: f64 = 196.0;
const GAP: f64 = 16.0;
/// Between two plugs.
const PLUG: f64 = 24.0;
const LINE: f64 = 17.0;
/// How much of the first line the name of a cluster may take, and what is said of it.
const NAMES: f64 = 0.25;
const WORDS: f64 = 0.4;

/// A line of a network: the cluster's own, or a further one.
struct Bus<'p> {
    /// The cluster, or the network.
    shape: &'p Shape,
    name: &'p str,
    note: &'p str,
    colour: String,
}

/// An interface of pods.
struct Nic<'p> {
    /// The shape whose line it is plugged into.
    network: &'p str,
    name: &'p str,
    addresses: String,
    colour: String,
}

pub(super) fn draw<'p>(drawing: &mut Drawing<'p>, cluster: &'p Shape) {
    let picture = drawing.picture;
    let inside = |kind| picture.inside(&cluster.id).filter(move |shape| shape.kind == kind);
    let networks: Vec<&Shape> = inside(ShapeKind::Network).collect();
    let is_attached = |shape: &&Shape| picture.arrows_from(&shape.id, ArrowKind::Attached).next().is_some();
    let (attached, others): (Vec<&Shape>, Vec<&Shape>) =
        inside(ShapeKind::Pods).partition(|shape| is_attached(shape));
    if networks.is_empty() && attached.is_empty() && others.is_empty() {
        return small(drawing, cluster);
    }
    let mut buses = Vec::new();
    if !attached.is_empty() {
        let (name, note) = ("cluster network", "the first interface of pods");
        buses.push(Bus { shape: cluster, name, note, colour: "network-none".to_owned() });
    }
    buses.extend(networks.iter().map(|network| Bus {
        shape: network,
        name: &network.name,
        note: &network.note,
        colour: drawing.colour(&network.name),
    }));

    // The frame is behind what is in it, and as high as that.
    let frame = drawing.svg.mark();
    let top = drawing.y;
    drawing.y += head(drawing, cluster).height + 12.0;
    let room = drawing.width - 2.0 * (MARGIN + PAD) - GUTTER;
    let beside = (((room + GAP) / (POD + GAP)) as usize).max(1);
    let bands: Vec<&[&Shape]> =
        if attached.is_empty() { vec![&[]] } else { attached.chunks(beside).collect() };
    for (at, band) in bands.into_iter().enumerate() {
        let is_used = |bus: &&Bus<'_>| {
            let mut used = band.iter().flat_map(|pods| picture.arrows_from(&pods.id, ArrowKind::Attached));
            at == 0 || bus.shape.id == cluster.id || used.any(|arrow| arrow.to == bus.shape.id)
        };
        let buses: Vec<&Bus<'_>> = buses.iter().filter(is_used).collect();
        draw_band(drawing, cluster, &buses, band);
    }
    let chips: Vec<Chip<'_>> = others.into_iter().map(other).collect();
    if !chips.is_empty() {
        let x = MARGIN + PAD;
        drawing.svg.text("small muted", x, drawing.y + 16.0, "also in the cluster");
        let x = x + width("also in the cluster", NOTE) + 16.0;
        let room = drawing.width - MARGIN - PAD - x;
        drawing.y = drawing.chips(&chips, Rect { x, y: drawing.y, width: room, height: 0.0 }) + PAD;
    }
    let rect = Rect { x: MARGIN, y: top, width: drawing.width - 2.0 * MARGIN, height: drawing.y - top };
    let below = drawing.svg.after(frame);
    draw_frame(drawing, cluster, rect);
    drawing.svg.put(below);
    drawing.y += 20.0;
}

/// A cluster that nothing of the app is put in.
fn small<'p>(drawing: &mut Drawing<'p>, cluster: &'p Shape) {
    let height = head(drawing, cluster).height + 6.0;
    let rect = Rect { x: MARGIN, y: drawing.y, width: drawing.width - 2.0 * MARGIN, height };
    draw_frame(drawing, cluster, rect);
    drawing.y += rect.height + 20.0;
}

/// What a cluster is called, and the nodes that are its.
struct Head<'p> {
    words: String,
    nodes: Vec<Chip<'p>>,
    /// Where the nodes begin.
    x: f64,
    height: f64,
}

fn head<'p>(drawing: &Drawing<'p>, cluster: &'p Shape) -> Head<'p> {
    let nodes = drawing.picture.inside(&cluster.id).filter(|shape| shape.kind == ShapeKind::Nodes);
    let chip = |shape| Chip { shape, words: zone(drawing, shape), colour: None };
    let nodes: Vec<Chip<'_>> = nodes.map(chip).collect();
    let mut words = owned("cluster", cluster);
    if !cluster.note.is_empty() {
        words += &format!(", {}", cluster.note);
    }
    if !nodes.is_empty() {
        words += ", nodes:";
    }
    let inner = drawing.width - 2.0 * (MARGIN + PAD);
    let name = width(&fitted(&cluster.name, NAME, inner * NAMES), NAME);
    let x = MARGIN + PAD + name + 12.0 + width(&fitted(&words, NOTE, inner * WORDS), NOTE) + 12.0;
    let chips = height(&places(&nodes, drawing.width - MARGIN - PAD - x));
    Head { words, nodes, x, height: f64::max(24.0, chips) + 22.0 }
}

/// The zone of nodes that are in one alone.
fn zone(drawing: &Drawing<'_>, nodes: &Shape) -> String {
    let picture = drawing.picture;
    let subnets =
        picture.arrows_from(&nodes.id, ArrowKind::RunsIn).filter_map(|arrow| picture.shape(&arrow.to));
    let mut zones: Vec<&Shape> =
        subnets.filter_map(|subnet| picture.shape(subnet.within.as_deref()?)).collect();
    zones.dedup();
    match zones[..] {
        [zone] => zone.name.clone(),
        _ => String::new(),
    }
}

fn draw_frame<'p>(drawing: &mut Drawing<'p>, cluster: &'p Shape, rect: Rect) {
    let Head { words, nodes, x, .. } = head(drawing, cluster);
    let inner = rect.width - 2.0 * PAD;
    drawing.svg.shape("cluster", &cluster.id, &cluster.told());
    drawing.svg.round("box", rect, 8.0);
    let name = fitted(&cluster.name, NAME, inner * NAMES);
    drawing.svg.text("label", rect.x + PAD, rect.y + 30.5, &name);
    let after = rect.x + PAD + width(&name, NAME) + 12.0;
    drawing.svg.text("muted", after, rect.y + 30.5, &fitted(&words, NOTE, inner * WORDS));
    drawing.svg.end();
    let room = rect.x + rect.width - PAD - x;
    drawing.chips(&nodes, Rect { x, y: rect.y + 14.0, width: room, height: 0.0 });
}

/// Pods beside one another, beneath the lines of networks.
fn draw_band(drawing: &mut Drawing<'_>, cluster: &Shape, buses: &[&Bus<'_>], band: &[&Shape]) {
    let top = drawing.y;
    let (left, right) = (MARGIN + PAD, drawing.width - MARGIN - PAD);
    let line_of = |id: &str| {
        let place = buses.iter().position(|bus| bus.shape.id == id).unwrap_or_default();
        top + 14.0 + place as f64 * BUS
    };
    for bus in buses {
        let y = line_of(&bus.shape.id);
        drawing.svg.shape(&format!("network {}", bus.colour), &bus.shape.id, &bus.shape.told());
        let area = Rect { x: left - 6.0, y: y - 15.0, width: GUTTER - 16.0, height: BUS - 5.0 };
        drawing.svg.round("hit", area, 4.0);
        drawing.svg.text("label", left, y, &fitted(bus.name, NAME, GUTTER - 32.0));
        drawing.svg.text("muted", left, y + 16.0, &fitted(bus.note, NOTE, GUTTER - 32.0));
        drawing.svg.path("bus", Path::from(left + GUTTER, y).line(right, y).as_str());
        drawing.svg.end();
    }
    drawing.y = top + buses.len() as f64 * BUS + 8.0;
    let all: Vec<Vec<Nic<'_>>> = band.iter().map(|pods| nics(drawing, cluster, pods)).collect();
    let height = all.iter().map(|nics| 52.0 + LINE * nics.len() as f64 + 8.0).fold(0.0, f64::max);
    for (at, (pods, nics)) in band.iter().zip(&all).enumerate() {
        let rect =
            Rect { x: left + GUTTER + 4.0 + at as f64 * (POD + GAP), y: drawing.y, width: POD, height };
        // Where there are many plugs, they stand closer.
        let plug = PLUG.min((POD - 32.0) / nics.len().max(1) as f64);
        for (place, nic) in nics.iter().enumerate() {
            let x = rect.x + 18.0 + plug * place as f64;
            let told = format!("{} {} {}", pods.name, nic.name, nic.addresses);
            drawing.svg.arrow(&format!("attached {}", nic.colour), [&pods.id, nic.network], &told);
            let y = line_of(nic.network);
            drawing.svg.path("cable", Path::from(x, y).line(x, rect.y).as_str());
            drawing.svg.dot("plug", x, y, 4.5);
            drawing.svg.end();
        }
        draw_pods(drawing, pods, nics, rect);
    }
    drawing.y += height + if band.is_empty() { 0.0 } else { PAD };
}

fn nics<'p>(drawing: &Drawing<'p>, cluster: &'p Shape, pods: &'p Shape) -> Vec<Nic<'p>> {
    let first = (!is_on_host(pods)).then(|| Nic {
        network: &cluster.id,
        name: "eth0",
        addresses: String::new(),
        colour: "network-none".to_owned(),
    });
    let further = drawing.picture.arrows_from(&pods.id, ArrowKind::Attached).map(|arrow: &Arrow| Nic {
        network: &arrow.to,
        name: &arrow.label,
        addresses: match arrow.values.is_empty() {
            true => drawing.picture.shape(&arrow.to).map(|network| network.name.clone()).unwrap_or_default(),
            false => arrow.values.join(", "),
        },
        colour: drawing
            .picture
            .shape(&arrow.to)
            .map_or_else(String::new, |network| drawing.colour(&network.name)),
    });
    first.into_iter().chain(further).collect()
}

fn draw_pods(drawing: &mut Drawing<'_>, pods: &Shape, nics: &[Nic<'_>], rect: Rect) {
    let (x, end, inner) = (rect.x + 12.0, rect.x + rect.width - 12.0, rect.width - 24.0);
    drawing.svg.shape("pods", &pods.id, &pods.told());
    drawing.svg.round("box", rect, 10.0);
    drawing.svg.text("label", x, rect.y + 22.0, &fitted(&pods.name, NAME, inner));
    drawing.svg.text("muted", x, rect.y + 39.0, &fitted(&pods.note, NOTE, inner));
    let mut y = rect.y + 52.0;
    for nic in nics {
        drawing.svg.dot(&nic.colour, x + 4.0, y + 6.0, 4.0);
        let name = fitted(nic.name, NOTE, inner * 0.4);
        drawing.svg.text("small", x + 14.0, y + 10.0, &name);
        let room = inner - 22.0 - width(&name, NOTE);
        drawing.svg.text("mono muted end", end, y + 10.0, &fitted(&nic.addresses, MONO, room));
        y += LINE;
    }
    drawing.svg.end();
}

/// Pods that have no further interface.
fn other(shape: &Shape) -> Chip<'_> {
    let words = match is_on_host(shape) {
        true => format!("{}, on its node's network", shape.note),
        false => shape.note.clone(),
    };
    Chip { shape, words, colour: None }
}

fn is_on_host(pods: &Shape) -> bool {
    pods.properties.iter().any(|property| property.name == HOST)
}
