//! Constructs with good defaults: VPCs, security groups, permissions, and what stands on them.

pub mod ec2;
pub mod iam;
