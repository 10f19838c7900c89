//! Every value of an element, with the way to it.

use stackwright_cfn::{Map, Node};

use crate::Way;

/// Shows a node and all that is in it, parents first. What `visit` answers `false` for is not looked into.
pub(crate) fn walk<'n>(node: &'n Node, way: &Way<'_>, visit: &mut dyn FnMut(&'n Node, &Way<'_>) -> bool) {
    if !visit(node, way) {
        return;
    }
    match node {
        Node::List(items) => {
            items.iter().enumerate().for_each(|(index, item)| walk(item, &way.index(index), visit));
        }
        Node::Map(map) => walk_map(map, way, visit),
        Node::Sub(pieces) => pieces.iter().for_each(|piece| walk(piece, way, visit)),
        Node::Call(call) => walk(&call.argument, &way.key(call.function.key()), visit),
        _ => {}
    }
}

/// [`walk`] through the values of a map.
pub(crate) fn walk_map<'n>(map: &'n Map, way: &Way<'_>, visit: &mut dyn FnMut(&'n Node, &Way<'_>) -> bool) {
    map.iter().for_each(|(key, value)| walk(value, &way.key(key), visit));
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::json;

    use super::*;
    use crate::Section;

    #[test]
    fn every_value_is_shown_unless_it_is_left_alone() {
        let node = json!({ "A": [1, { "Fn::If": ["C", "x", { "Ref": "Y" }] }], "B": { "C": 2 } });
        let shown = |left_alone: &str| {
            let mut shown = Vec::new();
            walk(&node, &Way::to(Section::Output, "O"), &mut |_, way| {
                shown.push(way.place().path());
                way.name() != left_alone
            });
            shown
        };
        assert_eq!(
            shown(""),
            [
                "",
                "A",
                "A.0",
                "A.1",
                "A.1.Fn::If",
                "A.1.Fn::If.0",
                "A.1.Fn::If.1",
                "A.1.Fn::If.2",
                "A.1.Fn::If.2.Ref",
                "B",
                "B.C",
            ]
        );
        assert_eq!(shown("A"), ["", "A", "B", "B.C"]);
    }
}
