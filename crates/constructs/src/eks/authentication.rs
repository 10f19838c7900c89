//! How a cluster gets to know its users.

use stackwright_core::{Construct, Diagnostic, Scope};

use crate::line::Line;

/// How a cluster gets to know which IAM principals may use it.
///
/// A cluster can be moved on in the order of these, and never back. AWS's own default is the last in use.
///
/// Source: [authentication modes](https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthenticationMode {
    /// By the ConfigMap `aws-auth` in the cluster, which [`AwsAuthConfigMap`](super::AwsAuthConfigMap) writes.
    ConfigMap,
    /// By access entries and by the ConfigMap. Service-linked roles, such as that of EMR on EKS, can only be mapped by
    /// the ConfigMap.
    ApiAndConfigMap,
    /// By access entries, which are resources of AWS.
    #[default]
    Api,
}

impl AuthenticationMode {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::ConfigMap => "CONFIG_MAP",
            Self::ApiAndConfigMap => "API_AND_CONFIG_MAP",
            Self::Api => "API",
        }
    }

    /// Whether there are access entries.
    pub(super) fn has_entries(self) -> bool {
        self != Self::ConfigMap
    }

    /// Whether the ConfigMap is read.
    pub(super) fn has_config_map(self) -> bool {
        self != Self::Api
    }

    /// Whether whoever makes the cluster is its administrator.
    ///
    /// Source: [CreateAccessConfigRequest](https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateAccessConfigRequest.html)
    pub(super) fn bootstrap_admin(self, cluster: &Construct, given: Option<bool>, line: Line) -> bool {
        if self == Self::ConfigMap && given == Some(false) {
            let finding = "nobody could ever use the cluster: its creator is no administrator, and only an \
                           administrator can write the ConfigMap that names others";
            let finding = Diagnostic::error("no-first-administrator", finding)
                .hint("use AuthenticationMode::Api, or leave bootstrap_creator_admin(false) out");
            cluster.report(line.mark(finding));
        }
        given.unwrap_or(self == Self::ConfigMap)
    }
}
