//! Permissions: who may do what, and who may become whom.
//!
//! [`Role`] is where to start, with a [`Principal`] that may take it on. What it may do is said with
//! [`Grantable::allow`], with [`PolicyStatement`]s in a policy of its own, or with a [`ManagedPolicy`].

mod arn;
mod check;
mod condition;
mod document;
mod grantable;
mod granted;
mod group;
mod holder;
mod import;
mod instance_profile;
mod json;
mod managed_policy;
mod merge;
mod oidc_provider;
mod operator;
mod partition;
mod policy;
mod principal;
mod quota;
mod role;
mod role_props;
mod service_account;
mod statement;
mod user;

pub use arn::Arn;
pub use document::PolicyDocument;
pub use grantable::Grantable;
pub use group::{Group, GroupProps};
pub(crate) use import::without_path;
pub use instance_profile::InstanceProfile;
pub use managed_policy::{ManagedPolicy, ManagedPolicyProps, ManagedPolicyRef};
pub use oidc_provider::{OidcProvider, OidcProviderProps};
pub use operator::Operator;
pub use partition::{partition, partition_of_region};
pub use policy::Policy;
pub use principal::Principal;
pub use role::Role;
pub use role_props::RoleProps;
pub use service_account::{
    PodIdentityAssociation, ServiceAccountIdentity, ServiceAccountName, ServiceAccountRole,
};
pub use statement::PolicyStatement;
pub use user::{User, UserProps};
