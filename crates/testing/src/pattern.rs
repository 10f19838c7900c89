//! Patterns: what may stand in an expectation where a value is not, or not wholly, told.

use regex_lite::Regex;
use stackwright_cfn::{Map, Node, Text};

/// A part of an expectation that is met by more than one value.
///
/// It stands anywhere in [`json!`](stackwright_cfn::json), alone or around other values.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Pattern(Node);

impl From<Pattern> for Node {
    fn from(pattern: Pattern) -> Node {
        pattern.0
    }
}

/// The pattern that a node stands for, and what it was given.
pub(crate) fn of(node: &Node) -> Option<(Kind, &Node)> {
    let map = node.as_map().filter(|map| map.len() == 1)?;
    let (key, argument) = map.iter().next()?;
    Kind::ALL.iter().find(|kind| kind.key() == key.as_str()).map(|kind| (*kind, argument))
}

macro_rules! kinds {
    ($($kind:ident = $name:literal;)*) => {
        /// The kinds of patterns: each is a map with one key, which no property and no field is called.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Kind {
            $($kind,)*
        }

        impl Kind {
            const ALL: &'static [Kind] = &[$(Kind::$kind),*];

            const fn key(self) -> &'static str {
                match self { $(Kind::$kind => concat!("$stackwright-testing::", $name)),* }
            }
        }
    };
}

kinds! {
    Any = "any";
    Absent = "absent";
    Like = "like";
    Exactly = "exactly";
    Not = "not";
    OneOf = "one_of";
    Containing = "containing";
    Matching = "matching";
    TextWith = "text_with";
    Document = "document";
    Reference = "reference";
    Capture = "capture";
}

fn pattern(kind: Kind, argument: impl Into<Node>) -> Pattern {
    let mut map = Map::new();
    map.push(Text::from_static(kind.key()), argument.into());
    Pattern(Node::Map(map))
}

/// Any value but none and `null`.
///
/// ```
/// use stackwright_cfn::json;
/// use stackwright_testing::any;
///
/// let expected = json!({ "VpcId": any() });
/// # assert!(expected.as_map().is_some());
/// ```
pub fn any() -> Pattern {
    pattern(Kind::Any, true)
}

/// No value at all: the property, field or item is not there.
pub fn absent() -> Pattern {
    pattern(Kind::Absent, true)
}

/// What a value must at least have, at any depth: maps may have other keys. Lists are whole and in order.
///
/// What assertions take unless told otherwise; of use within [`exactly`].
pub fn like(expected: impl Into<Node>) -> Pattern {
    pattern(Kind::Like, expected)
}

/// The whole value, at any depth: maps have these keys and no others.
pub fn exactly(expected: impl Into<Node>) -> Pattern {
    pattern(Kind::Exactly, expected)
}

/// Whatever `unwanted` does not match; no value too, unless `unwanted` is [`absent`].
pub fn not(unwanted: impl Into<Node>) -> Pattern {
    pattern(Kind::Not, unwanted)
}

/// Whatever one of the alternatives matches.
pub fn one_of<T: Into<Node>>(alternatives: impl IntoIterator<Item = T>) -> Pattern {
    pattern(Kind::OneOf, Node::List(alternatives.into_iter().map(Into::into).collect()))
}

/// A list that has at least these items, in any order, each of them as an item of its own.
///
/// ```
/// use stackwright_cfn::json;
/// use stackwright_testing::{containing, text_with};
///
/// let expected = json!({ "Tags": containing([json!({ "Key": "Name", "Value": text_with("public") })]) });
/// # assert!(expected.as_map().is_some());
/// ```
pub fn containing<T: Into<Node>>(items: impl IntoIterator<Item = T>) -> Pattern {
    pattern(Kind::Containing, Node::List(items.into_iter().map(Into::into).collect()))
}

/// Text that has a match of this regular expression somewhere; `^` and `$` bind it to the ends.
///
/// The syntax is that of the crate [`regex-lite`](https://docs.rs/regex-lite/latest/regex_lite/#syntax).
///
/// # Panics
///
/// Where `expression` is no regular expression.
///
/// ```
/// use stackwright_cfn::json;
/// use stackwright_testing::matching;
///
/// let expected = json!({ "CidrBlock": matching(r"^10\.20\.\d+\.0/24$") });
/// # assert!(expected.as_map().is_some());
/// ```
#[track_caller]
pub fn matching(expression: &str) -> Pattern {
    if let Err(error) = Regex::new(expression) {
        panic!("{expression:?} is no regular expression: {error}");
    }
    pattern(Kind::Matching, expression)
}

/// Text that has `part` somewhere.
pub fn text_with(part: &str) -> Pattern {
    pattern(Kind::TextWith, part)
}

/// Text that is JSON or YAML, and as data matches `expected`: a configuration within a text.
///
/// ```
/// use stackwright_cfn::json;
/// use stackwright_testing::document;
///
/// let expected = json!({ "config": document(json!({ "type": "ipvlan", "mode": "l2" })) });
/// # assert!(expected.as_map().is_some());
/// ```
pub fn document(expected: impl Into<Node>) -> Pattern {
    pattern(Kind::Document, expected)
}

/// A `Ref` of what the construct at `path` is, however it gets here: as `Ref` in its own stack, as an import in another
/// one, as a placeholder in a chart. The path of a construct with a resource called `Resource` means this resource.
///
/// A handle of the program does the same where it is at hand: `json!({ "VpcId": vpc.vpc_id() })`.
pub fn reference(path: impl AsRef<str>) -> Pattern {
    pattern(Kind::Reference, [path.as_ref()])
}

/// An attribute of the resource at `path`, however it gets here; otherwise like [`reference()`].
pub fn attribute(path: impl AsRef<str>, name: &str) -> Pattern {
    pattern(Kind::Reference, [path.as_ref(), name])
}

/// Whatever `expected` matches ([`any`], say), which [`Found::captured`](crate::Found::captured) then hands out by this
/// name.
///
/// ```
/// use stackwright_cfn::json;
/// use stackwright_testing::{any, capture};
///
/// let expected = json!({ "CidrBlock": capture("block", any()) });
/// # assert!(expected.as_map().is_some());
/// ```
pub fn capture(name: &str, expected: impl Into<Node>) -> Pattern {
    pattern(Kind::Capture, Node::List(vec![name.into(), expected.into()]))
}
