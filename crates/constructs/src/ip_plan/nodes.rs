//! The nodes that a plan has addresses for.

use crate::eks::{InstanceType, NodeCount};
use crate::line::Line;

/// Nodes that are alike, of which there are so many in each zone.
///
/// A network interface has to be in the zone of its node, so nodes with interfaces in further networks come in one group
/// for each zone.
///
/// ```
/// use stackwright_constructs::instance_type;
/// use stackwright_constructs::ip_plan::PlannedNodes;
///
/// let workers = PlannedNodes::per_zone("workers", 1..=3).instance_type(instance_type!("m5.xlarge")).growth(1);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct PlannedNodes {
    pub(super) name: String,
    pub(super) count: NodeCount,
    pub(super) growth: u32,
    pub(super) instance_type: Option<InstanceType>,
    pub(super) line: Line,
    pub(super) type_line: Line,
}

impl PlannedNodes {
    /// As many nodes in each zone: `1..=3`, or `2` for always two.
    #[track_caller]
    pub fn per_zone(name: impl Into<String>, count: impl Into<NodeCount>) -> Self {
        Self {
            name: name.into(),
            count: count.into(),
            growth: 0,
            instance_type: None,
            line: Line::of_caller(),
            type_line: Line::default(),
        }
    }

    /// For how many more nodes of each zone to keep addresses. Left out: none.
    pub fn growth(mut self, nodes: u32) -> Self {
        self.growth = nodes;
        self
    }

    /// The type of instance, whose network interfaces have to do for the networks and pods of the plan. Left out, or not
    /// [known](InstanceType::interfaces): that is not proven.
    #[track_caller]
    pub fn instance_type(mut self, kind: InstanceType) -> Self {
        self.instance_type = Some(kind);
        self.type_line = Line::of_caller();
        self
    }

    /// The most nodes of a zone that there may ever be.
    pub(super) fn grown(&self) -> u64 {
        u64::from(self.count.max) + u64::from(self.growth)
    }
}
