//! The line of the program that gave a setting: where findings about it point.

use std::panic::Location;

use stackwright_core::Diagnostic;

/// Where a setting was given; nowhere where it was left out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line(Option<&'static Location<'static>>);

impl Line {
    /// The line that calls the function which asks.
    #[track_caller]
    pub(super) fn of_caller() -> Self {
        Self(Some(Location::caller()))
    }

    /// Points a finding here; where the setting was left out, it points at its construct as always.
    pub(super) fn mark(self, finding: Diagnostic) -> Diagnostic {
        match self.0 {
            Some(location) => finding.source(location),
            None => finding,
        }
    }
}
