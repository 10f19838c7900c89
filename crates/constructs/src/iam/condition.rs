//! Conditions of statements and of principals.

use stackwright_cfn::Value;

use super::json::{Entries, Json};
use super::operator::Operator;

/// That a key of the request compares with one of the values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Condition {
    pub(super) operator: Operator,
    pub(super) key: Value<String>,
    pub(super) values: Vec<Value<String>>,
}

impl Condition {
    pub(super) fn new<V: Into<Value<String>>>(
        operator: Operator,
        key: impl Into<Value<String>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self { operator, key: key.into(), values: values.into_iter().map(Into::into).collect() }
    }
}

/// The `Condition` of a statement: keys with their values, under each operator in the order of its first use.
pub(super) fn to_json(conditions: &[Condition]) -> Json {
    let mut operators: Vec<(String, Entries)> = Vec::new();
    for Condition { operator, key, values } in conditions {
        let name = operator.to_string();
        let entry = (key.clone(), Json::one_or_more(values));
        match operators.iter_mut().find(|(known, _)| *known == name) {
            Some((_, keys)) => keys.push(entry),
            None => operators.push((name, vec![entry])),
        }
    }
    Json::Map(operators.into_iter().map(|(name, keys)| (name.into(), Json::Map(keys))).collect())
}
