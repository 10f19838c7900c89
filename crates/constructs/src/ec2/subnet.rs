//! A subnet with its route table.

use std::cell::RefCell;
use std::rc::Rc;

use stackwright_aws::ec2 as l1;
use stackwright_aws::ids::ec2::{RouteTableId, SubnetId, VpcId};
use stackwright_cfn::{Value, functions};
use stackwright_core::{Construct, Resource, Scope, Tag};

use super::allocation::Block;
use super::cidr::Cidr;
use super::ip_block::IpBlock;
use super::ipv6_cidr::Ipv6Cidr;
use super::layout::Layout;
use super::subnet_group::{SubnetKind, Subnets};
use super::vpc_props::VpcProps;

/// A subnet of a [`Vpc`](super::Vpc), made by it or imported with it.
///
/// What depends on a subnet depends on its routes as well.
#[derive(Clone, Debug)]
pub struct Subnet(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    construct: Construct,
    facts: Facts,
    resource: Option<Resource<l1::Subnet>>,
    /// What must be there before the subnet can reach what its routes lead to.
    connections: RefCell<Vec<Construct>>,
}

/// What is known of a subnet, wherever it comes from.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) group: String,
    pub(super) kind: SubnetKind,
    pub(super) zone: usize,
    pub(super) zone_name: Option<String>,
    pub(super) availability_zone: Value<String>,
    pub(super) cidr: Option<Cidr>,
    pub(super) ipv6: Option<Ipv6Cidr>,
    /// `None` where that is not known.
    pub(super) has_ipv6: Option<bool>,
    pub(super) id: Value<SubnetId>,
    pub(super) route_table_id: Option<Value<RouteTableId>>,
}

/// The VPC a subnet is made in.
pub(super) struct Surroundings<'a> {
    pub(super) vpc: &'a Construct,
    pub(super) vpc_id: Value<VpcId>,
    pub(super) props: &'a VpcProps,
    pub(super) layout: &'a Layout,
    /// The IPv6 block of the VPC, in a dual-stack one.
    pub(super) ipv6_block: Option<Value<String>>,
}

impl Subnet {
    /// Makes the subnet of `group` at the block with this index.
    #[track_caller]
    pub(super) fn new(surroundings: &Surroundings<'_>, group: &Subnets, block: Block, index: usize) -> Self {
        let Surroundings { vpc, vpc_id, props, layout, ipv6_block } = surroundings;
        let construct = Construct::new(*vpc, &id(&group.name, block.zone));
        construct.tag(("Name", construct.path()));
        let availability_zone = layout.availability_zone(block.zone);
        let is_public = group.kind == SubnetKind::Public;
        let mut subnet = l1::Subnet::new(l1::SubnetRequired { vpc_id: vpc_id.clone() })
            .availability_zone(&availability_zone)
            .cidr_block(block.cidr)
            .map_public_ip_on_launch(is_public && group.public_ip_on_launch.unwrap_or(!props.dual_stack));
        let mut ipv6 = None;
        if let (Some(ipv6_block), Some(number)) = (ipv6_block, layout.ipv6.get(index)) {
            let count = layout.ipv6.iter().max().map_or(0, |last| i64::from(*last) + 1);
            let of_vpc = || functions::select(i64::from(*number), functions::cidr(ipv6_block, count, 64));
            ipv6 = props
                .ipv6
                .as_ref()
                .filter(|(own, _)| has_subnet(*own, *number))
                .map(|(own, _)| own.nth(*number, 64));
            subnet = subnet
                .ipv6_cidr_block(ipv6.map_or_else(of_vpc, Value::from))
                .assign_ipv6_address_on_creation(group.ipv6_address_on_creation.unwrap_or(true));
        }
        let subnet = Resource::new(&construct, "Resource", subnet);
        let table = l1::RouteTable::new(l1::RouteTableRequired { vpc_id: vpc_id.clone() });
        let table = Resource::new(&construct, "RouteTable", table);
        let association = l1::SubnetRouteTableAssociation::new(l1::SubnetRouteTableAssociationRequired {
            subnet_id: subnet.ref_(),
            route_table_id: table.ref_(),
        });
        let association = Resource::new(&construct, "RouteTableAssociation", association);
        let facts = Facts {
            group: group.name.clone(),
            kind: group.kind,
            zone: block.zone,
            zone_name: layout.zone_name(block.zone),
            availability_zone,
            cidr: Some(block.cidr),
            ipv6,
            has_ipv6: Some(ipv6_block.is_some()),
            id: subnet.ref_(),
            route_table_id: Some(table.ref_()),
        };
        let connections = RefCell::new(vec![association.construct().clone()]);
        let subnet = Self(Rc::new(Inner { construct, facts, resource: Some(subnet), connections }));
        if props.kubernetes_role_tags {
            subnet.tag_kubernetes_role();
        }
        subnet
    }

