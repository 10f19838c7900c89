//! The templates of VPCs.

use insta::assert_snapshot;
use stackwright_cfn::json;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{
    FlowLogs, GatewayService, InterfaceEndpoint, SubnetSelection, SubnetSize, Subnets, Traffic, Vpc, VpcProps,
};
use stackwright_core::{App, Scope, Stack, StackProps, SynthOptions};

use crate::template;

fn reference() -> VpcProps {
    VpcProps::new(cidr!("10.10.0.0/16")).max_azs(2).nat_gateways(1).subnets([
        Subnets::public("public", 24),
        Subnets::private("app", 24),
        Subnets::isolated("db", 24),
    ])
}

#[test]
fn the_reference_network() {
    let app = App::new();
    let stack = Stack::new(&app, "eks-cluster-vpc-stack-001");
    Vpc::new(&stack, "vpc", reference().kubernetes_role_tags());
    assert_snapshot!(template(&app, "eks-cluster-vpc-stack-001"));
}

#[test]
fn dual_stack_with_a_secondary_block_and_named_zones() {
    let app = App::new();
    let stack = Stack::with_props(&app, "net", StackProps::new().region("eu-west-1"));
    let props = VpcProps::new(cidr!("10.0.0.0/16"))
        .availability_zones(["eu-west-1a", "eu-west-1c"])
        .name("production")
        .dual_stack()
        .secondary_blocks([cidr!("100.64.0.0/16")])
        .nat_gateways(1)
        .nat_gateway_addresses(["eipalloc-0a1b2c3d"])
        .subnets([
            Subnets::public("edge", 26),
            Subnets::private("pods", SubnetSize::EvenShare).block(cidr!("100.64.0.0/16")),
        ]);
    Vpc::new(&stack, "vpc", props);
    assert_snapshot!(template(&app, "net"));
}

#[test]
fn endpoints_flow_logs_and_a_locked_default_security_group() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let props = VpcProps::new(cidr!("10.0.0.0/24"))
        .max_azs(1)
        .subnets([Subnets::isolated("db", 26)])
        .lock_default_security_group()
        .flow_logs(
            FlowLogs::new().traffic(Traffic::Rejected).retention_days(90).every_minute().format("${srcaddr}"),
        );
    let vpc = Vpc::new(&stack, "vpc", props);
    vpc.add_gateway_endpoint("s3", GatewayService::S3);
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": "*", "Action": "sts:GetCallerIdentity", "Resource": "*" }],
    });
    let endpoint = InterfaceEndpoint::aws("sts").subnets(SubnetSelection::isolated()).policy(policy);
    vpc.add_interface_endpoint("sts", endpoint.private_dns(false));
    assert_snapshot!(template(&app, "net"));
}

#[test]
fn every_resource_is_traced_to_the_line_that_asked_for_it() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let line = line!() + 1;
    let vpc = Vpc::new(
        &stack,
        "vpc",
        reference().dual_stack().flow_logs(FlowLogs::new()).lock_default_security_group(),
    );
    let endpoint_line = line!() + 1;
    vpc.add_interface_endpoint("sts", InterfaceEndpoint::aws("sts"));

    let assembly = app.synth(&SynthOptions::new()).unwrap();
    let stack = assembly.deployable("net").unwrap();
    assert_eq!(stack.source_map.len(), 40);
    for entry in &stack.source_map {
        let expected = if entry.path.starts_with("net/vpc/sts/") { endpoint_line } else { line };
        let source = &entry.source;
        assert!(source.file.ends_with("tests/ec2/vpc.rs") && source.line == expected, "{entry:?}");
    }
}

#[test]
fn handles_tell_what_was_made() {
    let stack = Stack::new(&App::new(), "net");
    let vpc = Vpc::new(&stack, "vpc", reference());
    assert_eq!(vpc.cidr(), Some(cidr!("10.10.0.0/16")));
    assert_eq!(vpc.nat_gateways().len(), 1);
    assert!(
        vpc.internet_gateway().is_some() && vpc.default_security_group().is_some() && !vpc.is_dual_stack()
    );
    let places: Vec<_> = vpc
        .subnets()
        .iter()
        .map(|subnet| format!("{} {} {}", subnet.id(), subnet.zone(), subnet.cidr().unwrap()))
        .collect();
    assert_eq!(places[0], "publicSubnet1 0 10.10.0.0/24");
    assert_eq!(places[5], "dbSubnet2 1 10.10.5.0/24");
    // The escape hatch: what the construct has no word for.
    vpc.subnets()[0].resource().unwrap().edit(|subnet| subnet.enable_dns64(true));
}
