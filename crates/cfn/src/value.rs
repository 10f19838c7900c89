//! `Value<T>`: a literal, or an intrinsic function that yields a `T` at deploy time.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use crate::{Map, Node, PropertyType, Text};

/// A literal `T`, or an intrinsic function that yields one when the stack is deployed.
///
/// `T` says what the value is, not how it is kept: `String`, `i64`, `f64`, `bool`, [`Json`], `Vec<T>`,
/// `BTreeMap<String, T>`, a property type, or an id such as `SubnetId`.
///
/// ```
/// use stackwright_cfn::Value;
///
/// let name: Value<String> = "web".into();
/// assert_eq!(name.as_str(), Some("web"));
/// let ports: Value<Vec<i64>> = [80, 443].into();
/// assert_eq!(serde_json::to_string(ports.node()).unwrap(), "[80,443]");
/// ```
pub struct Value<T: ?Sized>(Node, PhantomData<fn() -> T>);

impl<T> Value<T> {
    /// A value from an untyped node, which is trusted to yield a `T`.
    #[inline]
    pub const fn from_node(node: Node) -> Self {
        Value(node, PhantomData)
    }

    /// The untyped node.
    #[inline]
    pub fn into_node(self) -> Node {
        self.0
    }

    /// The untyped node.
    pub const fn node(&self) -> &Node {
        &self.0
    }

    /// The text, where the value is a literal text.
    pub fn as_str(&self) -> Option<&str> {
        self.0.as_str()
    }

    /// The same value, trusted to be a `U`: for a parameter that holds a subnet's id, say.
    pub fn assume<U>(self) -> Value<U> {
        Value::from_node(self.0)
    }

    /// The same value where any JSON may stand.
    pub fn into_json(self) -> Value<Json> {
        self.assume()
    }
}

impl<T> Clone for Value<T> {
    fn clone(&self) -> Self {
        Value::from_node(self.0.clone())
    }
}

impl<T> fmt::Debug for Value<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> PartialEq for Value<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

/// A type of id or ARN: text that names one kind of thing.
///
/// A string literal converts into any id; one kind of id does not convert into another.
pub trait Id {}

/// Stands for any JSON: a policy document, a configuration, what a macro is given.
#[derive(Clone, Copy, Debug)]
pub enum Json {}

/// Stands for something that holds or does not: what conditions and rules are made of.
#[derive(Clone, Copy, Debug)]
pub enum Predicate {}

macro_rules! literals {
    ($($from:ty => $to:ty;)*) => {
        $(impl From<$from> for Value<$to> {
            #[inline]
            fn from(value: $from) -> Self { Value::from_node(Node::from(value)) }
        })*
    };
}

literals! {
    bool => bool;
    i32 => i64;
    i64 => i64;
    u8 => i64;
    u16 => i64;
    u32 => i64;
    f64 => f64;
    i32 => f64;
    &str => String;
    String => String;
    Text => String;
}

impl From<&String> for Value<String> {
    fn from(text: &String) -> Self {
        text.as_str().into()
    }
}

impl From<Cow<'static, str>> for Value<String> {
    fn from(text: Cow<'static, str>) -> Self {
        Text::from(text).into()
    }
}

impl<T: Id> From<&str> for Value<T> {
    fn from(text: &str) -> Self {
        Value::from_node(text.into())
    }
}

impl<T: Id> From<String> for Value<T> {
    fn from(text: String) -> Self {
        Value::from_node(text.into())
    }
}

impl<T: Id> From<Value<T>> for Value<String> {
    fn from(id: Value<T>) -> Self {
        id.assume()
    }
}

impl<T: Id> From<&Value<T>> for Value<String> {
    fn from(id: &Value<T>) -> Self {
        id.clone().assume()
    }
}

impl<T> From<&Value<T>> for Value<T> {
    fn from(value: &Value<T>) -> Self {
        value.clone()
    }
}

