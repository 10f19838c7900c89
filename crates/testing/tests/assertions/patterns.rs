//! What each pattern takes, and what it does not.

use insta::assert_snapshot;
use stackwright_cfn::{Map, Node, json};
use stackwright_core::{App, Resource, Stack};
use stackwright_testing::{
    Synthesis, absent, any, capture, containing, document, exactly, like, matching, not, one_of, text_with,
};

use crate::failure::failure;

fn thing(properties: Node) -> Synthesis {
    let app = App::new();
    let Node::Map(properties) = properties else { panic!("properties are a map") };
    Resource::raw(&Stack::new(&app, "stack"), "Thing", "Custom::Thing", properties);
    Synthesis::of(&app)
}

fn properties() -> Node {
    json!({
        "Name": "orders.fifo",
        "Count": 5,
        "Policy": { "Version": 1, "Deep": { "A": "a", "B": [1, { "C": 2, "D": 3 }] } },
        "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }, { "Key": "a", "Value": "3" }],
        "Config": "mode: l2\nports: [80, 443]\n",
        "Empty": {},
    })
}

/// Whether a property is like this.
fn meets(expected: impl Into<Node>, property: &str) -> bool {
    let expected = Map::from_iter([(property, expected.into())]);
    let synthesis = thing(properties());
    let found = synthesis.template("stack").find("Custom::Thing", Node::Map(expected));
    !found.is_empty()
}

#[test]
fn any_value_is_one() {
    assert!(meets(any(), "Name") && meets(any(), "Empty"));
    assert!(!meets(any(), "Nothing"));
}

#[test]
fn what_is_absent_is_not_there() {
    assert!(meets(absent(), "Nothing"));
    assert!(!meets(absent(), "Empty"));
    assert!(meets(json!({ "Version": absent() }), "Empty"));
    assert!(!meets(json!([any(), any(), absent()]), "Tags"));
    assert!(meets(json!([any(), any(), any(), absent()]), "Tags"));
}

#[test]
fn maps_are_met_in_part_and_lists_as_a_whole() {
    assert!(meets(json!({ "Deep": { "B": [1, { "C": 2 }] } }), "Policy"));
    assert!(!meets(json!({ "Deep": { "B": [1] } }), "Policy"));
    assert!(!meets(json!({ "Deep": { "B": [{ "C": 2 }, 1] } }), "Policy"));
    assert!(meets(json!(5.0), "Count") && !meets(json!("5"), "Count"));
}

#[test]
fn exactly_reaches_down_and_like_lets_go_again() {
    let deep = |inner: Node| json!({ "Version": 1, "Deep": { "A": "a", "B": [1, inner] } });
    assert!(meets(exactly(deep(json!({ "C": 2, "D": 3 }))), "Policy"));
    assert!(!meets(exactly(deep(json!({ "C": 2 }))), "Policy"));
    assert!(meets(exactly(deep(like(json!({ "C": 2 })).into())), "Policy"));
    assert!(!meets(exactly(json!({})), "Policy") && meets(exactly(json!({})), "Empty"));
}

#[test]
fn not_takes_what_the_other_does_not() {
    assert!(meets(not("a"), "Name") && meets(not("a"), "Nothing") && meets(not(absent()), "Name"));
    assert!(!meets(not(text_with("orders")), "Name") && !meets(not(absent()), "Nothing"));
}

#[test]
fn one_of_takes_what_one_takes() {
    assert!(meets(one_of([json!(4), json!(5)]), "Count"));
    assert!(!meets(one_of([3, 4]), "Count") && !meets(one_of::<i32>([]), "Count"));
}

#[test]
fn texts_are_searched() {
    assert!(meets(matching(r"^\w+\.fifo$"), "Name") && meets(matching("ord"), "Name"));
    assert!(!meets(matching("^fifo"), "Name") && !meets(matching("5"), "Count"));
    assert!(meets(text_with(".fifo"), "Name") && !meets(text_with("fifo."), "Name"));
    let message = failure(|| matching("("));
    assert!(message.starts_with("\"(\" is no regular expression: "), "{message}");
}

#[test]
fn each_expected_item_has_one_of_its_own_in_any_order() {
    let tag = |key: &str| json!({ "Key": key });
    assert!(meets(containing([tag("b"), tag("a")]), "Tags"));
    assert!(meets(containing([tag("a"), tag("a")]), "Tags"));
    assert!(!meets(containing([tag("b"), tag("b")]), "Tags"));
    // The first could take either; it has to leave the second what only that can take.
    assert!(meets(containing([tag("a"), json!({ "Key": "a", "Value": "1" })]), "Tags"));
    assert!(!meets(containing([any()]), "Name") && !meets(containing([any()]), "Nothing"));
}

#[test]
fn texts_are_read_as_data() {
    assert!(meets(document(json!({ "mode": "l2" })), "Config"));
    assert!(meets(document(exactly(json!({ "mode": "l2", "ports": [80, any()] }))), "Config"));
    assert!(!meets(document(exactly(json!({ "mode": "l2" }))), "Config"));
    assert!(!meets(document(json!({})), "Count"));
}

#[test]
fn what_is_captured_can_be_asked_for() {
    let synthesis = thing(properties());
    let tags = containing([json!({ "Key": "b", "Value": capture("b", any()) })]);
    let config = document(json!({ "ports": [capture("port", any()), any()] }));
    let either = one_of([
        json!({ "Version": 2, "Deep": capture("no", any()) }),
        json!({ "Version": capture("v", 1) }),
    ]);
    let expected = json!({ "Tags": tags, "Config": config, "Policy": either });
    let found = synthesis.template("stack").has_resource("Custom::Thing", expected);
    assert_eq!(found.captured("b"), &"2".into());
    assert_eq!(found.captured("port"), &Node::Int(80));
    assert_eq!(found.captured("v"), &Node::Int(1));
    assert_eq!(
        failure(|| found.captured("no").clone()),
        r#"nothing is captured by the name "no": the names are ["b", "port", "v"]"#
    );
}

#[test]
fn patterns_are_told_in_words() {
    let tag = |key: &str| json!({ "Key": key });
    let expected = json!({
        "Name": matching("^fifo$"),
        "Count": one_of([3, 4]),
        "Policy": exactly(json!({ "Version": like(2) })),
        "Tags": containing([tag("b"), tag("b"), tag("c")]),
        "Config": document(json!({ "mode": text_with("l3") })),
        "Empty": absent(),
        "More": not(absent()),
        "Most": capture("most", any()),
    });
    let synthesis = thing(properties());
    assert_snapshot!(failure(|| synthesis.template("stack").has_resource("Custom::Thing", expected)));
}

#[test]
fn what_is_long_is_cut() {
    let synthesis = thing(json!({ "Name": "x".repeat(500) }));
    let message =
        failure(|| synthesis.template("stack").has_resource("Custom::Thing", json!({ "Name": "y" })));
    assert!(message.contains("… and 102 characters more\n"), "{message}");
}
