//! The node: a literal, an intrinsic function, or a list or map of nodes.

use crate::pseudo::Pseudo;
use crate::{Function, Map, Number, Target, Text, Value};

/// A value of a template at any depth.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Node {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number that an `f64` holds.
    Float(f64),
    /// A number that would lose digits as either of these.
    Number(Number),
    /// Text.
    Text(Text),
    /// A list.
    List(Vec<Node>),
    /// A map.
    Map(Map),
    /// `Ref` of an element of the app.
    Ref(Target),
    /// `Fn::GetAtt` of an element of the app.
    GetAtt(Target, &'static str),
    /// The bare logical id of an element of the app, as `DependsOn` or the first argument of `Fn::If` wants it.
    Name(Target),
    /// `Ref` of a pseudo parameter.
    Pseudo(Pseudo),
    /// `Fn::Sub` as pieces: text pieces stand for themselves, the others for what they yield.
    Sub(Box<[Node]>),
    /// Any other function.
    Call(Box<Call>),
}

// A hundred thousand resources are some million nodes.
const _: () = assert!(size_of::<Node>() <= 32);

/// A function and its argument (most often a list).
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function.
    pub function: Function,
    /// What the function is given.
    pub argument: Node,
}

impl Node {
    /// The function `function` of `argument`.
    pub fn call(function: Function, argument: impl Into<Node>) -> Node {
        Node::Call(Box::new(Call { function, argument: argument.into() }))
    }

    /// The text, where this is literal text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, where this is a literal list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match self {
            Node::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, where this is a literal map.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Node::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The entries, to be changed in place, where this is a literal map.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match self {
            Node::Map(map) => Some(map),
            _ => None,
        }
    }

    /// Whether what this yields is known only at deploy time.
    pub fn is_intrinsic(&self) -> bool {
        !matches!(
            self,
            Node::Null
                | Node::Bool(_)
                | Node::Int(_)
                | Node::Float(_)
                | Node::Number(_)
                | Node::Text(_)
                | Node::List(_)
                | Node::Map(_)
        )
    }

    /// Shows every node of this tree to `visit`, parents first.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Node)) {
        visit(self);
        match self {
            Node::List(items) => items.iter().for_each(|item| item.visit(visit)),
            Node::Map(map) => map.values().for_each(|value| value.visit(visit)),
            Node::Sub(pieces) => pieces.iter().for_each(|piece| piece.visit(visit)),
            Node::Call(call) => call.argument.visit(visit),
            _ => {}
        }
    }

    /// Lets `visit` change every node of this tree, parents first.
    pub fn visit_mut(&mut self, visit: &mut impl FnMut(&mut Node)) {
        visit(self);
        match self {
            Node::List(items) => items.iter_mut().for_each(|item| item.visit_mut(visit)),
            Node::Map(map) => map.iter_mut().for_each(|(_, value)| value.visit_mut(visit)),
            Node::Sub(pieces) => pieces.iter_mut().for_each(|piece| piece.visit_mut(visit)),
            Node::Call(call) => call.argument.visit_mut(visit),
            _ => {}
        }
    }
}

macro_rules! from {
    ($($from:ty, $value:ident => $node:expr;)*) => {
        $(impl From<$from> for Node {
            #[inline]
            fn from($value: $from) -> Node { $node }
        })*
    };
}

from! {
    bool, value => Node::Bool(value);
    i64, value => Node::Int(value);
    i32, value => Node::Int(value.into());
    u32, value => Node::Int(value.into());
    u16, value => Node::Int(value.into());
    u8, value => Node::Int(value.into());
    f64, value => Node::Float(value);
    &str, value => Node::Text(value.into());
    String, value => Node::Text(value.into());
    Text, value => Node::Text(value);
    Map, value => Node::Map(value);
}

impl<T> From<Value<T>> for Node {
    #[inline]
    fn from(value: Value<T>) -> Node {
        value.into_node()
    }
}

impl<T: Into<Node>> From<Vec<T>> for Node {
    fn from(items: Vec<T>) -> Node {
        Node::List(items.into_iter().map(Into::into).collect())
    }
}

impl<T: Into<Node>, const N: usize> From<[T; N]> for Node {
    fn from(items: [T; N]) -> Node {
        Node::List(items.into_iter().map(Into::into).collect())
    }
}