    /// A subnet that is there already.
    pub(super) fn imported(construct: Construct, facts: Facts) -> Self {
        Self(Rc::new(Inner { construct, facts, resource: None, connections: RefCell::default() }))
    }

    /// The id of the subnet.
    pub fn subnet_id(&self) -> Value<SubnetId> {
        self.0.facts.id.clone()
    }

    /// The name of its group.
    pub fn group(&self) -> &str {
        &self.0.facts.group
    }

    /// What it can reach, and be reached from.
    pub fn kind(&self) -> SubnetKind {
        self.0.facts.kind
    }

    /// The place of its zone among the zones of the VPC, from 0.
    pub fn zone(&self) -> usize {
        self.0.facts.zone
    }

    /// The name of its zone, if that is known before the stack is deployed.
    pub fn zone_name(&self) -> Option<&str> {
        self.0.facts.zone_name.as_deref()
    }

    /// The name of its zone.
    pub fn availability_zone(&self) -> Value<String> {
        self.0.facts.availability_zone.clone()
    }

    /// Its IPv4 block; `None` where it is imported without.
    pub fn cidr(&self) -> Option<Cidr> {
        self.0.facts.cidr
    }

    /// Its IPv6 block; `None` where it has none, is imported without, or where AWS chooses it when the stack is deployed.
    pub fn ipv6_cidr(&self) -> Option<Ipv6Cidr> {
        self.0.facts.ipv6
    }

    /// Its blocks of either family, as far as they are known, that of IPv4 first.
    pub fn blocks(&self) -> impl Iterator<Item = IpBlock> + use<> {
        self.cidr().map(IpBlock::from).into_iter().chain(self.ipv6_cidr().map(IpBlock::from))
    }

    /// Whether it has addresses of IPv6; `None` where it is imported.
    pub(crate) fn has_ipv6(&self) -> Option<bool> {
        self.0.facts.has_ipv6
    }

    /// The id of its route table; `None` where it is imported without.
    pub fn route_table_id(&self) -> Option<Value<RouteTableId>> {
        self.0.facts.route_table_id.clone()
    }

    /// The resource itself, for what this construct has no word for; `None` where it is imported.
    pub fn resource(&self) -> Option<&Resource<l1::Subnet>> {
        self.0.resource.as_ref()
    }

    /// Tags the subnet with the role Kubernetes load balancers look for.
    pub(crate) fn tag_kubernetes_role(&self) {
        let role = match self.kind() {
            SubnetKind::Public => "kubernetes.io/role/elb",
            SubnetKind::Private => "kubernetes.io/role/internal-elb",
            SubnetKind::Isolated => return,
        };
        self.tag(Tag::new(role, "1").only(["AWS::EC2::Subnet"]));
    }

    /// Adds a route of the subnet's own table, unless the table is not known.
    #[track_caller]
    pub(super) fn add_route(
        &self,
        id: &str,
        route: impl FnOnce(l1::Route) -> l1::Route,
    ) -> Option<Resource<l1::Route>> {
        let required = l1::RouteRequired { route_table_id: self.route_table_id()? };
        let route = Resource::new(self, id, route(l1::Route::new(required)));
        self.0.connections.borrow_mut().push(route.construct().clone());
        Some(route)
    }

    /// Has `other` made only once the subnet's routes are.
    pub(super) fn connects(&self, other: &impl Scope) {
        for connection in self.0.connections.borrow().iter() {
            other.construct().depends_on(connection);
        }
    }
}

impl Scope for Subnet {
    fn construct(&self) -> &Construct {
        &self.0.construct
    }
}

/// Whether a block has so many blocks for subnets.
pub(super) fn has_subnet(block: Ipv6Cidr, number: u8) -> bool {
    let bits = 64_u32.saturating_sub(block.prefix_len().into());
    block.prefix_len() <= 64 && u64::from(number) < 1 << bits.min(32)
}

/// The construct id of a group's subnet in a zone.
pub(super) fn id(group: &str, zone: usize) -> String {
    format!("{group}Subnet{}", zone + 1)
}
