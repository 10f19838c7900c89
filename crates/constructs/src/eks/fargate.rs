//! Fargate profiles: pods that run without nodes of one's own.

use stackwright_aws::eks as l1;
use stackwright_aws::eks::fargate_profile as property;
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::access_principal::AccessPrincipal;
use super::aws_auth::NodeKind;
use super::cluster::Cluster;
use super::mappings::Admitted;
use crate::ec2::{Subnet, SubnetKind, SubnetSelection};
use crate::iam::{ManagedPolicy, Principal, Role, RoleProps};
use crate::line::Line;

/// The settings of a [`FargateProfile`]. A change of any of them replaces the profile.
///
/// ```
/// use stackwright_constructs::eks::{FargateProfileProps, FargateSelector};
///
/// let batch = FargateSelector::namespace("batch").label("size", "small");
/// let props = FargateProfileProps::new([batch]);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct FargateProfileProps {
    selectors: Vec<FargateSelector>,
    line: Line,
    subnets: Option<SubnetSelection>,
    subnets_line: Line,
    role: Option<Role>,
}

impl FargateProfileProps {
    /// The pods that one of these matches, 1 to 5, run on Fargate.
    #[track_caller]
    pub fn new(selectors: impl IntoIterator<Item = FargateSelector>) -> Self {
        Self {
            selectors: selectors.into_iter().collect(),
            line: Line::of_caller(),
            subnets: None,
            subnets_line: Line::default(),
            role: None,
        }
    }

    /// The subnets pods run in, which must not be public. Left out: the private subnets of the cluster; if it has none,
    /// its isolated ones.
    #[track_caller]
    pub fn subnets(mut self, selection: SubnetSelection) -> Self {
        self.subnets = Some(selection);
        self.subnets_line = Line::of_caller();
        self
    }

    /// The role that fetches images and joins the cluster. Left out: one of its own with the policy
    /// `AmazonEKSFargatePodExecutionRolePolicy`.
    ///
    /// Source: [pod execution role](https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html)
    pub fn role(mut self, role: &Role) -> Self {
        self.role = Some(role.clone());
        self
    }
}

/// Which pods run on Fargate: those of a namespace, or some of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct FargateSelector {
    namespace: String,
    labels: Vec<(String, String)>,
}

impl FargateSelector {
    /// The pods of a namespace, in whose name `*` and `?` may stand for other characters.
    pub fn namespace(name: impl Into<String>) -> Self {
        Self { namespace: name.into(), labels: Vec::new() }
    }

    /// Only those with this label; with several, those that have all. Left out: all pods of the namespace.
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push((key.into(), value.into()));
        self
    }

    fn to_property(&self) -> property::Selector {
        let label = |(key, value): &(String, String)| {
            property::Label::new(property::LabelRequired { key: key.into(), value: value.into() })
        };
        let labels: Vec<_> = self.labels.iter().map(label).collect();
        let required = property::SelectorRequired { namespace: (&self.namespace).into() };
        let selector = property::Selector::new(required);
        if labels.is_empty() { selector } else { selector.labels(labels) }
    }
}

/// A Fargate profile: which pods run without nodes of one's own. DaemonSets do not run there, nor do networks of
/// Multus.
///
/// Source: [Fargate profiles](https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html)
#[derive(Clone, Debug)]
pub struct FargateProfile {
    construct: Construct,
    role: Role,
    resource: Resource<l1::FargateProfile>,
}

impl Cluster {
    /// Adds a Fargate profile.
    #[track_caller]
    pub fn add_fargate_profile(&self, id: &str, props: FargateProfileProps) -> FargateProfile {
        let construct = Construct::new(self, id);
        if !(1..=5).contains(&props.selectors.len()) {
            let given = props.selectors.len();
            let finding = format!("a Fargate profile has {given} selectors: allowed are 1 to 5");
            let finding = Diagnostic::error("fargate-selector-count", finding)
                .value(given.to_string())
                .allowed("1 to 5");
            construct.report(props.line.mark(finding));
        }
        let subnets = fargate_subnets(&construct, self, props.subnets, props.subnets_line);
        let role = props.role.unwrap_or_else(|| {
            let role = RoleProps::new(Principal::service("eks-fargate-pods"));
            let policy = ManagedPolicy::aws("AmazonEKSFargatePodExecutionRolePolicy");
            Role::new(&construct, "Role", role.managed_policy(policy))
        });
        let required = l1::FargateProfileRequired {
            cluster_name: self.name(),
            pod_execution_role_arn: role.role_arn(),
            selectors: props.selectors.iter().map(FargateSelector::to_property).collect(),
        };
        let profile = l1::FargateProfile::new(required)
            .subnets(subnets.iter().map(Subnet::subnet_id).collect::<Vec<_>>());
        let resource = Resource::new(&construct, "Resource", profile);
        self.map_nodes(&construct, &AccessPrincipal::from(&role), NodeKind::Fargate, Admitted::ByEks);
        self.join(resource.construct());
        FargateProfile { construct, role, resource }
    }
}

#[track_caller]
fn fargate_subnets(
    profile: &Construct,
    cluster: &Cluster,
    selection: Option<SubnetSelection>,
    line: Line,
) -> Vec<Subnet> {
    let subnets = match (selection, cluster.vpc()) {
        (Some(selection), Some(vpc)) => vpc.select(selection),
        _ => {
            let of_kind = |kind| cluster.subnets().iter().filter(move |subnet| subnet.kind() == kind);
            let private: Vec<Subnet> = of_kind(SubnetKind::Private).cloned().collect();
            if private.is_empty() { of_kind(SubnetKind::Isolated).cloned().collect() } else { private }
        }
    };
    let is_public = subnets.iter().any(|subnet| subnet.kind() == SubnetKind::Public);
    if is_public || subnets.is_empty() {
        let finding = "pods on Fargate need subnets that the internet does not reach";
        let finding = Diagnostic::error("fargate-subnets", finding)
            .allowed("private and isolated subnets")
            .hint("say FargateProfileProps::subnets(SubnetSelection::private())");
        profile.report(line.mark(finding));
    }
    subnets
}

impl FargateProfile {
    /// The role that fetches images and joins the cluster.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// The resource itself, for what this construct has no word for.
    pub fn resource(&self) -> &Resource<l1::FargateProfile> {
        &self.resource
    }
}

impl Scope for FargateProfile {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
