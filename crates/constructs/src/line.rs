//! The line of the program that gave a setting: where findings about it point.

use std::panic::Location;

use stackwright_core::{Diagnostic, Related, Scope, Source};

/// Where a setting was given; nowhere where it was left out.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line(Option<&'static Location<'static>>);

impl Line {
    /// The line that calls the function which asks.
    #[track_caller]
    pub(crate) fn of_caller() -> Self {
        Self(Some(Location::caller()))
    }

    /// The place; that of the construct where the setting was left out.
    pub(crate) fn source(self, construct: &impl Scope) -> Source {
        self.0.map_or_else(|| construct.related("").source, Source::from)
    }

    /// This setting of a construct as another place that a finding has to do with.
    pub(crate) fn related(self, construct: &impl Scope, label: &str) -> Related {
        Related { source: self.source(construct), ..construct.related(label) }
    }

    /// Points a finding here; where the setting was left out, it points at its construct as always.
    pub(crate) fn mark(self, finding: Diagnostic) -> Diagnostic {
        match self.0 {
            Some(location) => finding.source(location),
            None => finding,
        }
    }
}
