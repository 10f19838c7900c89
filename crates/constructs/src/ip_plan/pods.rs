//! The pods that are to run on the nodes of a plan.

use crate::line::Line;

/// Pods that are alike, with their interfaces in further networks.
///
/// ```
/// use stackwright_constructs::ip_plan::PlannedPods;
///
/// let gateways = PlannedPods::on_nodes("gateway", "workers", 12).interfaces("user", 2).interfaces("control", 1);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct PlannedPods {
    pub(super) name: String,
    pub(super) nodes: String,
    pub(super) replicas: u32,
    pub(super) interfaces: Vec<(String, u32)>,
    pub(super) line: Line,
}

impl PlannedPods {
    /// So many pods on these nodes, over all zones.
    #[track_caller]
    pub fn on_nodes(name: impl Into<String>, nodes: impl Into<String>, replicas: u32) -> Self {
        let (name, nodes, interfaces, line) = (name.into(), nodes.into(), Vec::new(), Line::of_caller());
        Self { name, nodes, replicas, interfaces, line }
    }

    /// How many interfaces each of them has in a network. Left out: none.
    pub fn interfaces(mut self, network: impl Into<String>, count: u32) -> Self {
        self.interfaces.push((network.into(), count));
        self
    }

    /// How many interfaces each of them has in the network of this name.
    pub(super) fn in_network(&self, network: &str) -> u64 {
        let counts = self.interfaces.iter().filter(|(name, _)| name == network);
        counts.map(|(_, count)| u64::from(*count)).sum()
    }
}
