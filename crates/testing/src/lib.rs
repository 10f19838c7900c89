//! Assertions about what a program synthesizes, for its own tests.
//!
//! [`Synthesis::of`] an app hands out each stack's [`Template`], each chart's [`Manifest`], and the [`Findings`]. What is
//! expected is written with [`json!`](stackwright_cfn::json), and tells what there must be at least; patterns
//! ([`any`], [`absent`], [`not`], [`one_of`], [`exactly`], [`containing`], [`matching`], [`document`], [`capture`], …)
//! stand in it wherever a value does.
//!
//! References are compared by what they refer to. `vpc.vpc_id()` in an expectation, or the same by a path with
//! [`reference()`], is met by `Ref` in the stack of the VPC, by `Fn::ImportValue` in another, and by the placeholder in
//! a chart.
//!
//! An assertion that fails tells the nearest there is, its construct and the line of the program it comes from, and
//! every difference:
//!
//! ```text
//! no AWS::EC2::Subnet of stack network is as expected: of 4, vpcPublicSubnet17E4333C5 comes nearest
//!   at network/vpc/PublicSubnet1/Resource
//!   in src/main.rs:9:11
//!
//!   CidrBlock
//!     expected: "10.20.0.0/24"
//!     found:    "10.20.0.0/18"
//!
//! expected: {"CidrBlock": "10.20.0.0/24", "MapPublicIpOnLaunch": true}
//! ```
//!
//! With the feature `insta`, `assert_files_snapshot!` keeps every file of an assembly as a snapshot.
//!
//! ```
//! use stackwright_cfn::{Map, json};
//! use stackwright_core::{App, Resource, Stack};
//! use stackwright_testing::{Synthesis, reference};
//!
//! let app = App::new();
//! let topic = Resource::raw(&Stack::new(&app, "topics"), "Orders", "AWS::SNS::Topic", Map::new());
//! let jobs = Stack::new(&app, "jobs");
//! let subscription = Resource::raw(&jobs, "Mail", "AWS::SNS::Subscription", Map::new());
//! subscription.set_property("TopicArn", topic.ref_::<String>());
//! subscription.set_property("Protocol", "email");
//!
//! let synthesis = Synthesis::of(&app);
//! let jobs = synthesis.template("jobs");
//! jobs.has_resource("AWS::SNS::Subscription", json!({ "TopicArn": topic.ref_::<String>() }));
//! jobs.at("jobs/Mail").is_exactly(json!({ "Protocol": "email", "TopicArn": reference("topics/Orders") }));
//! ```

mod compare;
mod document;
mod elements;
mod findings;
mod found;
mod manifest;
mod pairing;
mod pattern;
mod reference;
mod report;
#[cfg(feature = "insta")]
pub mod snapshot;
mod synthesis;
mod template;
mod words;

pub use findings::Findings;
pub use found::Found;
pub use manifest::Manifest;
pub use pattern::{
    Pattern, absent, any, attribute, capture, containing, document, exactly, like, matching, not, one_of,
    reference, text_with,
};
pub use synthesis::Synthesis;
pub use template::Template;
