//! What holds or does not: conditions, and the assertions of rules.

use stackwright_cfn::{Call, Function, Node};

use crate::kind::Kind;
use crate::writer::{Space, What, Writer};

impl<'f> Writer<'f> {
    /// The predicate that a node is.
    pub(crate) fn predicate(&mut self, node: &Node) -> String {
        if let Node::Call(call) = node
            && let Some(code) = self.known_predicate(call)
        {
            return code;
        }
        format!("Value::from_node({})", self.json_of_predicate(node))
    }

    fn json_of_predicate(&mut self, node: &Node) -> String {
        match node {
            // `json!` would take it for a reference to a resource's condition.
            Node::Call(call) if call.function == Function::Condition => {
                format!("json!({{ \"Condition\": {} }})", self.tokens(&call.argument))
            }
            node => self.json(node),
        }
    }

    fn known_predicate(&mut self, call: &Call) -> Option<String> {
        let texts = Kind::List(Box::new(Kind::TEXT));
        let arguments = match &call.argument {
            Node::List(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        Some(match (call.function, arguments) {
            (Function::Condition, [Node::Text(name)]) => {
                format!("{}.holds()", self.made(Space::Condition, name)?.name)
            }
            (Function::And | Function::Or, predicates) => {
                let name = if call.function == Function::And { "and" } else { "or" };
                let predicates: Vec<String> = predicates.iter().map(|node| self.predicate(node)).collect();
                format!("functions::{name}([{}])", predicates.join(", "))
            }
            (Function::Not, [predicate]) => format!("functions::not({})", self.predicate(predicate)),
            (Function::Equals, [left, right]) => {
                let kind = self.compared(left).or_else(|| self.compared(right)).unwrap_or(Kind::TEXT);
                let ty = kind.rust();
                let (left, right) = (self.value(left, &kind).code, self.value(right, &kind).code);
                format!("functions::equals::<{ty}>({left}, {right})")
            }
            (Function::Contains, [items, item]) => {
                let (items, item) = (self.value(items, &texts).code, self.value(item, &Kind::TEXT).code);
                format!("functions::contains({items}, {item})")
            }
            (Function::EachMemberEquals, [items, item]) => {
                let (items, item) = (self.value(items, &texts).code, self.value(item, &Kind::TEXT).code);
                format!("functions::each_member_equals({items}, {item})")
            }
            (Function::EachMemberIn, [items, allowed]) => {
                let (items, allowed) = (self.value(items, &texts).code, self.value(allowed, &texts).code);
                format!("functions::each_member_in({items}, {allowed})")
            }
            _ => return None,
        })
    }

    /// What a comparison with this compares, where it is a number.
    fn compared(&self, node: &Node) -> Option<Kind<'f>> {
        let Node::Call(call) = node else { return None };
        let (Function::Ref, Some(name)) = (call.function, call.argument.as_str()) else { return None };
        match &self.variables.elements.get(name)?.what {
            What::Parameter(ty) if ty == "i64" => Some(Kind::Int),
            What::Parameter(ty) if ty == "f64" => Some(Kind::Float),
            _ => None,
        }
    }
}
