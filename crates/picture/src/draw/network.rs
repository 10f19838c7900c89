//! VPCs: zones beside one another, subnets of a group in a row, and in each what runs there.

use super::tier::{Tier, routes, tier};
use super::typeface::{MONO, NAME, NOTE, fitted, width};
use super::{Chip, Drawing, MARGIN, cluster, height, places};
use crate::network::{block, vpc_of};
use crate::picture::Picture;
use crate::shape::{ArrowKind, Shape, ShapeKind};
use crate::svg::{Rect, Svg};

const PAD: f64 = 16.0;
const GAP: f64 = 16.0;
/// The name and the routes of a subnet.
const HEAD: f64 = 52.0;
const LINE: f64 = 18.0;
/// A zone is at least as wide.
const ZONE: f64 = 300.0;

pub(super) fn draw(drawing: &mut Drawing<'_>) {
    let picture = drawing.picture;
    let vpcs: Vec<&Shape> = picture.of_kind(ShapeKind::Vpc).collect();
    let clusters: Vec<&Shape> = picture.of_kind(ShapeKind::Cluster).collect();
    let zones =
        vpcs.iter().map(|vpc| picture.inside(&vpc.id).filter(is_zone).count()).max().unwrap_or_default();
    let widest = zones as f64 * (ZONE + GAP) - GAP + 2.0 * (PAD + MARGIN);
    drawing.width = drawing.width.max(widest);
    drawing.heading("Network", "");
    let home = |cluster: &Shape| {
        let mut subnets = picture.arrows_from(&cluster.id, ArrowKind::RunsIn);
        subnets.find_map(|arrow| vpc_of(picture, &arrow.to))
    };
    for vpc in &vpcs {
        draw_vpc(drawing, vpc);
        for cluster in clusters.iter().filter(|cluster| home(cluster).as_ref() == Some(&vpc.id)) {
            cluster::draw(drawing, cluster);
        }
    }
    for cluster in clusters.iter().filter(|cluster| home(cluster).is_none()) {
        cluster::draw(drawing, cluster);
    }
    draw_loose(drawing);
    legend(drawing);
}

/// What is in none of the VPCs and clusters, as far as templates tell.
fn draw_loose(drawing: &mut Drawing<'_>) {
    let picture = drawing.picture;
    let is_loose = |shape: &&Shape| {
        shape.within.is_none()
            && picture.arrows_from(&shape.id, ArrowKind::RunsIn).next().is_none()
            && match shape.kind {
                ShapeKind::Gateway | ShapeKind::Nat | ShapeKind::Endpoint => true,
                kind => matches!(kind, ShapeKind::Nodes | ShapeKind::Instance | ShapeKind::Interface),
            }
    };
    let chips: Vec<Chip<'_>> = picture.shapes().iter().filter(is_loose).map(Chip::plain).collect();
    if chips.is_empty() {
        return;
    }
    drawing.svg.text("muted", MARGIN, drawing.y + 12.0, "in a network that templates do not tell");
    let area = Rect { x: MARGIN, y: drawing.y + 24.0, width: drawing.width - 2.0 * MARGIN, height: 0.0 };
    drawing.y = drawing.chips(&chips, area) + 20.0;
}

fn is_zone(shape: &&Shape) -> bool {
    shape.kind == ShapeKind::Zone
}

