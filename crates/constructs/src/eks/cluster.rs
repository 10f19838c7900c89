//! The cluster: a control plane of Kubernetes that EKS runs.

use std::cell::{Cell, OnceCell, RefCell};
use std::panic::Location;
use std::rc::Rc;

use stackwright_aws::eks as l1;
use stackwright_aws::eks::cluster as property;
use stackwright_aws::ids::ec2::SecurityGroupId;
use stackwright_aws::ids::eks::ClusterName;
use stackwright_cfn::{Value, pseudo, sub};
use stackwright_core::{Construct, Diagnostic, Mapping, Resource, Scope};

use super::addon::Addon;
use super::authentication::AuthenticationMode;
use super::chart::ChartAccess;
use super::cluster_props::ClusterProps;
use super::grant::Granted;
use super::logging::ControlPlaneLog;
use super::mappings::Mappings;
use super::members::Members;
use super::service_network::{IpFamily, service_cidr};
use super::version::KubernetesVersion;
use super::{control_plane_subnets, upgrade_policy};
use crate::ec2::{Cidr, Subnet, Vpc};
use crate::iam::{Arn, ManagedPolicy, OidcProvider, Principal, Role, RoleProps};
use crate::line::Line;

/// A cluster of Kubernetes, whose control plane EKS runs.
///
/// Nodes are added with [`add_node_group`](Self::add_node_group), users with [`grant_admin`](Self::grant_admin) and
/// [`grant`](Self::grant): until then there is neither.
///
/// ```
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::ec2::{Vpc, VpcProps};
/// use stackwright_constructs::eks::{Cluster, ClusterProps, KubernetesVersion, NodeGroupProps};
/// use stackwright_core::{App, Output, OutputProps, Stack};
///
/// let stack = Stack::new(&App::new(), "shop");
/// let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")));
/// let cluster = Cluster::new(&stack, "cluster", ClusterProps::new(KubernetesVersion::V1_35, &vpc));
/// cluster.add_node_group("workers", NodeGroupProps::new(2..=6));
/// cluster.grant_admin("arn:aws:iam::111122223333:role/platform");
/// Output::new(&stack, "ConfigCommand", OutputProps::new(cluster.config_command()));
/// ```
///
/// Source: [EKS clusters](https://docs.aws.amazon.com/eks/latest/userguide/clusters.html)
#[derive(Clone, Debug)]
pub struct Cluster(pub(super) Rc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) construct: Construct,
    /// `None` where the cluster is imported.
    pub(super) resource: Option<Resource<l1::Cluster>>,
    pub(super) facts: Facts,
    pub(super) access: RefCell<Granted>,
    /// What the ConfigMap has to say; shared with the check that holds charts against it.
    pub(super) mappings: Rc<RefCell<Mappings>>,
    pub(super) members: RefCell<Members>,
    pub(super) oidc_provider: OnceCell<OidcProvider>,
    pub(super) image_registries: OnceCell<Mapping>,
    /// Whether anything that can run pods has been added; shared with the check that asks.
    pub(super) has_nodes: Rc<Cell<bool>>,
    /// Whether anyone administers the cluster; shared with the check that asks.
    pub(super) has_admin: Rc<Cell<bool>>,
    pub(super) charts: ChartAccess,
}

/// What is known of a cluster, wherever it comes from.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) name: Value<ClusterName>,
    pub(super) version: Option<KubernetesVersion>,
    pub(super) vpc: Option<Vpc>,
    pub(super) subnets: Vec<Subnet>,
    pub(super) endpoint: Option<Value<String>>,
    pub(super) certificate_authority: Option<Value<String>>,
    pub(super) issuer: Option<Value<String>>,
    pub(super) security_group_id: Option<Value<SecurityGroupId>>,
    pub(super) service_cidr: Option<Value<String>>,
    pub(super) ip_family: IpFamily,
    pub(super) authentication: AuthenticationMode,
    pub(super) role: Option<Role>,
    /// Whether the roles of the nodes it had before are known; it has none where it is new.
    pub(super) are_nodes_known: bool,
}

