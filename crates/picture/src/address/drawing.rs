//! A plan as a drawing, to scale.
//!
//! At the top each block of the VPC is a strip with its subnets; the part of it that is in use is drawn again below,
//! larger. Then every planned subnet is a square of at most 16 by 16 cells, read line by line like a page: in a /24 a
//! cell is an address and a line is a /28. One of IPv6 is a row of boxes instead, which are its parts in their order and of
//! one size, for ranges of it are too small to be seen. At the bottom, bars show how much of what nodes have is used.

use stackwright_assembly::{AddressBlock, AddressPlan, AddressUse};

use super::row::{is_rest, words};
use crate::count::count;
use crate::svg::{Rect, Svg};

const WIDTH: f64 = 1280.0;
const MARGIN: f64 = 32.0;
const INNER: f64 = WIDTH - 2.0 * MARGIN;
const STRIP: f64 = 30.0;
/// Squares stand two in a row.
const COLUMN: f64 = (INNER - MARGIN) / 2.0;
const CELL: f64 = 13.0;
const CELLS: u128 = 16;
const SQUARE: f64 = CELL * CELLS as f64;
const LINE: f64 = 18.0;
/// How many networks have a colour of their own.
const COLOURS: usize = 6;

/// Light, and dark where the reader wants that.
const STYLE: &str = include_str!("../style.css");

/// Plans as one SVG document, one below the other.
pub fn drawing(plans: &[&AddressPlan]) -> String {
    let mut drawing = Drawing { svg: Svg::default(), networks: Vec::new(), y: MARGIN };
    for plan in plans {
        drawing.networks = networks(plan);
        drawing.plan(plan);
        drawing.y += MARGIN;
    }
    let vpcs: Vec<&str> = plans.iter().map(|plan| plan.vpc.as_str()).collect();
    let title = format!("Addresses of {}", vpcs.join(", "));
    drawing.svg.document(STYLE, &title, WIDTH, drawing.y)
}

/// The names of the networks, in order of their addresses.
fn networks(plan: &AddressPlan) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let parts =
        plan.blocks.iter().flat_map(|block| block.parts.iter().chain([block])).flat_map(|block| &block.parts);
    let is_network = |part: &&AddressBlock| {
        matches!(part.usage, AddressUse::Prefixes | AddressUse::Pool | AddressUse::Named)
    };
    for part in parts.filter(is_network) {
        if !names.contains(&part.name) {
            names.push(part.name.clone());
        }
    }
    names
}

struct Drawing {
    svg: Svg,
    networks: Vec<String>,
    /// Everything above is drawn.
    y: f64,
}

impl Drawing {
    fn plan(&mut self, plan: &AddressPlan) {
        self.heading(plan);
        plan.blocks.iter().filter(|block| block.usage == AddressUse::Vpc).for_each(|block| self.strip(block));
        self.neighbours(&plan.neighbours);
        let subnets = plan.blocks.iter().flat_map(|block| match block.usage {
            AddressUse::Subnet => std::slice::from_ref(block),
            _ => &block.parts,
        });
        let planned = subnets.filter(|subnet| !subnet.parts.is_empty());
        let (ipv6, ipv4): (Vec<&AddressBlock>, Vec<&AddressBlock>) =
            planned.partition(|subnet| subnet.first.is_ipv6());
        ipv4.chunks(2).for_each(|pair| self.pair(pair, Self::square));
        ipv6.chunks(2).for_each(|pair| self.pair(pair, Self::boxes));
        self.bars(plan);
    }

    fn heading(&mut self, plan: &AddressPlan) {
        self.svg.text("title", MARGIN, self.y + 12.0, &format!("Addresses of {}", plan.vpc));
        self.svg.text("muted", MARGIN, self.y + 34.0, &format!("planned by {}, {}", plan.path, plan.source));
        self.y += 58.0;
    }

