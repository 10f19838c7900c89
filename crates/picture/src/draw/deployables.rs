//! Stacks and charts, in the order they are deployed from left to right.

use std::collections::BTreeMap;

use super::layers::{Slot, layers};
use super::typeface::{NAME, NOTE, fitted, width};
use super::{Drawing, MARGIN};
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};
use crate::svg::{Path, Rect};

/// Between two layers.
const GAP: f64 = 112.0;
/// The straight part of an arrow, above which its words stand.
const STRAIGHT: f64 = 64.0;
/// Between two boxes of a layer.
const SPACE: f64 = 24.0;
/// A lane for an arrow that passes a layer.
const LANE: f64 = 12.0;
/// Between the ends of two arrows at one box.
const PORT: f64 = 22.0;
const NARROWEST: f64 = 180.0;
const WIDEST: f64 = 360.0;

/// What there is, and where it is.
struct Plan<'p> {
    shapes: Vec<&'p Shape>,
    arrows: Vec<&'p Arrow>,
    /// The places of the shapes that each arrow comes from and leads to.
    ends: Vec<(usize, usize)>,
    boxes: Vec<Rect>,
    /// The lanes that each arrow takes, from the layer of the shape it comes from.
    lanes: Vec<Vec<Rect>>,
}

pub(super) fn draw(drawing: &mut Drawing<'_>) {
    let picture = drawing.picture;
    let is_drawn = |shape: &&Shape| matches!(shape.kind, ShapeKind::Stack | ShapeKind::Chart);
    let shapes: Vec<&Shape> = picture.shapes().iter().filter(is_drawn).collect();
    if shapes.is_empty() {
        return;
    }
    drawing.heading("Deployables", "deployed from left to right: an arrow leads to what has to be up before");
    let arrows: Vec<&Arrow> =
        picture.arrows().iter().filter(|arrow| arrow.kind == ArrowKind::Needs).collect();
    let plan = plan(shapes, arrows, drawing.y);
    let right = |rect: &Rect| rect.x + rect.width;
    let bottom = plan.boxes.iter().chain(plan.lanes.iter().flatten()).map(|rect| rect.y + rect.height);
    let bottom = bottom.fold(drawing.y, f64::max);
    drawing.width = plan.boxes.iter().map(right).fold(drawing.width - MARGIN, f64::max) + MARGIN;
    for (at, arrow) in plan.arrows.iter().enumerate() {
        draw_arrow(drawing, &plan, at, arrow);
    }
    for (shape, rect) in plan.shapes.iter().zip(&plan.boxes) {
        draw_box(drawing, shape, *rect);
    }
    drawing.y = bottom + MARGIN;
}

fn plan<'p>(shapes: Vec<&'p Shape>, arrows: Vec<&'p Arrow>, top: f64) -> Plan<'p> {
    let places: BTreeMap<&str, usize> =
        shapes.iter().enumerate().map(|(place, shape)| (&*shape.id, place)).collect();
    let ends: Vec<(usize, usize)> =
        arrows.iter().map(|arrow| (places[&*arrow.from], places[&*arrow.to])).collect();
    let mut ports = vec![[0_usize; 2]; shapes.len()];
    for (from, to) in &ends {
        ports[*from][0] += 1;
        ports[*to][1] += 1;
    }
    let layers = layers(shapes.len(), &ends);
    let height = |slot: &Slot| match slot {
        Slot::Node(node) => {
            let [out, into] = ports[*node];
            f64::max(60.0, PORT * (out.max(into) + 1) as f64)
        }
        Slot::Passing(_) => LANE,
    };
    let tall =
        |layer: &[Slot]| layer.iter().map(height).sum::<f64>() + SPACE * layer.len().saturating_sub(1) as f64;
    let tallest = layers.iter().map(|layer| tall(layer)).fold(0.0, f64::max);
    let nowhere = Rect { x: 0.0, y: 0.0, width: 0.0, height: 0.0 };
    let mut boxes = vec![nowhere; shapes.len()];
    let mut lanes = vec![Vec::new(); arrows.len()];
    let mut x = MARGIN;
    for layer in &layers {
        let names = layer.iter().filter_map(|slot| match slot {
            Slot::Node(node) => Some(width(&shapes[*node].name, NAME) + 32.0),
            Slot::Passing(_) => None,
        });
        let wide = names.fold(NARROWEST, f64::max).min(WIDEST);
        let mut y = top + (tallest - tall(layer)) / 2.0;
        for slot in layer {
            let rect = Rect { x, y, width: wide, height: height(slot) };
            match slot {
                Slot::Node(node) => boxes[*node] = rect,
                Slot::Passing(arrow) => lanes[*arrow].insert(0, rect),
            }
            y += rect.height + SPACE;
        }
        x += wide + GAP;
    }
    Plan { shapes, arrows, ends, boxes, lanes }
}

