//! Schemas as terms, where nothing needs a name: what is asked in conditions, and the words that all schemas share.

use serde_json::Value;
use stackwright_codegen::model::Type;

use super::pattern;
use super::written::{bounds, text, texts};

/// The words that are understood here, and those that say nothing.
const WORDS: [&str; 26] = [
    "type",
    "required",
    "properties",
    "items",
    "enum",
    "const",
    "not",
    "if",
    "then",
    "else",
    "anyOf",
    "oneOf",
    "allOf",
    "pattern",
    "minimum",
    "maximum",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "description",
    "title",
    "$comment",
    "default",
    "additionalProperties",
    "dependentExcluded",
];

/// What a schema asks; `None` where it asks something that cannot be said.
pub(super) fn within(schema: &Value) -> Option<Vec<String>> {
    let schema = match schema {
        Value::Bool(true) => return Some(Vec::new()),
        Value::Bool(false) => return Some(vec!["never".to_owned()]),
        schema => schema.as_object()?,
    };
    let is_closed = schema.get("additionalProperties").is_some_and(|others| *others != true);
    if is_closed || schema.keys().any(|word| !WORDS.contains(&word.as_str())) {
        return None;
    }
    let get = |key: &str| schema.get(key).unwrap_or(&Value::Null);
    let number = |key: &str| get(key).as_f64();
    let mut terms = types(get("type"), None);
    if schema.contains_key("enum") {
        terms.push(values(get("enum"), "in", None)?);
    }
    if let Some(value) = schema.get("const") {
        terms.push(values(&Value::from(vec![value.clone()]), "in", None)?);
    }
    terms.extend(bounds("length", number("minLength"), number("maxLength")));
    terms.extend(bounds("range", number("minimum"), number("maximum")));
    terms.extend(bounds("size", number("minItems"), number("maxItems")));
    if let Some(pattern) = get("pattern").as_str() {
        terms.extend(pattern::terms(pattern)?);
    }
    let required = strings(get("required"));
    if !required.is_empty() {
        terms.push(format!("has({})", texts(required)));
    }
    terms.extend(without(get("dependentExcluded")));
    for (property, inner) in get("properties").as_object().into_iter().flatten() {
        terms.extend(wrapped(&format!("at({}: ", text(property)), within(inner)?));
    }
    if get("items").is_object() {
        terms.extend(wrapped("each(", within(get("items"))?));
    }
    if !get("not").is_null() {
        terms.push(format!("not({})", within(get("not"))?.join(" ")));
    }
    for (key, word) in [("anyOf", "any"), ("oneOf", "one")] {
        if let Some(alternatives) = get(key).as_array() {
            let alternatives: Vec<Vec<String>> = alternatives.iter().map(within).collect::<Option<_>>()?;
            if alternatives.iter().all(|terms| !terms.is_empty()) {
                terms.push(either(word, &alternatives));
            }
        }
    }
    for inner in get("allOf").as_array().into_iter().flatten() {
        terms.extend(within(inner)?);
    }
    if schema.contains_key("if") {
        let part = |key: &str| match schema.get(key) {
            Some(part) => within(part).map(|terms| terms.join(" ")),
            None => Some(String::new()),
        };
        terms.push(format!("if({}; {}; {})", part("if")?, part("then")?, part("else")?));
    }
    Some(terms)
}

fn wrapped(opening: &str, terms: Vec<String>) -> Option<String> {
    (!terms.is_empty()).then(|| format!("{opening}{})", terms.join(" ")))
}

/// One of several, none of which is empty.
pub(super) fn either(word: &str, alternatives: &[Vec<String>]) -> String {
    let alternatives: Vec<String> = alternatives.iter().map(|terms| terms.join(" ")).collect();
    format!("{word}({})", alternatives.join(" | "))
}

