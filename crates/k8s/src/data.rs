//! The data that objects are made of: JSON whose maps keep their order.

use crate::Map;

/// A value in an object at any depth.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Data {
    /// `null`.
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number; neither infinite nor NaN, for which JSON has no word.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Data>),
    /// A map.
    Map(Map),
}

impl Data {
    /// The text, where this is text.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items, where this is a list.
    pub fn as_list(&self) -> Option<&[Data]> {
        match self {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    /// The entries, where this is a map.
    pub fn as_map(&self) -> Option<&Map> {
        match self {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The entries, to be changed in place, where this is a map.
    pub fn as_map_mut(&mut self) -> Option<&mut Map> {
        match self {
            Data::Map(map) => Some(map),
            _ => None,
        }
    }

    /// What it is, to tell it in a message.
    pub fn describe(&self) -> &'static str {
        match self {
            Data::Null => "null",
            Data::Bool(_) => "a boolean",
            Data::Int(_) | Data::Float(_) => "a number",
            Data::Text(_) => "text",
            Data::List(_) => "a list",
            Data::Map(_) => "a map",
        }
    }

    /// Lets `change` give another text for each text of this tree, keys of maps included.
    pub fn replace_texts(&mut self, change: &mut impl FnMut(&str) -> Option<String>) {
        match self {
            Data::Text(text) => {
                if let Some(other) = change(text) {
                    *text = other;
                }
            }
            Data::List(items) => items.iter_mut().for_each(|item| item.replace_texts(change)),
            Data::Map(map) => map.replace_texts(change),
            _ => {}
        }
    }
}

macro_rules! from {
    ($($from:ty, $value:ident => $data:expr;)*) => {
        $(impl From<$from> for Data {
            fn from($value: $from) -> Data { $data }
        })*
    };
}

from! {
    bool, value => Data::Bool(value);
    i32, value => Data::Int(value.into());
    i64, value => Data::Int(value);
    &str, value => Data::Text(value.to_owned());
    String, value => Data::Text(value);
    Vec<Data>, value => Data::List(value);
    Map, value => Data::Map(value);
}
