//! Findings: what is wrong, and at which place.

use stackwright_assembly::{Diagnostic, Severity};

use crate::{Place, Section};

/// Something that is wrong with a template, or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The value it is about.
    pub place: Place,
    /// What is wrong, without a path and a line: these follow from the place.
    pub diagnostic: Diagnostic,
    /// Other places that have to do with it, each with a label, such as `used first`.
    pub related: Vec<(String, Place)>,
}

impl Finding {
    /// A finding about one place alone.
    pub fn new(place: Place, diagnostic: Diagnostic) -> Self {
        Finding { place, diagnostic, related: Vec::new() }
    }

    /// Makes it one about what a parameter may be given: whoever deploys may still give something else.
    pub(crate) fn of_parameter(mut self, what: &str, id: &str) -> Self {
        self.diagnostic.severity = Severity::Warning;
        self.diagnostic.message.push_str(&format!("; it is {what} of parameter {id:?}"));
        self.related("the parameter", Place::new(Section::Parameter, id))
    }

    /// Adds another place that has to do with it.
    #[must_use]
    pub fn related(mut self, label: impl Into<String>, place: Place) -> Self {
        self.related.push((label.into(), place));
        self
    }
}
