//! Text mixed with values: what `sub!` and `fill!` put together.

use crate::{Node, Text, Value};

/// Text and values in a row; neighbouring text becomes one piece.
#[derive(Default)]
pub(crate) struct Mixture {
    pieces: Vec<Node>,
    literal: String,
}

impl Mixture {
    /// Adds literal text.
    pub(crate) fn text(&mut self, text: &str) {
        self.literal.push_str(text);
    }

    /// Adds a value; one that is put together already comes in as its parts.
    pub(crate) fn value(&mut self, value: &Node) {
        match value {
            Node::Text(text) => self.text(text),
            Node::Sub(parts) => parts.iter().for_each(|part| self.value(part)),
            value => {
                self.end_text();
                self.pieces.push(value.clone());
            }
        }
    }

    fn end_text(&mut self) {
        if !self.literal.is_empty() {
            self.pieces.push(Text::from(std::mem::take(&mut self.literal)).into());
        }
    }

    /// Plain text where nothing else is in it.
    pub(crate) fn finish(mut self) -> Value<String> {
        if self.pieces.is_empty() {
            return self.literal.into();
        }
        self.end_text();
        Value::from_node(Node::Sub(self.pieces.into()))
    }
}

/// Whether the bytes from `start` to `end` are `name`: while a program compiles, slices cannot be compared.
pub(crate) const fn is_name(bytes: &[u8], start: usize, end: usize, name: &str) -> bool {
    let name = name.as_bytes();
    if end - start != name.len() {
        return false;
    }
    let mut index = 0;
    while index < name.len() {
        if bytes[start + index] != name[index] {
            return false;
        }
        index += 1;
    }
    true
}
