//! What parameters, mappings, rules and outputs have in common: a node of the tree that is checked when it is made.

use std::panic::Location;

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{LogicalId, Node, Problem, Target, Text};
use stackwright_validation::element_diagnostic;

use crate::construct::{Construct, Scope};
use crate::tree::{Kind, Section};

/// Adds an entry of a section; what is wrong with it is told at the user's line.
pub(crate) fn add(
    scope: &impl Scope,
    id: &str,
    location: &'static Location<'static>,
    section: Section,
    entry: impl Into<Node>,
    problems: Vec<Problem>,
) -> Construct {
    let construct = scope.construct().add(id, location, Kind::Section(section, Box::new(entry.into())));
    report(&construct, location, problems);
    construct
}

/// Tells what is wrong with a part of a template, at the construct it belongs to and the line that gave it.
pub(crate) fn report(scope: &impl Scope, location: &'static Location<'static>, problems: Vec<Problem>) {
    for problem in problems {
        scope.report(element_diagnostic(problem).source(location));
    }
}

impl Construct {
    /// What references to this node carry.
    pub(crate) fn target(&self) -> Target {
        self.reads(|tree| tree.target(self.id))
    }

    /// Gives this node a logical id of its own; one that cannot be is told at the user's line.
    pub(crate) fn set_logical_id(&self, id: Text, location: &'static Location<'static>) {
        match LogicalId::new(id) {
            Ok(id) => self.changes(|tree| {
                tree.logical_ids.insert(self.id, id.into_text());
            }),
            Err(problem) => {
                self.report(Diagnostic::error("invalid-logical-id", problem.to_string()).source(location));
            }
        }
    }
}
