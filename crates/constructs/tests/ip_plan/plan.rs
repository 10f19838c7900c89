//! A whole plan: what it makes of the VPC, and what it says of it.

use insta::assert_snapshot;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::SubnetSelection;
use stackwright_constructs::eks::{Cluster, ClusterProps, KubernetesVersion};
use stackwright_constructs::instance_type;
use stackwright_constructs::ip_plan::{
    IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes, PlannedPods, Reservations,
};
use stackwright_core::{App, Stack, StackProps, SynthOptions};

use crate::{template, vpc};

fn props() -> IpPlanProps {
    IpPlanProps::new()
        .nodes(PlannedNodes::per_zone("workers", 1..=3).instance_type(instance_type!("m5.2xlarge")).growth(1))
        .network(
            PlannedNetwork::prefixes("user", SubnetSelection::group("user")).pods_per_node("workers", 20),
        )
        .network(
            PlannedNetwork::pool("control", SubnetSelection::group("control")).pods_per_node("workers", 4),
        )
        .pods(PlannedPods::on_nodes("gateway", "workers", 18).interfaces("user", 2).interfaces("control", 1))
        .peer("office", cidr!("172.16.0.0/16"))
}

/// The resources and outputs of a template that have to do with reservations.
fn reservations(template: &str) -> String {
    let template: serde_json::Value = serde_json::from_str(template).unwrap();
    let mut found = Vec::new();
    for (id, resource) in template["Resources"].as_object().unwrap() {
        if resource["Type"] == "AWS::EC2::SubnetCidrReservation" {
            found.push(format!("{id}: {}", resource["Properties"]));
        }
    }
    for (id, output) in template["Outputs"].as_object().into_iter().flatten() {
        found.push(format!("{id}: {}", output["Value"]));
    }
    found.join("\n")
}

#[test]
fn ranges_are_reserved_by_the_template_where_the_region_has_reservations() {
    let app = App::new();
    let stack = Stack::with_props(&app, "net", StackProps::new().region("us-west-2"));
    IpPlan::new(&stack, "addresses", &vpc(&stack), props());
    assert_snapshot!(reservations(&template(&app, "net")));
}

#[test]
fn ranges_are_reserved_by_commands_elsewhere() {
    let app = App::new();
    let stack = Stack::with_props(&app, "net", StackProps::new().region("eu-west-1"));
    let plan = IpPlan::new(&stack, "addresses", &vpc(&stack), props());
    assert_eq!(plan.blocks("user", 0), [cidr!("10.10.2.64/26"), cidr!("10.10.2.128/26")]);
    assert_eq!(plan.ranges("user", 0).len(), 1, "they follow one another");
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    let codes: Vec<_> = assembly.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(codes, ["ranges-not-reserved"]);
    let template = String::from_utf8(assembly.file("net.template.json").unwrap().to_vec()).unwrap();
    assert_snapshot!(reservations(&template));
}

#[test]
fn the_manifest_has_the_whole_plan() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let vpc = vpc(&stack);
    IpPlan::new(&stack, "addresses", &vpc, props().reservations(Reservations::ByCommand));
    let cluster = ClusterProps::new(KubernetesVersion::V1_35, &vpc).addons([]).bootstrap_creator_admin(true);
    let cluster = Cluster::new(&Stack::new(&app, "eks"), "cluster", cluster);
    stackwright_core::Scope::acknowledge(&cluster, "public-endpoint", "the suite is about other things");
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    assert!(assembly.warnings.is_empty(), "{}", assembly.warnings);
    let [plan] = &assembly.deployable("net").unwrap().stack.as_ref().unwrap().address_plans[..] else {
        panic!("there is one plan")
    };
    // Lines and columns are the suite's.
    let text = serde_json::to_string_pretty(plan).unwrap();
    let text = text.lines().filter(|line| !line.contains("\"line\"") && !line.contains("\"column\""));
    assert_snapshot!(text.collect::<Vec<_>>().join("\n"));
    let none = assembly.deployable("eks").unwrap().stack.as_ref().unwrap();
    assert!(none.address_plans.is_empty());
}

#[test]
fn exact_ranges_are_where_they_are_said() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let exact = [cidr!("10.10.2.128/26"), cidr!("10.10.3.64/26")];
    let network = PlannedNetwork::named("data", SubnetSelection::group("user"));
    let network = network.pods_per_node("workers", 20).ranges(exact);
    let props = IpPlanProps::new().nodes(PlannedNodes::per_zone("workers", 3)).network(network);
    let props = props.reservations(Reservations::ByTemplate);
    let plan = IpPlan::new(&stack, "addresses", &vpc(&stack), props);
    assert_eq!(plan.blocks("data", 1), exact[1..]);
    let addresses = plan.allot("data", 1, 64);
    assert_eq!((addresses.len(), addresses[63].ipv4().octets()), (64, [10, 10, 3, 127]));
    assert!(app.synth(&SynthOptions::new()).is_ok());
}
