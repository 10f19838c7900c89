//! Turns the facts files of CloudFormation resource types into Rust.
//!
//! A facts file lists what CloudFormation knows of one service's resource types, one fact a line; its grammar is in
//! `crates/aws/facts/README.md`. This crate reads and writes those files ([`parse`], [`mod@write`]), names things
//! ([`names`]) and renders Rust ([`rust`]). It depends on nothing, because every application builds it before it
//! can build `stackwright-aws`.
//!
//! ```
//! let facts = "service sqs AWS::SQS\n\nresource Queue\n  identifier QueueUrl\n  property QueueName string replaces\n";
//! let service = stackwright_codegen::parse::service(facts)?;
//! let rust = stackwright_codegen::rust::service(&service, &Default::default()).unwrap();
//! assert!(rust.contains("pub struct Queue"));
//! # Ok::<(), stackwright_codegen::parse::ParseError>(())
//! ```

pub mod index;
pub mod model;
pub mod names;
pub mod parse;
pub mod rust;
pub mod write;
