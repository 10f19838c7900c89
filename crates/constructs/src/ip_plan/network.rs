//! The networks of a plan: where their pods' addresses are, how many there have to be, and who hands them out.

use stackwright_core::AddressUse;

use crate::ec2::{Cidr, SubnetSelection};
use crate::line::Line;

/// Who hands out the addresses of a network's pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PodAddresses {
    /// EC2 gives the network interfaces of nodes whole prefixes, and each node hands out its own.
    Prefixes,
    /// The cluster hands them out together, as [`Whereabouts`](crate::multus::Whereabouts) does.
    Pool,
    /// Pods name them; [`IpPlan::allot`](super::IpPlan::allot) says which.
    Named,
}

impl PodAddresses {
    /// The type of the reservation that holds them in the VPC.
    pub(super) const fn reservation(self) -> &'static str {
        match self {
            Self::Prefixes => "prefix",
            Self::Pool | Self::Named => "explicit",
        }
    }

    pub(super) const fn usage(self) -> AddressUse {
        match self {
            Self::Prefixes => AddressUse::Prefixes,
            Self::Pool => AddressUse::Pool,
            Self::Named => AddressUse::Named,
        }
    }
}

/// A further network of pods, in one subnet of each zone.
///
/// Every node of [`PlannedNetwork::pods_per_node`] has a network interface of its own in it.
///
/// ```
/// use stackwright_constructs::ec2::SubnetSelection;
/// use stackwright_constructs::ip_plan::PlannedNetwork;
///
/// let user = PlannedNetwork::prefixes("user", SubnetSelection::group("user")).pods_per_node("workers", 40);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct PlannedNetwork {
    pub(super) name: String,
    pub(super) kind: PodAddresses,
    pub(super) subnets: SubnetSelection,
    pub(super) pods: Vec<PodsPerNode>,
    pub(super) ranges: Vec<Cidr>,
    pub(super) is_dual_stack: bool,
    pub(super) line: Line,
    pub(super) ranges_line: Line,
}

/// How many addresses the pods of one node have in a network.
#[derive(Clone, Debug)]
pub(super) struct PodsPerNode {
    pub(super) nodes: String,
    pub(super) count: u32,
    pub(super) line: Line,
}

impl PlannedNetwork {
    /// A network whose addresses EC2 gives to the interfaces of nodes as prefixes, /28 by /28. The VPC routes each to its
    /// node without further ado, and no address is handed out twice. It has its range reserved as `prefix`.
    ///
    /// EC2 takes a prefix from any such reservation of the subnet, at random: let no second network of this kind be in
    /// the same subnets. Types of instances that are not built on Nitro take no prefixes.
    ///
    /// Source: [prefixes](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html)
    #[track_caller]
    pub fn prefixes(name: impl Into<String>, subnets: SubnetSelection) -> Self {
        Self::of(Line::of_caller(), name, PodAddresses::Prefixes, subnets)
    }

    /// A network whose addresses the cluster hands out, such as by [`Whereabouts`](crate::multus::Whereabouts), which takes
    /// them from [`IpPlan::pool`](super::IpPlan::pool). It has its range reserved as `explicit`. For an address to be
    /// reached from other nodes, it has to be [assigned](crate::multus::Attachments::assigned_to) to the network interface
    /// beneath too, which has one place less for each.
    #[track_caller]
    pub fn pool(name: impl Into<String>, subnets: SubnetSelection) -> Self {
        Self::of(Line::of_caller(), name, PodAddresses::Pool, subnets)
    }

    /// A network in which pods [name their addresses](crate::multus::StaticAddresses), which
    /// [`IpPlan::allot`](super::IpPlan::allot) hands out in the program. It has its range reserved as `explicit`.
    #[track_caller]
    pub fn named(name: impl Into<String>, subnets: SubnetSelection) -> Self {
        Self::of(Line::of_caller(), name, PodAddresses::Named, subnets)
    }

    fn of(line: Line, name: impl Into<String>, kind: PodAddresses, subnets: SubnetSelection) -> Self {
        let (pods, ranges, ranges_line) = (Vec::new(), Vec::new(), Line::default());
        Self { name: name.into(), kind, subnets, pods, ranges, is_dual_stack: false, line, ranges_line }
    }

    /// How many addresses the pods of each of these nodes have in the network: one for each pod, and one more for each
    /// further interface of a pod in the same network. Left out: such nodes are not in the network.
    #[track_caller]
    pub fn pods_per_node(mut self, nodes: impl Into<String>, count: u32) -> Self {
        self.pods.push(PodsPerNode { nodes: nodes.into(), count, line: Line::of_caller() });
        self
    }

    /// Has pods get addresses of IPv6, too: a /80 of the subnet's IPv6 block in each zone, which is known only where the VPC
    /// has [a block of one's own](crate::ec2::VpcProps::ipv6_block), or is imported
    /// [with its blocks](crate::ec2::SubnetIds::ipv6_blocks). No number of pods uses it up. The first /80 of a subnet
    /// is left to AWS and to network interfaces. Not for [prefixes](PlannedNetwork::prefixes): a subnet has 65,536 of IPv6,
    /// so EC2 finds [one for each node](crate::multus::EniPrefix::and_ipv6) without a plan. Left out: addresses of IPv4
    /// alone.
    pub fn dual_stack(mut self) -> Self {
        self.is_dual_stack = true;
        self
    }

    /// The exact range of each zone, in the order of zones. Left out: they are placed, and kept by the ledger.
    #[track_caller]
    pub fn ranges(mut self, ranges: impl IntoIterator<Item = Cidr>) -> Self {
        self.ranges = ranges.into_iter().collect();
        self.ranges_line = Line::of_caller();
        self
    }
}
