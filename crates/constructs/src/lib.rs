//! Constructs with good defaults: VPCs, security groups, and what stands on them.
