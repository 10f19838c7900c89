//! Networks: VPCs with their subnets, gateways, routes, endpoints and logs, and security groups.
//!
//! [`Vpc`] is where to start. How its subnets get their addresses is in [`allocation`], how they keep them when the
//! program changes is in [`ledger`].

pub mod allocation;
pub(crate) mod cidr;
mod cidr_error;
mod default_security_group;
mod endpoint;
mod flow_log;
mod import;
mod internet;
mod ip_block;
pub(crate) mod ip_family;
mod ipv6_cidr;
mod ipv6_pool;
mod layout;
pub mod ledger;
mod misfit;
mod nat;
mod peer;
mod placement;
mod port;
pub mod renumbering;
mod rule;
mod security_group;
mod selection;
mod space;
mod subnet;
mod subnet_group;
mod vpc;
mod vpc_props;

pub use allocation::SubnetSize;
pub use cidr::Cidr;
pub use cidr_error::CidrError;
pub use endpoint::{GatewayService, InterfaceEndpoint, VpcEndpoint};
pub use flow_log::{FlowLogs, Traffic};
pub use import::{SubnetIds, VpcIds};
pub use ip_block::IpBlock;
pub use ipv6_cidr::Ipv6Cidr;
pub use ipv6_pool::Ipv6Pool;
pub use peer::Peer;
pub use port::Port;
pub use security_group::{SecurityGroup, SecurityGroupProps};
pub use selection::SubnetSelection;
pub use subnet::Subnet;
pub use subnet_group::{SubnetKind, Subnets};
pub use vpc::Vpc;
pub use vpc_props::VpcProps;
