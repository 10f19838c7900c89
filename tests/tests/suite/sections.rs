//! What stands in a template beside resources.

use insta::assert_snapshot;
use stackwright::aws::ec2::SubnetId;
use stackwright::prelude::*;

use crate::{findings, queue, template};

#[test]
fn every_section_is_written_in_its_place() {
    let app = App::new();
    let stack = Stack::with_props(&app, "stack", StackProps::new().description("all sections"));
    stack.add_metadata("Team", "network");
    let stage = ParameterProps::<String>::new().default("test").allowed_values(["test", "main"]);
    let stage = Parameter::new(&stack, "Stage", stage);
    let subnets = Parameter::new(&stack, "Subnets", ParameterProps::<Vec<SubnetId>>::new());
    let sizes = Mapping::new(
        &stack,
        "Sizes",
        MappingProps::new().value("test", "count", 1).value("main", "count", 3),
    );
    let is_main = Condition::new(&stack, "IsMain", functions::equals::<String>(stage.value(), "main"));
    let asserted =
        RuleProps::new().assert(functions::contains(["test", "main"], stage.value()), "a known stage");
    Rule::new(&stack, "KnownStage", asserted);
    let queue = queue(&stack, "Queue");
    queue.condition(&is_main);
    queue.set_property("Count", sizes.find_or::<i64>(stage.value(), "count", 2));
    queue.set_property("Subnet", functions::select::<SubnetId>(0, subnets.value()));
    let output = OutputProps::new(queue.ref_::<String>()).description("the queue").export("the-queue");
    Output::new(&stack, "QueueUrl", output.condition(is_main.holds()));
    assert_snapshot!(template(&app, "stack"));
}

#[test]
fn contradictions_are_told_where_they_are_made() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    Parameter::new(&stack, "Delay", ParameterProps::<i64>::new().default(5).min_value(10).max_value(1));
    Parameter::new(&stack, "Stage", ParameterProps::<String>::new().default("prod").allowed_values(["test"]));
    Mapping::new(&stack, "Empty", MappingProps::new());
    Rule::new(&stack, "Nothing", RuleProps::new());
    for group in ["first", "second"] {
        let url = OutputProps::new("x").export("same").description("d".repeat(1025));
        Output::new(&Construct::new(&stack, group), "Url", url);
    }
    queue(&stack, "Queue");
    assert_snapshot!(findings(&app));
}

#[test]
fn a_parameter_list_travels_between_stacks_as_text() {
    let app = App::new();
    let (one, two) = (Stack::new(&app, "one"), Stack::new(&app, "two"));
    let zones = Parameter::new(&one, "Zones", ParameterProps::<Vec<String>>::new());
    queue(&one, "Queue");
    queue(&two, "Queue").set_property("Zones", zones.value());
    assert_snapshot!(template(&app, "two"));
}

#[test]
fn a_template_that_cannot_be_read_is_a_finding() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    queue(&stack, "Queue");
    Include::read(&stack, "legacy", "Resources:\n  Queue: [AWS::SQS::Queue]\n");
    assert_snapshot!(findings(&app));
}
