//! Places: which element of a template a finding is about, and where in it.

use std::fmt;

/// The parts of a template that hold elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// `Parameters`.
    Parameter,
    /// `Mappings`.
    Mapping,
    /// `Conditions`.
    Condition,
    /// `Rules`.
    Rule,
    /// `Resources`.
    Resource,
    /// `Outputs`.
    Output,
    /// The template itself, whose elements are its sections.
    Template,
}

impl Section {
    /// The key of the section in a template; empty for the template itself.
    pub const fn key(self) -> &'static str {
        match self {
            Section::Parameter => "Parameters",
            Section::Mapping => "Mappings",
            Section::Condition => "Conditions",
            Section::Rule => "Rules",
            Section::Resource => "Resources",
            Section::Output => "Outputs",
            Section::Template => "",
        }
    }
}

/// A step into a map or a list. A function is a map with one key, its name: `Fn::If`, and then the index of an
/// argument.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// To the value of a key.
    Key(String),
    /// To an item, counted from 0.
    Index(usize),
}

impl From<&str> for Step {
    fn from(key: &str) -> Self {
        Step::Key(key.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Step::Index(index)
    }
}

/// A place in a template: an element, and the way from there to a value.
///
/// ```
/// use stackwright_validation::{Place, Section};
///
/// let place = Place::new(Section::Resource, "Nodes").at("Properties").at("Subnets").at(0);
/// assert_eq!(place.to_string(), "Nodes.Subnets.0");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The section of the element.
    pub section: Section,
    /// The logical id of the element.
    pub id: String,
    /// The way from the element to the value; empty for the element itself. Of resources it starts with `Properties`,
    /// or with another attribute, such as `DependsOn`.
    pub steps: Vec<Step>,
}

impl Place {
    /// An element as a whole.
    pub fn new(section: Section, id: &str) -> Self {
        Place { section, id: id.to_owned(), steps: Vec::new() }
    }

    /// One step further.
    #[must_use]
    pub fn at(mut self, step: impl Into<Step>) -> Self {
        self.steps.push(step.into());
        self
    }

    /// The way to the value as messages tell it, joined with dots; empty for the element itself.
    ///
    /// `Properties` is left out, for that is where nearly everything is.
    pub fn path(&self) -> String {
        let is_properties = matches!(self.steps.first(), Some(Step::Key(key)) if key == "Properties");
        let steps = self.steps.iter().skip(usize::from(is_properties && self.section == Section::Resource));
        steps.map(Step::to_string).collect::<Vec<_>>().join(".")
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Key(key) => f.write_str(key),
            Step::Index(index) => write!(f, "{index}"),
        }
    }
}

/// The logical id, and the way to the value.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        match self.path() {
            path if path.is_empty() => Ok(()),
            path => write!(f, ".{path}"),
        }
    }
}
