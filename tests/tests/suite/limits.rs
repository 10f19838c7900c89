//! Limits and names that AWS would refuse are told before anything is written, all in one run.

use insta::assert_snapshot;
use stackwright::aws::ec2;
use stackwright::prelude::*;
use stackwright_testing::Synthesis;

use crate::{findings, queue};

#[test]
fn five_hundred_resources_and_no_more() {
    let app = App::new();
    let (full, over) = (Stack::new(&app, "full"), Stack::new(&app, "over"));
    for number in 0..500 {
        queue(&full, &format!("Queue{number}"));
        queue(&over, &format!("Queue{number}"));
    }
    queue(&over, "Last");
    assert_snapshot!(findings(&app));
}

#[test]
fn a_template_of_more_than_a_megabyte_is_refused() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    queue(&stack, "Queue").set_property("Long", "x".repeat(1_048_577));
    assert_snapshot!(findings(&app));
}

#[test]
fn limits_of_size_are_exact() {
    let synth = |filling: usize| {
        let app = App::new();
        queue(&Stack::new(&app, "stack"), "Queue").set_property("Long", "x".repeat(filling));
        Synthesis::of(&app)
    };
    let around = synth(0).assembly().file("stack.template.json").unwrap().len();
    synth(51_200 - around).has_no_findings();
    synth(51_201 - around).has_warning("template-needs-bucket");
    synth(1_048_576 - around).has_warning("template-needs-bucket");
    synth(1_048_577 - around).has_error("template-too-large");
}

#[test]
fn stacks_are_checked_too() {
    let app = App::new();
    Stack::new(&app, "with space");
    let outer = Stack::new(&app, "Outer");
    Stack::new(&outer, "inner");
    Stack::with_props(&app, "second", StackProps::new().stack_name("outer"));
    Stack::with_props(&app, "there", StackProps::new().account("12345").region("Ireland"));
    Stack::with_props(&app, "told", StackProps::new().description("d".repeat(1025)));
    Resource::raw(&outer, "Queue", "SQS::Queue", Map::new());
    assert_snapshot!(findings(&app));
}

#[test]
fn an_app_is_synthesized_once() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    queue(&stack, "Early");
    app.synth(&SynthOptions::new()).unwrap();
    // What comes afterwards goes nowhere, and does not fail.
    queue(&stack, "Late").set_property("A", 1);
    assert_snapshot!(findings(&app));
}

#[test]
fn address_blocks_are_checked_wherever_they_stand() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let vpc = Resource::new(&stack, "Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/33"));
    let subnet = ec2::Subnet::new(ec2::SubnetRequired { vpc_id: vpc.ref_() });
    Resource::new(&stack, "Loose", subnet.cidr_block("10.0.0.1/24"));
    let rule = ec2::security_group::IngressRequired { ip_protocol: "tcp".into() };
    let rules =
        [ec2::security_group::Ingress::new(rule).from_port(443).to_port(443).cidr_ipv6("10.0.0.256/8")];
    let group = ec2::SecurityGroup::new(ec2::SecurityGroupRequired { group_description: "g".into() });
    Resource::new(&stack, "Group", group.security_group_ingress(rules));
    let pods = json!({
        "KubernetesNetworkConfig": { "ServiceIpv4Cidr": "172.20.0.0" },
        "ResourcesVpcConfig": { "SubnetIds": ["subnet-01234567"] },
        "RoleArn": "arn:aws:iam::123456789012:role/cluster",
    });
    let Node::Map(pods) = pods else { unreachable!("a map was written") };
    Resource::raw(&stack, "Cluster", "AWS::EKS::Cluster", pods);
    assert_snapshot!(findings(&app));
}

#[test]
fn nothing_is_no_value() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let queue = queue(&stack, "Queue");
    queue.set_property("Deep", json!({ "List": ["a", { "Fn::If": ["IsMain", null, 1.5] }] }));
    queue.set_property("DelaySeconds", f64::NAN);
    queue.set_attribute("Metadata", Node::Null);
    Condition::new(&stack, "IsMain", functions::equals::<String>(pseudo::region(), "us-east-1"));
    Output::new(&stack, "Depth", OutputProps::new(Value::<String>::from_node(Node::Null)));
    assert_snapshot!(findings(&app));
}