    /// The class that gives a part its colour.
    fn class(&self, part: &AddressBlock) -> String {
        match part.usage {
            AddressUse::Aws => "aws".to_owned(),
            AddressUse::Interfaces => "interfaces".to_owned(),
            AddressUse::Subnet if part.parts.is_empty() => "subnet".to_owned(),
            AddressUse::Subnet => "subnet planned".to_owned(),
            _ => match self.networks.iter().position(|name| *name == part.name) {
                Some(at) => format!("network-{}", at % COLOURS),
                None => "subnet".to_owned(),
            },
        }
    }

    /// A block of the VPC, and larger the part of it that has subnets.
    fn strip(&mut self, block: &AddressBlock) {
        let Some(first) = block.parts.first() else { return };
        let end = |part: &AddressBlock| part.number().saturating_add(part.addresses());
        let last = block.parts.iter().map(end).max().unwrap_or_default();
        let in_subnets = block.parts.iter().map(AddressBlock::addresses).fold(0, u128::saturating_add);
        let free = block.addresses().saturating_sub(in_subnets);
        let words = match block.first.is_ipv6() {
            // A subnet is a /64.
            true => format!("{} of {} blocks of /64", free >> 64, block.addresses() >> 64),
            false => format!("{free} of {} addresses", block.addresses()),
        };
        let words = format!("{}, {words} not in subnets", block.range());
        self.svg.text("label", MARGIN, self.y + 12.0, &words);
        self.y += LINE + 4.0;
        let whole = Span { first: block.number(), count: block.addresses() };
        let used = Span { first: first.number(), count: last.saturating_sub(first.number()) };
        // Names stand in the strip that has room for them.
        let is_dense = used.count.saturating_mul(2) > whole.count;
        self.row(block, whole, is_dense);
        if !is_dense {
            let [from, to] = [used.first, used.first + used.count].map(|at| MARGIN + whole.place(at));
            let (top, bottom) = (self.y, self.y + 14.0);
            let path =
                format!("M{from:.2} {top} L{to:.2} {top} L{} {bottom} L{MARGIN} {bottom} Z", MARGIN + INNER);
            self.svg.path("lens", &path);
            self.y = bottom;
            self.row(block, used, true);
        }
        self.y += 22.0;
    }

    fn row(&mut self, block: &AddressBlock, span: Span, with_names: bool) {
        let frame = Rect { x: MARGIN, y: self.y, width: INNER, height: STRIP };
        self.svg.rect("frame", frame, &words(block));
        for part in &block.parts {
            let x = MARGIN + span.place(part.number());
            let width = (span.length(part.addresses())).max(1.0);
            let class = self.class(part);
            self.svg.rect(&class, Rect { x, width, ..frame }, &told(part));
            let name = match &part.zone {
                Some(zone) => format!("{} {zone}", part.name),
                None => part.name.clone(),
            };
            if with_names && has_room(width, &name) {
                self.svg.text("inside", x + 5.0, self.y + 19.0, &name);
            }
        }
        self.y += STRIP;
    }

    fn neighbours(&mut self, neighbours: &[AddressBlock]) {
        if neighbours.is_empty() {
            return;
        }
        let words: Vec<String> =
            neighbours.iter().map(|block| format!("{} {}", words(block), block.range())).collect();
        self.svg.text("muted", MARGIN, self.y + 4.0, &format!("Apart from it: {}", words.join(" · ")));
        self.y += 24.0;
    }

    /// One or two planned subnets beside each other.
    fn pair(&mut self, pair: &[&AddressBlock], draw: fn(&mut Self, &AddressBlock, f64, f64) -> f64) {
        let top = self.y + 8.0;
        let mut bottom = top;
        for (index, subnet) in pair.iter().enumerate() {
            let x = MARGIN + index as f64 * (COLUMN + MARGIN);
            let zone = subnet.zone.as_ref().map_or_else(String::new, |zone| format!(", zone {zone}"));
            self.svg.text("label", x, top + 12.0, &format!("{}{zone}", subnet.name));
            let note = if subnet.first.is_ipv6() { ", not to scale" } else { "" };
            let range = format!("{}{note}", subnet.range());
            self.svg.text("mono muted", x + SQUARE + 44.0, top + 12.0, &range);
            bottom = bottom.max(draw(self, subnet, x, top + LINE + 4.0));
        }
        self.y = bottom + 22.0;
    }

