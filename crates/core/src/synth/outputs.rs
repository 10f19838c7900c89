//! The outputs that stacks get for the sake of other stacks.

use std::collections::BTreeMap;
use std::hash::Hasher;

use stackwright_cfn::{Function, LogicalId, Map, Node, Target, Text, Value, Written, functions};

use super::names::LogicalIds;
use crate::tree::NodeId;

/// A value of one stack that another uses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shared {
    pub(super) element: NodeId,
    /// The attribute; `None` is `Ref`.
    pub(super) attribute: Option<Text>,
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
    /// Values that are computed, by their outputs' names.
    expressions: BTreeMap<NodeId, BTreeMap<Text, Node>>,
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
        let (element, attribute) = (shared.element, shared.attribute.clone());
        let attribute = attribute.as_deref().unwrap_or("Ref");
        let output = outputs.entry(shared).or_insert_with(|| {
            let id = names.of(element);
            let name = LogicalId::from_path(["Export", id.as_str(), attribute]);
            SharedOutput { name: name.into_text(), is_exported: false, condition: condition.cloned() }
        });
        output.is_exported |= export;
        output.name.to_string()
    }

    /// Shares what is computed from elements of the stack; gives the name of its output, which follows from the
    /// function and what it is given.
    pub(super) fn add_expression(&mut self, stack: NodeId, node: &Node, names: &LogicalIds) -> String {
        // Writing to memory cannot fail.
        let written = serde_json::to_string(&Written::new(node, names)).unwrap_or_default();
        let what = match node {
            Node::Call(call) => call.function.short(),
            Node::Pseudo(pseudo) => pseudo.name().trim_start_matches("AWS::"),
            _ => "Value",
        };
        let mut hash = fnv::FnvHasher::default();
        hash.write(written.as_bytes());
        let name = match node {
            Node::Pseudo(_) => format!("Export{what}"),
            _ => format!("Export{what}{:016X}", hash.finish()),
        };
        self.expressions.entry(stack).or_default().insert(name.clone().into(), node.clone());
        name
    }

    /// How many outputs each stack gets.
    pub(super) fn counts(&self) -> impl Iterator<Item = (NodeId, usize)> {
        let shared = self.by_stack.iter().map(|(stack, outputs)| (*stack, outputs.len()));
        shared.chain(self.expressions.iter().map(|(stack, outputs)| (*stack, outputs.len())))
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
            let value = match &shared.attribute {
                Some(attribute) => {
                    Node::call(Function::GetAtt, [Node::Name(element), Node::Text(attribute.clone())])
                }
                None => Node::Ref(element),
            };
            let value = if shared.is_list {
                functions::join(Shared::SEPARATOR, Value::<Vec<String>>::from_node(value)).into_node()
            } else {
                value
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
        let computed = self.expressions.get(&stack).into_iter().flatten();
        let computed = computed
            .map(|(name, node)| (name.clone(), Node::Map([("Value", node.clone())].into_iter().collect())));
        outputs.map(output).chain(computed).collect()
    }
}
