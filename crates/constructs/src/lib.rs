//! Constructs with good defaults: VPCs, security groups, further networks of pods, and what stands on them.

pub mod ec2;
pub mod multus;
