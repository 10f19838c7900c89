//! Whatever there is matches itself, and with anything less nothing matches wholly.

use proptest::prelude::*;
use stackwright_assembly::{
    Assembly, Deployable, Diagnostics, FORMAT_VERSION, File, Kind, Manifest, StackFacts,
};
use stackwright_cfn::{Map, NoNames, Node, Resource, Template, json, read};
use stackwright_testing::{Synthesis, containing, exactly, not};

use crate::failure::failure;

/// Trees as a template has them, functions among them.
fn tree() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Node::from),
        any::<i64>().prop_map(Node::from),
        (-1e9..1e9).prop_map(|value: f64| Node::Float(value + 0.5)),
        "[ -~äß\n]{0,12}".prop_map(Node::from),
        "[A-Z][a-z]{0,4}".prop_map(|id| json!({ "Ref": id })),
        "[A-Z][a-z]{0,4}".prop_map(|id| json!({ "Fn::GetAtt": [id, "Arn"] })),
        "[A-Z][a-z]{0,4}"
            .prop_map(|id| json!({ "Fn::Sub": format!("a-${{{id}}}-${{!b}}-${{AWS::Region}}") })),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Node::List),
            map(inner.clone()).prop_map(Node::Map),
            prop::collection::vec(inner, 0..4).prop_map(|items| json!({ "Fn::Join": ["-", items] })),
        ]
    })
}

fn map(inner: impl Strategy<Value = Node>) -> impl Strategy<Value = Map> {
    // Long enough not to be `Ref`, of which a map with one key would be the function.
    prop::collection::btree_map("[A-Z][a-z.]{3,6}", inner, 0..4).prop_map(Map::from_iter)
}

/// The synthesis of one stack with one resource of these properties.
fn synthesis(properties: Map) -> Synthesis {
    let mut template = Template::new();
    template.resources.push(("Thing".into(), Resource::raw("Custom::Thing", properties)));
    let file = "stack.template.json".to_owned();
    let deployable =
        Deployable { stack: Some(StackFacts::default()), ..Deployable::new("stack", Kind::Stack, &*file) };
    Synthesis::of(Assembly {
        manifest: Manifest { version: FORMAT_VERSION, deployables: vec![deployable] },
        files: vec![File { name: file, contents: template.to_json(&NoNames).into_bytes() }],
        warnings: Diagnostics::default(),
    })
}

fn finds(synthesis: &Synthesis, expected: impl Into<Node>) -> bool {
    !synthesis.template("stack").find("Custom::Thing", expected).is_empty()
}

/// Every tree that lacks one leaf; an empty list or map is one.
fn without_a_leaf(node: &Node) -> Vec<Node> {
    match node {
        Node::Map(map) => {
            let values: Vec<&Node> = map.values().collect();
            let keyed = |values: Vec<Option<Node>>| {
                let entries = map.keys().cloned().zip(values);
                Node::Map(entries.filter_map(|(key, value)| Some((key, value?))).collect())
            };
            lesser(&values).map(keyed).collect()
        }
        Node::List(items) => {
            let items: Vec<&Node> = items.iter().collect();
            lesser(&items).map(|items| Node::List(items.into_iter().flatten().collect())).collect()
        }
        _ => Vec::new(),
    }
}

/// The values, each time with one of them lessened, or gone if there is no less of it.
fn lesser(values: &[&Node]) -> impl Iterator<Item = Vec<Option<Node>>> {
    (0..values.len()).flat_map(move |index| {
        let parts = without_a_leaf(values[index]);
        let parts = if parts.is_empty() { vec![None] } else { parts.into_iter().map(Some).collect() };
        parts.into_iter().map(move |part: Option<Node>| {
            let mut all: Vec<Option<Node>> = values.iter().map(|value| Some((*value).clone())).collect();
            all[index] = part;
            all
        })
    })
}

proptest! {
    #[test]
    fn it_matches_in_part_and_wholly(properties in map(tree())) {
        let synthesis = synthesis(properties.clone());
        let expected = Node::Map(properties);
        prop_assert!(finds(&synthesis, expected.clone()));
        prop_assert!(finds(&synthesis, exactly(expected.clone())));
        prop_assert!(!finds(&synthesis, not(expected)));
    }

    #[test]
    fn without_any_leaf_nothing_matches_wholly(properties in map(tree())) {
        let full = synthesis(properties.clone());
        let whole = Node::Map(properties);
        for lesser in without_a_leaf(&whole) {
            prop_assert!(!finds(&full, exactly(lesser.clone())));
            let Node::Map(lesser) = lesser else { unreachable!("a map stays one") };
            let synthesis = synthesis(lesser);
            prop_assert!(!finds(&synthesis, exactly(whole.clone())));
            let message = failure(|| synthesis.template("stack").has_resource("Custom::Thing", exactly(whole.clone())));
            prop_assert!(message.contains("\n    expected: "), "{}", message);
        }
    }

    #[test]
    fn a_list_contains_its_items_in_any_order(items in prop::collection::vec(tree(), 1..5), by in 0..5usize) {
        let synthesis = synthesis(Map::from_iter([("List", items.clone())]));
        let mut turned = items.clone();
        turned.rotate_left(by % items.len());
        let in_list = |items: &[Node]| Map::from_iter([("List", containing(items.to_vec()))]);
        prop_assert!(finds(&synthesis, in_list(&turned)));
        turned.extend(items.first().cloned());
        prop_assert!(!finds(&synthesis, in_list(&turned)));
    }
}

#[test]
fn what_is_written_is_what_is_read() {
    let properties = Map::from_iter([("A", json!({ "Fn::Sub": "${!a}${B}" }))]);
    let mut template = Template::new();
    template.resources.push(("Thing".into(), Resource::raw("Custom::Thing", properties)));
    assert_eq!(read(&template.to_json(&NoNames)).unwrap(), template);
}