/// The kinds of values there may be, several joined by a slash; none where there may be any.
pub(super) fn types(types: &Value, fact: Option<&Type>) -> Vec<String> {
    let mut kinds: Vec<&str> = match types {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return Vec::new(),
    };
    let known: &[&str] = match fact {
        None => &[],
        Some(Type::String(_) | Type::Timestamp) => &["string"],
        Some(Type::Integer(_)) => &["integer"],
        Some(Type::Number) => &["number"],
        Some(Type::Boolean) => &["boolean"],
        Some(Type::List(_)) => &["array"],
        Some(Type::Map(_) | Type::Tag | Type::Defined(_)) => &["object"],
        // JSON may be given as data or as text.
        Some(Type::Json) => &["object", "string", "array"],
        Some(Type::Union(_)) => return Vec::new(),
    };
    known.iter().for_each(|kind| {
        if !kinds.contains(kind) {
            kinds.push(kind)
        }
    });
    let word = |kind: &&str| {
        match *kind {
            "object" => "map",
            "array" => "list",
            "null" => "any",
            kind => kind,
        }
        .to_owned()
    };
    let words: Vec<String> = kinds.iter().map(word).collect();
    if words.len() >= 4 || words.iter().any(|word| word == "any") {
        return Vec::new();
    }
    vec![words.join("/")]
}

/// The values that are allowed, with those that the facts allow beside them.
pub(super) fn values(values: &Value, word: &str, fact: Option<&Type>) -> Option<String> {
    let plain = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    let mut allowed: Vec<String> = values.as_array()?.iter().map(plain).collect::<Option<_>>()?;
    if let Some(fact @ (Type::String(_) | Type::Integer(_))) = fact {
        // Upstream may know of none, and then it says nothing.
        allowed.extend(fact.allowed().iter().cloned());
    }
    let mut seen = std::collections::BTreeSet::new();
    allowed.retain(|value| seen.insert(value.clone()));
    (!allowed.is_empty()).then(|| format!("{word}({})", texts(allowed.iter().map(String::as_str))))
}

/// What a property asks of others: each with those it asks for.
pub(super) fn with(pairs: &Value) -> Vec<String> {
    asked(pairs, "with", |_, _| true)
}

/// What a property rules out: each with those that must not be there. Of two that rule out each other, one says so.
pub(super) fn without(pairs: &Value) -> Vec<String> {
    asked(pairs, "without", |one, other| one < other || !strings(&pairs[other]).contains(&one))
}

fn asked(pairs: &Value, word: &str, is_told: impl Fn(&str, &str) -> bool) -> Vec<String> {
    let term = |(property, others): (&String, &Value)| {
        let mut others = strings(others);
        // A property that depends on itself is a mistake of upstream's.
        others.retain(|other| other != property && is_told(property, other));
        (!others.is_empty()).then(|| format!("{word}({}: {})", text(property), texts(others)))
    };
    pairs.as_object().into_iter().flatten().filter_map(term).collect()
}

pub(super) fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn conditions_are_said_in_one_line() {
        let schema = json!({
            "if": { "properties": { "Protocol": { "enum": ["tcp", 6] } }, "required": ["Protocol"] },
            "then": { "required": ["From", "To"] },
            "else": { "properties": { "From": false, "Tags": { "items": { "const": "a b" } } } },
        });
        let expected = "if(has(Protocol) at(Protocol: in(tcp,6)); has(From,To); \
                        at(From: never) at(Tags: each(in(\"a b\"))))";
        assert_eq!(within(&schema).unwrap(), [expected]);
    }

    #[test]
    fn what_is_not_understood_is_left_out_as_a_whole() {
        assert_eq!(within(&json!({ "cfnGather": {} })), None);
        assert_eq!(within(&json!({ "not": { "const": { "$data": "/a" } } })), None);
    }

    #[test]
    fn what_either_of_two_allows_is_allowed() {
        assert_eq!(types(&json!("object"), Some(&Type::Json)), ["map/string/list"]);
        let fact = Type::String(vec!["b".to_owned(), "a".to_owned()]);
        assert_eq!(values(&json!(["a"]), "in", Some(&fact)).unwrap(), "in(a,b)");
    }
}
