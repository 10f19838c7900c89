//! Facts in, Rust out: `fixtures/traps.facts` becomes `fixtures/traps.rs`, which `stackwright-aws` compiles in a test.
//!
//! `UPDATE_FIXTURES=1 cargo test -p stackwright-codegen` writes what is generated now, to be reviewed as a diff.
#![expect(clippy::disallowed_methods, reason = "reads and updates the fixtures")]

use stackwright_codegen::{parse, rust};
use std::{env, fs};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

#[test]
fn facts_become_the_rust_that_was_reviewed() {
    let read = |file: &str| fs::read_to_string(format!("{FIXTURES}/{file}")).unwrap_or_default();
    let index = parse::index(&read("index")).unwrap();
    let service = parse::service(&read("traps.facts")).unwrap();
    let generated = [("traps.rs", rust::service(&service, &index).unwrap()), ("ids.rs", rust::ids(&index))];
    for (file, generated) in generated {
        if env::var_os("UPDATE_FIXTURES").is_some() {
            fs::write(format!("{FIXTURES}/{file}"), &generated).unwrap();
        }
        let reviewed = read(file);
        let differs = generated.lines().zip(reviewed.lines()).position(|(now, then)| now != then);
        let at = differs.unwrap_or_else(|| generated.lines().count().min(reviewed.lines().count()));
        assert!(
            generated == reviewed,
            "{file} differs at line {}: {:?}; UPDATE_FIXTURES=1 writes what is generated",
            at + 1,
            generated.lines().nth(at)
        );
    }
}

#[test]
fn a_line_that_is_no_fact_is_named() {
    for (facts, expected) in [
        ("", "line 1: no `service` line"),
        ("resource A", "line 1: expected `service`, found `resource`"),
        ("service a AWS::A\nservice b AWS::B", "line 2: a second `service` line"),
        ("service a AWS::A\n\nthing B", "line 3: expected `resource`, found `thing`"),
        ("service a AWS::A\n  property B string", "line 2: `property` before any `resource`"),
        (
            "service a AWS::A\nresource B\n    property C string",
            "line 3: a nested `property` before any `type`",
        ),
        ("service a AWS::A\nresource B\n   ref C", "line 3: a line is indented by 0, 2 or 4 spaces, not 3"),
        ("service a AWS::A\nresource B\n  ref", "line 3: the line ends too early"),
        ("service a AWS::A\nresource B\n  ref C D", "line 3: `D` is too much"),
        ("service a AWS::A\nresource B\n  colour C", "line 3: `colour` is no fact about a resource"),
        (
            "service a AWS::A\nresource B\n  tags Tags set",
            "line 3: expected `list`, `map` or `autoscaling`, found `set`",
        ),
        ("service a AWS::A\nresource B\n  property C text", "line 3: `text` is no type"),
        ("service a AWS::A\nresource B\n  property C [string", "line 3: expected `]` before ``"),
        ("service a AWS::A\nresource B\n  property C string(a,", "line 3: a value is missing"),
        ("service a AWS::A\nresource B\n  property C string(\"a)", "line 3: a quote is not closed"),
        ("service a AWS::A\nresource B\n  property C string]", "line 3: a type ends before `]`"),
        (
            "service a AWS::A\nresource B\n  property C string rare",
            "line 3: `rare` is no fact about a property",
        ),
        (
            "service a AWS::A\nresource B\n  property C string -> D",
            "line 3: expected `AWS::Service::Type.Field`, found `D`",
        ),
        (
            "service a AWS::A\nresource B\n  property C string -> AWS::A::B.C and AWS::A::B.D",
            "line 3: expected `or`, found `and`",
        ),
    ] {
        assert_eq!(parse::service(facts).unwrap_err().to_string(), expected, "{facts}");
    }
    assert_eq!(parse::index("service a AWS::A often").unwrap_err().line(), 1);
    assert_eq!(
        parse::index("id AWS::A::B.C b").unwrap_err().to_string(),
        "line 1: expected `module::Name`, found `b`"
    );
}

#[test]
fn facts_that_cannot_become_rust_are_named() {
    let generate = |resources: &str| {
        let service = parse::service(&format!("service a AWS::A\n{resources}")).unwrap();
        rust::service(&service, &parse::index("id AWS::A::Same.Id a::SameId").unwrap())
            .unwrap_err()
            .to_string()
    };
    assert_eq!(
        generate("resource B\n  property VpcId string\n  property VPCId string"),
        "AWS::A::B: `vpc_id` would be both VpcId and VPCId"
    );
    assert_eq!(
        generate("resource B\n  type C\n    property D Missing"),
        "AWS::A::B: C: D: there is no type `Missing`"
    );
    assert_eq!(
        generate("resource Same\nresource SameId"),
        "AWS::A::SameId: `SameId` would be both the id SameId and AWS::A::SameId"
    );
    assert_eq!(
        generate("resource B\n  property C string required\nresource BRequired"),
        "AWS::A::BRequired: `BRequired` would be both what AWS::A::B requires and AWS::A::BRequired"
    );
    assert_eq!(
        generate("resource B\n  property A json|string\n  property AString string"),
        "AWS::A::B: `a_string` would be both A and AString"
    );
}
