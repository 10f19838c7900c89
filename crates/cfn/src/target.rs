//! What a reference points at before logical ids exist.

use crate::{Node, Value};

/// An element of an app (a resource, parameter, condition or mapping) that references may name.
///
/// Logical ids follow from construct paths and are settled when the app is synthesized; until then a reference
/// carries the target's number. Numbers are handed out by the construct tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    app: u32,
    index: u32,
}

impl Target {
    /// The element numbered `index` of the app numbered `app`.
    pub const fn new(app: u32, index: u32) -> Self {
        Target { app, index }
    }

    /// The number of the app, which tells a reference of another app in the same process from one of this app.
    pub const fn app(self) -> u32 {
        self.app
    }

    /// The number of the element within its app.
    pub const fn index(self) -> u32 {
        self.index
    }

    /// `Ref` of this element.
    pub fn reference<T>(self) -> Value<T> {
        Value::from_node(Node::Ref(self))
    }

    /// `Fn::GetAtt` of this element.
    pub fn attribute<T>(self, name: &'static str) -> Value<T> {
        Value::from_node(Node::GetAtt(self, name))
    }
}
