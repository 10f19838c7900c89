//! Charts: what becomes one file of Kubernetes objects each.

use std::panic::Location;

use crate::construct::{Construct, Scope};
use crate::tree::Kind;

/// A deployable that becomes one Kubernetes manifest file.
///
/// It takes part in names, dependencies and deploy order; it holds no objects yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    construct: Construct,
}

impl Chart {
    /// An empty chart.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str) -> Self {
        Chart { construct: scope.construct().add(id, Location::caller(), Kind::Chart) }
    }
}

impl Scope for Chart {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
