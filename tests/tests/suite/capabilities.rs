//! What whoever deploys a template must agree to stands in the manifest.

use stackwright::prelude::*;

use crate::queue;

fn capabilities(add: impl FnOnce(&Stack)) -> Vec<String> {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    queue(&stack, "Queue");
    add(&stack);
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    assembly.deployable("stack").unwrap().stack.as_ref().unwrap().capabilities.clone()
}

fn role(stack: &Stack, id: &str) -> Resource<Untyped> {
    let role = Resource::raw(stack, id, "AWS::IAM::Role", Map::new());
    role.set_property("AssumeRolePolicyDocument", json!({ "Version": "2012-10-17", "Statement": [] }));
    role
}

#[test]
fn none_where_nothing_asks_for_them() {
    // Not everything of IAM gives permissions.
    assert!(
        capabilities(|stack| drop(Resource::raw(stack, "Role", "AWS::IAM::ServiceLinkedRole", Map::new())))
            .is_empty()
    );
}

#[test]
fn permissions_and_names_of_their_own() {
    assert_eq!(capabilities(|stack| drop(role(stack, "Role"))), ["CAPABILITY_IAM"]);
    let named = |stack: &Stack| {
        role(stack, "Role");
        role(stack, "Named").set_property("RoleName", "admin");
    };
    assert_eq!(capabilities(named), ["CAPABILITY_NAMED_IAM"]);
}

#[test]
fn macros() {
    assert_eq!(
        capabilities(|stack| stack.add_transform("AWS::LanguageExtensions")),
        ["CAPABILITY_AUTO_EXPAND"]
    );
}
