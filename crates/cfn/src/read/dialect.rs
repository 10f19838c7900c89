//! What CloudFormation takes tags and plain scalars for.

use stackwright_yaml::Error;

use super::scalar;
use crate::{Function, Node};

#[derive(Clone, Debug)]
pub(super) struct Dialect;

pub(super) type Tree = stackwright_yaml::Tree<Dialect>;
pub(super) type Value = stackwright_yaml::Value<Dialect>;
pub(super) type Entry = stackwright_yaml::Entry<Dialect>;

impl stackwright_yaml::Dialect for Dialect {
    /// The short form of a function.
    type Tag = Function;

    fn tag(tag: &str) -> Result<Function, Error> {
        let error = |message: &str, allowed: &str| {
            let error = Error::new(format!("{message}: allowed are {allowed}")).allowed(allowed);
            Err(Error { value: Some(tag.to_owned()), ..error })
        };
        if tag.starts_with("!!") {
            let allowed = "!!str, !!int, !!float, !!bool, !!null, !!map, !!seq";
            return error(&format!("tag {tag:?} is not one of CloudFormation's"), allowed);
        }
        let short = Function::ALL.iter().find(|function| tag.strip_prefix('!') == Some(function.short()));
        short.copied().map_or_else(
            || {
                let allowed: Vec<_> =
                    Function::ALL.iter().map(|function| format!("!{}", function.short())).collect();
                error(&format!("{tag:?} is not the short form of a function"), &allowed.join(", "))
            },
            Ok,
        )
    }

    fn key(text: &str) -> Option<String> {
        scalar::key(text)
    }

    fn describe(plain: Option<&str>) -> &'static str {
        match plain {
            Some(text) if scalar::resolve(text) == Node::Null => "null",
            _ => "a single value",
        }
    }
}
