//! Assertions about a manifest.

use stackwright_assembly::Deployable;
use stackwright_cfn::Node;

use crate::Found;
use crate::reference::Place;

/// The manifest of a chart.
///
/// What is expected of an object is what it must have at least, at any depth, as in a [`Template`](crate::Template). A
/// handle of the program stands for the placeholder of its value.
///
/// ```
/// use stackwright_cfn::json;
/// use stackwright_core::{App, Chart};
/// use stackwright_testing::{Synthesis, document};
///
/// let app = App::new();
/// let chart = Chart::new(&app, "web");
/// chart.add(json!({
///     "apiVersion": "v1",
///     "kind": "ConfigMap",
///     "metadata": { "name": "settings" },
///     "data": { "limits.json": r#"{"requests": 5}"# },
/// }));
///
/// let synthesis = Synthesis::of(&app);
/// let settings = synthesis.manifest("web").object("ConfigMap", "settings");
/// settings.is_like(json!({ "data": { "limits.json": document(json!({ "requests": 5 })) } }));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Manifest<'a> {
    pub(crate) place: Place<'a>,
}

impl<'a> Manifest<'a> {
    /// Asserts that there is an object of this kind that is like `expected`; of several, the first.
    ///
    /// # Panics
    ///
    /// Where there is none; the message tells which comes nearest, the line of the program it comes from, and each
    /// difference.
    #[track_caller]
    pub fn has_object(&self, kind: &str, expected: impl Into<Node>) -> Found<'a> {
        self.place.has(kind, &expected.into())
    }

    /// The object of this kind and name, in whatever namespace.
    ///
    /// # Panics
    ///
    /// Where there is none; the message tells the objects of the kind.
    #[track_caller]
    pub fn object(&self, kind: &str, name: &str) -> Found<'a> {
        self.place.has(kind, &stackwright_cfn::json!({ "metadata": { "name": name } }))
    }

    /// Asserts that there is no object of this kind that is like `unwanted`.
    ///
    /// # Panics
    ///
    /// Where there is one; the message tells each.
    #[track_caller]
    pub fn has_no_object(&self, kind: &str, unwanted: impl Into<Node>) {
        self.place.has_none(kind, &unwanted.into());
    }

    /// Asserts that every object of this kind is like `expected`, and that there is one.
    ///
    /// # Panics
    ///
    /// Where one is not; the message tells each that is not, and how it differs.
    #[track_caller]
    pub fn all_objects(&self, kind: &str, expected: impl Into<Node>) -> Vec<Found<'a>> {
        self.place.all(kind, &expected.into())
    }

    /// Asserts how many objects of this kind there are.
    ///
    /// # Panics
    ///
    /// Where there are more or fewer; the message tells each.
    #[track_caller]
    pub fn has_count(&self, kind: &str, count: usize) {
        self.place.has_count(kind, count);
    }

    /// The object of the construct at this path.
    ///
    /// # Panics
    ///
    /// Where there is none; the message tells what is near.
    #[track_caller]
    pub fn at(&self, path: impl AsRef<str>) -> Found<'a> {
        self.place.at(path.as_ref())
    }

    /// The objects of this kind, in the order they are applied.
    pub fn objects(&self, kind: &str) -> Vec<Found<'a>> {
        self.place.of_kind(kind).map(|element| Found::new(self.place, element)).collect()
    }

    /// The objects of this kind that are like `expected`, in the order they are applied.
    pub fn find(&self, kind: &str, expected: impl Into<Node>) -> Vec<Found<'a>> {
        self.place.find(kind, &expected.into())
    }

    /// The objects with overrides, each with the paths of the fields that were overridden.
    pub fn overrides(&self) -> Vec<(&'a str, &'a [String])> {
        let elements = self.place.document.elements.iter().map(|element| Found::new(self.place, element));
        elements.filter(|found| !found.overrides().is_empty()).map(|it| (it.path(), it.overrides())).collect()
    }

    /// What `manifest.json` says of the chart: cluster, dependencies, bindings.
    pub fn deployable(&self) -> &'a Deployable {
        &self.place.document.deployable
    }
}
