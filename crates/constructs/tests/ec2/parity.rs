//! For the same configuration, the network is the one the AWS CDK makes.
//!
//! `tests/real/parity` has the configurations, and what aws-cdk-lib makes of them, as lines of facts. Here, the
//! same lines are written for our own templates.

use serde_json::Value as Json;
use stackwright_constructs::ec2::{
    Cidr, GatewayService, InterfaceEndpoint, SubnetSize, Subnets, Vpc, VpcProps,
};
use stackwright_core::{App, Stack, SynthOptions};

use crate::facts::facts;

const CONFIGURATIONS: &str = include_str!("../../../../tests/real/parity/configurations.json");
const GOLDEN: &str = include_str!("../../../../tests/real/parity/golden.json");

#[test]
fn the_network_is_the_one_of_the_aws_cdk() {
    let configurations: Vec<Json> = serde_json::from_str(CONFIGURATIONS).unwrap();
    let golden: Json = serde_json::from_str(GOLDEN).unwrap();
    let expected = golden["facts"].as_object().unwrap();
    assert_eq!(expected.len(), configurations.len());
    for configuration in &configurations {
        let name = configuration["name"].as_str().unwrap();
        let ours = facts_of(configuration);
        assert_eq!(ours.join("\n"), lines(&expected[name]), "{name}");
    }
}

/// The live comparison of `tests/real`: random configurations and what the AWS CDK has just made of them.
#[test]
fn random_networks_are_those_of_the_aws_cdk() {
    #[expect(clippy::disallowed_methods, reason = "the live comparison names its file in the environment")]
    let Some(file) = std::env::var_os("CDK_PARITY") else { return };
    #[expect(clippy::disallowed_methods, reason = "a test reads its input")]
    let cases: Vec<Json> = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    // What the AWS CDK refuses may fit here, into holes between subnets that it leaves alone.
    let (refused, made): (Vec<&Json>, Vec<&Json>) =
        cases.iter().partition(|case| lines(&case["facts"]) == "refused");
    for case in &made {
        let ours = facts_of(&case["configuration"]).join("\n");
        assert_eq!(ours, lines(&case["facts"]), "{:#}", case["configuration"]);
    }
    assert!(made.len() > refused.len(), "{} of {} cases say nothing", refused.len(), cases.len());
}

fn lines(facts: &Json) -> String {
    facts.as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect::<Vec<_>>().join("\n")
}

fn facts_of(configuration: &Json) -> Vec<String> {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let vpc = Vpc::new(&stack, "vpc", props(configuration));
    for service in strings(&configuration["gatewayEndpoints"]) {
        let kind = if service == "s3" { GatewayService::S3 } else { GatewayService::DynamoDb };
        vpc.add_gateway_endpoint(&service, kind);
    }
    for service in strings(&configuration["interfaceEndpoints"]) {
        vpc.add_interface_endpoint(&service, InterfaceEndpoint::aws(&service));
    }
    match app.synth(&SynthOptions::new()) {
        Ok(assembly) => facts(&serde_json::from_slice(assembly.file("net.template.json").unwrap()).unwrap()),
        Err(_) => vec!["refused".to_owned()],
    }
}

fn props(configuration: &Json) -> VpcProps {
    let number = |key: &str| configuration[key].as_u64().map(|number| u8::try_from(number).unwrap());
    let flag = |key: &str| configuration[key].as_bool();
    let mut props = VpcProps::new(Cidr::new(configuration["cidr"].as_str().unwrap()).unwrap());
    if let Some(groups) = configuration["subnets"].as_array() {
        props = props.subnets(groups.iter().map(group));
    }
    if let Some(count) = number("maxAzs") {
        props = props.max_azs(count);
    }
    if configuration["availabilityZones"].is_array() {
        props = props.availability_zones(strings(&configuration["availabilityZones"]));
    }
    if let Some(count) = number("reservedAzs") {
        props = props.reserved_azs(count);
    }
    if let Some(count) = number("natGateways") {
        props = props.nat_gateways(count);
    }
    if let Some(group) = configuration["natGatewaySubnets"].as_str() {
        props = props.nat_gateway_group(group);
    }
    if let Some(enabled) = flag("dnsHostnames") {
        props = props.dns_hostnames(enabled);
    }
    if let Some(enabled) = flag("dnsSupport") {
        props = props.dns_support(enabled);
    }
    if let Some(created) = flag("internetGateway") {
        props = props.internet_gateway(created);
    }
    if configuration["tenancy"] == "dedicated" {
        props = props.dedicated_tenancy();
    }
    if flag("ipv6") == Some(true) {
        props = props.dual_stack();
    }
    props
}

fn group(group: &Json) -> Subnets {
    let name = group["name"].as_str().unwrap();
    let size = group["mask"].as_u64().map_or(SubnetSize::EvenShare, |mask| SubnetSize::Prefix(mask as u8));
    let mut subnets = match group["type"].as_str().unwrap() {
        "public" => Subnets::public(name, size),
        "private" => Subnets::private(name, size),
        "isolated" => Subnets::isolated(name, size),
        other => panic!("{other} is no type of subnet"),
    };
    if group["reserved"] == true {
        subnets = subnets.reserved();
    }
    if let Some(assigned) = group["mapPublicIpOnLaunch"].as_bool() {
        subnets = subnets.public_ip_on_launch(assigned);
    }
    if let Some(assigned) = group["ipv6AssignAddressOnCreation"].as_bool() {
        subnets = subnets.ipv6_address_on_creation(assigned);
    }
    subnets
}

fn strings(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().map(|item| item.as_str().unwrap().to_owned()).collect()
}
