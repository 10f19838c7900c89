//! What the ConfigMap `aws-auth` of a cluster has to say.

use stackwright_cfn::Value;
use stackwright_k8s::{Data, Map};

/// The whole content of the ConfigMap `aws-auth`, by which a cluster without access entries knows its users.
///
/// Whoever writes the ConfigMap writes all of it: a node whose role is not in it is locked out. So the roles of all
/// nodes that the program adds to the cluster are here, whatever else is.
/// [`AwsAuthConfigMap`](super::AwsAuthConfigMap) puts it into a chart.
///
/// Source: [aws-auth](https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html), and
/// [how EKS reads it](https://github.com/kubernetes-sigs/aws-iam-authenticator#full-configuration-format)
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AwsAuth {
    /// What `mapRoles` says.
    pub roles: Vec<AccessMapping>,
    /// What `mapUsers` says.
    pub users: Vec<AccessMapping>,
}

impl AwsAuth {
    /// The texts of the ConfigMap, in YAML. What says nothing is left out.
    pub(super) fn data(&self) -> Map {
        let lists = [("mapRoles", "rolearn", &self.roles), ("mapUsers", "userarn", &self.users)];
        let lists = lists.into_iter().filter(|(_, _, mappings)| !mappings.is_empty());
        let text = |(key, arn, mappings): (&str, &str, &Vec<AccessMapping>)| {
            let mappings = mappings.iter().map(|mapping| mapping.data(arn)).collect();
            (key.to_owned(), Data::from(Data::List(mappings).to_yaml()))
        };
        lists.map(text).collect()
    }
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
    fn data(&self, arn: &str) -> Data {
        let mut map = Map::new();
        map.insert(arn, self.arn.token());
        map.insert("username", self.username.token());
        if !self.groups.is_empty() {
            let groups: Vec<Data> = self.groups.iter().map(|group| group.as_str().into()).collect();
            map.insert("groups", groups);
        }
        map.into()
    }

    /// Whether `said`, an item of `mapRoles`, maps this role, to whatever.
    pub(super) fn is_of_role_in(&self, said: &Data) -> bool {
        field(said, "rolearn").and_then(Data::as_str) == Some(&self.arn.token())
    }

    /// Whether `said`, an item of `mapRoles` that maps this role, makes it at least this.
    pub(super) fn is_said_by(&self, said: &Data) -> bool {
        let username = field(said, "username").and_then(Data::as_str);
        let groups = field(said, "groups").and_then(Data::as_list).unwrap_or_default();
        let has = |group: &String| groups.iter().any(|said| said.as_str() == Some(group));
        username == Some(&self.username.token()) && self.groups.iter().all(has)
    }
}

/// A field of an item of `mapRoles`, where EKS does not tell `rolearn` from `roleARN`.
fn field<'a>(said: &'a Data, key: &str) -> Option<&'a Data> {
    said.as_map()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(key)).map(|(_, value)| value)
}

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
        let groups = ["system:bootstrappers", "system:nodes"].into_iter().chain(more);
        AccessMapping { arn, username: username.into(), groups: groups.map(str::to_owned).collect() }
    }
}
