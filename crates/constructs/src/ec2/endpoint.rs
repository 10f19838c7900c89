//! Endpoints: ways to AWS services that do not lead through the internet.

use std::panic::Location;

use stackwright_aws::ec2 as l1;
use stackwright_aws::ids::ec2::{RouteTableId, SecurityGroupId, SubnetId, VpcEndpointId};
use stackwright_cfn::{Json, Value, pseudo, sub};
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::port::Port;
use super::security_group::{SecurityGroup, SecurityGroupProps};
use super::selection::SubnetSelection;
use super::vpc::Vpc;

/// A service that is reached by routes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayService {
    /// Amazon S3.
    S3,
    /// Amazon DynamoDB.
    DynamoDb,
}

/// The settings of an endpoint that has network interfaces.
///
/// ```
/// use stackwright_constructs::ec2::{InterfaceEndpoint, SubnetSelection};
///
/// let registry = InterfaceEndpoint::aws("ecr.dkr").subnets(SubnetSelection::group("app"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct InterfaceEndpoint {
    service_name: Value<String>,
    subnets: SubnetSelection,
    private_dns: bool,
    security_groups: Option<Vec<SecurityGroup>>,
    policy: Option<Value<Json>>,
}

impl InterfaceEndpoint {
    /// The endpoint of an AWS service in the stack's region, by the last part of its name: `ecr.api`, `sts`, `ssm`.
    ///
    /// Source: [AWS services](https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html)
    pub fn aws(service: &str) -> Self {
        Self::named(aws_service(service))
    }

    /// The endpoint of any service, by its whole name, such as `com.amazonaws.vpce.us-east-1.vpce-svc-0e123abc`.
    pub fn named(service_name: impl Into<Value<String>>) -> Self {
        Self {
            service_name: service_name.into(),
            subnets: SubnetSelection::new(),
            private_dns: true,
            security_groups: None,
            policy: None,
        }
    }

    /// The subnets of its network interfaces, of which the first in each zone gets one. Left out: private ones; if
    /// there are none, isolated ones; if there are none of those, public ones.
    pub fn subnets(mut self, subnets: SubnetSelection) -> Self {
        self.subnets = subnets;
        self
    }

    /// Whether the public DNS name of the service leads to the endpoint. Left out: it does, which takes DNS support and
    /// DNS hostnames in the VPC.
    pub fn private_dns(mut self, enabled: bool) -> Self {
        self.private_dns = enabled;
        self
    }

    /// The security groups of its network interfaces. Left out: one of its own that lets the whole VPC in on port 443.
    pub fn security_groups<'a>(mut self, groups: impl IntoIterator<Item = &'a SecurityGroup>) -> Self {
        self.security_groups = Some(groups.into_iter().cloned().collect());
        self
    }

    /// What may be done through the endpoint, as a policy document. Left out: everything.
    pub fn policy(mut self, document: impl Into<Value<Json>>) -> Self {
        self.policy = Some(document.into());
        self
    }
}

/// An endpoint of a VPC.
#[derive(Clone, Debug)]
pub struct VpcEndpoint {
    construct: Construct,
    resource: Resource<l1::VpcEndpoint>,
}

impl VpcEndpoint {
    /// The id of the endpoint.
    pub fn endpoint_id(&self) -> Value<VpcEndpointId> {
        self.resource.ref_()
    }

    /// The resource itself, for what this construct has no word for.
    pub fn resource(&self) -> &Resource<l1::VpcEndpoint> {
        &self.resource
    }
}

impl Scope for VpcEndpoint {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}

#[track_caller]
pub(super) fn add_gateway(vpc: &Vpc, id: &str, service: GatewayService) -> VpcEndpoint {
    let mut tables: Vec<Value<RouteTableId>> = Vec::new();
    for table in vpc.subnets().iter().filter_map(|subnet| subnet.route_table_id()) {
        // Imported subnets may share a table, which may be named only once.
        if !tables.contains(&table) {
            tables.push(table);
        }
    }
    if tables.is_empty() && vpc.0.is_whole {
        let finding = "a gateway endpoint is to be made, but no route table of the VPC is known";
        vpc.report(
            Diagnostic::error("no-route-tables", finding)
                .hint("import the VPC with the ids of its route tables")
                .source(Location::caller()),
        );
    }
    let service = match service {
        GatewayService::S3 => "s3",
        GatewayService::DynamoDb => "dynamodb",
    };
    let endpoint = l1::VpcEndpoint::new(l1::VpcEndpointRequired { vpc_id: vpc.vpc_id() })
        .vpc_endpoint_type(l1::VpcEndpoint::VPC_ENDPOINT_TYPE_GATEWAY)
        .service_name(aws_service(service))
        .route_table_ids(tables);
    let construct = Construct::new(vpc, id);
    construct.tag(("Name", construct.path()));
    let resource = Resource::new(&construct, "Resource", endpoint);
    VpcEndpoint { construct, resource }
}

#[track_caller]
pub(super) fn add_interface(vpc: &Vpc, id: &str, settings: InterfaceEndpoint) -> VpcEndpoint {
    let construct = Construct::new(vpc, id);
    construct.tag(("Name", construct.path()));
    let subnets = vpc.select(settings.subnets.one_per_az());
    let groups = match settings.security_groups {
        Some(groups) => groups,
        None => vec![open_to_vpc(&construct, vpc)],
    };
    let subnet_ids: Vec<Value<SubnetId>> = subnets.iter().map(|subnet| subnet.subnet_id()).collect();
    let group_ids: Vec<Value<SecurityGroupId>> =
        groups.iter().map(SecurityGroup::security_group_id).collect();
    let endpoint = l1::VpcEndpoint::new(l1::VpcEndpointRequired { vpc_id: vpc.vpc_id() })
        .vpc_endpoint_type(l1::VpcEndpoint::VPC_ENDPOINT_TYPE_INTERFACE)
        .service_name(settings.service_name)
        .subnet_ids(subnet_ids)
        .security_group_ids(group_ids)
        .private_dns_enabled(settings.private_dns);
    let endpoint = match settings.policy {
        Some(policy) => endpoint.policy_document(policy),
        None => endpoint,
    };
    let resource = Resource::new(&construct, "Resource", endpoint);
    VpcEndpoint { construct, resource }
}

#[track_caller]
fn open_to_vpc(endpoint: &Construct, vpc: &Vpc) -> SecurityGroup {
    if vpc.blocks().is_empty() {
        let finding =
            "an endpoint is to be open to the whole VPC, but the address blocks of the VPC are not known";
        vpc.report(
            Diagnostic::error("vpc-blocks-not-known", finding)
                .hint("import the VPC with its blocks, or give the endpoint security groups")
                .source(Location::caller()),
        );
    }
    let props = SecurityGroupProps::new(vpc).description("Lets the VPC reach an endpoint");
    let group = SecurityGroup::new(endpoint, "SecurityGroup", props);
    for block in vpc.blocks() {
        group.allow_ingress(*block, Port::tcp(443), "from the VPC");
    }
    group
}

fn aws_service(name: &str) -> Value<String> {
    sub!("com.amazonaws.{region}.{name}", region = pseudo::region(), name)
}
