//! Assertions about a template.

use stackwright_assembly::Deployable;
use stackwright_cfn::{Map, Node, ResourceType};

use crate::compare::{Extent, compare};
use crate::reference::Place;
use crate::words::block;
use crate::{Found, report};

/// The template of a stack.
///
/// What is expected of a resource is what it must have at least, at any depth; lists are whole and in order. Patterns
/// such as [`exactly`](crate::exactly) and [`containing`](crate::containing) say otherwise. A handle of the program
/// stands for whatever the template refers to it by.
///
/// ```
/// use stackwright_cfn::{Map, json};
/// use stackwright_core::{App, Resource, Stack};
/// use stackwright_testing::{Synthesis, absent, attribute, matching};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "jobs");
/// let failed = Resource::raw(&stack, "Failed", "AWS::SQS::Queue", Map::new());
/// let jobs = Resource::raw(&stack, "Jobs", "AWS::SQS::Queue", Map::new());
/// jobs.set_property("RedrivePolicy", json!({ "deadLetterTargetArn": failed.attr::<String>("Arn") }));
///
/// let synthesis = Synthesis::of(&app);
/// let template = synthesis.template("jobs");
/// template.has_count("AWS::SQS::Queue", 2);
/// let policy = json!({ "deadLetterTargetArn": failed.attr::<String>("Arn") });
/// let found = template.has_resource("AWS::SQS::Queue", json!({ "RedrivePolicy": policy, "QueueName": absent() }));
/// assert_eq!(found.path(), "jobs/Jobs");
/// // The same by the path of the construct, where no handle is at hand.
/// let policy = json!({ "deadLetterTargetArn": attribute("jobs/Failed", "Arn") });
/// template.at("jobs/Jobs").is_exactly(json!({ "RedrivePolicy": policy }));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Template<'a> {
    pub(crate) place: Place<'a>,
}

impl<'a> Template<'a> {
    /// Asserts that there is a resource of this type whose properties are like `expected`; of several, the first.
    ///
    /// # Panics
    ///
    /// Where there is none; the message tells which comes nearest, the line of the program it comes from, and each
    /// difference.
    #[track_caller]
    pub fn has_resource(&self, type_name: &str, expected: impl Into<Node>) -> Found<'a> {
        self.place.has(type_name, &expected.into())
    }

    /// Asserts that there is a resource like one of a generated type: the compiler checks the names of its properties.
    ///
    /// # Panics
    ///
    /// As [`has_resource`](Template::has_resource).
    #[track_caller]
    pub fn has<T: ResourceType>(&self, expected: T) -> Found<'a> {
        self.place.has(T::META.type_name, &Node::Map(expected.into_properties()))
    }

    /// Asserts that there is no resource of this type whose properties are like `unwanted`.
    ///
    /// # Panics
    ///
    /// Where there is one; the message tells each.
    #[track_caller]
    pub fn has_no_resource(&self, type_name: &str, unwanted: impl Into<Node>) {
        self.place.has_none(type_name, &unwanted.into());
    }

    /// Asserts that every resource of this type has properties like `expected`, and that there is one.
    ///
    /// # Panics
    ///
    /// Where one has not; the message tells each that has not, and how it differs.
    #[track_caller]
    pub fn all_resources(&self, type_name: &str, expected: impl Into<Node>) -> Vec<Found<'a>> {
        self.place.all(type_name, &expected.into())
    }

    /// Asserts how many resources of this type there are.
    ///
    /// # Panics
    ///
    /// Where there are more or fewer; the message tells each.
    #[track_caller]
    pub fn has_count(&self, type_name: &str, count: usize) {
        self.place.has_count(type_name, count);
    }

    /// The resource of the construct at this path; of a construct with a resource called `Resource`, that one.
    ///
    /// # Panics
    ///
    /// Where there is none; the message tells what is near.
    #[track_caller]
    pub fn at(&self, path: impl AsRef<str>) -> Found<'a> {
        self.place.at(path.as_ref())
    }

    /// The resources of this type.
    pub fn resources(&self, type_name: &str) -> Vec<Found<'a>> {
        self.place.of_kind(type_name).map(|element| Found::new(self.place, element)).collect()
    }

    /// The resources of this type whose properties are like `expected`.
    pub fn find(&self, type_name: &str, expected: impl Into<Node>) -> Vec<Found<'a>> {
        self.place.find(type_name, &expected.into())
    }

    /// Asserts that there is an output of this name whose value is like `expected`.
    ///
    /// # Panics
    ///
    /// Where there is none, or its value differs.
    #[track_caller]
    pub fn has_output(&self, name: &str, expected: impl Into<Node>) {
        let expected = stackwright_cfn::json!({ "Value": expected.into() });
        self.has_entry("output", &self.document().outputs, name, &expected);
    }

    /// Asserts that there is a parameter of this name, with settings like `expected`: `{"Type": "String"}`.
    ///
    /// # Panics
    ///
    /// Where there is none, or it differs.
    #[track_caller]
    pub fn has_parameter(&self, name: &str, expected: impl Into<Node>) {
        self.has_entry("parameter", &self.document().parameters, name, &expected.into());
    }

    /// Asserts that there is a mapping of this name, with at least what `expected` has.
    ///
    /// # Panics
    ///
    /// Where there is none, or it differs.
    #[track_caller]
    pub fn has_mapping(&self, name: &str, expected: impl Into<Node>) {
        self.has_entry("mapping", &self.document().mappings, name, &expected.into());
    }

    /// Asserts that there is a condition of this name, like `expected`.
    ///
    /// # Panics
    ///
    /// Where there is none, or it differs.
    #[track_caller]
    pub fn has_condition(&self, name: &str, expected: impl Into<Node>) {
        self.has_entry("condition", &self.document().conditions, name, &expected.into());
    }

    #[track_caller]
    fn has_entry(&self, what: &str, section: &Map, name: &str, expected: &Node) {
        let stack = self.place.what();
        let Some(actual) = section.get(name) else {
            let names: Vec<&str> = section.keys().map(|name| name.as_str()).collect();
            let expected = block(expected, self.place.synthesis);
            panic!("{stack} has no {what} {name:?}: it has {names:?}\n\nexpected: {expected}")
        };
        let outcome = compare(self.place, expected, Some(actual), Extent::Part);
        let differences = report::differences(&outcome);
        assert!(outcome.is_met(), "{what} {name} of {stack} is not as expected\n{differences}");
    }

    /// The resources with overrides, each with the paths of the properties that were overridden.
    pub fn overrides(&self) -> Vec<(&'a str, &'a [String])> {
        let elements = self.place.document.elements.iter().map(|element| Found::new(self.place, element));
        elements.filter(|found| !found.overrides().is_empty()).map(|it| (it.path(), it.overrides())).collect()
    }

    /// The template as it was read: for what has no assertion here.
    pub fn document(&self) -> &'a stackwright_cfn::Template {
        &self.place.document.template
    }

    /// What `manifest.json` says of the stack: tags, dependencies, outputs, capabilities.
    pub fn deployable(&self) -> &'a Deployable {
        &self.place.document.deployable
    }
}
