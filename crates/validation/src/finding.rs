//! Findings: what is wrong, and at which place.

use stackwright_assembly::Diagnostic;

use crate::Place;

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

    /// Adds another place that has to do with it.
    #[must_use]
    pub fn related(mut self, label: impl Into<String>, place: Place) -> Self {
        self.related.push((label.into(), place));
        self
    }
}
