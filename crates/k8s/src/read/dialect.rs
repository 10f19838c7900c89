//! What Kubernetes takes tags and plain scalars for, and trees as data.

use std::convert::Infallible;

use stackwright_yaml::{Entry, Error, Tree, Value};

use super::scalar;
use crate::Data;

#[derive(Clone, Debug)]
pub(super) struct Dialect;

impl stackwright_yaml::Dialect for Dialect {
    type Tag = Infallible;

    fn tag(tag: &str) -> Result<Infallible, Error> {
        let allowed = "those of YAML's core, such as !!str";
        let message = format!("tag {tag:?} means nothing to Kubernetes: allowed are {allowed}");
        Err(Error { value: Some(tag.to_owned()), ..Error::new(message).allowed(allowed) })
    }

    fn key(text: &str) -> Option<String> {
        scalar::key(text)
    }

    fn describe(plain: Option<&str>) -> &'static str {
        plain.map_or("text", |text| scalar::resolve(text).describe())
    }
}

pub(super) fn data(tree: Tree<Dialect>) -> Result<Data, Error> {
    if let Some(plain) = tree.scalar() {
        return match scalar::resolve(plain) {
            Data::Float(value) if !value.is_finite() => {
                Err(Error::new(format!("{plain} is no number that JSON has")).at(tree.at))
            }
            data => Ok(data),
        };
    }
    Ok(match tree.value {
        Value::Scalar { text, .. } => Data::Text(text),
        Value::List(items) => Data::List(items.into_iter().map(data).collect::<Result<_, _>>()?),
        Value::Map(entries) => {
            let entry = |Entry { key, value, .. }| Ok((key, data(value)?));
            Data::Map(entries.into_iter().map(entry).collect::<Result<_, Error>>()?)
        }
    })
}