/// JSON data, in which a map with one key that names a function is that function. Keys come in alphabetical order.
impl From<serde_json::Value> for Node {
    fn from(value: serde_json::Value) -> Node {
        match value {
            serde_json::Value::Null => Node::Null,
            serde_json::Value::Bool(value) => Node::Bool(value),
            // The text has every digit, also where another crate has turned on `arbitrary_precision`.
            serde_json::Value::Number(number) => Node::number(&number.to_string()).unwrap_or_default(),
            serde_json::Value::String(text) => Node::Text(text.into()),
            serde_json::Value::Array(items) => Node::List(items.into_iter().map(Node::from).collect()),
            serde_json::Value::Object(entries) => {
                // By key, also where another crate has turned on `preserve_order`.
                let mut entries: Vec<_> = entries.into_iter().collect();
                entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
                let mut map = Map::with_capacity(entries.len());
                for (key, value) in entries {
                    map.push(Text::from(key), Node::from(value));
                }
                Node::from_map(map)
            }
        }
    }
}

impl Node {
    /// The function that `map` stands for, or the map itself.
    ///
    /// A map with one key that names a function is that function. `Ref` of a pseudo parameter becomes
    /// [`Node::Pseudo`], and `Fn::GetAtt` of `"Queue.Arn"`, as YAML has it, that of `["Queue", "Arn"]`.
    pub fn from_map(map: Map) -> Node {
        let function = match map.keys().next() {
            Some(key) if map.len() == 1 => Function::from_key(key),
            _ => None,
        };
        match function {
            // `Condition` is a key of ordinary maps too (policy statements, resources): only `{Condition: Name}` calls.
            Some(Function::Condition) if map.values().any(|value| value.as_str().is_none()) => Node::Map(map),
            Some(function) => {
                let argument = map.into_iter().next().map(|(_, value)| value).unwrap_or_default();
                Node::canonical(function, argument)
            }
            None => Node::Map(map),
        }
    }

    fn canonical(function: Function, argument: Node) -> Node {
        match (function, argument.as_str()) {
            (Function::Ref, Some(name)) => match Pseudo::from_name(name) {
                Some(pseudo) => Node::Pseudo(pseudo),
                None => Node::call(function, argument),
            },
            (Function::GetAtt, Some(path)) => match path.split_once('.') {
                Some((resource, attribute)) => Node::call(function, [resource, attribute]),
                None => Node::call(function, argument),
            },
            _ => Node::call(function, argument),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_data_becomes_nodes_without_losing_digits() {
        let json = r#"{"a":[null,true,1,-1.5,"t"],"b":{"Ref":"Queue"},"c":18446744073709551615}"#;
        let node = Node::from(serde_json::from_str::<serde_json::Value>(json).unwrap());
        assert_eq!(serde_json::to_string(&node).unwrap(), json);
        let map = node.as_map().unwrap();
        assert_eq!(map.get("b"), Some(&Node::call(Function::Ref, "Queue")));
        assert!(matches!(map.get("c"), Some(Node::Number(_))));
    }

    #[test]
    fn only_one_key_makes_a_function() {
        let two = Map::from_iter([("Ref", "a"), ("Fn::Sub", "b")]);
        assert_eq!(Node::from_map(two.clone()), Node::Map(two));
        assert_eq!(Node::from_map(Map::new()), Node::Map(Map::new()));
        let condition = |argument: Node| Node::from_map(Map::from_iter([("Condition", argument)]));
        assert_eq!(condition("IsProd".into()), Node::call(Function::Condition, "IsProd"));
        assert!(condition(Node::Map(Map::new())).as_map().is_some());
        for &function in Function::ALL {
            let node = Node::from_map(Map::from_iter([(function.key(), "x.y")]));
            assert!(matches!(&node, Node::Call(call) if call.function == function), "{node:?}");
        }
    }

    #[test]
    fn every_pseudo_parameter_is_told_from_a_name() {
        for name in ["AWS::AccountId", "AWS::NoValue", "AWS::URLSuffix", "AWS::NotificationARNs"] {
            let node = Node::from_map(Map::from_iter([("Ref", name)]));
            assert!(matches!(node, Node::Pseudo(pseudo) if pseudo.name() == name), "{node:?}");
        }
        let node = Node::from_map(Map::from_iter([("Ref", "AWS::Unknown")]));
        assert_eq!(node, Node::call(Function::Ref, "AWS::Unknown"));
    }

    #[test]
    fn a_visit_shows_parents_first_and_may_change_what_comes_below() {
        let mut node = crate::json!({ "a": [1, { "Fn::Join": ["-", [2, 3]] }], "b": 4 });
        let mut seen = Vec::new();
        node.visit(&mut |node| {
            if let Node::Int(value) = node {
                seen.push(*value);
            }
        });
        assert_eq!(seen, [1, 2, 3, 4]);
        let mut visited = 0;
        node.visit_mut(&mut |node| {
            visited += 1;
            if matches!(node, Node::Call(_)) {
                *node = Node::Bool(true);
            }
        });
        assert_eq!(visited, 5, "the map, the list, 1, the call, 4");
        assert_eq!(node, crate::json!({ "a": [1, true], "b": 4 }));
    }
}
