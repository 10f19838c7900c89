//! The settings of a cluster.

use stackwright_aws::ids::kms::KeyArn;
use stackwright_cfn::Value;

use super::addon::Addon;
use super::authentication::AuthenticationMode;
use super::endpoint::EndpointAccess;
use super::logging::ControlPlaneLog;
use super::service_network::IpFamily;
use super::upgrade_policy::UpgradePolicy;
use super::version::KubernetesVersion;
use crate::ec2::{Cidr, SecurityGroup, SubnetSelection, Vpc};
use crate::iam::Role;

/// The settings of a [`Cluster`](super::Cluster).
///
/// Everything but the version and the VPC may be left out. Where a change would replace the cluster, and with it
/// everything that runs in it, the setting says so.
#[derive(Clone, Debug)]
#[must_use]
pub struct ClusterProps {
    pub(super) version: KubernetesVersion,
    pub(super) vpc: Vpc,
    pub(super) name: Option<String>,
    pub(super) role: Option<Role>,
    pub(super) subnets: Option<Vec<SubnetSelection>>,
    pub(super) tag_subnets: bool,
    pub(super) endpoint: EndpointAccess,
    pub(super) logs: Vec<ControlPlaneLog>,
    pub(super) secrets_key: Option<Value<KeyArn>>,
    pub(super) security_groups: Vec<SecurityGroup>,
    pub(super) ip_family: IpFamily,
    pub(super) service_cidr: Option<Cidr>,
    pub(super) upgrade_policy: UpgradePolicy,
    pub(super) deletion_protection: bool,
    pub(super) authentication: AuthenticationMode,
    pub(super) bootstrap_creator_admin: Option<bool>,
    pub(super) addons: Option<Vec<Addon>>,
}

impl ClusterProps {
    /// A cluster of this version of Kubernetes in this VPC.
    ///
    /// The version can be raised by one minor version at a time; nodes and add-ons are raised after it.
    pub fn new(version: KubernetesVersion, vpc: &Vpc) -> Self {
        Self {
            version,
            vpc: vpc.clone(),
            name: None,
            role: None,
            subnets: None,
            tag_subnets: true,
            endpoint: EndpointAccess::public_and_private(),
            logs: Vec::new(),
            secrets_key: None,
            security_groups: Vec::new(),
            ip_family: IpFamily::Ipv4,
            service_cidr: None,
            upgrade_policy: UpgradePolicy::Standard,
            deletion_protection: false,
            authentication: AuthenticationMode::Api,
            bootstrap_creator_admin: None,
            addons: None,
        }
    }

    /// The name, 1 to 100 letters, digits, hyphens and underscores, of which the first is a letter or a digit. Left out:
    /// CloudFormation makes one up, so that the cluster can be replaced. A change replaces the cluster.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The role EKS takes on to run the cluster. Left out: one of its own with the policy `AmazonEKSClusterPolicy`. A
    /// change replaces the cluster.
    ///
    /// Source: [cluster role](https://docs.aws.amazon.com/eks/latest/userguide/cluster-iam-role.html)
    pub fn role(mut self, role: &Role) -> Self {
        self.role = Some(role.clone());
        self
    }

    /// The subnets in which the control plane has network interfaces, and where nodes run unless their group says
    /// otherwise; they have to be in two zones at least. Left out: all public and private subnets; if there are none,
    /// all isolated ones.
    ///
    /// Source: [subnet requirements](https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html)
    pub fn subnets(mut self, selections: impl IntoIterator<Item = SubnetSelection>) -> Self {
        self.subnets = Some(selections.into_iter().collect());
        self
    }

    /// Whether the subnets of the cluster get the tags by which Kubernetes finds subnets for load balancers:
    /// `kubernetes.io/role/elb` on public ones, `kubernetes.io/role/internal-elb` on private ones. Left out: they do;
    /// subnets of an imported VPC have to have them already.
    ///
    /// Source: [subnets of load balancers](https://docs.aws.amazon.com/eks/latest/userguide/network-load-balancing.html)
    pub fn tag_subnets(mut self, tagged: bool) -> Self {
        self.tag_subnets = tagged;
        self
    }

    /// From where the Kubernetes API is reached. Left out: from the internet, and from the VPC without leaving it.
    pub fn endpoint_access(mut self, access: EndpointAccess) -> Self {
        self.endpoint = access;
        self
    }

    /// What the control plane tells CloudWatch Logs. Left out: nothing, which costs nothing.
    pub fn logging(mut self, logs: impl IntoIterator<Item = ControlPlaneLog>) -> Self {
        self.logs = logs.into_iter().collect();
        self.logs.sort();
        self.logs.dedup();
        self
    }

    /// The symmetric KMS key that encrypts what Kubernetes keeps, secrets among it. Left out: a key that AWS owns. A key
    /// can be added later, but not taken away: that, or another key, replaces the cluster.
    ///
    /// Source: [envelope encryption](https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html)
    pub fn secrets_encryption(mut self, key: impl Into<Value<KeyArn>>) -> Self {
        self.secrets_key = Some(key.into());
        self
    }

    /// Further security groups of the control plane's network interfaces. Left out: none; EKS makes one that nodes and
    /// control plane share, [`Cluster::security_group_id`](super::Cluster::security_group_id).
    pub fn security_groups<'a>(mut self, groups: impl IntoIterator<Item = &'a SecurityGroup>) -> Self {
        self.security_groups = groups.into_iter().cloned().collect();
        self
    }

    /// Whether pods and services have IPv4 or IPv6 addresses. Left out: IPv4. A change replaces the cluster.
    pub fn ip_family(mut self, family: IpFamily) -> Self {
        self.ip_family = family;
        self
    }

    /// The addresses of services, a /12 to /24 of the private IPv4 blocks that is used neither in the VPC nor in what is
    /// connected to it. Left out: 172.20.0.0/16 if the VPC is within 10.0.0.0/8, else 10.100.0.0/16, as EKS chooses. A
    /// change replaces the cluster.
    pub fn service_cidr(mut self, block: Cidr) -> Self {
        self.service_cidr = Some(block);
        self
    }

    /// What happens when standard support of the version ends. Left out: EKS updates the cluster, which costs nothing;
    /// AWS's own default is extended support, which does.
    pub fn upgrade_policy(mut self, policy: UpgradePolicy) -> Self {
        self.upgrade_policy = policy;
        self
    }

    /// Whether EKS refuses to delete the cluster. Left out: it does not.
    pub fn deletion_protection(mut self, protected: bool) -> Self {
        self.deletion_protection = protected;
        self
    }

    /// How the cluster gets to know its users. Left out: by access entries alone.
    pub fn authentication(mut self, mode: AuthenticationMode) -> Self {
        self.authentication = mode;
        self
    }

    /// Whether whoever makes the cluster is its administrator. Left out: no, where there are access entries, so that
    /// [`Cluster::grant_admin`](super::Cluster::grant_admin) says who is; yes, where there is only the ConfigMap. A
    /// change replaces the cluster.
    pub fn bootstrap_creator_admin(mut self, admin: bool) -> Self {
        self.bootstrap_creator_admin = Some(admin);
        self
    }

    /// The add-ons. Left out: vpc-cni, kube-proxy and coredns, which a cluster hardly does without.
    pub fn addons(mut self, addons: impl IntoIterator<Item = Addon>) -> Self {
        self.addons = Some(addons.into_iter().collect());
        self
    }
}
