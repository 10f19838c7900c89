//! The VPC: a private network with its subnets, gateways and routes.

use std::panic::Location;
use std::rc::Rc;

use stackwright_aws::ec2 as l1;
use stackwright_aws::ids::ec2::{SecurityGroupId, VpcId};
use stackwright_cfn::{Value, functions};
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::cidr::Cidr;
use super::endpoint::{GatewayService, InterfaceEndpoint, VpcEndpoint};
use super::flow_log::FlowLogs;
use super::ip_block::IpBlock;
use super::ipv6_cidr::Ipv6Cidr;
use super::ipv6_pool::{self, Ipv6Pool};
use super::layout::Layout;
use super::selection::SubnetSelection;
use super::subnet::{Subnet, Surroundings};
use super::subnet_group::SubnetKind;
use super::vpc_props::VpcProps;
use super::{default_security_group, endpoint, flow_log, internet, nat, renumbering};

/// A virtual private cloud.
///
/// It makes the subnets of every group in every zone, each with a route table of its own, an internet gateway, NAT
/// gateways, and the routes between them. For the same settings, addresses, zones, routes and NAT gateways are those
/// of the AWS CDK.
///
/// ```
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::ec2::{SubnetSelection, Subnets, Vpc, VpcProps};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "network");
/// let vpc = Vpc::new(
///     &stack,
///     "vpc",
///     VpcProps::new(cidr!("10.10.0.0/16"))
///         .max_azs(2)
///         .nat_gateways(1)
///         .subnets([Subnets::public("public", 24), Subnets::private("app", 24), Subnets::isolated("db", 24)]),
/// );
/// let app_subnets = vpc.select(SubnetSelection::group("app"));
/// assert_eq!(app_subnets[1].cidr(), Some(cidr!("10.10.3.0/24")));
/// ```
#[derive(Clone, Debug)]
pub struct Vpc(pub(super) Rc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) construct: Construct,
    pub(super) id: Value<VpcId>,
    /// `None` where the VPC is imported.
    pub(super) resource: Option<Resource<l1::Vpc>>,
    /// The IPv4 blocks, the primary one first; none where the VPC is imported without.
    pub(super) blocks: Vec<Cidr>,
    /// The IPv6 blocks, as far as they are known.
    pub(super) ipv6_blocks: Vec<Ipv6Cidr>,
    pub(super) dual_stack: bool,
    pub(super) subnets: Vec<Subnet>,
    /// Whether it has all the subnets that were asked for; if not, why has been told.
    pub(super) is_whole: bool,
    pub(super) internet_gateway: Option<Resource<l1::InternetGateway>>,
    pub(super) nat_gateways: Vec<Resource<l1::NatGateway>>,
}

impl Vpc {
    /// A VPC with everything its settings ask for.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: VpcProps) -> Self {
        let construct = Construct::new(scope, id);
        construct.tag(("Name", props.name.clone().unwrap_or_else(|| construct.path())));
        let layout = Layout::new(&construct, &props);
        ipv6_pool::check(&construct, &props, &layout.ipv6);
        let resource = Resource::new(&construct, "Resource", l1_vpc(&construct, &props));
        let vpc_id = resource.ref_();

        let mut more_blocks = Vec::new();
        for block in &props.secondary_blocks {
            let id = format!("Block{}", block.to_string().replace('/', "-"));
            let required = l1::VpcCidrBlockRequired { vpc_id: vpc_id.clone() };
            let associated = l1::VpcCidrBlock::new(required).cidr_block(*block);
            more_blocks.push((*block, Resource::new(&construct, &id, associated)));
        }
        let ipv6 = if props.dual_stack {
            let required = l1::VpcCidrBlockRequired { vpc_id: vpc_id.clone() };
            let block = l1::VpcCidrBlock::new(required);
            let block = match &props.ipv6 {
                None => block.amazon_provided_ipv6_cidr_block(true),
                Some((own, Ipv6Pool::Byoip(pool))) => block.ipv6_cidr_block(*own).ipv6_pool(pool.clone()),
                Some((own, Ipv6Pool::Ipam(pool))) => {
                    block.ipv6_cidr_block(*own).ipv6_ipam_pool_id(pool.clone())
                }
            };
            Some(Resource::new(&construct, "Ipv6Block", block))
        } else {
            None
        };

        let surroundings = Surroundings {
            vpc: &construct,
            vpc_id: vpc_id.clone(),
            props: &props,
            layout: &layout,
            ipv6_block: props.dual_stack.then(|| functions::select(0, resource.attr_ipv6_cidr_blocks())),
        };
        let mut subnets = Vec::new();
        for (index, block) in layout.blocks.iter().enumerate().filter(|(_, block)| !block.reserved) {
            let group = &layout.groups[block.group];
            let subnet = Subnet::new(&surroundings, group, *block, index);
            if let Some(resource) = subnet.resource() {
                let secondary = more_blocks.iter().find(|(more, _)| group.block == Some(*more));
                let blocks = secondary.map(|(_, block)| block).into_iter().chain(&ipv6);
                blocks.for_each(|block| resource.depends_on(block));
            }
            subnets.push(subnet);
        }

