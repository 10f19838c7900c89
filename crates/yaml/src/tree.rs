//! The tree that a text is.

use crate::{Dialect, Position};

/// A value and its place.
#[derive(Clone, Debug)]
pub struct Tree<D: Dialect> {
    /// Where it starts.
    pub at: Position,
    /// What is written before it.
    pub tag: Tag<D::Tag>,
    /// What it is.
    pub value: Value<D>,
}

/// What is written before a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tag<T> {
    /// Nothing: a plain scalar is what it looks like.
    None,
    /// `!` or `!!str`: a scalar is text.
    Text,
    /// `!!int`, `!!float`, `!!bool` or `!!null`: a scalar is what it looks like, even in quotes.
    Scalar,
    /// What only the dialect knows.
    Own(T),
}

/// A scalar, a list or a map.
#[derive(Clone, Debug)]
pub enum Value<D: Dialect> {
    /// A single value.
    Scalar {
        /// What is written, without quotes.
        text: String,
        /// Whether it stands without quotes.
        is_plain: bool,
    },
    /// The items, in their order.
    List(Vec<Tree<D>>),
    /// The entries, in their order.
    Map(Vec<Entry<D>>),
}

/// A key of a map, and what it says.
#[derive(Clone, Debug)]
pub struct Entry<D: Dialect> {
    /// The key, as the dialect spells it.
    pub key: String,
    /// Where the key stands.
    pub at: Position,
    /// What it says.
    pub value: Tree<D>,
}

impl<D: Dialect> Tree<D> {
    /// What it is, to tell it in a message.
    pub fn kind(&self) -> &'static str {
        match (&self.tag, &self.value) {
            (Tag::Own(_), _) => "a function",
            (_, Value::List(_)) => "a list",
            (_, Value::Map(_)) => "a map",
            (_, Value::Scalar { .. }) => D::describe(self.scalar()),
        }
    }

    /// The scalar that is what it looks like; `None` where it is text, or no scalar.
    pub fn scalar(&self) -> Option<&str> {
        match (&self.tag, &self.value) {
            (Tag::Scalar, Value::Scalar { text, .. }) => Some(text),
            (Tag::None, Value::Scalar { text, is_plain: true }) => Some(text),
            _ => None,
        }
    }

    /// The text of the key that it is; `None` where it is none.
    pub(crate) fn key(&self) -> Option<String> {
        match (&self.tag, &self.value) {
            (Tag::None | Tag::Text, Value::Scalar { text, .. }) if self.scalar().is_none() => {
                Some(text.clone())
            }
            _ => self.scalar().and_then(D::key),
        }
    }

    /// About how many bytes it takes, and how many levels it has.
    pub(crate) fn extent(&self) -> (usize, usize) {
        let mut bytes = size_of::<Entry<D>>();
        let mut levels = 0;
        let mut add = |below: &Tree<D>| {
            let (more, deeper) = below.extent();
            bytes += more;
            levels = levels.max(deeper + 1);
        };
        match &self.value {
            Value::Scalar { text, .. } => bytes += text.len(),
            Value::List(items) => items.iter().for_each(add),
            Value::Map(entries) => {
                entries.iter().for_each(|entry| add(&entry.value));
                bytes += entries.iter().map(|entry| entry.key.len()).sum::<usize>();
            }
        }
        (bytes, levels)
    }
}
