//! Constructs with good defaults: networks, permissions, the clusters that stand on them, further networks of pods, and
//! the SSM agent of nodes.

pub mod ec2;
pub mod eks;
pub mod iam;
pub mod ip_plan;
mod line;
pub mod multus;
mod share;
pub mod ssm;