        let nat_count = nat::count(&construct, &props, &layout);
        let is_connected = layout.has(SubnetKind::Public) || layout.has(SubnetKind::Private);
        let internet_gateway = if is_connected && props.internet_gateway {
            Some(internet::add_gateway(&construct, vpc_id.clone(), &subnets, props.dual_stack))
        } else {
            None
        };
        let nat_gateways = nat::add_gateways(&construct, &props, &layout, &subnets, nat_count);
        if props.dual_stack {
            internet::add_egress_only_gateway(&construct, vpc_id.clone(), &subnets);
        }
        if props.lock_default_security_group {
            default_security_group::lock(&construct, resource.attr_default_security_group());
        }
        let ipv6_blocks = props.ipv6.iter().map(|(own, _)| *own).collect();
        let mut blocks = vec![props.cidr];
        blocks.extend(props.secondary_blocks);
        let vpc = Self(Rc::new(Inner {
            construct,
            id: vpc_id,
            resource: Some(resource),
            blocks,
            ipv6_blocks,
            dual_stack: props.dual_stack,
            subnets,
            is_whole: layout.is_whole(),
            internet_gateway,
            nat_gateways,
        }));
        renumbering::warn(&vpc);
        if let Some(logs) = props.flow_logs {
            vpc.add_flow_logs("FlowLogs", logs);
        }
        vpc
    }

    pub(super) fn from_inner(inner: Inner) -> Self {
        Self(Rc::new(inner))
    }

    /// The id of the VPC.
    pub fn vpc_id(&self) -> Value<VpcId> {
        self.0.id.clone()
    }

    /// The primary IPv4 block; `None` where the VPC is imported without.
    pub fn cidr(&self) -> Option<Cidr> {
        self.0.blocks.first().copied()
    }

    /// All IPv4 blocks, the primary one first; none where the VPC is imported without.
    pub fn blocks(&self) -> &[Cidr] {
        &self.0.blocks
    }

    /// All IPv6 blocks; none where it has none, is imported without, or where AWS chooses the block when the stack is
    /// deployed.
    pub fn ipv6_blocks(&self) -> &[Ipv6Cidr] {
        &self.0.ipv6_blocks
    }

    /// All blocks of either family that are known, those of IPv4 first.
    pub(crate) fn all_blocks(&self) -> impl Iterator<Item = IpBlock> {
        let ipv4 = self.blocks().iter().copied().map(IpBlock::from);
        ipv4.chain(self.ipv6_blocks().iter().copied().map(IpBlock::from))
    }

    /// Whether the VPC has IPv6 addresses too, as far as that is known of an imported one.
    pub fn is_dual_stack(&self) -> bool {
        self.0.dual_stack
    }

    /// All subnets: group by group and, in a group, zone by zone.
    pub fn subnets(&self) -> &[Subnet] {
        &self.0.subnets
    }

    /// The subnets of a selection, in the order of [`Vpc::subnets`]. One that selects nothing is an error, unless the VPC
    /// lacks subnets because of an error of its own.
    #[track_caller]
    pub fn select(&self, selection: SubnetSelection) -> Vec<Subnet> {
        // A closure has no caller to ask for.
        let location = Location::caller();
        selection.within(self).unwrap_or_else(|finding| {
            self.report(finding.source(location));
            Vec::new()
        })
    }

    /// Whether it has all the subnets that were asked for; if not, why has been told.
    pub(crate) fn is_whole(&self) -> bool {
        self.0.is_whole
    }

    /// The NAT gateways that were made.
    pub fn nat_gateways(&self) -> &[Resource<l1::NatGateway>] {
        &self.0.nat_gateways
    }

    /// The internet gateway, if one was made.
    pub fn internet_gateway(&self) -> Option<&Resource<l1::InternetGateway>> {
        self.0.internet_gateway.as_ref()
    }

    /// The security group of whatever names none; `None` where the VPC is imported.
    pub fn default_security_group(&self) -> Option<Value<SecurityGroupId>> {
        self.resource().map(|vpc| vpc.attr_default_security_group())
    }

    /// The resource itself, for what this construct has no word for; `None` where it is imported.
    pub fn resource(&self) -> Option<&Resource<l1::Vpc>> {
        self.0.resource.as_ref()
    }

    /// Leads the traffic of every subnet to S3 or DynamoDB past the internet, without charge.
    ///
    /// Source: [gateway endpoints](https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html)
    #[track_caller]
    pub fn add_gateway_endpoint(&self, id: &str, service: GatewayService) -> VpcEndpoint {
        endpoint::add_gateway(self, id, service)
    }

    /// Gives a service network interfaces in the VPC, so that it is reached without the internet.
    ///
    /// Source: [interface endpoints](https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html)
    #[track_caller]
    pub fn add_interface_endpoint(&self, id: &str, endpoint: InterfaceEndpoint) -> VpcEndpoint {
        endpoint::add_interface(self, id, endpoint)
    }

    /// Records traffic in CloudWatch Logs.
    #[track_caller]
    pub fn add_flow_logs(&self, id: &str, logs: FlowLogs) -> Resource<l1::FlowLog> {
        flow_log::add(self, id, logs)
    }
}

fn l1_vpc(vpc: &Construct, props: &VpcProps) -> l1::Vpc {
    let dns_hostnames = props.dns_hostnames.unwrap_or(props.dns_support);
    if dns_hostnames && !props.dns_support {
        let finding = "the VPC is to have DNS hostnames without DNS support";
        let finding =
            Diagnostic::error("dns-hostnames-without-support", finding).hint("leave DNS support on");
        vpc.report(props.lines.dns_hostnames.mark(finding));
    }
    l1::Vpc::new()
        .cidr_block(props.cidr)
        .enable_dns_hostnames(dns_hostnames)
        .enable_dns_support(props.dns_support)
        .instance_tenancy(if props.dedicated { "dedicated" } else { "default" })
}

impl Scope for Vpc {
    fn construct(&self) -> &Construct {
        &self.0.construct
    }
}
