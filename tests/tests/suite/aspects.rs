//! Aspects change many resources at once, before anything is checked.

use insta::assert_snapshot;
use stackwright::aws::ec2;
use stackwright::prelude::*;

use crate::{findings, queue, template};

#[test]
fn an_aspect_sees_its_scope_and_what_is_added_meanwhile() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let group = Construct::new(&stack, "group");
    queue(&group, "queue");
    queue(&stack, "Outside");
    let (scope, added) = (group.clone(), std::cell::Cell::new(false));
    group.aspect(move |resource| {
        resource.properties_mut().set("Seen", true);
        if !added.replace(true) {
            queue(&scope, "added");
        }
    });
    assert_snapshot!(template(&app, "stack"));
}

#[test]
fn what_aspects_and_checks_add_has_its_turn_too() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    queue(&stack, "Queue");
    let scope = stack.clone();
    app.aspect(move |_| scope.aspect(|resource| resource.properties_mut().set("Seen", true)));
    let scope = stack.clone();
    stack.validate(move |_| scope.validate(|check| check.report(Diagnostic::warning("late", "told late"))));
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    let told: Vec<&str> = assembly.warnings.iter().map(|warning| warning.code.as_str()).collect();
    assert_eq!(told, ["late"]);
    assert!(String::from_utf8_lossy(assembly.file("stack.template.json").unwrap()).contains("Seen"));
}

#[test]
fn an_aspect_can_refuse() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    Resource::new(&stack, "Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/16"));
    app.aspect(|resource| {
        if !resource.properties().contains_key("Tags") {
            let message = format!("{} {:?} has no tags", resource.type_name(), resource.path());
            resource.report(Diagnostic::error("no-tags", message));
        }
    });
    assert_snapshot!(findings(&app));
}

#[test]
fn a_removal_policy_covers_replacement_too() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    queue(&stack, "Kept");
    let group = Construct::new(&stack, "group");
    queue(&group, "gone");
    stack.removal_policy(RemovalPolicy::Retain);
    group.removal_policy(RemovalPolicy::Destroy);
    assert_snapshot!(template(&app, "stack"));
}
