//! Constructs with good defaults: networks, permissions, the clusters that stand on them, further networks of pods, and
//! the SSM agent of nodes.

pub mod ec2;
pub mod eks;
pub mod iam;
mod line;
pub mod multus;
pub mod ssm;
