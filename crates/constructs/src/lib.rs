//! Constructs with good defaults: networks, permissions, the clusters that stand on them, and further networks of pods.

pub mod ec2;
pub mod eks;
pub mod iam;
pub mod ip_plan;
mod line;
pub mod multus;
mod spelling;