impl Cluster {
    /// A cluster with its role and its add-ons.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: ClusterProps) -> Self {
        let construct = Construct::new(scope, id);
        let lines = props.lines;
        upgrade_policy::check(&construct, &props.version, props.upgrade_policy, lines.version);
        props.endpoint.check(&construct);
        if let Some(name) = &props.name {
            check_name(&construct, name, lines.name);
        }
        let subnets = control_plane_subnets::select(&construct, &props);
        let services =
            service_cidr(&construct, &props.vpc, props.ip_family, props.service_cidr, lines.services);
        let bootstrap_admin =
            props.authentication.bootstrap_admin(&construct, props.bootstrap_creator_admin, lines.bootstrap);
        let role = props.role.clone().unwrap_or_else(|| {
            let role = RoleProps::new(Principal::service("eks"));
            Role::new(&construct, "Role", role.managed_policy(ManagedPolicy::aws("AmazonEKSClusterPolicy")))
        });
        let required = l1::ClusterRequired {
            resources_vpc_config: vpc_config(&props, &subnets).into(),
            role_arn: role.role_arn(),
        };
        let access = property::AccessConfig::new()
            .authentication_mode(props.authentication.name())
            .bootstrap_cluster_creator_admin_permissions(bootstrap_admin);
        let mut cluster = l1::Cluster::new(required)
            .access_config(access)
            // What it would install are add-ons here, which can be seen and updated.
            .bootstrap_self_managed_addons(false)
            .kubernetes_network_config(network_config(props.ip_family, services))
            .upgrade_policy(property::UpgradePolicy::new().support_type(props.upgrade_policy.name()))
            .version(&props.version);
        if let Some(name) = props.name {
            cluster = cluster.name(name);
        }
        if props.deletion_protection {
            cluster = cluster.deletion_protection(true);
        }
        if !props.logs.is_empty() {
            cluster = cluster.logging(logging(&props.logs));
        }
        if let Some(key) = props.secrets_key {
            let provider = property::Provider::new().key_arn(key);
            let encryption = property::EncryptionConfig::new().provider(provider);
            cluster = cluster.encryption_config([encryption]);
        }
        let resource = Resource::new(&construct, "Resource", cluster);
        let facts = Facts {
            name: resource.ref_(),
            version: Some(props.version),
            vpc: Some(props.vpc),
            subnets,
            endpoint: Some(resource.attr_endpoint()),
            certificate_authority: Some(resource.attr_certificate_authority_data()),
            issuer: Some(resource.attr_open_id_connect_issuer_url()),
            security_group_id: Some(resource.attr_cluster_security_group_id()),
            service_cidr: match props.ip_family {
                IpFamily::Ipv4 => services.map(|block| block.to_string().into()),
                IpFamily::Ipv6 => Some(resource.attr_kubernetes_network_config_service_ipv6_cidr()),
            },
            ip_family: props.ip_family,
            authentication: props.authentication,
            role: Some(role),
            are_nodes_known: true,
        };
        let cluster = Self::from_facts(construct, Some(resource), facts);
        cluster.0.has_admin.set(bootstrap_admin);
        cluster.warn_of_nobody();
        let addons =
            props.addons.unwrap_or_else(|| vec![Addon::vpc_cni(), Addon::kube_proxy(), Addon::coredns()]);
        for addon in addons {
            cluster.add_addon(addon);
        }
        cluster
    }

    pub(super) fn from_facts(
        construct: Construct,
        resource: Option<Resource<l1::Cluster>>,
        facts: Facts,
    ) -> Self {
        let mappings = Mappings::new(facts.authentication, facts.are_nodes_known);
        let mappings = Rc::new(RefCell::new(mappings));
        let seen = Rc::clone(&mappings);
        construct.validate(move |check| seen.borrow().check(check));
        Self(Rc::new(Inner {
            construct,
            resource,
            facts,
            access: RefCell::default(),
            mappings,
            members: RefCell::default(),
            oidc_provider: OnceCell::new(),
            image_registries: OnceCell::new(),
            has_nodes: Rc::default(),
            has_admin: Rc::default(),
            charts: ChartAccess::default(),
        }))
    }

    /// The name of the cluster.
    pub fn name(&self) -> Value<ClusterName> {
        self.0.facts.name.clone()
    }

    /// The version of Kubernetes; `None` where the cluster is imported without.
    pub fn version(&self) -> Option<&KubernetesVersion> {
        self.0.facts.version.as_ref()
    }

    /// The VPC it is in; `None` where the cluster is imported without.
    pub fn vpc(&self) -> Option<&Vpc> {
        self.0.facts.vpc.as_ref()
    }

    /// The subnets it was given; none where the cluster is imported without.
    pub fn subnets(&self) -> &[Subnet] {
        &self.0.facts.subnets
    }

    /// Whether its pods and services have IPv4 or IPv6 addresses.
    pub fn ip_family(&self) -> IpFamily {
        self.0.facts.ip_family
    }

    /// How it gets to know its users.
    pub fn authentication(&self) -> AuthenticationMode {
        self.0.facts.authentication
    }

    /// The role EKS runs it with; `None` where the cluster is imported.
    pub fn role(&self) -> Option<&Role> {
        self.0.facts.role.as_ref()
    }

    /// The ARN of the cluster.
    pub fn arn(&self) -> Value<String> {
        self.resource().map_or_else(
            || Arn::new("eks", sub!("cluster/{name}", name = self.name())).of(self),
            |cluster| cluster.attr_arn(),
        )
    }

    /// The address of the Kubernetes API, such as `https://0123.gr7.eu-west-1.eks.amazonaws.com`.
    #[track_caller]
    pub fn endpoint(&self) -> Value<String> {
        self.known("endpoint", self.0.facts.endpoint.as_ref())
    }

    /// The certificate by which clients know the Kubernetes API, in Base64.
    #[track_caller]
    pub fn certificate_authority(&self) -> Value<String> {
        self.known("certificate_authority", self.0.facts.certificate_authority.as_ref())
    }

    /// The URL of the issuer of its service accounts' tokens, such as `https://oidc.eks.eu-west-1.amazonaws.com/id/0123`.
    #[track_caller]
    pub fn issuer(&self) -> Value<String> {
        self.known("issuer", self.0.facts.issuer.as_ref())
    }

    /// The security group that EKS made, whose members, nodes and control plane, reach one another.
    #[track_caller]
    pub fn security_group_id(&self) -> Value<SecurityGroupId> {
        self.known("security_group_id", self.0.facts.security_group_id.as_ref())
    }

    /// The addresses of services, as a block.
    #[track_caller]
    pub fn service_cidr(&self) -> Value<String> {
        self.known("service_cidr", self.0.facts.service_cidr.as_ref())
    }

    /// The command by which `kubectl` gets to know the cluster.
    pub fn config_command(&self) -> Value<String> {
        sub!(
            "aws eks update-kubeconfig --name {name} --region {region}",
            name = self.name(),
            region = self.region()
        )
    }

    /// The command by which `kubectl` gets to know the cluster and takes on `role` for it.
    pub fn config_command_as(&self, role: &Role) -> Value<String> {
        sub!("{command} --role-arn {role}", command = self.config_command(), role = role.role_arn())
    }

    /// The region it is in: text where that is known, else `AWS::Region`.
    pub fn region(&self) -> Value<String> {
        self.environment().region.map_or_else(pseudo::region, Value::from)
    }

    /// The resource itself, for what this construct has no word for; `None` where the cluster is imported.
    pub fn resource(&self) -> Option<&Resource<l1::Cluster>> {
        self.0.resource.as_ref()
    }

    /// A fact of the cluster; that it is imported without is told.
    #[track_caller]
    fn known<T>(&self, what: &str, value: Option<&Value<T>>) -> Value<T> {
        if let Some(value) = value {
            return value.clone();
        }
        let finding = format!("the {} of the cluster is not known", what.replace('_', " "));
        self.report(
            Diagnostic::error("cluster-fact-unknown", finding)
                .hint(format!("say ClusterAttributes::{what}() where the cluster is imported"))
                .source(Location::caller()),
        );
        pseudo::no_value()
    }

    /// Warns of a cluster that nobody administers.
    fn warn_of_nobody(&self) {
        let has_admin = Rc::clone(&self.0.has_admin);
        self.validate(move |check| {
            if !has_admin.get() {
                let finding = "nobody is allowed to administer the cluster";
                check.report(
                    Diagnostic::warning("no-cluster-administrator", finding)
                        .hint("say cluster.grant_admin(&role)"),
                );
            }
        });
    }
}

