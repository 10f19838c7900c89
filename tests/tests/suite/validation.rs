//! What the rules of templates find is told with the construct and the line it belongs to.

use insta::assert_snapshot;
use stackwright::aws::ec2::{self, SubnetRequired};
use stackwright::prelude::*;
use stackwright_testing::Synthesis;

use crate::{findings, template};

#[test]
fn values_that_cannot_be_are_told_with_their_constructs() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let group = Construct::new(&stack, "group");
    let vpc =
        Resource::new(&group, "Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/16").instance_tenancy("Default"));
    let subnet = ec2::Subnet::new(SubnetRequired { vpc_id: vpc.ref_() }).availability_zone("a");
    let subnet =
        Resource::new(&group, "Subnet", subnet.availability_zone_id("use1-az1").cidr_block("10.0.0.0/24"));
    let delay = Parameter::new(&stack, "Delay", ParameterProps::<i64>::new().default(901));
    let queue = Resource::raw(&stack, "Queue", "AWS::SQS::Queue", Map::new());
    queue.set_property("DelaySeconds", delay.value());
    queue.set_property("VisibilityTimeout", json!({ "Fn::Join": ["", [4320, 1]] }));
    queue.set_property("KmsMasterKeyId", json!({ "Fn::Split": [",", "a,b"] }));
    queue.set_property("QueueNam", subnet.ref_());
    assert_snapshot!(findings(&app));
}

#[test]
fn what_a_construct_tells_is_not_told_again() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let trust = Principal::service("ec2.amazonaws.com");
    Role::new(&stack, "role", RoleProps::new(trust).name("not a name"));
    assert_eq!(Synthesis::of(&app).findings().codes().len(), 1);
}

#[test]
fn what_a_weak_reference_and_an_import_yield_is_text() {
    let app = App::new();
    let (network, nodes) = (Stack::new(&app, "network"), Stack::new(&app, "nodes"));
    let vpc = Resource::new(&network, "Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/16"));
    let subnet = ec2::Subnet::new(SubnetRequired { vpc_id: vpc.ref_() }).cidr_block("10.0.0.0/24");
    Resource::new(&nodes, "Subnet", subnet);
    assert!(template(&app, "nodes").contains("Fn::ImportValue"));
}
