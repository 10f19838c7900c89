//! A picture of an app.

use std::collections::BTreeMap;

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
/// It serializes to `{"version": 1, "shapes": […], "arrows": […]}`, with the fields of [`Shape`] and [`Arrow`]; what is
/// empty or absent is left out. A shape comes after the one that it lies in, and deployables come in the order they are
/// deployed in.
///
/// ```
/// use stackwright_assembly::{
///     Assembly, Deployable, Diagnostics, FORMAT_VERSION, File, Kind, Manifest,
/// };
/// use stackwright_picture::{Picture, View};
///
/// let network = Deployable::new("network", Kind::Stack, "network.template.yaml");
/// let template = "Resources: {Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}}";
/// let assembly = Assembly {
///     manifest: Manifest { version: FORMAT_VERSION, deployables: vec![network] },
///     files: vec![File { name: "network.template.yaml".to_owned(), contents: template.into() }],
///     warnings: Diagnostics::default(),
/// };
/// let picture = Picture::new(&assembly, &[], View::Network)?;
/// assert_eq!(
///     serde_json::to_value(&picture)?,
///     serde_json::json!({
///         "version": 1,
///         "shapes": [{
///             "id": "network/Vpc",
///             "kind": "vpc",
///             "name": "Vpc",
///             "note": "10.0.0.0/16",
///             "properties": {
///                 "type": "AWS::EC2::VPC",
///                 "stack": "network",
///                 "logical id": "Vpc",
///                 "CidrBlock": "10.0.0.0/16",
///             },
///         }],
///         "arrows": [],
///     }),
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Picture {
    version: u32,
    shapes: Vec<Shape>,
    arrows: Vec<Arrow>,
    #[serde(skip)]
    index: Index,
}

/// The places of shapes and arrows, by the ids of shapes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Index {
    shapes: BTreeMap<String, usize>,
    inside: BTreeMap<String, Vec<usize>>,
    from: BTreeMap<String, Vec<usize>>,
    to: BTreeMap<String, Vec<usize>>,
}

impl Picture {
    /// A picture of the deployables that are named and of all that these depend on; of all, where none is named.
    ///
    /// # Errors
    ///
    /// Where a template or a manifest cannot be read, as it may be in an assembly that was changed by hand.
    pub fn new(assembly: &Assembly, names: &[String], view: View) -> Result<Self, Error> {
        let program = Program::read(assembly, names)?;
        let mut picture =
            Picture { version: VERSION, shapes: Vec::new(), arrows: Vec::new(), index: Index::default() };
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
        if self.shape(&shape.id).is_some() {
            return;
        }
        shape.within = shape.within.filter(|id| self.shape(id).is_some());
        let place = self.shapes.len();
        if let Some(within) = &shape.within {
            self.index.inside.entry(within.clone()).or_default().push(place);
        }
        self.index.shapes.insert(shape.id.clone(), place);
        self.shapes.push(shape);
    }

    /// Adds an arrow, unless it is there or one of its ends is not.
    pub(crate) fn link(&mut self, arrow: Arrow) {
        let ends = [&arrow.from, &arrow.to];
        let is_there =
            self.index.from.get(&arrow.from).into_iter().flatten().any(|at| self.arrows[*at] == arrow);
        if is_there || ends.iter().any(|id| self.shape(id).is_none()) {
            return;
        }
        let place = self.arrows.len();
        self.index.from.entry(arrow.from.clone()).or_default().push(place);
        self.index.to.entry(arrow.to.clone()).or_default().push(place);
        self.arrows.push(arrow);
    }

    pub(crate) fn shape(&self, id: &str) -> Option<&Shape> {
        self.place(id).map(|place| &self.shapes[place])
    }

    /// The place of a shape among the others.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.index.shapes.get(id).copied()
    }

    pub(crate) fn of_kind(&self, kind: ShapeKind) -> impl Iterator<Item = &Shape> {
        self.shapes.iter().filter(move |shape| shape.kind == kind)
    }

    /// The shapes that lie in this one.
    pub(crate) fn inside(&self, id: &str) -> impl Iterator<Item = &Shape> {
        self.index.inside.get(id).into_iter().flatten().map(|place| &self.shapes[*place])
    }

    /// Where the arrows of a kind lead to that come from a shape.
    pub(crate) fn arrows_from(&self, id: &str, kind: ArrowKind) -> impl Iterator<Item = &Arrow> {
        self.arrows_at(self.index.from.get(id), kind)
    }

    /// Where the arrows of a kind come from that lead to a shape.
    pub(crate) fn arrows_to(&self, id: &str, kind: ArrowKind) -> impl Iterator<Item = &Arrow> {
        self.arrows_at(self.index.to.get(id), kind)
    }

    fn arrows_at<'p>(
        &'p self,
        places: Option<&'p Vec<usize>>,
        kind: ArrowKind,
    ) -> impl Iterator<Item = &'p Arrow> {
        let arrows = places.into_iter().flatten().map(|place| &self.arrows[*place]);
        arrows.filter(move |arrow| arrow.kind == kind)
    }
}