fn vpc_config(props: &ClusterProps, subnets: &[Subnet]) -> property::ResourcesVpcConfig {
    let subnet_ids = subnets.iter().map(Subnet::subnet_id).collect();
    let required = property::ResourcesVpcConfigRequired { subnet_ids };
    let mut config = property::ResourcesVpcConfig::new(required)
        .endpoint_private_access(props.endpoint.private)
        .endpoint_public_access(props.endpoint.public);
    if !props.endpoint.cidrs.is_empty() {
        let cidrs: Vec<String> = props.endpoint.cidrs.iter().map(ToString::to_string).collect();
        config = config.public_access_cidrs(cidrs);
    }
    if !props.security_groups.is_empty() {
        let groups: Vec<_> = props.security_groups.iter().map(|group| group.security_group_id()).collect();
        config = config.security_group_ids(groups);
    }
    config
}

fn network_config(family: IpFamily, services: Option<Cidr>) -> property::KubernetesNetworkConfig {
    let config = property::KubernetesNetworkConfig::new();
    match (family, services) {
        (IpFamily::Ipv6, _) => config.ip_family("ipv6"),
        (IpFamily::Ipv4, Some(block)) => config.ip_family("ipv4").service_ipv4_cidr(block),
        (IpFamily::Ipv4, None) => config.ip_family("ipv4"),
    }
}

fn logging(logs: &[ControlPlaneLog]) -> property::Logging {
    let kind = |log: &ControlPlaneLog| property::LoggingTypeConfig::new().type_(log.name());
    let kinds: Vec<_> = logs.iter().map(kind).collect();
    property::Logging::new().cluster_logging(property::ClusterLogging::new().enabled_types(kinds))
}

/// Reports a name that EKS does not take.
///
/// Source: [CreateCluster](https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateCluster.html)
pub(super) fn check_name(cluster: &Construct, name: &str, line: Line) {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let starts_well = name.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    if name.len() > 100 || !starts_well || !name.bytes().all(is_allowed) {
        let allowed =
            "1 to 100 letters, digits, hyphens and underscores, of which the first is a letter or a digit";
        let finding = format!("{name:?} cannot be the name of a cluster: allowed are {allowed}");
        let finding = Diagnostic::error("cluster-name", finding).value(name).allowed(allowed);
        cluster.report(line.mark(finding));
    }
}

impl Scope for Cluster {
    fn construct(&self) -> &Construct {
        &self.0.construct
    }
}
