//! Where two values differ.

use serde::Serialize;
use stackwright_cfn::{Function, Map, Node};

use super::alignment::{self, Pair};
use super::facts::{Facts, Replacement};
use super::path::{Path, Step};

/// A difference at one place of an element.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Edit {
    /// The place.
    pub path: Path,
    /// The value before; absent where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Node>,
    /// The value after; absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Node>,
    /// What it does to the resource.
    #[serde(skip_serializing_if = "is_no")]
    pub replacement: Replacement,
    /// Whether the program overrides the place, after everything else.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_override: bool,
}

fn is_no(replacement: &Replacement) -> bool {
    *replacement == Replacement::No
}

impl Edit {
    /// Whether only the order of a list is another.
    pub fn is_reordering(&self) -> bool {
        match (&self.before, &self.after) {
            (Some(Node::List(before)), Some(Node::List(after))) => alignment::has_same_items(before, after),
            _ => false,
        }
    }
}

/// Whether two values in the canonical form are the same; the order of keys means nothing.
pub(super) fn same(before: &Node, after: &Node) -> bool {
    match (before, after) {
        (Node::List(before), Node::List(after)) => same_list(before, after),
        (Node::Sub(before), Node::Sub(after)) => same_list(before, after),
        (Node::Map(before), Node::Map(after)) => same_map(before, after),
        (Node::Call(before), Node::Call(after)) => {
            before.function == after.function && same(&before.argument, &after.argument)
        }
        (before, after) => before == after,
    }
}

fn same_list(before: &[Node], after: &[Node]) -> bool {
    before.len() == after.len() && before.iter().zip(after).all(|(before, after)| same(before, after))
}

/// Whether two maps hold the same.
pub(super) fn same_map(before: &Map, after: &Map) -> bool {
    let is_in_both = |key: &str, value| after.get(key).is_some_and(|other| same(value, other));
    before.len() == after.len() && before.iter().all(|(key, value)| is_in_both(key, value))
}

/// The differences between two values at `path`, of which `facts` tells.
pub(super) fn between(before: &Node, after: &Node, path: &Path, facts: &Facts, edits: &mut Vec<Edit>) {
    if same(before, after) {
        return;
    }
    match (before, after) {
        (Node::Map(before), Node::Map(after)) => between_maps(before, after, path, facts, edits),
        (Node::List(before), Node::List(after)) => between_lists(before, after, path, facts, edits),
        (Node::Call(old), Node::Call(new))
            if old.function == Function::If && new.function == Function::If =>
        {
            match (&old.argument, &new.argument) {
                (Node::List(old), Node::List(new))
                    if old.len() == new.len() && old.first() == new.first() =>
                {
                    let path = path.key(Function::If.key());
                    for (index, (old, new)) in old.iter().zip(new).enumerate() {
                        between(old, new, &path.then(Step::Index(index)), facts, edits);
                    }
                }
                _ => edits.push(edit(Some(before), Some(after), path, facts)),
            }
        }
        _ => edits.push(edit(Some(before), Some(after), path, facts)),
    }
}

/// The differences between two maps: in the order before, then what is new.
pub(super) fn between_maps(before: &Map, after: &Map, path: &Path, facts: &Facts, edits: &mut Vec<Edit>) {
    for (key, value) in before.iter() {
        let (path, facts) = (path.key(key), facts.at(key));
        match after.get(key) {
            Some(other) => between(value, other, &path, &facts, edits),
            None => edits.push(edit(Some(value), None, &path, &facts)),
        }
    }
    for (key, value) in after.iter().filter(|(key, _)| !before.contains_key(key)) {
        edits.push(edit(None, Some(value), &path.key(key), &facts.at(key)));
    }
}

fn between_lists(before: &[Node], after: &[Node], path: &Path, facts: &Facts, edits: &mut Vec<Edit>) {
    let aligned = alignment::of(before, after);
    if aligned.is_reordered {
        let lists = (Node::from(before.to_vec()), Node::from(after.to_vec()));
        edits.push(edit(Some(&lists.0), Some(&lists.1), path, facts));
    }
    for Pair { step, before, after } in aligned.pairs {
        let path = path.then(step);
        match (before, after) {
            (Some(before), Some(after)) => between(before, after, &path, facts, edits),
            (before, after) => edits.push(edit(before, after, &path, facts)),
        }
    }
}

/// The difference between what is at one place.
pub(super) fn edit(before: Option<&Node>, after: Option<&Node>, path: &Path, facts: &Facts) -> Edit {
    let values = before.into_iter().chain(after);
    let worst = values.map(|value| facts.replacement(value)).max().unwrap_or_default();
    let replacement = match (before, after) {
        (Some(before), Some(after)) if !surely_differ(before, after) => worst.min(Replacement::Maybe),
        _ => worst,
    };
    Edit {
        path: path.clone(),
        before: before.cloned(),
        after: after.cloned(),
        replacement,
        is_override: false,
    }
}

/// Whether two different values are different once they are deployed too: what functions yield may be the same.
fn surely_differ(before: &Node, after: &Node) -> bool {
    let is_literal = |value: &Node| {
        let mut is_literal = true;
        value.visit(&mut |node| is_literal &= !node.is_intrinsic() && !is_looked_up(node));
        is_literal
    };
    is_literal(before) && is_literal(after)
}

/// Whether text stands for what CloudFormation finds elsewhere.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
fn is_looked_up(node: &Node) -> bool {
    node.as_str().is_some_and(|text| text.contains("{{resolve:"))
}
