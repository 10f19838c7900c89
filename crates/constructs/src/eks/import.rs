//! Clusters that are there already.

use stackwright_aws::ids::ec2::SecurityGroupId;
use stackwright_aws::ids::eks::ClusterName;
use stackwright_aws::ids::iam::RoleArn;
use stackwright_cfn::Value;
use stackwright_core::{Construct, Scope};

use super::access_principal::AccessPrincipal;
use super::authentication::AuthenticationMode;
use super::aws_auth::NodeKind;
use super::cluster::{Cluster, Facts, check_name};
use super::mappings::Admitted;
use super::service_network::IpFamily;
use super::version::KubernetesVersion;
use crate::ec2::{Subnet, SubnetSelection, Vpc};
use crate::line::Line;

/// What is known of a cluster that is there already.
///
/// Values are literal texts, parameters, or outputs of other stacks. What is left out is not known; what needs it says so.
#[derive(Clone, Debug)]
#[must_use]
pub struct ClusterAttributes {
    name: Value<ClusterName>,
    line: Line,
    version: Option<KubernetesVersion>,
    vpc: Option<Vpc>,
    subnets: Option<SubnetSelection>,
    endpoint: Option<Value<String>>,
    certificate_authority: Option<Value<String>>,
    issuer: Option<Value<String>>,
    security_group_id: Option<Value<SecurityGroupId>>,
    service_cidr: Option<Value<String>>,
    ip_family: IpFamily,
    authentication: AuthenticationMode,
    node_roles: Vec<(Value<RoleArn>, NodeKind)>,
}

impl ClusterAttributes {
    /// The cluster of this name, in the account and region of the stack.
    #[track_caller]
    pub fn new(name: impl Into<Value<ClusterName>>) -> Self {
        Self {
            name: name.into(),
            line: Line::of_caller(),
            version: None,
            vpc: None,
            subnets: None,
            endpoint: None,
            certificate_authority: None,
            issuer: None,
            security_group_id: None,
            service_cidr: None,
            ip_family: IpFamily::Ipv4,
            authentication: AuthenticationMode::Api,
            node_roles: Vec::new(),
        }
    }

    /// Its version of Kubernetes.
    pub fn version(mut self, version: KubernetesVersion) -> Self {
        self.version = Some(version);
        self
    }

    /// Its VPC, where nodes that are added run, unless their group says otherwise, in the subnets of
    /// [`SubnetSelection::new`].
    pub fn vpc(mut self, vpc: &Vpc) -> Self {
        self.vpc = Some(vpc.clone());
        self
    }

    /// The subnets of its VPC where nodes that are added run, unless their group says otherwise.
    pub fn subnets(mut self, selection: SubnetSelection) -> Self {
        self.subnets = Some(selection);
        self
    }

    /// The address of its Kubernetes API.
    pub fn endpoint(mut self, endpoint: impl Into<Value<String>>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// The certificate by which clients know its Kubernetes API, in Base64.
    pub fn certificate_authority(mut self, certificate: impl Into<Value<String>>) -> Self {
        self.certificate_authority = Some(certificate.into());
        self
    }

    /// The URL of the issuer of its service accounts' tokens.
    pub fn issuer(mut self, url: impl Into<Value<String>>) -> Self {
        self.issuer = Some(url.into());
        self
    }

    /// The security group that EKS made for it.
    pub fn security_group_id(mut self, id: impl Into<Value<SecurityGroupId>>) -> Self {
        self.security_group_id = Some(id.into());
        self
    }

    /// The addresses of its services, as a block.
    pub fn service_cidr(mut self, block: impl Into<Value<String>>) -> Self {
        self.service_cidr = Some(block.into());
        self
    }

    /// Whether its pods and services have IPv4 or IPv6 addresses. Left out: IPv4.
    pub fn ip_family(mut self, family: IpFamily) -> Self {
        self.ip_family = family;
        self
    }

    /// How it gets to know its users. Left out: by access entries alone.
    pub fn authentication(mut self, mode: AuthenticationMode) -> Self {
        self.authentication = mode;
        self
    }

    /// The roles of all its nodes, without which nothing can be mapped by its ConfigMap.
    pub fn node_roles<Arn: Into<Value<RoleArn>>>(
        mut self,
        roles: impl IntoIterator<Item = (Arn, NodeKind)>,
    ) -> Self {
        self.node_roles = roles.into_iter().map(|(arn, kind)| (arn.into(), kind)).collect();
        self
    }
}

impl Cluster {
    /// A cluster that is there already. Nodes and users can be added to it; nothing else of it is changed.
    ///
    /// ```
    /// use stackwright_constructs::eks::{Cluster, ClusterAttributes};
    /// use stackwright_core::{App, Stack};
    ///
    /// let stack = Stack::new(&App::new(), "team");
    /// let cluster = Cluster::from_attributes(&stack, "cluster", ClusterAttributes::new("shop"));
    /// cluster.grant_admin("arn:aws:iam::111122223333:role/platform");
    /// ```
    #[track_caller]
    pub fn from_attributes(scope: &impl Scope, id: &str, attributes: ClusterAttributes) -> Self {
        let construct = Construct::new(scope, id);
        if let Some(name) = attributes.name.as_str() {
            check_name(&construct, name, attributes.line);
        }
        let subnets: Vec<Subnet> = match &attributes.vpc {
            Some(vpc) => vpc.select(attributes.subnets.unwrap_or_default()),
            None => Vec::new(),
        };
        let facts = Facts {
            name: attributes.name,
            version: attributes.version,
            vpc: attributes.vpc,
            subnets,
            endpoint: attributes.endpoint,
            certificate_authority: attributes.certificate_authority,
            issuer: attributes.issuer,
            security_group_id: attributes.security_group_id,
            service_cidr: attributes.service_cidr,
            ip_family: attributes.ip_family,
            authentication: attributes.authentication,
            role: None,
            are_nodes_known: !attributes.node_roles.is_empty(),
        };
        let cluster = Self::from_facts(construct, None, facts);
        for (role, kind) in attributes.node_roles {
            let role = AccessPrincipal::role(cluster.path(), role);
            // They have joined, by whatever means.
            cluster.map_nodes(&cluster, &role, kind, Admitted::ByEks);
        }
        cluster
    }
}
