//! Logical ids follow from paths, and from nothing else.

use std::collections::BTreeMap;

use insta::assert_snapshot;
use proptest::prelude::*;
use stackwright::cfn::LogicalId;
use stackwright::prelude::*;

use crate::{findings, queue, template};

#[test]
fn a_name_tells_where_the_construct_is() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    queue(&stack, "Plain");
    queue(&stack, "with-dash");
    let group = Construct::new(&stack, "group-1");
    let nested = queue(&group, "Queue");
    queue(&group, "Resource");
    let own = queue(&stack, "Own");
    own.override_logical_id("MyOwn");
    assert_eq!(own.logical_id(), "MyOwn");
    let written = template(&app, "stack");
    assert!(written.contains(&format!("\"{}\"", nested.logical_id().as_str())));
    assert_snapshot!(written);
}

#[test]
fn ids_are_unique_in_their_scope_and_well_formed() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    queue(&stack, "Queue");
    queue(&stack, "Queue");
    queue(&stack, "");
    queue(&stack, "a/b");
    queue(&stack, "a\nb");
    queue(&stack, "Other").override_logical_id("Queue");
    queue(&stack, "Third").override_logical_id("not-alphanumeric");
    queue(&app, "Outside");
    assert_snapshot!(findings(&app));
}

proptest! {
    /// Two paths have one logical id only where they are the same path.
    #[test]
    fn naming_is_injective(paths in proptest::collection::btree_set(
        proptest::collection::vec("[A-Za-z0-9-]{1,6}|Resource|Default", 1..4),
        2..200,
    )) {
        let mut named = BTreeMap::new();
        for path in &paths {
            let id = LogicalId::from_path(path.iter().map(String::as_str));
            prop_assert!(LogicalId::new(id.as_str()).is_ok());
            if let Some(other) = named.insert(id.as_str().to_owned(), path) {
                prop_assert!(false, "{path:?} and {other:?} are both {id}");
            }
        }
    }

    /// A long path keeps its hash.
    #[test]
    fn a_logical_id_is_never_too_long(path in proptest::collection::vec("[A-Za-z]{1,255}", 1..6)) {
        let id = LogicalId::from_path(path.iter().map(String::as_str));
        prop_assert!(id.as_str().len() <= 255);
    }
}
