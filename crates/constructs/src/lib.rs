//! Constructs with good defaults: VPCs, security groups, and what stands on them.

pub mod ec2;
