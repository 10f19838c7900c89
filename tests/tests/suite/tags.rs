//! Tags of scopes reach every taggable resource in its own form.

use insta::assert_snapshot;
use stackwright::aws::autoscaling::{self, AutoScalingGroupRequired};
use stackwright::aws::ssm::{self, ParameterRequired};
use stackwright::aws::{Tag as ResourceTag, TagRequired, ec2};
use stackwright::prelude::*;

use crate::findings;

fn own_tag(key: &str, value: &str) -> ResourceTag {
    ResourceTag::new(TagRequired { key: key.into(), value: value.into() })
}

#[test]
fn each_type_gets_its_own_form_and_the_nearest_tag_wins() {
    let app = App::new();
    app.tag(("owner", "app"));
    app.tag(("tier", "all"));
    let stack = Stack::new(&app, "stack");
    stack.tag(("tier", "core"));
    stack.tag(Tag::new("backup", "daily").only(["AWS::SSM::Parameter"]));
    stack.tag(Tag::new("quiet", "yes").except(["AWS::SSM::Parameter"]).propagate_at_launch(false));

    Resource::new(&stack, "Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/16").tags([own_tag("owner", "vpc")]));
    let parameter = ParameterRequired { type_: "String".into(), value: "x".into() };
    Resource::new(&stack, "Parameter", ssm::Parameter::new(parameter));
    let sizes = AutoScalingGroupRequired { max_size: "1".into(), min_size: "1".into() };
    Resource::new(&stack, "Group", autoscaling::AutoScalingGroup::new(sizes).instance_id("i-01234567"));
    // A route takes no tags.
    let route = ec2::RouteRequired { route_table_id: "rtb-1".into() };
    Resource::new(
        &stack,
        "Route",
        ec2::Route::new(route).destination_cidr_block("0.0.0.0/0").gateway_id("igw-1"),
    );

    let assembly = app.synth(&SynthOptions::new()).unwrap();
    assert_snapshot!(String::from_utf8_lossy(assembly.file("stack.template.json").unwrap()));
    let tags = &assembly.deployable("stack").unwrap().stack.as_ref().unwrap().tags;
    assert_eq!(format!("{tags:?}"), r#"{"owner": "app", "quiet": "yes", "tier": "core"}"#);
}

#[test]
fn tags_that_cannot_be_are_told() {
    let app = App::new();
    app.tag(("aws:owner", "me"));
    app.tag(("", "empty"));
    app.tag(("long", "v".repeat(257)));
    crate::queue(&Stack::new(&app, "stack"), "Queue");
    assert_snapshot!(findings(&app));
}

#[test]
fn tags_of_an_intrinsic_are_left_alone_with_a_warning() {
    let app = App::new();
    app.tag(("owner", "app"));
    let stack = Stack::new(&app, "stack");
    let vpc = Resource::new(&stack, "Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/16"));
    vpc.set_property("Tags", json!({ "Fn::If": ["IsMain", [], []] }));
    Condition::new(&stack, "IsMain", functions::equals::<String>(pseudo::region(), "us-east-1"));
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    assert_eq!(assembly.warnings.iter().next().unwrap().code, "tags-not-added");
    assert!(!String::from_utf8_lossy(assembly.file("stack.template.json").unwrap()).contains("owner"));
}
