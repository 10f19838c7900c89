//! A picture as a drawing.

mod cluster;
mod deployables;
mod layers;
mod network;
mod tier;
mod typeface;

use crate::picture::Picture;
use crate::shape::{ArrowKind, Shape, ShapeKind};
use crate::svg::{Rect, Svg};

use typeface::{NAME, NOTE, TITLE, fitted, width};

/// What is narrower leaves a part of a window empty.
const WIDTH: f64 = 1280.0;
const MARGIN: f64 = 32.0;

/// How many networks have a colour of their own.
const COLOURS: usize = 8;

/// Colours, light and dark, and letters: those of the map of addresses.
const COMMON: &str = include_str!("style.css");
const STYLE: &str = include_str!("draw/style.css");

/// Where to draw, and what.
struct Drawing<'p> {
    picture: &'p Picture,
    /// The names of the networks of pods, each of which has a colour.
    networks: Vec<&'p str>,
    /// Whether each part has a title.
    has_titles: bool,
    svg: Svg,
    /// How wide it is.
    width: f64,
    /// Everything above is drawn.
    y: f64,
}

/// A part of a drawing: its title, and what draws it.
type Part = (&'static str, fn(&mut Drawing<'_>));

const DEPLOYABLES: Part = ("Deployables", deployables::draw);
const NETWORK: Part = ("Network", network::draw);

/// Everything in the picture as one SVG document.
pub(crate) fn document(picture: &Picture) -> String {
    draw(picture, &parts(picture))
}

/// Each part of the picture as a document of its own, by its title.
pub(crate) fn views(picture: &Picture) -> Vec<(&'static str, String)> {
    parts(picture).into_iter().map(|part| (part.0, draw(picture, &[part]))).collect()
}

/// The parts that the picture has something for.
fn parts(picture: &Picture) -> Vec<Part> {
    let is_deployable = |shape: &Shape| matches!(shape.kind, ShapeKind::Stack | ShapeKind::Chart);
    let deployables = picture.shapes().iter().any(is_deployable).then_some(DEPLOYABLES);
    let network = picture.shapes().iter().any(|shape| !is_deployable(shape)).then_some(NETWORK);
    deployables.into_iter().chain(network).collect()
}

fn draw(picture: &Picture, parts: &[Part]) -> String {
    let mut networks: Vec<&str> = Vec::new();
    let is_alone = |range: &&Shape| picture.arrows_from(&range.id, ArrowKind::Carries).next().is_none();
    let alone = picture.of_kind(ShapeKind::Range).filter(is_alone);
    for shape in picture.of_kind(ShapeKind::Network).chain(alone) {
        if !networks.contains(&&*shape.name) {
            networks.push(&shape.name);
        }
    }
    let has_titles = parts.len() > 1;
    let mut drawing = Drawing { picture, networks, has_titles, svg: Svg::default(), width: WIDTH, y: MARGIN };
    parts.iter().for_each(|(_, draw)| draw(&mut drawing));
    let Drawing { svg, width, y, .. } = drawing;
    let titles: Vec<&str> = parts.iter().map(|(title, _)| *title).collect();
    svg.document(&format!("{COMMON}{STYLE}"), &titles.join(", "), width, y + MARGIN)
}

impl Drawing<'_> {
    /// A title where there are several parts, and a few words on this one.
    fn heading(&mut self, title: &str, words: &str) {
        let mut x = MARGIN;
        if self.has_titles {
            self.svg.text("title", x, self.y + 16.0, title);
            x += width(title, TITLE) + 16.0;
        }
        if !words.is_empty() {
            self.svg.text("muted", x, self.y + 16.0, words);
        }
        if self.has_titles || !words.is_empty() {
            self.y += 40.0;
        }
    }

    /// The class that gives a network, and what belongs to it, its colour.
    fn colour(&self, name: &str) -> String {
        match self.networks.iter().position(|network| *network == name) {
            Some(place) => format!("network-{}", place % COLOURS),
            None => "network-none".to_owned(),
        }
    }

    /// The colour of an interface, or of addresses: that of the network they carry.
    fn colour_of(&self, shape: &Shape) -> String {
        let network = self.picture.arrows_from(&shape.id, ArrowKind::Carries).next();
        let network = network.and_then(|arrow| self.picture.shape(&arrow.to)).unwrap_or(shape);
        self.colour(&network.name)
    }

    /// Small boxes of one line, as many beside each other as there is room for; gives where they end.
    fn chips(&mut self, chips: &[Chip<'_>], area: Rect) -> f64 {
        let places = places(chips, area.width);
        for (chip, place) in chips.iter().zip(&places) {
            let rect = Rect { x: area.x + place.x, y: area.y + place.y, ..*place };
            let class = format!("chip {}", chip.shape.kind.class());
            self.svg.shape(&class, &chip.shape.id, &chip.shape.told());
            self.svg.round("box", rect, 5.0);
            let mut x = rect.x + 10.0;
            if let Some(colour) = &chip.colour {
                self.svg.dot(colour, x + 4.0, rect.y + 12.0, 4.0);
                x += 14.0;
            }
            let end = rect.x + rect.width - 10.0;
            let name = fitted(&chip.shape.name, NAME, end - x);
            self.svg.text("label", x, rect.y + 16.5, &name);
            x += width(&name, NAME) + 8.0;
            if !chip.words.is_empty() && end - x > 24.0 {
                self.svg.text("muted", x, rect.y + 16.5, &fitted(&chip.words, NOTE, end - x));
            }
            self.svg.end();
        }
        area.y + height(&places)
    }
}

/// A small box of one line.
struct Chip<'p> {
    shape: &'p Shape,
    /// What stands beside the name.
    words: String,
    /// The class of a dot before the name.
    colour: Option<String>,
}

impl Chip<'_> {
    fn width(&self) -> f64 {
        let dot = if self.colour.is_some() { 14.0 } else { 0.0 };
        let words = if self.words.is_empty() { 0.0 } else { 8.0 + width(&self.words, NOTE) };
        20.0 + dot + width(&self.shape.name, NAME) + words
    }
}

/// Where chips are, from the corner of their area.
fn places(chips: &[Chip<'_>], room: f64) -> Vec<Rect> {
    const HEIGHT: f64 = 24.0;
    const GAP: f64 = 6.0;
    let (mut x, mut y) = (0.0, 0.0);
    let mut places = Vec::new();
    for chip in chips {
        let width = chip.width().min(room);
        if x > 0.0 && x + width > room {
            (x, y) = (0.0, y + HEIGHT + GAP);
        }
        places.push(Rect { x, y, width, height: HEIGHT });
        x += width + GAP;
    }
    places
}

/// How high chips are together.
fn height(places: &[Rect]) -> f64 {
    places.last().map_or(0.0, |last| last.y + last.height)
}
