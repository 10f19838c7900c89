//! Templates with references that go wrong, and near ones that do not.

use crate::{Document, testing};

#[track_caller]
fn check(template: &str, expected: &[&str]) {
    testing::check(super::check, template, expected);
}

#[track_caller]
fn queue(properties: &str, expected: &[&str]) {
    let outer = "Parameters: {P: {Type: String}}, Conditions: {C: {'Fn::Equals': [{Ref: P}, a]}},
                 Mappings: {M: {a: {x: 1}, b: {x: 2}}}";
    let used = "Outputs: {O: {Condition: C, Value: {'Fn::FindInMap': [M, {Ref: P}, x]}}}";
    let queue = "Queue: {Type: 'AWS::SQS::Queue'}";
    check(
        &format!("{{{outer}, {used}, Resources: {{{queue}, A: {{Type: 'Custom::A', {properties}}}}}}}"),
        expected,
    );
}

#[test]
fn what_is_referred_to_is_there() {
    for good in [
        "Properties: {A: {Ref: Queue}, B: {Ref: P}, C: {Ref: 'AWS::Region'}}",
        "Properties: {A: {'Fn::GetAtt': [Queue, Arn]}, B: {'Fn::GetAtt': Queue.QueueUrl}}",
        "Properties: {A: {'Fn::Sub': '${Queue}${Queue.Arn}${P}${!X}${AWS::Region}'}}",
        "Properties: {A: {'Fn::Sub': ['${X}', {X: 1}]}}",
        "Properties: {A: {'Fn::If': [C, 1, 2]}}, Condition: C, DependsOn: Queue",
        "Properties: {A: {'Fn::FindInMap': [M, a, x]}}, DependsOn: [Queue]",
    ] {
        queue(good, &[]);
    }
    queue("Properties: {A: {Ref: Quene}}", &["dangling-reference A.A.Ref"]);
    queue("Properties: {A: {'Fn::GetAtt': [P, Arn]}}", &["dangling-reference A.A.Fn::GetAtt"]);
    queue("Properties: {A: {'Fn::GetAtt': [Queue, Arm]}}", &["unknown-attribute A.A.Fn::GetAtt"]);
    queue("Properties: {A: ['x', {'Fn::Sub': '${Nothing}'}]}", &["dangling-reference A.A.1.Fn::Sub"]);
    queue("Properties: {A: {'Fn::Sub': ['${Y}', {X: 1}]}}", &["dangling-reference A.A.Fn::Sub.0"]);
    queue("Properties: {A: {'Fn::If': [D, 1, 2]}}", &["dangling-reference A.A.Fn::If.0"]);
    queue("Condition: D", &["dangling-reference A.Condition"]);
    queue("DependsOn: [Queue, P]", &["dangling-reference A.DependsOn.1"]);
    queue("Properties: {A: {'Fn::FindInMap': [N, a, x]}}", &["dangling-reference A.A.Fn::FindInMap"]);
    queue("Properties: {A: {'Fn::FindInMap': [M, c, x]}}", &["unknown-mapping-key A.A.Fn::FindInMap.1"]);
    queue(
        "Properties: {A: {'Fn::FindInMap': [M, {Ref: P}, y]}}",
        &["unknown-mapping-key A.A.Fn::FindInMap.2"],
    );
}

#[test]
fn attributes_of_what_a_macro_makes_resources_of_are_not_known() {
    let function = "F: {Type: 'AWS::Serverless::Function'}";
    let used = "Outputs: {Arn: {Value: {'Fn::GetAtt': [F, Arn]}}}";
    check(&format!("{{Transform: 'AWS::Serverless-2016-10-31', Resources: {{{function}}}, {used}}}"), &[]);
}

#[test]
fn conditions_know_no_resources() {
    let condition = |condition: &str, expected: &[&str]| {
        let used = "A: {Type: 'Custom::A', Condition: C}, Queue: {Type: 'AWS::SQS::Queue'}";
        check(&format!("{{Conditions: {{C: {condition}}}, Resources: {{{used}}}}}"), expected);
    };
    condition("{'Fn::Equals': [{Ref: 'AWS::Region'}, a]}", &[]);
    condition("{'Fn::Equals': [{Ref: Queue}, a]}", &["resource-in-condition C.Fn::Equals.0.Ref"]);
    condition(
        "{'Fn::Equals': [{'Fn::GetAtt': [Queue, Arn]}, a]}",
        &["resource-in-condition C.Fn::Equals.0.Fn::GetAtt"],
    );
}

#[test]
fn what_is_said_twice_or_for_nothing_is_told() {
    queue("Properties: {A: {Ref: Queue}}, DependsOn: Queue", &["redundant-depends-on A.DependsOn"]);
    check(
        "{Parameters: {P: {Type: String}}, Mappings: {M: {a: {x: 1}}}, Conditions: {C: {'Fn::Equals': [1, 1]}},
          Resources: {Queue: {Type: 'AWS::SQS::Queue'}}}",
        &["unused-element P", "unused-element M", "unused-element C"],
    );
    // A macro may use them.
    check("{Transform: Some::Macro, Parameters: {P: {Type: String}}, Resources: {}}", &[]);
}

#[test]
fn circles_are_told_once_as_chains() {
    let one = |id: &str, to: &str| format!("{id}: {{Type: 'Custom::X', Properties: {{A: {{Ref: {to}}}}}}}");
    let all = |list: &[(&str, &str)]| {
        let list: Vec<String> = list.iter().map(|(id, to)| one(id, to)).collect();
        format!("{{Resources: {{{}, Z: {{Type: 'Custom::X'}}}}}}", list.join(", "))
    };
    check(&all(&[("A", "B"), ("B", "C"), ("C", "Z")]), &[]);
    check(&all(&[("A", "A")]), &["circular-dependency A"]);
    check(&all(&[("A", "B"), ("B", "C"), ("C", "B")]), &["circular-dependency B"]);
    check(
        &all(&[("A", "B"), ("B", "A"), ("C", "D"), ("D", "C")]),
        &["circular-dependency A", "circular-dependency C"],
    );
    let read = stackwright_cfn::read(&all(&[("A", "B"), ("B", "A")])).unwrap();
    let mut found = Vec::new();
    super::check(&Document::of(&read), &mut found);
    assert_eq!(found[0].diagnostic.value.as_deref(), Some("A -> B -> A"));
}
