//! What the ConfigMap `aws-auth` of a cluster has to say.

use stackwright_cfn::Value;

/// The whole content of the ConfigMap `aws-auth`, by which a cluster without access entries knows its users.
///
/// Whoever writes the ConfigMap writes all of it: a node whose role is not in it is locked out. So the roles of all
/// nodes that the program adds to the cluster are here, whatever else is.
///
/// Source: [aws-auth](https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html)
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AwsAuth {
    /// What `mapRoles` says.
    pub roles: Vec<AccessMapping>,
    /// What `mapUsers` says.
    pub users: Vec<AccessMapping>,
}

/// Who a principal is in Kubernetes.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessMapping {
    /// The ARN of the role or user, which must not have a path.
    pub arn: Value<String>,
    /// The name of the user in Kubernetes; variables such as `{{SessionName}}` are filled in by EKS.
    pub username: Value<String>,
    /// The groups of the user.
    pub groups: Vec<String>,
}

impl AccessMapping {
    /// Whether it is of nodes rather than of people and programs.
    pub(super) fn is_of_nodes(&self) -> bool {
        self.groups.iter().any(|group| group == NODES)
    }
}

/// The group of all nodes.
const NODES: &str = "system:nodes";

/// What kind of nodes a role is for.
///
/// Source: [access entries](https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// Instances that run Linux or Bottlerocket.
    Linux,
    /// Instances that run Windows.
    Windows,
    /// Pods on Fargate.
    Fargate,
}

impl NodeKind {
    /// The type of an access entry.
    pub(super) const fn entry_type(self) -> &'static str {
        match self {
            Self::Linux => "EC2_LINUX",
            Self::Windows => "EC2_WINDOWS",
            Self::Fargate => "FARGATE_LINUX",
        }
    }

    /// What the ConfigMap says of such nodes.
    pub(super) fn mapping(self, arn: Value<String>) -> AccessMapping {
        let (username, more) = match self {
            Self::Linux => ("system:node:{{EC2PrivateDNSName}}", None),
            Self::Windows => ("system:node:{{EC2PrivateDNSName}}", Some("eks:kube-proxy-windows")),
            Self::Fargate => ("system:node:{{SessionName}}", Some("system:node-proxier")),
        };
        let groups = ["system:bootstrappers", NODES].into_iter().chain(more);
        AccessMapping { arn, username: username.into(), groups: groups.map(str::to_owned).collect() }
    }
}