/// A side of a box.
#[derive(Clone, Copy)]
enum Side {
    /// Where arrows leave for what is needed.
    Left,
    /// Where they arrive.
    Right,
}

/// Where an arrow ends at the side of a box: those that come from above are above.
fn port(plan: &Plan<'_>, at: usize, side: Side) -> f64 {
    let here = |arrow: usize| match side {
        Side::Left => plan.ends[arrow].0,
        Side::Right => plan.ends[arrow].1,
    };
    // The middle of what is next on an arrow's way.
    let next = |arrow: usize| {
        let (lane, far) = match side {
            Side::Left => (plan.lanes[arrow].first(), plan.ends[arrow].1),
            Side::Right => (plan.lanes[arrow].last(), plan.ends[arrow].0),
        };
        let rect = lane.unwrap_or(&plan.boxes[far]);
        rect.y + rect.height / 2.0
    };
    let node = here(at);
    let mut arrows: Vec<usize> = (0..plan.arrows.len()).filter(|arrow| here(*arrow) == node).collect();
    arrows.sort_by(|one, other| next(*one).total_cmp(&next(*other)));
    let place = arrows.iter().position(|arrow| *arrow == at).unwrap_or_default();
    let rect = plan.boxes[node];
    rect.y + rect.height * (place + 1) as f64 / (arrows.len() + 1) as f64
}

fn draw_arrow(drawing: &mut Drawing<'_>, plan: &Plan<'_>, at: usize, arrow: &Arrow) {
    let (from, to) = (plan.boxes[plan.ends[at].0], plan.boxes[plan.ends[at].1]);
    let start = (from.x, port(plan, at, Side::Left));
    let end = (to.x + to.width, port(plan, at, Side::Right));
    let mut told = format!("{} needs {}", arrow.from, arrow.to);
    arrow.values.iter().for_each(|value| told += &format!("\n{value}"));
    drawing.svg.arrow("needs", [&arrow.from, &arrow.to], &told);
    let mut here = (start.0 - STRAIGHT, start.1);
    let mut path = Path::from(start.0, start.1).line(here.0, here.1);
    for lane in &plan.lanes[at] {
        let y = lane.y + lane.height / 2.0;
        path = path.curve(here, (lane.x + lane.width, y)).line(lane.x, y);
        here = (lane.x, y);
    }
    let tip = (end.0 + 7.0, end.1);
    drawing.svg.path("line", path.curve(here, tip).as_str());
    let head = Path::from(end.0 + 1.0, end.1).line(end.0 + 9.0, end.1 - 4.5).line(end.0 + 9.0, end.1 + 4.5);
    drawing.svg.path("head", head.as_str());
    if !arrow.label.is_empty() {
        let label = fitted(&arrow.label, NOTE, STRAIGHT);
        drawing.svg.text("muted end", start.0 - 4.0, start.1 - 5.0, &label);
    }
    drawing.svg.end();
}

fn draw_box(drawing: &mut Drawing<'_>, shape: &Shape, rect: Rect) {
    let radius = if shape.kind == ShapeKind::Chart { 14.0 } else { 4.0 };
    drawing.svg.shape(shape.kind.class(), &shape.id, &shape.told());
    drawing.svg.round("box", rect, radius);
    let middle = rect.y + rect.height / 2.0;
    let room = rect.width - 32.0;
    drawing.svg.text("label", rect.x + 16.0, middle - 4.0, &fitted(&shape.name, NAME, room));
    let words = format!("{}, {}", shape.kind.word(), shape.note);
    drawing.svg.text("muted", rect.x + 16.0, middle + 15.0, &fitted(&words, NOTE, room));
    drawing.svg.end();
}