    /// The addresses of a subnet, line by line, and beside them what they are; gives where it ends.
    fn square(&mut self, subnet: &AddressBlock, x: f64, y: f64) -> f64 {
        let size = subnet.addresses();
        let rows = size.div_ceil(CELLS).clamp(1, CELLS);
        let per_cell = size.div_ceil(CELLS * rows).max(1);
        for part in &subnet.parts {
            let class = self.class(part);
            let start = part.number().saturating_sub(subnet.number());
            let [from, to] = [start, start + part.addresses()].map(|at| at as f64 / per_cell as f64);
            for (row, left, right, height) in lines(from, to) {
                let rect = Rect {
                    x: x + left * CELL,
                    y: y + row * CELL,
                    width: (right - left) * CELL,
                    height: height * CELL,
                };
                self.svg.rect(&class, rect, &told(part));
            }
        }
        let (width, height) = (SQUARE.min(size as f64 * CELL), rows as f64 * CELL);
        let across = (1..rows).map(|row| format!("M{x} {} h{width}", y + row as f64 * CELL));
        let down = (1..CELLS).map(|column| format!("M{} {y} v{height}", x + column as f64 * CELL));
        self.svg.path("grid", &across.chain(down).collect::<Vec<_>>().join(" "));
        self.list(subnet, x + SQUARE + 24.0, y).max(y + height)
    }

    /// The parts of a subnet of IPv6 in their order, each as large as the others, and below them what they are; gives where
    /// it ends.
    fn boxes(&mut self, subnet: &AddressBlock, x: f64, y: f64) -> f64 {
        let width = COLUMN / subnet.parts.len() as f64;
        for (index, part) in subnet.parts.iter().enumerate() {
            let frame = Rect { x: x + index as f64 * width, y, width, height: STRIP };
            let class = self.class(part);
            self.svg.rect(&class, frame, &told(part));
            let (name, colour) = match part.usage {
                AddressUse::Interfaces => ("interfaces", "inside"),
                AddressUse::Aws => ("AWS", "inside ground"),
                _ => (&*part.name, "inside ground"),
            };
            if has_room(width, name) {
                self.svg.text(colour, frame.x + 5.0, y + 19.0, name);
            }
        }
        let edges = (1..subnet.parts.len()).map(|at| format!("M{:.2} {y} v{STRIP}", x + at as f64 * width));
        self.svg.path("grid", &edges.collect::<Vec<_>>().join(" "));
        self.list(subnet, x, y + STRIP + 8.0)
    }

    /// What the colours of a subnet mean; gives where it ends.
    fn list(&mut self, subnet: &AddressBlock, x: f64, mut y: f64) -> f64 {
        let mut groups: Vec<Vec<&AddressBlock>> = Vec::new();
        for part in &subnet.parts {
            match groups.iter_mut().find(|group| group[0].usage == part.usage && group[0].name == part.name) {
                Some(group) => group.push(part),
                None => groups.push(vec![part]),
            }
        }
        for group in groups {
            let class = self.class(group[0]);
            self.svg.rect(&class, Rect { x, y: y + 1.0, width: 12.0, height: 12.0 }, &words(group[0]));
            let number = match is_rest(group[0]) {
                true => "all others".to_owned(),
                false => count(group.iter().map(|part| part.addresses()).fold(0, u128::saturating_add)),
            };
            self.svg.text("label", x + 20.0, y + 12.0, &format!("{} · {number}", words(group[0])));
            y += LINE;
            let ranges: Vec<String> =
                group.iter().filter(|part| !is_rest(part)).map(|part| part.range()).collect();
            for two in ranges.chunks(2) {
                self.svg.text("mono muted", x + 20.0, y + 10.0, &two.join(", "));
                y += LINE - 2.0;
            }
            for need in group.iter().filter_map(|part| part.need) {
                let words = format!(
                    "{} now, {} at most, room for {} of {}",
                    need.now,
                    need.most,
                    need.grown,
                    count(need.of.into())
                );
                self.svg.text("muted", x + 20.0, y + 11.0, &words);
                y += LINE;
            }
            y += 4.0;
        }
        y
    }

