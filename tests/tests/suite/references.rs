//! References within a stack, between stacks, and those that cannot be.

use insta::assert_snapshot;
use stackwright::aws::ec2::{self, SubnetRequired};
use stackwright::prelude::*;
use stackwright_testing::{Synthesis, assert_files_snapshot};

use crate::{findings, queue, template};

fn vpc(stack: &Stack) -> Resource<ec2::Vpc> {
    Resource::new(stack, "Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/16"))
}

fn subnet(stack: &Stack, vpc: &Resource<ec2::Vpc>) -> Resource<ec2::Subnet> {
    let subnet = ec2::Subnet::new(SubnetRequired { vpc_id: vpc.ref_() });
    Resource::new(stack, "Subnet", subnet.cidr_block(vpc.attr_cidr_block()))
}

#[test]
fn within_a_stack_names_are_used() {
    let app = App::new();
    let stack = Stack::new(&app, "network");
    subnet(&stack, &vpc(&stack));
    assert_snapshot!(template(&app, "network"));
}

#[test]
fn between_stacks_a_value_is_exported_and_imported() {
    let app = App::new();
    let (network, nodes) = (Stack::new(&app, "network"), Stack::new(&app, "nodes"));
    subnet(&nodes, &vpc(&network));
    assert_files_snapshot!(Synthesis::of(&app));
}

#[test]
fn what_is_shared_is_there_where_its_resource_is() {
    let app = App::new();
    let (network, other) = (Stack::new(&app, "network"), Stack::new(&app, "other"));
    let is_main =
        Condition::new(&network, "IsMain", functions::equals::<String>(pseudo::region(), "us-east-1"));
    let vpc = vpc(&network);
    vpc.condition(&is_main);
    queue(&other, "Queue").set_property("Vpc", vpc.ref_());
    assert_snapshot!(template(&app, "network"));
}

#[test]
fn a_list_travels_as_text() {
    let app = App::new();
    let (network, other) = (Stack::new(&app, "network"), Stack::new(&app, "other"));
    let blocks: Value<Vec<String>> = vpc(&network).attr_cidr_block_associations();
    queue(&other, "Queue").set_property("Blocks", blocks);
    assert_snapshot!(template(&app, "other"));
}

#[test]
fn a_weak_reference_holds_nothing_back() {
    let app = App::new();
    let network = Stack::new(&app, "network");
    let nodes = Stack::with_props(&app, "nodes", StackProps::new().references(References::Weak));
    subnet(&nodes, &vpc(&network));
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    let text = |name: &str| String::from_utf8(assembly.file(name).unwrap().to_vec()).unwrap();
    assert!(!text("network.template.json").contains("\"Export\":"));
    assert_snapshot!(text("nodes.template.json"));
}

#[test]
fn a_weak_reference_reaches_another_region() {
    let app = App::new();
    let network = Stack::with_props(&app, "network", StackProps::new().region("eu-west-1"));
    let props = StackProps::new().region("us-east-1").references(References::Weak);
    let nodes = Stack::with_props(&app, "nodes", props);
    queue(&nodes, "Queue").set_property("Vpc", vpc(&network).ref_());
    assert_snapshot!(template(&app, "nodes"));
}

#[test]
fn an_export_does_not_reach_another_region() {
    let app = App::new();
    let network = Stack::with_props(&app, "network", StackProps::new().region("eu-west-1"));
    let nodes = Stack::with_props(&app, "nodes", StackProps::new().region("us-east-1"));
    queue(&nodes, "Queue").set_property("Vpc", vpc(&network).ref_());
    assert_snapshot!(findings(&app));
}

#[test]
fn stacks_in_a_circle_are_told_as_a_chain() {
    let app = App::new();
    let (one, two) = (Stack::new(&app, "one"), Stack::new(&app, "two"));
    let (first, second) = (queue(&one, "First"), queue(&two, "Second"));
    first.set_property("Other", second.attr::<String>("Arn"));
    second.set_property("Other", first.attr::<String>("Arn"));
    assert_snapshot!(findings(&app));
}

#[test]
fn resources_in_a_circle_are_told_as_a_chain() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let (first, second) = (queue(&stack, "First"), queue(&stack, "Second"));
    first.set_property("Other", second.attr::<String>("Arn"));
    second.set_property("Other", first.attr::<String>("Arn"));
    let alone = queue(&stack, "Alone");
    alone.set_property("Other", alone.ref_::<String>());
    assert_snapshot!(findings(&app));
}

#[test]
fn an_attribute_must_exist() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let vpc = vpc(&stack);
    let wrong = stackwright::cfn::Target::attribute::<String>(target_of(&vpc), "Cidr");
    queue(&stack, "Queue").set_property("Block", wrong);
    assert_snapshot!(findings(&app));
}