fn draw_vpc(drawing: &mut Drawing<'_>, vpc: &Shape) {
    let picture = drawing.picture;
    let gateways: Vec<Chip<'_>> =
        picture.inside(&vpc.id).filter(|shape| shape.kind == ShapeKind::Gateway).map(Chip::plain).collect();
    let inner = drawing.width - 2.0 * MARGIN - 2.0 * PAD;
    // Gateways stand on the border, which they lead through.
    let places_of_gateways = places(&gateways, inner);
    let top = drawing.y + height(&places_of_gateways) / 2.0;
    let shift = inner - places_of_gateways.iter().map(|place| place.x + place.width).fold(0.0, f64::max);
    let zones: Vec<&Shape> = picture.inside(&vpc.id).filter(is_zone).collect();
    let endpoints: Vec<Chip<'_>> = picture
        .inside(&vpc.id)
        .filter(|shape| shape.kind == ShapeKind::Endpoint)
        .map(Chip::endpoint)
        .collect();

    let rows = rows(picture, &zones);
    let wide = (inner - GAP * zones.len().saturating_sub(1) as f64) / zones.len().max(1) as f64;
    let heights: Vec<f64> = rows
        .iter()
        .map(|row| {
            row.iter()
                .flatten()
                .map(|subnet| Contents::new(drawing, subnet, wide - 2.0 * PAD).height)
                .fold(0.0, f64::max)
        })
        .collect();
    let zones_top = top + 56.0;
    let zone_height = 34.0 + heights.iter().map(|height| height + 10.0).sum::<f64>() + 4.0;
    let mut bottom = zones_top + if zones.is_empty() { 0.0 } else { zone_height };
    let endpoints_top = bottom + 12.0;
    if !endpoints.is_empty() {
        bottom = endpoints_top + height(&places(&endpoints, inner));
    }

    let x = MARGIN + PAD;
    let frame = Rect { x: MARGIN, y: top, width: inner + 2.0 * PAD, height: bottom + PAD - top };
    drawing.svg.shape("vpc", &vpc.id, &vpc.told());
    drawing.svg.round("box", frame, 8.0);
    let name = fitted(&vpc.name, NAME, inner * 0.3);
    drawing.svg.text("label", x, top + 34.0, &name);
    let after = x + width(&name, NAME) + 12.0;
    let blocks = fitted(&vpc.note, MONO, inner * 0.3);
    drawing.svg.text("mono muted", after, top + 34.0, &blocks);
    let after = after + width(&blocks, MONO) + 16.0;
    drawing.svg.text("muted", after, top + 34.0, &fitted(&owned("VPC", vpc), NOTE, x + inner - after));
    drawing.svg.end();
    drawing.chips(&gateways, Rect { x: x + shift, y: drawing.y, width: inner, height: 0.0 });

    for (column, zone) in zones.iter().enumerate() {
        let x = x + column as f64 * (wide + GAP);
        drawing.svg.shape("zone", &zone.id, &zone.told());
        drawing.svg.round("box", Rect { x, y: zones_top, width: wide, height: zone_height }, 6.0);
        drawing.svg.text(
            "small muted",
            x + PAD,
            zones_top + 22.0,
            &fitted(&zone.name, NOTE, wide - 2.0 * PAD),
        );
        drawing.svg.end();
        let mut y = zones_top + 34.0;
        for (row, height) in rows.iter().zip(&heights) {
            for subnet in row[column].iter() {
                let contents = Contents::new(drawing, subnet, wide - 2.0 * PAD);
                let rect = Rect { x: x + PAD - 4.0, y, width: wide - 2.0 * PAD + 8.0, height: *height };
                draw_subnet(drawing, subnet, &contents, rect);
            }
            y += height + 10.0;
        }
    }
    if !endpoints.is_empty() {
        drawing.chips(&endpoints, Rect { x, y: endpoints_top, width: inner, height: 0.0 });
    }
    drawing.y = bottom + PAD + 20.0;
}

/// What a shape is, and whose.
pub(super) fn owned(what: &str, shape: &Shape) -> String {
    let stack = shape.properties.iter().find(|property| property.name == "stack");
    stack.map_or(format!("{what}, not made by this app"), |stack| format!("{what} of {}", stack.value))
}

