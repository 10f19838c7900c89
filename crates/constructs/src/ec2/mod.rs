//! Networks: address blocks, how a VPC's subnets get theirs, and the ledger that keeps them where they are.

pub mod allocation;
mod cidr;
pub mod ledger;
mod misfit;
pub mod renumbering;
mod space;

pub use allocation::SubnetSize;
pub use cidr::{Cidr, CidrError};
