//! The settings of a managed node group.

use super::node_count::{GroupSize, NodeCount};
use super::node_repair::{NodeRepair, NodeShare};
use super::node_settings::{NodeSettings, node_setters};
use crate::line::Line;

/// The settings of a [`NodeGroup`](super::NodeGroup).
#[derive(Clone, Debug)]
#[must_use]
pub struct NodeGroupProps {
    pub(super) size: GroupSize,
    pub(super) nodes: NodeSettings,
    pub(super) name: Option<(String, Line)>,
    pub(super) spot: bool,
    pub(super) unavailable: Option<(NodeShare, Line)>,
    pub(super) repair: Option<NodeRepair>,
}

impl NodeGroupProps {
    /// A group of as many nodes: `2..=6`, or `3` for always three.
    #[track_caller]
    pub fn new(count: impl Into<NodeCount>) -> Self {
        Self {
            size: GroupSize::new(count),
            nodes: NodeSettings::default(),
            name: None,
            spot: false,
            unavailable: None,
            repair: None,
        }
    }

    /// How many nodes to begin with. Left out: the fewest. A change sets the number of nodes, whatever an autoscaler has
    /// made of it.
    #[track_caller]
    pub fn desired(mut self, count: u32) -> Self {
        self.size.begin_with(count);
        self
    }

    node_setters!();

    /// The name of the group, up to 63 letters, digits, hyphens and underscores. Left out: EKS makes one up, so that the
    /// group can be replaced.
    #[track_caller]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some((name.into(), Line::of_caller()));
        self
    }

    /// Takes Spot instances, which cost less and can be taken away within two minutes; name several types. Left out: On-Demand
    /// instances. A change replaces the group.
    ///
    /// Source: [capacity types](https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html#managed-node-group-capacity-types)
    pub fn spot(mut self) -> Self {
        self.spot = true;
        self
    }

    /// The most nodes, up to 100, that are replaced at once in an update. Left out: one.
    #[track_caller]
    pub fn max_unavailable(mut self, share: NodeShare) -> Self {
        self.unavailable = Some((share, Line::of_caller()));
        self
    }

    /// Has nodes that are not well replaced. Left out: they are not.
    pub fn repair(mut self, repair: NodeRepair) -> Self {
        self.repair = Some(repair);
        self
    }
}
