//! The CloudFormation template document: values, intrinsic functions, logical ids, reading and writing.
//!
//! Everything in a template is a [`Node`]: a literal, an intrinsic function, or a list or map of nodes. A
//! [`Value<T>`] is a node that promises to be a `T` once it is deployed, so a subnet's id cannot be put where a
//! role's ARN belongs. Generated resource types (`stackwright-aws`) are thin typed skins over a [`Map`] of
//! properties; the construct tree (`stackwright-core`) names them and puts them into a [`Template`].
//!
//! ```
//! use stackwright_cfn::{Value, functions::join, pseudo};
//!
//! let bucket: Value<String> = join("-", ["logs".into(), pseudo::account_id()]);
//! assert_eq!(
//!     serde_json::to_string(bucket.node()).unwrap(),
//!     r#"{"Fn::Join":["-",["logs",{"Ref":"AWS::AccountId"}]]}"#,
//! );
//! ```
#![cfg_attr(
    test,
    expect(clippy::vec_init_then_push, reason = "`json!` pushes the items of a list one by one")
)]

mod creation_policy;
mod fill;
mod function;
pub mod functions;
mod json;
mod limits;
mod logical_id;
mod map;
mod mapping;
mod mixture;
mod node;
mod number;
mod output;
mod parameter;
mod period;
mod problem;
pub mod pseudo;
mod read;
mod reference;
mod resource;
mod rule;
mod sub;
mod substitution;
mod target;
mod template;
mod text;
mod token;
mod update_policy;
mod value;
mod write;

pub use creation_policy::CreationPolicy;
pub use function::Function;
pub use logical_id::{LogicalId, LogicalIdError};
pub use map::Map;
pub use mapping::Mapping;
pub use node::{Call, Node};
pub use number::Number;
pub use output::Output;
pub use parameter::{Parameter, ParameterId, ParameterType};
pub use period::Period;
pub use problem::Problem;
pub use read::{Places, ReadError, read, read_with_places};
pub use reference::{Reference, Space, output_references, references};
pub use resource::{DeletionPolicy, PropertyType, Resource, ResourceMeta, ResourceType, TagShape, Tagging};
pub use rule::Rule;
pub use target::Target;
pub use template::Template;
pub use text::Text;
pub use token::{Piece, has_token, pieces};
pub use update_policy::{CodeDeployLambdaAliasUpdate, InstanceRefresh, RollingUpdate, UpdatePolicy};
pub use value::{Id, Json, Predicate, Value};
pub use write::{Names, NoNames, Written, write_indented};

#[doc(hidden)]
pub use fill::filling;
#[doc(hidden)]
pub use sub::private;
