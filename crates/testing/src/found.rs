//! What an assertion found: a resource or an object.

use stackwright_assembly::Source;
use stackwright_cfn::Node;

use crate::compare::{Extent, compare};
use crate::document::Element;
use crate::reference::Place;
use crate::report;

/// A resource of a template or an object of a manifest.
#[derive(Clone, Debug)]
pub struct Found<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) element: &'a Element,
    pub(crate) captures: Vec<(String, Node)>,
}

impl<'a> Found<'a> {
    pub(crate) fn new(place: Place<'a>, element: &'a Element) -> Self {
        Found { place, element, captures: Vec::new() }
    }

    /// The logical id of a resource; kind, namespace and name of an object, such as `ConfigMap kube-system/aws-auth`.
    pub fn id(&self) -> &'a str {
        &self.element.id
    }

    /// The type of a resource, or the kind of an object.
    pub fn kind(&self) -> &'a str {
        &self.element.kind
    }

    /// The path of the construct; empty where the assembly does not tell.
    pub fn path(&self) -> &'a str {
        self.element.path()
    }

    /// The user's own line.
    pub fn source(&self) -> Option<&'a Source> {
        self.element.source()
    }

    /// The paths of the properties that were overridden after everything else.
    pub fn overrides(&self) -> &'a [String] {
        self.element.entry.as_ref().map_or(&[], |entry| &entry.overrides)
    }

    /// The properties of a resource, or the fields of an object, as they were read.
    pub fn content(&self) -> &'a Node {
        &self.element.content
    }

    /// What stands at a path such as `Tags.0.Value`; a dot within a name is written `\.`.
    pub fn get(&self, path: &str) -> Option<&'a Node> {
        let path = path.replace("\\.", "\0");
        path.split('.').try_fold(self.content(), |node, part| {
            let part = part.replace('\0', ".");
            match node {
                Node::List(items) => items.get(part.parse::<usize>().ok()?),
                node => node.as_map()?.get(&part),
            }
        })
    }

    /// What [`capture`](crate::capture) kept by this name; of several, the first.
    ///
    /// # Panics
    ///
    /// Where nothing was kept by this name.
    #[track_caller]
    pub fn captured(&self, name: &str) -> &Node {
        match self.captures.iter().find(|(captured, _)| captured == name) {
            Some((_, node)) => node,
            None => {
                let names: Vec<&str> = self.captures.iter().map(|(name, _)| name.as_str()).collect();
                panic!("nothing is captured by the name {name:?}: the names are {names:?}")
            }
        }
    }

    /// Asserts that the properties or fields have at least what `expected` has.
    ///
    /// # Panics
    ///
    /// Where they have not; the message tells each difference.
    #[track_caller]
    pub fn is_like(self, expected: impl Into<Node>) -> Self {
        self.check(expected.into(), Extent::Part)
    }

    /// Asserts that the properties or fields are just what `expected` is, at any depth.
    ///
    /// # Panics
    ///
    /// Where they are not; the message tells each difference.
    #[track_caller]
    pub fn is_exactly(self, expected: impl Into<Node>) -> Self {
        self.check(expected.into(), Extent::Whole)
    }

    #[track_caller]
    fn check(mut self, expected: Node, extent: Extent) -> Self {
        let outcome = compare(self.place, &expected, Some(self.content()), extent);
        let what = format!("{} {}", self.kind(), self.id());
        assert!(outcome.is_met(), "{}", report::differs(&what, self.element, &outcome));
        self.captures.extend(outcome.captures);
        self
    }

    /// Asserts what a resource has beside its properties, such as `DeletionPolicy` or `DependsOn`; objects have nothing.
    ///
    /// # Panics
    ///
    /// Where it has something else; the message tells each difference.
    #[track_caller]
    pub fn has_attribute(self, name: &str, expected: impl Into<Node>) -> Self {
        let actual = self.element.attributes.as_map().and_then(|attributes| attributes.get(name));
        let outcome = compare(self.place, &expected.into(), actual, Extent::Part);
        let what = format!("{name} of {} {}", self.kind(), self.id());
        assert!(outcome.is_met(), "{}", report::differs(&what, self.element, &outcome));
        self
    }
}
