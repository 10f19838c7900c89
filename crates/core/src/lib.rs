//! The construct tree: apps, stacks, resources, references between them, and their synthesis.
//!
//! A program builds a tree: an [`App`] holds [`Stack`]s, a stack holds resources and groups of them. Every node is
//! made by `X::new(scope, "id", …)`; the handle that comes back is small, can be cloned, and only refers to the tree.
//! [`App::synth`] checks the whole tree, gives every resource its logical id, turns references into `Ref`,
//! `Fn::GetAtt`, exports and imports, and returns the finished [`Assembly`], or every
//! finding that stands in its way.
//!
//! ```
//! use stackwright_cfn::{Map, json};
//! use stackwright_core::{App, Resource, Stack, SynthOptions};
//!
//! let app = App::new();
//! let stack = Stack::new(&app, "network");
//! let queue = Resource::raw(&stack, "Queue", "AWS::SQS::Queue", Map::new());
//! queue.set_property("DelaySeconds", 5);
//!
//! let assembly = app.synth(&SynthOptions::default()).unwrap();
//! let template = String::from_utf8(assembly.file("network.template.json").unwrap().to_vec()).unwrap();
//! assert!(template.contains(r#""DelaySeconds": 5"#));
//! ```

mod acknowledgement;
mod app;
mod aspect;
mod chart;
mod check;
mod condition;
mod construct;
mod include;
mod manifest;
mod manifests;
mod mapping;
mod output;
mod parameter;
mod program;
mod property_path;
mod resource;
mod rule;
mod section;
mod stack;
mod synth;
mod tag;
mod tree;

pub use app::App;
pub use aspect::ResourceView;
pub use chart::{Chart, ChartCluster, ChartProps};
pub use check::Check;
pub use condition::Condition;
pub use construct::{Construct, Scope};
pub use include::Include;
pub use manifest::Manifest;
pub use manifests::Manifests;
pub use mapping::Mapping;
pub use output::Output;
pub use parameter::Parameter;
pub use resource::{RemovalPolicy, Resource, Untyped, UntypedAttributes};
pub use rule::Rule;
pub use stack::{References, Stack, StackProps};
pub use stackwright_assembly::{
    AddressBlock, AddressPlan, AddressUse, Assembly, Capacity, Diagnostic, Diagnostics, Environment, Format,
    Need, Related, Severity, Source,
};
pub use stackwright_cfn::{
    Mapping as MappingProps, Output as OutputProps, Parameter as ParameterProps, Rule as RuleProps,
};
pub use stackwright_validation::{action_problem, nearest};
pub use synth::SynthOptions;
pub use tag::Tag;
