//! Constructs with good defaults: networks, permissions, and the clusters that stand on them.

pub mod ec2;
pub mod eks;
pub mod iam;