fn target_of(vpc: &Resource<ec2::Vpc>) -> stackwright::cfn::Target {
    match vpc.ref_().into_node() {
        Node::Ref(target) => target,
        other => panic!("{other:?} is no reference"),
    }
}

#[test]
fn a_value_of_another_app_is_refused() {
    let other = App::new();
    let foreign = queue(&Stack::new(&other, "stack"), "Queue");
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    queue(&stack, "Queue").set_property("Other", foreign.ref_::<String>());
    queue(&stack, "After").depends_on(&foreign);
    assert_snapshot!(findings(&app));
}

#[test]
fn a_name_written_by_hand_must_exist() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let queue = queue(&stack, "Queue");
    queue.set_property("Right", json!({ "Fn::Sub": "${AWS::Region}-${!Literal}-${Queue2.Arn}" }));
    queue.set_property("Wrong", json!({ "Ref": "queue2" }));
    crate::queue(&stack, "Queue2");
    assert_snapshot!(findings(&app));
}

#[test]
fn a_condition_cannot_ask_a_resource() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let queue = queue(&stack, "Queue");
    Condition::new(&stack, "IsFifo", functions::equals::<String>(queue.ref_::<String>(), "x.fifo"));
    assert_snapshot!(findings(&app));
}

#[test]
fn a_condition_belongs_to_its_stack() {
    let app = App::new();
    let (one, two) = (Stack::new(&app, "one"), Stack::new(&app, "two"));
    let is_main = Condition::new(&one, "IsMain", functions::equals::<String>(pseudo::region(), "us-east-1"));
    queue(&two, "Queue").condition(&is_main);
    assert_snapshot!(findings(&app));
}

#[test]
fn depends_on_reaches_every_resource_of_a_group_once() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let group = Construct::new(&stack, "group");
    let first = queue(&group, "first");
    queue(&group, "second");
    let after = queue(&stack, "After");
    // Said already by the reference, so not said again.
    after.set_property("Other", first.ref_::<String>());
    after.depends_on(&group);
    after.depends_on(&group);
    assert_snapshot!(template(&app, "stack"));
}

#[test]
fn depends_on_a_group_that_lies_around_it_is_no_circle() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let group = Construct::new(&stack, "group");
    queue(&group, "first").depends_on(&group);
    group.depends_on(&queue(&group, "second"));
    stack.depends_on(&group);
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    assert!(!String::from_utf8_lossy(assembly.file("stack.template.json").unwrap()).contains("DependsOn"));
}

#[test]
fn depends_on_between_stacks_is_deploy_order() {
    let app = App::new();
    let (late, early) = (Stack::new(&app, "late"), Stack::new(&app, "early"));
    queue(&late, "Queue").depends_on(&queue(&early, "Queue"));
    let chart = Chart::new(&app, "chart");
    late.depends_on(&chart);
    // A group of stacks comes after everything that any of them, or something in them, comes after.
    let group = Construct::new(&app, "group");
    queue(&Stack::new(&group, "a"), "Queue");
    group.depends_on(&late);
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    let order: Vec<&str> = assembly.manifest.deployables.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(order, ["early", "chart", "late", "group-a"]);
}

#[test]
fn one_strong_reference_is_enough_for_an_export() {
    for strong_first in [true, false] {
        let app = App::new();
        let network = Stack::new(&app, "network");
        let vpc = vpc(&network);
        for (id, weak) in [("one", strong_first), ("two", !strong_first)] {
            let references = if weak { References::Weak } else { References::Export };
            let stack = Stack::with_props(&app, id, StackProps::new().references(references));
            queue(&stack, "Queue").set_property("Vpc", vpc.ref_());
        }
        assert!(template(&app, "network").contains("\"Export\":"));
    }
}

#[test]
fn a_weak_reference_does_not_reach_another_account() {
    let app = App::new();
    let network = Stack::with_props(&app, "network", StackProps::new().account("111111111111"));
    let props = StackProps::new().account("222222222222").references(References::Weak);
    let nodes = Stack::with_props(&app, "nodes", props);
    queue(&nodes, "Queue").set_property("Vpc", vpc(&network).ref_());
    assert_snapshot!(findings(&app));
}

#[test]
fn a_resource_that_needs_itself_is_a_circle() {
    let app = App::new();
    let alone = queue(&Stack::new(&app, "stack"), "Alone");
    alone.set_property("Other", alone.ref_::<String>());
    let findings = app.synth(&SynthOptions::new()).unwrap_err();
    assert_eq!(findings.iter().map(|one| one.code.as_str()).collect::<Vec<_>>(), ["circular-dependency"]);
}

#[test]
fn outputs_of_a_nested_stack_are_its_own_business() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    Resource::new(&stack, "Nested", l1::cloudformation::Stack::new());
    queue(&stack, "Queue").set_property("Name", json!({ "Fn::GetAtt": ["Nested", "Outputs.Anything"] }));
    assert!(app.synth(&SynthOptions::new()).is_ok());
}
