//! What may stand where an id belongs, and where an id may stand.

use stackwright_aws::ec2::{
    NatGateway, SecurityGroup, SubnetRouteTableAssociation, SubnetRouteTableAssociationRequired, Vpc, VpcEndpoint,
    VpcEndpointRequired,
};
use stackwright_aws::ids::ec2::{SecurityGroupId, SubnetId, VpcId};
use stackwright_cfn::{ResourceType, Target, Value};

fn attributes<R: ResourceType>() -> R::Attributes {
    Target::new(0, 0).into()
}

fn main() {
    // A literal.
    let _ = NatGateway::new().subnet_id("subnet-1").subnet_id(String::from("subnet-2"));
    let _ = SubnetRouteTableAssociation::new(SubnetRouteTableAssociationRequired {
        route_table_id: "rtb-1".into(),
        subnet_id: "subnet-1".into(),
    });
    // A reference, by either name of an attribute.
    let group = attributes::<SecurityGroup>();
    let groups: [Value<SecurityGroupId>; 3] = [group.ref_(), group.attr_id(), group.attr_group_id()];
    let vpc = attributes::<Vpc>();
    let id: Value<VpcId> = vpc.ref_();
    let _ = VpcEndpoint::new(VpcEndpointRequired { vpc_id: id.clone() })
        .security_group_ids(groups)
        .security_group_ids([vpc.attr_default_security_group()]);
    // A text that is said to be an id.
    let _ = NatGateway::new().subnet_id(Value::<String>::from("subnet-1").assume::<SubnetId>());
    // An id is text.
    let _: Value<String> = id.into();
}
