//! `multus-stack-001`: Multus, and the network that pods get their further interfaces in.
//!
//! What differs from the walkthrough, and why:
//!
//! - Multus is the thick plugin in the build of EKS, v4.1.4-eksbuild.3, and its image comes from the registry of the
//!   cluster's region. The walkthrough applied what the `master` branch held that day, the thin plugin v3.7.2.
//! - The network is that of both isolated subnets. The walkthrough's was the one of the second zone alone, which a node
//!   of the first zone can never be in.
//! - Pods ask for their addresses. The walkthrough had host-local hand them out, which starts anew on each node: its
//!   three nodes gave the same address to three pods. Its range also began with the third address of the subnet, and AWS
//!   keeps the first four.
//! - The interface beneath is `ens6`, as Amazon Linux 2023 calls the second one of a node. The walkthrough's `eth1` was
//!   the second one too, but that of the VPC CNI: to be left to pods, an interface in the isolated subnet of the node's
//!   zone has to be attached there when the node starts, with the tag `node.k8s.amazonaws.com/no_manage`.
//! - Mode l2, in which pods of a node reach one another whatever the VPC routes. From node to node an address of a pod
//!   has to be a secondary address of the interface beneath, in this mode as in the walkthrough's l3.

use stackwright::prelude::*;

use crate::addresses;

/// Multus on every node, and `ipvlan-conf-1` in the isolated subnets.
pub(crate) fn add(app: &App, vpc: &Vpc, cluster: &Cluster) -> NetworkAttachmentDefinition {
    let chart = Chart::for_cluster(app, "multus-stack-001", cluster);
    Multus::new(&chart, "multus", Installation::for_cluster(cluster));

    let subnets = vpc.select(SubnetSelection::group("db"));
    let requested = StaticAddresses::requested(subnets.iter().filter_map(Subnet::cidr));
    let config = CniConfig::new(addresses::NETWORK, Ipvlan::new("ens6"), requested);
    NetworkAttachmentDefinition::new(&chart, addresses::NETWORK, Network::new(config))
}