/// The subnets of zones: a row for each group, in which each zone has at most one.
fn rows<'p>(picture: &'p Picture, zones: &[&Shape]) -> Vec<Vec<Option<&'p Shape>>> {
    let mut rows: Vec<(String, Vec<Option<&Shape>>)> = Vec::new();
    // By zones in turn, so that a group has the place that it has in the first zone that it is in.
    for (column, zone) in zones.iter().enumerate() {
        for subnet in picture.inside(&zone.id) {
            let group = group(&subnet.name);
            match rows.iter_mut().find(|(name, row)| name == group && row[column].is_none()) {
                Some((_, row)) => row[column] = Some(subnet),
                None => {
                    let mut row = vec![None; zones.len()];
                    row[column] = Some(subnet);
                    rows.push((group.to_owned(), row));
                }
            }
        }
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

/// What subnets of different zones have in common: `data` of `data-1`, `data2` and `data-b`.
fn group(name: &str) -> &str {
    let stem = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let stem = match stem.strip_suffix(|character: char| character.is_ascii_alphabetic()) {
        Some(stem) if stem.ends_with(['-', '_']) => stem,
        _ => stem,
    };
    match stem.trim_end_matches(['-', '_', ' ']) {
        "" => name,
        group => group,
    }
}

/// What is in a subnet.
struct Contents<'p> {
    tier: Option<Tier>,
    routes: String,
    chips: Vec<Chip<'p>>,
    ranges: Vec<&'p Shape>,
    height: f64,
}

impl<'p> Contents<'p> {
    fn new(drawing: &Drawing<'p>, subnet: &'p Shape, room: f64) -> Self {
        let picture = drawing.picture;
        let of_kind = |kind| picture.inside(&subnet.id).filter(move |shape| shape.kind == kind);
        let nodes =
            picture.arrows_to(&subnet.id, ArrowKind::RunsIn).filter_map(|arrow| picture.shape(&arrow.from));
        let nodes = nodes.filter(|shape| shape.kind == ShapeKind::Nodes);
        let mut chips: Vec<Chip<'_>> = of_kind(ShapeKind::Nat).chain(nodes).map(Chip::plain).collect();
        chips.extend(of_kind(ShapeKind::Instance).map(Chip::plain));
        chips.extend(of_kind(ShapeKind::Interface).map(|shape| {
            let of = picture.arrows_from(&shape.id, ArrowKind::Of).next();
            let owner = of.and_then(|arrow| picture.shape(&arrow.to));
            let words: Vec<String> = [
                owner.map(|owner| format!("of {}", owner.name)),
                of.map(|arrow| arrow.label.clone()).filter(|label| !label.is_empty()),
                Some(shape.note.clone()).filter(|note| !note.is_empty()),
            ]
            .into_iter()
            .flatten()
            .collect();
            Chip { shape, words: words.join(", "), colour: Some(drawing.colour_of(shape)) }
        }));
        let ranges: Vec<&Shape> = of_kind(ShapeKind::Range).collect();
        let chips_height = match height(&places(&chips, room)) {
            0.0 => 0.0,
            height => height + 10.0,
        };
        let ranges_height = match ranges.len() {
            0 => 0.0,
            count => 16.0 + LINE * count as f64 + 4.0,
        };
        let height = HEAD + chips_height + ranges_height;
        Contents { tier: tier(picture, subnet), routes: routes(picture, subnet), chips, ranges, height }
    }
}

