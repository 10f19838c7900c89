//! The settings of a plan.

use super::network::PlannedNetwork;
use super::nodes::PlannedNodes;
use super::pods::PlannedPods;
use super::reservation::Reservations;
use crate::ec2::IpBlock;
use crate::line::Line;

/// The settings of an [`IpPlan`](super::IpPlan).
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct IpPlanProps {
    pub(super) nodes: Vec<PlannedNodes>,
    pub(super) networks: Vec<PlannedNetwork>,
    pub(super) pods: Vec<PlannedPods>,
    pub(super) peers: Vec<Peer>,
    pub(super) reservations: Option<Reservations>,
    pub(super) ledger: Option<(String, Line)>,
}

/// A network that the VPC is connected to.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    pub(super) name: String,
    pub(super) block: IpBlock,
    pub(super) line: Line,
}

impl IpPlanProps {
    /// A plan of nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Nodes that have addresses in the networks of the plan; say it again for others.
    pub fn nodes(mut self, nodes: PlannedNodes) -> Self {
        self.nodes.push(nodes);
        self
    }

    /// A further network of pods; say it again for others. They get their ranges in this order.
    pub fn network(mut self, network: PlannedNetwork) -> Self {
        self.networks.push(network);
        self
    }

    /// Pods that have to find room on the nodes; say it again for others. Left out: nothing is proven of them.
    pub fn pods(mut self, pods: PlannedPods) -> Self {
        self.pods.push(pods);
        self
    }

    /// A network that the VPC is connected to, by peering or otherwise, and so may share no address with; say it again for
    /// others. Left out: none.
    ///
    /// Source: [peering with overlapping blocks](https://docs.aws.amazon.com/vpc/latest/peering/invalid-peering-configurations.html)
    #[track_caller]
    pub fn peer(mut self, name: impl Into<String>, block: impl Into<IpBlock>) -> Self {
        self.peers.push(Peer { name: name.into(), block: block.into(), line: Line::of_caller() });
        self
    }

    /// How ranges are reserved in the VPC. Left out: by the template in regions that are known to have the resource type,
    /// else by commands, with a warning.
    pub fn reservations(mut self, reservations: Reservations) -> Self {
        self.reservations = Some(reservations);
        self
    }

    /// The text of the [address ledger](crate::ec2::ledger), a checked-in file that may be the one of the VPC. Ranges that
    /// are in it stay where they are, and a network that grows gets a further block; those that are not in it yet bring a
    /// warning that says what to add. Left out: ranges follow from the settings alone, and may shift with them.
    #[track_caller]
    pub fn ledger(mut self, text: impl Into<String>) -> Self {
        self.ledger = Some((text.into(), Line::of_caller()));
        self
    }
}
