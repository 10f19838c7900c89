//! The way to the internet: gateways, and the default routes of public subnets.

use stackwright_aws::ec2 as l1;
use stackwright_aws::ids::ec2::VpcId;
use stackwright_cfn::Value;
use stackwright_core::{Construct, Resource, Scope};

use super::subnet::Subnet;
use super::subnet_group::SubnetKind;

/// Makes the internet gateway, and routes public subnets to it.
#[track_caller]
pub(super) fn add_gateway(
    vpc: &Construct,
    vpc_id: Value<VpcId>,
    subnets: &[Subnet],
    dual_stack: bool,
) -> Resource<l1::InternetGateway> {
    let gateway = Resource::new(vpc, "InternetGateway", l1::InternetGateway::new());
    let attachment = l1::VpcGatewayAttachment::new(l1::VpcGatewayAttachmentRequired { vpc_id })
        .internet_gateway_id(gateway.ref_());
    let attachment = Resource::new(vpc, "InternetGatewayAttachment", attachment);
    for subnet in subnets.iter().filter(|subnet| subnet.kind() == SubnetKind::Public) {
        let id = gateway.ref_();
        let ipv4 = subnet
            .add_route("DefaultRoute", |route| route.destination_cidr_block("0.0.0.0/0").gateway_id(&id));
        let mut routes = vec![ipv4];
        if dual_stack {
            let ipv6 = |route: l1::Route| route.destination_ipv6_cidr_block("::/0").gateway_id(&id);
            routes.push(subnet.add_route("DefaultRoute6", ipv6));
        }
        for route in routes.into_iter().flatten() {
            route.depends_on(&attachment);
        }
    }
    gateway
}

/// Makes the gateway through which private subnets reach the internet by IPv6 without being reached from it.
#[track_caller]
pub(super) fn add_egress_only_gateway(vpc: &Construct, vpc_id: Value<VpcId>, subnets: &[Subnet]) {
    let mut private = subnets.iter().filter(|subnet| subnet.kind() == SubnetKind::Private).peekable();
    if private.peek().is_none() {
        return;
    }
    let gateway = l1::EgressOnlyInternetGateway::new(l1::EgressOnlyInternetGatewayRequired { vpc_id });
    let gateway = Resource::new(vpc, "EgressOnlyInternetGateway", gateway);
    for subnet in private {
        subnet.add_route("DefaultRoute6", |route| {
            route.destination_ipv6_cidr_block("::/0").egress_only_internet_gateway_id(gateway.ref_())
        });
    }
}