fn draw_subnet(drawing: &mut Drawing<'_>, subnet: &Shape, contents: &Contents<'_>, rect: Rect) {
    let inner = rect.width - 24.0;
    let (x, end) = (rect.x + 12.0, rect.x + rect.width - 12.0);
    let (class, words) = contents.tier.map_or(("", ""), |tier| (tier.class(), tier.words()));
    drawing.svg.shape(&format!("tier {class}"), &subnet.id, &format!("{}\n{words}", subnet.told()));
    drawing.svg.round("box", rect, 5.0);
    let name = fitted(&subnet.name, NAME, inner * 0.6);
    drawing.svg.text("label", x, rect.y + 20.0, &name);
    let room = inner - width(&name, NAME) - 12.0;
    drawing.svg.text("mono muted end", end, rect.y + 20.0, &fitted(&subnet.note, MONO, room));
    drawing.svg.text("muted", x, rect.y + 39.0, &fitted(&contents.routes, NOTE, inner));
    drawing.svg.end();
    let mut y = rect.y + HEAD;
    if !contents.chips.is_empty() {
        y = drawing.chips(&contents.chips, Rect { x, y, width: inner, height: 0.0 }) + 10.0;
    }
    if contents.ranges.is_empty() {
        return;
    }
    let strip = Rect { x, y: y + 1.0, width: inner, height: 7.0 };
    let colours: Vec<String> = contents.ranges.iter().map(|range| drawing.colour_of(range)).collect();
    draw_strip(&mut drawing.svg, subnet, contents, &colours, strip);
    y += 16.0;
    for (range, colour) in contents.ranges.iter().zip(&colours) {
        drawing.svg.shape("range", &range.id, &range.told());
        drawing.svg.round("hit", Rect { x: x - 6.0, y, width: inner + 12.0, height: LINE }, 4.0);
        drawing.svg.dot(colour, x + 4.0, y + 9.0, 4.0);
        let name = fitted(&range.name, NOTE, inner * 0.5);
        drawing.svg.text("small", x + 14.0, y + 13.0, &name);
        let room = inner - 26.0 - width(&name, NOTE);
        drawing.svg.text("mono muted end", end, y + 13.0, &fitted(&range.note, MONO, room));
        drawing.svg.end();
        y += LINE;
    }
}

/// The addresses of a subnet from the first to the last, and in colour those that are set apart.
fn draw_strip(svg: &mut Svg, subnet: &Shape, contents: &Contents<'_>, colours: &[String], strip: Rect) {
    let Some((first, last)) = block(&subnet.note) else { return };
    svg.round("frame", strip, 2.0);
    let count = f64::from(last - first) + 1.0;
    for (range, colour) in contents.ranges.iter().zip(colours) {
        let Some((from, to)) = block(&range.note).filter(|(from, to)| first <= *from && *to <= last) else {
            continue;
        };
        let x = strip.x + strip.width * f64::from(from - first) / count;
        // What is too small to be seen is shown all the same.
        let wide = (strip.width * (f64::from(to - from) + 1.0) / count).max(3.0);
        svg.rect(colour, Rect { x, width: wide.min(strip.x + strip.width - x), ..strip }, &range.told());
    }
}

/// What the colours of subnets mean.
fn legend(drawing: &mut Drawing<'_>) {
    let subnets = drawing.picture.of_kind(ShapeKind::Subnet);
    let tiers: Vec<Tier> = subnets.filter_map(|subnet| tier(drawing.picture, subnet)).collect();
    let mut x = MARGIN;
    for tier in Tier::ALL.into_iter().filter(|tier| tiers.contains(tier)) {
        let class = format!("tier {}", tier.class());
        drawing.svg.group(&class);
        drawing.svg.round("box", Rect { x, y: drawing.y, width: 18.0, height: 12.0 }, 3.0);
        drawing.svg.text("muted", x + 26.0, drawing.y + 10.5, tier.words());
        drawing.svg.end();
        x += 26.0 + width(tier.words(), NOTE) + 28.0;
    }
    if x > MARGIN {
        drawing.width = drawing.width.max(x);
        drawing.y += 16.0;
    }
}

impl<'p> Chip<'p> {
    pub(super) fn plain(shape: &'p Shape) -> Self {
        Chip { shape, words: shape.note.clone(), colour: None }
    }

    fn endpoint(shape: &'p Shape) -> Self {
        Chip { shape, words: "endpoint".to_owned(), colour: None }
    }
}

#[cfg(test)]
mod tests {
    use super::group;

    #[test]
    fn subnets_of_a_row_have_a_name_in_common() {
        let names = ["app", "data-1", "data2", "data-b", "data_az1", "1", "web"];
        assert_eq!(names.map(group), ["app", "data", "data", "data", "data_az", "1", "web"]);
    }
}
