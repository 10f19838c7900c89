//! Every CloudFormation resource type, typed, paid for only where it is used.
//!
//! The types of each service stand behind a cargo feature with the service's name: `ec2`, `eks`,
//! `elasticloadbalancingv2`. Services with one or two types need no feature, `all` enables every service, and no
//! feature is on by default. Nothing of it is checked in: the build reads `facts/<service>.facts` and writes the Rust.
//!
#![cfg_attr(feature = "ec2", doc = "```")]
#![cfg_attr(not(feature = "ec2"), doc = "```ignore")]
//! use stackwright_aws::ec2::{Subnet, SubnetAttributes, SubnetId, SubnetRequired, VolumeAttachment, Vpc};
//! use stackwright_cfn::{Resource, ResourceType, Target, Value};
//!
//! // What a construct tree hands out: the references of a VPC.
//! let vpc: <Vpc as ResourceType>::Attributes = Target::new(0, 0).into();
//!
//! let subnet = Subnet::new(SubnetRequired { vpc_id: vpc.ref_() })
//!     .cidr_block("10.10.0.0/24")
//!     .map_public_ip_on_launch(true);
//! assert_eq!(Subnet::META.create_only.contains(&"CidrBlock"), true);
//!
//! let resource = Resource::typed(subnet);
//! assert_eq!(resource.type_name.as_str(), "AWS::EC2::Subnet");
//!
//! // Its `Ref` is a subnet's id, and nothing else.
//! let id: Value<SubnetId> = SubnetAttributes::from(Target::new(0, 1)).ref_();
//! ```
//!
//! # What a resource type becomes
//!
//! `AWS::EC2::Subnet` is `ec2::Subnet`, with
//!
//! - `SubnetRequired`, a struct of what must be given: `Subnet::new` takes it, so that nothing required is forgotten
//!   and no two strings are swapped. A type that requires nothing has `new()` and `Default`.
//! - One setter for each other property, named as CloudFormation names it, in Rust's case. A name that Rust needs ends
//!   in `_`: `type_`. A property that takes one of several types has a setter for each: `policy_document` takes JSON,
//!   `policy_document_string` text. If such a property is required, it takes any JSON.
//! - A constant for each value that AWS lists: `Vpc::INSTANCE_TENANCY_DEDICATED`. Any text is accepted, because AWS
//!   adds values before anyone's list has them.
//! - `SubnetAttributes`, the references: `ref_()` for `Ref`, `attr_availability_zone()` for `Fn::GetAtt`.
//! - The module `ec2::subnet`, with its property types, if it has any. They are `Clone`; as a `Value` they are `Debug`
//!   too (ten thousand derived `Debug`s would cost every build a tenth of its time).
//! - Its facts, as [`ResourceType::META`](cfn::ResourceType::META).
//!
//! A type holds an untyped property map ([`cfn::ResourceType::into_properties`] takes it out), adds no defaults, and
//! checks nothing. Every item says what it is in CloudFormation, whether a change replaces the resource, and which
//! values are allowed, and every type links AWS's page.
//!
//! # Ids
//!
//! Where a property refers to a resource, it takes that resource's id type: `Value<SubnetId>`. A literal string
//! converts into any id, a different id into none, and every id into a `Value<String>`. A computed string becomes an id
//! with [`Value::assume`](cfn::Value::assume). All id types are in [`ids`], whatever features are on; the module of
//! their service has them too.
//!
//! The facts decide which type that is. A property that may refer to any of several fields (a route's gateway, a key's
//! id or its ARN) takes `Value<String>`, and its documentation lists them; so does one that refers to a field which
//! does not identify a resource, such as an address.

#![allow(
    clippy::should_implement_trait,
    reason = "a setter has its property's name, also where that is `Add`"
)]

use stackwright_cfn as cfn;

mod parameter;
mod tag;

pub use tag::{Tag, TagRequired};

pub mod ids {
    //! The types that tell one id from another: `Value<SubnetId>` is no `Value<VpcId>`.

    include!(concat!(env!("OUT_DIR"), "/ids.rs"));
}

include!(concat!(env!("OUT_DIR"), "/services.rs"));

/// The body of every setter. One call is all that a setter has, because there are 30,000 of them.
#[inline]
fn with<T>(mut properties: cfn::Map, name: &'static str, value: impl Into<cfn::Value<T>>) -> cfn::Map {
    properties.set(name, value.into().into_node());
    properties
}
