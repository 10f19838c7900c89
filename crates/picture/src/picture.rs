//! A picture of an app.

use serde::Serialize;
use stackwright_assembly::Assembly;

use crate::error::Error;
use crate::program::Program;
use crate::shape::{Arrow, ArrowKind, Shape, ShapeKind};
use crate::{deployables, dot, draw, mermaid, network, page};

/// The version of the form that a picture serializes to. It grows when a reader of the older form would be misled.
pub const VERSION: u32 = 1;

/// What is in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Stacks and charts, and what each needs of others.
    Deployables,
    /// Networks, what runs in them, and the networks of pods.
    Network,
    /// Both.
    All,
}

/// A picture: shapes, of which some lie in others, and arrows between them.
///
/// It serializes to `{"version": 1, "shapes": […], "arrows": […]}`. A shape comes after the one that it lies in, and
/// deployables come in the order they are deployed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    version: u32,
    shapes: Vec<Shape>,
    arrows: Vec<Arrow>,
}

impl Picture {
    /// A picture of the deployables that are named and of all that these depend on; of all, where none is named.
    ///
    /// ```
    /// use stackwright_assembly::{Assembly, Diagnostics, FORMAT_VERSION, Manifest};
    /// use stackwright_picture::{Picture, View};
    ///
    /// let manifest = Manifest { version: FORMAT_VERSION, deployables: Vec::new() };
    /// let empty = Assembly { manifest, files: Vec::new(), warnings: Diagnostics::default() };
    /// let picture = Picture::new(&empty, &[], View::All)?;
    /// assert!(picture.shapes().is_empty());
    /// # Ok::<(), stackwright_picture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Where a template or a manifest cannot be read, as it may be in an assembly that was changed by hand.
    pub fn new(assembly: &Assembly, names: &[String], view: View) -> Result<Self, Error> {
        let program = Program::read(assembly, names)?;
        let mut picture = Picture { version: VERSION, shapes: Vec::new(), arrows: Vec::new() };
        if view != View::Network {
            deployables::add(&program, assembly, &mut picture);
        }
        if view != View::Deployables {
            network::add(&program, &mut picture);
        }
        Ok(picture)
    }

    /// The shapes, each after the one that it lies in.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// The arrows.
    pub fn arrows(&self) -> &[Arrow] {
        &self.arrows
    }

    /// In Mermaid's language: a flowchart.
    pub fn mermaid(&self) -> String {
        mermaid::flowchart(self)
    }

    /// In Graphviz' language: a directed graph.
    pub fn dot(&self) -> String {
        dot::digraph(self)
    }

    /// As an SVG document that needs nothing besides itself, light or dark as the reader wants it.
    pub fn svg(&self) -> String {
        draw::document(self)
    }

    /// As an HTML page that needs nothing besides itself: the drawing, to be moved about and searched in, with the
    /// properties of what is chosen. `title` is its name.
    pub fn page(&self, title: &str) -> String {
        page::page(self, title)
    }

    /// Adds a shape, unless it is there. It lies in none, if the one that it would lie in is not there.
    pub(crate) fn add(&mut self, mut shape: Shape) {
        if self.shape(&shape.id).is_none() {
            shape.within = shape.within.filter(|id| self.shape(id).is_some());
            self.shapes.push(shape);
        }
    }

    /// Adds an arrow, unless it is there or one of its ends is not.
    pub(crate) fn link(&mut self, arrow: Arrow) {
        let is_there = |id| self.shape(id).is_some();
        if is_there(&arrow.from) && is_there(&arrow.to) && !self.arrows.contains(&arrow) {
            self.arrows.push(arrow);
        }
    }

    pub(crate) fn shape(&self, id: &str) -> Option<&Shape> {
        self.shapes.iter().find(|shape| shape.id == id)
    }

    pub(crate) fn of_kind(&self, kind: ShapeKind) -> impl Iterator<Item = &Shape> {
        self.shapes.iter().filter(move |shape| shape.kind == kind)
    }

    /// The shapes that lie in this one.
    pub(crate) fn inside(&self, id: &str) -> impl Iterator<Item = &Shape> {
        self.shapes.iter().filter(move |shape| shape.within.as_deref() == Some(id))
    }

    /// Where the arrows of a kind lead to that come from a shape.
    pub(crate) fn arrows_from(&self, id: &str, kind: ArrowKind) -> impl Iterator<Item = &Arrow> {
        self.arrows.iter().filter(move |arrow| arrow.from == id && arrow.kind == kind)
    }

    /// Where the arrows of a kind come from that lead to a shape.
    pub(crate) fn arrows_to(&self, id: &str, kind: ArrowKind) -> impl Iterator<Item = &Arrow> {
        self.arrows.iter().filter(move |arrow| arrow.to == id && arrow.kind == kind)
    }
}
