//! What a principal may do in a cluster.

use std::borrow::Cow;

use stackwright_cfn::{Value, sub};

/// What a principal may do, as EKS puts it together; Kubernetes needs no role of its own for it.
///
/// ```
/// use stackwright_constructs::eks::AccessPolicy;
///
/// let secrets = AccessPolicy::named("AmazonEKSSecretReaderPolicy");
/// ```
///
/// Source: [access policies](https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessPolicy(Cow<'static, str>);

impl AccessPolicy {
    /// Everything: `AmazonEKSClusterAdminPolicy`.
    pub const CLUSTER_ADMIN: Self = Self(Cow::Borrowed("AmazonEKSClusterAdminPolicy"));
    /// Nearly everything, best in namespaces: `AmazonEKSAdminPolicy`.
    pub const ADMIN: Self = Self(Cow::Borrowed("AmazonEKSAdminPolicy"));
    /// Seeing everything, secrets too: `AmazonEKSAdminViewPolicy`.
    pub const ADMIN_VIEW: Self = Self(Cow::Borrowed("AmazonEKSAdminViewPolicy"));
    /// Changing most things, but no permissions: `AmazonEKSEditPolicy`.
    pub const EDIT: Self = Self(Cow::Borrowed("AmazonEKSEditPolicy"));
    /// Seeing most things, but no secrets: `AmazonEKSViewPolicy`.
    pub const VIEW: Self = Self(Cow::Borrowed("AmazonEKSViewPolicy"));

    /// Any policy, by the name that `aws eks list-access-policies` shows.
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    pub(super) fn name(&self) -> &str {
        &self.0
    }

    pub(super) fn arn(&self, partition: &Value<String>) -> Value<String> {
        sub!("arn:{partition}:eks::aws:cluster-access-policy/{name}", partition, name = self.name())
    }
}

/// Where in a cluster a principal may do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessScope {
    /// In the whole cluster.
    Cluster,
    /// In these namespaces, which may be made later.
    Namespaces(Vec<String>),
}

impl AccessScope {
    /// In these namespaces; a name may end in `*`.
    pub fn namespaces<Name: Into<String>>(names: impl IntoIterator<Item = Name>) -> Self {
        Self::Namespaces(names.into_iter().map(Into::into).collect())
    }
}
