//! The outputs that stacks get for the sake of other stacks.

use std::collections::BTreeMap;

use stackwright_cfn::{LogicalId, Map, Node, Target, Text, Value, functions};

use super::names::LogicalIds;
use crate::tree::NodeId;

/// A value of one stack that another uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shared {
    pub(super) element: NodeId,
    /// The attribute; `None` is `Ref`.
    pub(super) attribute: Option<&'static str>,
    /// Outputs are text: a list travels as one.
    pub(super) is_list: bool,
}

impl Shared {
    /// Between the items of a list that travels as text; no id, ARN, address or name contains it.
    pub(super) const SEPARATOR: &str = "||";
}

/// The output that shares a value.
struct SharedOutput {
    name: Text,
    is_exported: bool,
    /// The element's own: there is no value where there is no element.
    condition: Option<Node>,
}

/// By owning stack: each value shared, with its output.
#[derive(Default)]
pub(super) struct SharedOutputs {
    by_stack: BTreeMap<NodeId, BTreeMap<Shared, SharedOutput>>,
}

impl SharedOutputs {
    /// Shares a value; gives the name of its output, which follows from the element's logical id alone.
    pub(super) fn add(
        &mut self,
        stack: NodeId,
        shared: Shared,
        export: bool,
        condition: Option<&Node>,
        names: &LogicalIds,
    ) -> String {
        let outputs = self.by_stack.entry(stack).or_default();
        let output = outputs.entry(shared).or_insert_with(|| {
            let id = names.of(shared.element);
            let name = LogicalId::from_path(["Export", id.as_str(), shared.attribute.unwrap_or("Ref")]);
            SharedOutput { name: name.into_text(), is_exported: false, condition: condition.cloned() }
        });
        output.is_exported |= export;
        output.name.to_string()
    }

    /// How many outputs each stack gets.
    pub(super) fn counts(&self) -> impl Iterator<Item = (NodeId, usize)> {
        self.by_stack.iter().map(|(stack, outputs)| (*stack, outputs.len()))
    }

    /// The outputs of a stack as its template has them.
    pub(super) fn of(
        &self,
        stack: NodeId,
        stack_name: &str,
        target: impl Fn(NodeId) -> Target,
    ) -> Vec<(Text, Node)> {
        let outputs = self.by_stack.get(&stack).into_iter().flatten();
        let output = |(shared, output): (&Shared, &SharedOutput)| {
            let SharedOutput { name, is_exported, condition } = output;
            let element = target(shared.element);
            let value: Value<Vec<String>> = match shared.attribute {
                Some(attribute) => element.attribute(attribute),
                None => element.reference(),
            };
            let value = if shared.is_list {
                functions::join(Shared::SEPARATOR, value).into_node()
            } else {
                value.into_node()
            };
            let mut map = Map::new();
            if let Some(condition) = condition {
                map.set("Condition", condition.clone());
            }
            map.set("Value", value);
            if *is_exported {
                let mut export = Map::new();
                export.set("Name", format!("{stack_name}:{name}"));
                map.set("Export", export);
            }
            (name.clone(), Node::Map(map))
        };
        outputs.map(output).collect()
    }
}
