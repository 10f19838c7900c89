//! What programs write does not depend on a validator that they bring.

use serde_json::json;
use stackwright::prelude::{Map, Node};

/// AWS's validator has `serde_json` keep the order of keys, by its feature `preserve_order`, which all of a program
/// shares.
#[test]
fn json_of_programs_has_the_order_that_it_has_without_the_feature() {
    let data = json!({ "b": 1, "a": { "d": 2, "c": 3 } });
    assert_eq!(data.to_string(), r#"{"b":1,"a":{"d":2,"c":3}}"#, "the feature is on");
    let node = Node::from(data);
    let keys = |map: &Map| map.keys().map(|key| key.to_string()).collect::<Vec<_>>();
    let outer = node.as_map().unwrap();
    assert_eq!(keys(outer), ["a", "b"]);
    assert_eq!(keys(outer.get("a").and_then(Node::as_map).unwrap()), ["c", "d"]);
}
