//! NAT gateways: how many, where, and which private subnet uses which.

use stackwright_aws::ec2 as l1;
use stackwright_aws::ids::ec2::EipAllocationId;
use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::layout::Layout;
use super::subnet::Subnet;
use super::subnet_group::SubnetKind;
use super::vpc_props::VpcProps;

/// What is said of NAT gateways in the settings of a VPC.
#[derive(Clone, Debug, Default)]
pub(super) struct Nat {
    pub(super) count: Option<u8>,
    pub(super) group: Option<String>,
    pub(super) addresses: Vec<Value<EipAllocationId>>,
}

/// How many NAT gateways the VPC gets; reports where there is no place for them, or no need seen.
pub(super) fn count(vpc: &Construct, props: &VpcProps, layout: &Layout) -> usize {
    let zones = layout.zones.len();
    let default = if layout.has(SubnetKind::Private) { zones } else { 0 };
    let count = props.nat.count.map_or(default, |count| zones.min(usize::from(count)));
    if count > 0 && !layout.has(SubnetKind::Public) {
        let gateways = if count == 1 { "a NAT gateway is" } else { "NAT gateways are" };
        let finding = format!("{gateways} to be made, but the VPC has no public subnets to hold them");
        let finding = Diagnostic::error("nat-gateway-without-public-subnet", finding)
            .hint("add a public group, ask for no NAT gateways, or make the private groups isolated");
        vpc.report(props.lines.nat_count.mark(finding));
        return 0;
    }
    if count > 0 && !props.internet_gateway {
        let finding = "NAT gateways are to be made, but the VPC has no internet gateway to lead to";
        let finding = Diagnostic::error("nat-gateway-without-internet-gateway", finding);
        vpc.report(props.lines.nat_count.mark(finding));
        return 0;
    }
    let stranded = layout.groups.iter().filter(|group| {
        count == 0
            && zones > 0
            && group.kind == SubnetKind::Private
            && !group.reserved
            && !group.egress_elsewhere
    });
    for group in stranded {
        let finding =
            format!("the subnets of private group `{}` have no way out: there is no NAT gateway", group.name);
        let finding = Diagnostic::warning("private-subnet-without-egress", finding)
            .hint("ask for a NAT gateway, make the group isolated, or say that its egress is elsewhere");
        vpc.report(group.line.mark(finding));
    }
    count
}

/// Makes the NAT gateways, and the default routes of private subnets through them.
#[track_caller]
pub(super) fn add_gateways(
    vpc: &Construct,
    props: &VpcProps,
    layout: &Layout,
    subnets: &[Subnet],
    count: usize,
) -> Vec<Resource<l1::NatGateway>> {
    let chosen = |subnet: &&Subnet| match &props.nat.group {
        Some(group) => subnet.group() == group,
        None => subnet.kind() == SubnetKind::Public,
    };
    if count == 0 {
        return Vec::new();
    }
    let mut hosts: Vec<&Subnet> = subnets.iter().filter(chosen).collect();
    check_group(vpc, props, layout);
    hosts.truncate(count);
    let given = props.nat.addresses.len();
    if given != 0 && given != hosts.len() && layout.is_whole() {
        let finding = format!(
            "the NAT gateways number {}, their addresses {given}: allowed is one for each",
            hosts.len()
        );
        let finding = Diagnostic::error("nat-gateway-addresses", finding).value(given.to_string());
        vpc.report(props.lines.nat_addresses.mark(finding));
    }
    let mut gateways = Vec::with_capacity(hosts.len());
    for (index, host) in hosts.iter().enumerate() {
        let address = match props.nat.addresses.get(index) {
            Some(address) => address.clone(),
            None => Resource::new(host, "NatAddress", l1::Eip::new().domain("vpc")).attr_allocation_id(),
        };
        let gateway = l1::NatGateway::new().subnet_id(host.subnet_id()).allocation_id(address);
        let gateway = Resource::new(host, "NatGateway", gateway);
        // A gateway made before its subnet reaches the internet fails, or outlives the route it needs to be deleted.
        host.connects(&gateway);
        gateways.push(gateway);
    }
    let mut sharing = 0;
    for subnet in subnets.iter().filter(|subnet| subnet.kind() == SubnetKind::Private) {
        let near = hosts.iter().rposition(|host| host.zone() == subnet.zone());
        let index = near.unwrap_or_else(|| {
            sharing += 1;
            (sharing - 1) % gateways.len().max(1)
        });
        if let Some(gateway) = gateways.get(index) {
            let gateway = gateway.ref_();
            subnet.add_route("DefaultRoute", |route| {
                route.destination_cidr_block("0.0.0.0/0").nat_gateway_id(gateway)
            });
        }
    }
    gateways
}

fn check_group(vpc: &Construct, props: &VpcProps, layout: &Layout) {
    let Some(name) = &props.nat.group else { return };
    let finding = match layout.groups.iter().find(|group| group.name == *name && !group.reserved) {
        None => format!("NAT gateways are to be in group `{name}`, which the VPC does not have"),
        Some(group) if group.kind != SubnetKind::Public => {
            format!("NAT gateways are to be in group `{name}`, which is {}", group.kind.word())
        }
        Some(_) => return,
    };
    let finding = Diagnostic::error("nat-gateway-group", finding)
        .value(name)
        .allowed("a public group that is not reserved");
    vpc.report(props.lines.nat_group.mark(finding));
}
