//! Turns the facts files of CloudFormation resource types into Rust.
