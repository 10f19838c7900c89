//! Addresses of further networks: planned in advance, reserved in the VPC, and proven not to collide.
//!
//! [`IpPlan`] is where to start: nodes, networks and pods are [declared](IpPlanProps) in numbers or in exact ranges. How
//! ranges get their place in a subnet is in [`placing`], how they keep it when the program changes is in
//! [`ledger`](crate::ec2::ledger).
//!
//! What is proven here follows from the program. What only a live account can confirm: that nothing else has taken
//! addresses of the subnets before they were reserved; that the region has the resource type of reservations; that EC2
//! has no other limit on interfaces than those it publishes of each type of instance.

mod allotment;
mod capacity;
mod conflict;
mod interface_addresses;
mod layout;
mod map;
mod moves;
mod network;
mod nodes;
pub mod placing;
mod plan;
mod pods;
mod props;
mod reservation;

pub use interface_addresses::InterfaceAddresses;
pub use network::{PlannedNetwork, PodAddresses};
pub use nodes::PlannedNodes;
pub use plan::IpPlan;
pub use pods::PlannedPods;
pub use props::IpPlanProps;
pub use reservation::Reservations;
