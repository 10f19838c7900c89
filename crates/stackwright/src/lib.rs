//! Typed infrastructure for AWS and Kubernetes networks, in Rust.
//!
//! A program describes its stacks; `cargo run -- synth` turns them into CloudFormation templates.

pub use stackwright_assembly as assembly;
pub use stackwright_aws as aws;
pub use stackwright_cfn as cfn;
pub use stackwright_constructs as constructs;
pub use stackwright_core as core;

pub use stackwright_cfn::{json, sub};

/// What almost every program uses.
pub mod prelude {
    pub use stackwright_aws as l1;
    pub use stackwright_cfn::{Map, Node, Value, functions, json, pseudo, sub};
    pub use stackwright_core::*;
}
