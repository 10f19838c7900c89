//! The Kubernetes manifest document: objects, YAML in and out, names, quantities, checks.
//!
//! An [`Object`] is JSON with an order: made from anything that serializes (a type of `k8s-openapi`, JSON, data of your
//! own) or [`read`] from existing YAML, [checked](check) against what an API server refuses and schemas do not tell,
//! and written as readable YAML. The crate knows nothing of clusters, stacks or constructs, and is of use alone.
//!
//! ```
//! use serde_json::json;
//! use stackwright_k8s::{Object, check};
//!
//! let object = Object::from_serialize(json!({
//!     "apiVersion": "v1",
//!     "kind": "ConfigMap",
//!     "metadata": { "name": "Web" },
//! }))?;
//! assert_eq!(check::object(&object)[0].code, "invalid-name");
//! # Ok::<(), stackwright_k8s::SerializeError>(())
//! ```

pub mod check;
mod data;
mod map;
pub mod names;
mod object;
mod placeholder;
pub mod policy;
mod problem;
mod quantity;
mod read;
mod scopes;
pub mod secret;
mod serialize;
mod write;

pub use data::Data;
pub use map::Map;
pub use object::Object;
pub use placeholder::{has_placeholder, placeholder};
pub use problem::Problem;
pub use quantity::{QUANTITY, Quantity};
pub use read::{Placed, ReadError, read, read_with_places};
pub use scopes::{Scopes, defined};
pub use serialize::{FOR_MACHINES, SerializeError};
pub use write::to_yaml;