impl<T: Id> From<Value<Vec<T>>> for Value<Vec<String>> {
    fn from(ids: Value<Vec<T>>) -> Self {
        ids.assume()
    }
}

impl<P: PropertyType> From<P> for Value<P> {
    #[inline]
    fn from(property: P) -> Self {
        Value::from_node(Node::Map(property.into_properties()))
    }
}

impl<T, V: Into<Value<T>>> From<Vec<V>> for Value<Vec<T>> {
    fn from(items: Vec<V>) -> Self {
        items.into_iter().collect()
    }
}

impl<T, V: Into<Value<T>>, const N: usize> From<[V; N]> for Value<Vec<T>> {
    fn from(items: [V; N]) -> Self {
        items.into_iter().collect()
    }
}

impl<T, V: Into<Value<T>>> FromIterator<V> for Value<Vec<T>> {
    fn from_iter<I: IntoIterator<Item = V>>(items: I) -> Self {
        Value::from_node(Node::List(items.into_iter().map(|item| item.into().into_node()).collect()))
    }
}

impl<T, K: Into<Text>, V: Into<Value<T>>> FromIterator<(K, V)> for Value<BTreeMap<String, T>> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries.into_iter().map(|(key, value)| (key, value.into()));
        Value::from_node(Node::Map(entries.collect()))
    }
}

impl<T, K: Into<Text>, V: Into<Value<T>>, const N: usize> From<[(K, V); N]> for Value<BTreeMap<String, T>> {
    fn from(entries: [(K, V); N]) -> Self {
        entries.into_iter().collect()
    }
}

impl<T, K: Into<Text>, V: Into<Value<T>>> From<BTreeMap<K, V>> for Value<BTreeMap<String, T>> {
    fn from(entries: BTreeMap<K, V>) -> Self {
        entries.into_iter().collect()
    }
}

impl From<Node> for Value<Json> {
    fn from(node: Node) -> Self {
        Value::from_node(node)
    }
}

impl From<Map> for Value<Json> {
    fn from(map: Map) -> Self {
        Value::from_node(map.into())
    }
}

impl From<serde_json::Value> for Value<Json> {
    fn from(value: serde_json::Value) -> Self {
        Value::from_node(value.into())
    }
}

impl From<&str> for Value<Json> {
    fn from(text: &str) -> Self {
        Value::from_node(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    enum QueueArn {}

    impl Id for QueueArn {}

    fn json<T>(value: impl Into<Value<T>>) -> String {
        serde_json::to_string(value.into().node()).unwrap()
    }

    #[test]
    fn literals_become_values() {
        assert_eq!(json::<bool>(true), "true");
        assert_eq!(json::<i64>(80u16), "80");
        assert_eq!(json::<f64>(1), "1");
        assert_eq!(json::<String>(&"a".to_owned()), "\"a\"");
        assert_eq!(json::<String>(Cow::Borrowed("a")), "\"a\"");
        assert_eq!(json::<QueueArn>("arn:aws:sqs:x"), "\"arn:aws:sqs:x\"");
        assert_eq!(json::<Vec<String>>(vec!["a", "b"]), "[\"a\",\"b\"]");
        assert_eq!(json::<BTreeMap<String, i64>>([("b", 1), ("a", 2)]), r#"{"b":1,"a":2}"#);
        assert_eq!(json::<Json>(serde_json::json!({ "Ref": "A" })), r#"{"Ref":"A"}"#);
    }

    #[test]
    fn an_id_is_text_but_keeps_what_it_is() {
        let arn: Value<QueueArn> = "arn".into();
        let text: Value<String> = (&arn).into();
        assert_eq!(text.as_str(), Some("arn"));
        let arns: Value<Vec<QueueArn>> = [&arn].into();
        let texts: Value<Vec<String>> = arns.into();
        assert_eq!(json(texts), "[\"arn\"]");
        assert_eq!(arn.clone().assume::<String>(), text);
    }
}
