//! Text in YAML or JSON as a tree of lists, maps and scalars that know their places; aliases and merge keys filled in.
//!
//! CloudFormation and Kubernetes take different things for numbers and for tags of their own: a [`Dialect`] says which.
//!
//! ```
//! use stackwright_yaml::{Dialect, Error, Value, read};
//!
//! /// Everything is text, and nothing has a tag.
//! #[derive(Clone, Debug)]
//! struct Plain;
//!
//! impl Dialect for Plain {
//!     type Tag = std::convert::Infallible;
//!
//!     fn tag(tag: &str) -> Result<Self::Tag, Error> {
//!         Err(Error::new(format!("tag {tag:?} means nothing: allowed is none")))
//!     }
//!
//!     fn key(text: &str) -> Option<String> {
//!         Some(text.to_owned())
//!     }
//!
//!     fn describe(_: Option<&str>) -> &'static str {
//!         "text"
//!     }
//! }
//!
//! let documents = read::<Plain>("a: &a {b: c}\nd: *a\n");
//! let Value::Map(entries) = &documents[0].1.as_ref().unwrap().value else { panic!("it is a map") };
//! assert_eq!((entries[1].key.as_str(), entries[1].at.line), ("d", 2));
//! assert_eq!(read::<Plain>("a: !b c\n")[0].1.as_ref().unwrap_err().message, "tag \"!b\" means nothing: allowed is none");
//! ```

mod builder;
mod error;
mod tree;

use std::borrow::Cow;
use std::fmt::Debug;

pub use error::{Error, Position};
pub use tree::{Entry, Tag, Tree, Value};

/// What is particular to those who read a text.
pub trait Dialect: Clone + Debug {
    /// What a tag says that is not one of YAML's own: a function, to those who have such.
    type Tag: Clone + Debug;

    /// What `tag` says, such as `!Ref`; one of YAML's own that is unknown here begins with `!!`.
    ///
    /// # Errors
    ///
    /// Where it says nothing: the message, to which the place is added.
    fn tag(tag: &str) -> Result<Self::Tag, Error>;

    /// The text that a plain scalar is as the key of a map; `None` where it is none, such as null.
    fn key(text: &str) -> Option<String>;

    /// What a scalar is, to tell it in a message, such as `null`; there is no plain one where it is text by its quotes or
    /// its tag.
    fn describe(plain: Option<&str>) -> &'static str;
}

/// The documents of `text`, in YAML or JSON, each with where it starts, up to the first that cannot be read.
///
/// - Aliases and merge keys (`<<`) are filled in; what a map itself says, and then what is named first, wins.
/// - A key stands once in a map. Keys are in the order of the text, comments are not kept.
/// - Lists and maps may be nested 128 deep, so that what walks a tree may do so by recursion, and aliases may stand for
///   16 MiB in all.
pub fn read<D: Dialect>(text: &str) -> Vec<(Position, Result<Tree<D>, Error>)> {
    builder::documents(&as_yaml(text))
}

/// JSON is YAML but for some characters that JSON allows in texts and YAML does not.
fn as_yaml(text: &str) -> Cow<'_, str> {
    let is_json = text.trim_start_matches('\u{FEFF}').trim_start().starts_with('{');
    let is_unprintable = |char| matches!(char, '\u{7F}'..='\u{9F}' | '\u{FFFE}' | '\u{FFFF}');
    if !is_json || !text.contains(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for char in text.chars() {
        if is_unprintable(char) {
            escaped.push_str(&format!("\\u{:04X}", u32::from(char)));
        } else {
            escaped.push(char);
        }
    }
    Cow::Owned(escaped)
}
