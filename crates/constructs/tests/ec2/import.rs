//! VPCs and security groups that are there already.

use insta::assert_snapshot;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{
    GatewayService, InterfaceEndpoint, Port, SecurityGroup, SecurityGroupProps, SubnetIds, SubnetSelection,
    Vpc, VpcIds,
};
use stackwright_core::{App, Stack};

use crate::template;

#[test]
fn an_imported_network_is_used_without_being_made() {
    let app = App::new();
    let stack = Stack::new(&app, "cluster");
    let tables = ["rtb-0a1b2c3d", "rtb-0a1b2c3d"];
    let ids = VpcIds::new("vpc-0a1b2c3d4e5f60718", ["eu-west-1a", "eu-west-1b"])
        .blocks([cidr!("10.0.0.0/16")])
        .subnets([SubnetIds::private("app", ["subnet-0a1b2c3d", "subnet-0a1b2c3e"])
            .route_tables(tables)
            .blocks([cidr!("10.0.1.0/24"), cidr!("10.0.2.0/24")])]);
    let vpc = Vpc::from_ids(&stack, "vpc", ids);
    let chosen = vpc.select(SubnetSelection::private().in_zones(["eu-west-1b"]));
    assert_eq!(
        chosen.iter().map(|subnet| subnet.cidr().unwrap().to_string()).collect::<Vec<_>>(),
        ["10.0.2.0/24"]
    );
    assert!(vpc.resource().is_none() && chosen[0].resource().is_none());

    vpc.add_gateway_endpoint("s3", GatewayService::S3);
    vpc.add_interface_endpoint("sts", InterfaceEndpoint::aws("sts"));
    let known = SecurityGroup::from_id(&stack, "known", "sg-0a1b2c3d");
    let own = SecurityGroup::new(&stack, "own", SecurityGroupProps::new(&vpc));
    own.allow_ingress(&known, Port::tcp(443), "a literal id stands inline");
    known.allow_ingress(cidr!("10.0.0.0/16"), Port::tcp(22), "a rule of an imported group is a resource");
    assert_snapshot!(template(&app, "cluster"));
}