    /// How much of what nodes have is used.
    fn bars(&mut self, plan: &AddressPlan) {
        const LABEL: f64 = 480.0;
        const BAR: f64 = 560.0;
        for capacity in &plan.capacities {
            let words = format!("{}: {}", capacity.nodes, capacity.what);
            self.svg.text("muted", MARGIN, self.y + 11.0, &words);
            let frame = Rect { x: MARGIN + LABEL, y: self.y + 1.0, width: BAR, height: 12.0 };
            let used = format!("{} of {}", capacity.used, capacity.of);
            self.svg.rect("frame", frame, &used);
            let share = capacity.used as f64 / capacity.of.max(1) as f64;
            let class = if capacity.used * 100 >= capacity.of * 80 { "bar nearly" } else { "bar" };
            self.svg.rect(class, Rect { width: BAR * share.min(1.0), ..frame }, &used);
            self.svg.text("mono muted", MARGIN + LABEL + BAR + 14.0, self.y + 11.0, &used);
            self.y += LINE + 2.0;
        }
    }
}

/// Addresses along a strip.
#[derive(Clone, Copy)]
struct Span {
    first: u128,
    count: u128,
}

impl Span {
    fn length(self, addresses: u128) -> f64 {
        INNER * addresses as f64 / self.count as f64
    }

    fn place(self, address: u128) -> f64 {
        self.length(address.saturating_sub(self.first))
    }
}

/// The rectangles that cells from one place to another make on lines of 16: the line, its left and right end, and how many
/// lines it is high.
fn lines(from: f64, to: f64) -> Vec<(f64, f64, f64, f64)> {
    let width = CELLS as f64;
    let (top, bottom) = ((from / width).floor(), (to / width).floor());
    let (left, right) = (from - top * width, to - bottom * width);
    let mut lines = Vec::new();
    if top == bottom {
        lines.push((top, left, right, 1.0));
    } else {
        // Whole lines are one rectangle.
        let first_whole = if left > 0.0 { top + 1.0 } else { top };
        if left > 0.0 {
            lines.push((top, left, width, 1.0));
        }
        if bottom > first_whole {
            lines.push((first_whole, 0.0, width, bottom - first_whole));
        }
        if right > 0.0 {
            lines.push((bottom, 0.0, right, 1.0));
        }
    }
    lines
}

/// Whether a text is none too wide; its letters are taken to be as wide as they are on average.
fn has_room(width: f64, text: &str) -> bool {
    width > text.chars().count() as f64 * 7.0 + 8.0
}

/// What is told of a block where the pointer rests on it.
fn told(block: &AddressBlock) -> String {
    format!("{} {} ({})", block.range(), words(block), block.path)
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn addresses_run_over_lines_as_text_does() {
        assert_eq!(lines(0.0, 4.0), [(0.0, 0.0, 4.0, 1.0)]);
        assert_eq!(lines(4.0, 16.0), [(0.0, 4.0, 16.0, 1.0)]);
        assert_eq!(lines(16.0, 64.0), [(1.0, 0.0, 16.0, 3.0)]);
        assert_eq!(lines(4.0, 36.5), [(0.0, 4.0, 16.0, 1.0), (1.0, 0.0, 16.0, 1.0), (2.0, 0.0, 4.5, 1.0)]);
        assert_eq!(lines(14.0, 18.0), [(0.0, 14.0, 16.0, 1.0), (1.0, 0.0, 2.0, 1.0)]);
        assert_eq!(lines(255.0, 256.0), [(15.0, 15.0, 16.0, 1.0)]);
    }
}
