//! Replacing nodes that are not well.

use stackwright_aws::eks::nodegroup as property;
use stackwright_core::{Construct, Diagnostic, Scope};

/// Has EKS replace or reboot nodes that are not well, as long as not too many are.
///
/// A node whose second network interface is down may not count as well, so care is due where pods have networks of
/// their own.
///
/// ```
/// use stackwright_constructs::eks::{NodeRepair, NodeShare};
///
/// let repair = NodeRepair::new().most_unhealthy(NodeShare::Percent(20)).most_at_once(NodeShare::Nodes(1));
/// ```
///
/// Source: [node auto repair](https://docs.aws.amazon.com/eks/latest/userguide/node-health.html)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct NodeRepair {
    most_unhealthy: Option<NodeShare>,
    most_at_once: Option<NodeShare>,
}

/// Some nodes of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeShare {
    /// As many nodes, 1 or more.
    Nodes(u32),
    /// As many of a hundred nodes, 1 to 100.
    Percent(u32),
}

impl NodeShare {
    /// Tells a share that cannot be; `most` is the most nodes.
    pub(super) fn check(self, nodes: &Construct, what: &str, most: u32) {
        let (given, most, unit) = match self {
            Self::Nodes(count) => (count, most, "nodes"),
            Self::Percent(share) => (share, 100, "percent"),
        };
        if !(1..=most).contains(&given) {
            let allowed =
                if most == u32::MAX { format!("1 or more {unit}") } else { format!("1 to {most} {unit}") };
            let finding = format!("{what} cannot be {given} {unit}: allowed are {allowed}");
            nodes.report(Diagnostic::error("node-share", finding).value(given.to_string()).allowed(allowed));
        }
    }
}

impl NodeRepair {
    /// Repairs nodes in parallel as EKS sees fit.
    pub fn new() -> Self {
        Self::default()
    }

    /// The most nodes that are not well, above which none is repaired. Left out: EKS decides.
    pub fn most_unhealthy(mut self, share: NodeShare) -> Self {
        self.most_unhealthy = Some(share);
        self
    }

    /// The most nodes that are repaired at once. Left out: EKS decides.
    pub fn most_at_once(mut self, share: NodeShare) -> Self {
        self.most_at_once = Some(share);
        self
    }

    pub(super) fn to_property(self, nodes: &Construct) -> property::NodeRepairConfig {
        let config = property::NodeRepairConfig::new().enabled(true);
        for (what, share) in [
            ("the most unhealthy nodes", self.most_unhealthy),
            ("the most nodes in repair", self.most_at_once),
        ] {
            if let Some(share) = share {
                share.check(nodes, what, u32::MAX);
            }
        }
        let config = match self.most_unhealthy {
            Some(NodeShare::Nodes(count)) => config.max_unhealthy_node_threshold_count(count),
            Some(NodeShare::Percent(share)) => config.max_unhealthy_node_threshold_percentage(share),
            None => config,
        };
        match self.most_at_once {
            Some(NodeShare::Nodes(count)) => config.max_parallel_nodes_repaired_count(count),
            Some(NodeShare::Percent(share)) => config.max_parallel_nodes_repaired_percentage(share),
            None => config,
        }
    }
}
