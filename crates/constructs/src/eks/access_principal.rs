//! Who may use a cluster.

use stackwright_cfn::Value;
use stackwright_core::Scope;

use crate::iam::{Role, User, without_path};

/// Who may use a cluster: a role or a user of IAM. Roles are better, for their credentials expire.
///
/// Roles and users of the app can be given as they are, others by their ARN.
#[derive(Clone, Debug)]
pub struct AccessPrincipal {
    pub(super) arn: Value<String>,
    /// The ARN as the ConfigMap wants it.
    pub(super) mapped: Value<String>,
    pub(super) is_user: bool,
    /// What its construct id is made from: a construct path, or the ARN.
    name: String,
}

impl AccessPrincipal {
    /// A role, by its ARN. `name` tells it from others where the ARN is known only at deploy time, and becomes part of
    /// logical ids.
    pub fn role(name: impl Into<String>, arn: impl Into<Value<String>>) -> Self {
        let arn = arn.into();
        Self { mapped: without_path(arn.clone()), arn, is_user: false, name: name.into() }
    }

    /// A user, by its ARN, named as in [`role`](Self::role).
    pub fn user(name: impl Into<String>, arn: impl Into<Value<String>>) -> Self {
        let arn = arn.into();
        Self { mapped: arn.clone(), arn, is_user: true, name: name.into() }
    }

    pub(super) fn construct_id(&self) -> String {
        format!("access-{}", self.name.replace('/', ":"))
    }
}

impl From<&Role> for AccessPrincipal {
    fn from(role: &Role) -> Self {
        Self { mapped: role.arn_without_path(), ..Self::role(role.path(), role.role_arn()) }
    }
}

impl From<&User> for AccessPrincipal {
    fn from(user: &User) -> Self {
        Self::user(user.path(), user.user_arn())
    }
}

/// A role or user by its literal ARN.
impl From<&str> for AccessPrincipal {
    fn from(arn: &str) -> Self {
        if arn.contains(":user/") { Self::user(arn, arn) } else { Self::role(arn, arn) }
    }
}
