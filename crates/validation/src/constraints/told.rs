//! What findings say.

use std::borrow::Cow;

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Node, Resource};

use super::literal::{listed, shown};
use crate::conditions::Fact;
use crate::near::{nearest, slip};
use crate::schema::{Bounds, Kind, Name, Object, Pattern};
use crate::view::scalar;
use crate::{Document, Finding, Way, address_block, form, table};

fn finding(way: &Way<'_>, diagnostic: Diagnostic) -> Finding {
    Finding::new(way.place(), diagnostic)
}

fn subject(way: &Way<'_>) -> String {
    way.place().path()
}

const fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "text",
        Kind::Integer => "a whole number",
        Kind::Number => "a number",
        Kind::Boolean => "true or false",
        Kind::Map => "a map",
        Kind::List => "a list",
    }
}

pub(super) const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::List => "a list",
        _ => "a single value",
    }
}

pub(super) fn kind_of(node: &Node) -> &'static str {
    match node {
        Node::Null => "null",
        Node::Bool(_) => "a boolean",
        Node::Int(_) | Node::Float(_) | Node::Number(_) => "a number",
        Node::Text(_) => "text",
        Node::List(_) => "a list",
        Node::Map(_) => "a map",
        _ => "a single value",
    }
}

pub(super) fn wrong_kind(
    way: &Way<'_>,
    given: &str,
    wanted: &[Kind],
    value: Option<Cow<'_, str>>,
) -> Finding {
    let allowed = wanted.iter().map(|kind| words(*kind)).collect::<Vec<_>>().join(" or ");
    let what = match &value {
        Some(value) => format!("{:?}", shown(value)),
        None => given.to_owned(),
    };
    let told = Diagnostic::error("wrong-kind", format!("{} is {what}: allowed is {allowed}", subject(way)));
    finding(way, told.value(value.as_deref().unwrap_or(given)).allowed(allowed))
}

/// A list of allowed values is soon behind: only what differs as a slip of the pen does is certainly wrong.
pub(super) fn value(way: &Way<'_>, text: &str, allowed: &[Name]) -> Finding {
    let list = listed(allowed);
    let message = format!("{} is {:?}: allowed are {list}", subject(way), shown(text));
    let meant = nearest(text, allowed.iter().map(|value| &**value));
    finding(way, slip("value-not-allowed", message, meant).value(text).allowed(list))
}

fn range_of(bounds: Bounds) -> String {
    match (bounds.least, bounds.most) {
        (Some(least), Some(most)) if least == most => format!("exactly {least}"),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("{least} or more"),
        (None, Some(most)) => format!("up to {most}"),
        (None, None) => "any".to_owned(),
    }
}

pub(super) fn length(way: &Way<'_>, text: &str, bounds: Bounds) -> Finding {
    let count = text.chars().count();
    let allowed = format!("{} characters", range_of(bounds));
    let message = format!("{} has {count} characters: allowed are {}", subject(way), range_of(bounds));
    finding(way, Diagnostic::error("wrong-length", message).value(text).allowed(allowed))
}

pub(super) fn range(way: &Way<'_>, text: &str, bounds: Bounds) -> Finding {
    let allowed = range_of(bounds);
    let message = format!("{} is {text}: allowed are {allowed}", subject(way));
    finding(way, Diagnostic::error("out-of-range", message).value(text).allowed(allowed))
}

pub(super) fn size(way: &Way<'_>, count: usize, bounds: Bounds) -> Finding {
    let allowed = range_of(bounds);
    let message = format!("{} has {count} entries: allowed are {allowed}", subject(way));
    finding(way, Diagnostic::error("wrong-size", message).value(count.to_string()).allowed(allowed))
}

pub(super) fn twice(list: &Way<'_>, item: &Way<'_>, node: &Node) -> Finding {
    let value = scalar(node).map(Cow::into_owned).unwrap_or_else(|| "one reference".to_owned());
    let message = format!("{} has {:?} twice: allowed is once", subject(list), shown(&value));
    finding(item, Diagnostic::error("duplicate-item", message).value(value).allowed("once"))
}

pub(super) fn unlike(way: &Way<'_>, text: &str, pattern: &Pattern) -> Finding {
    let allowed = format!("what fits {}", pattern.as_str());
    let message = format!("{} is {:?}: allowed is {allowed}", subject(way), shown(text));
    finding(way, Diagnostic::error("wrong-pattern", message).value(text).allowed(allowed))
}

pub(super) fn like(way: &Way<'_>, text: &str, pattern: &Pattern) -> Finding {
    let allowed = format!("what does not fit {}", pattern.as_str());
    let message = format!("{} is {:?}: allowed is {allowed}", subject(way), shown(text));
    finding(way, Diagnostic::error("wrong-pattern", message).value(text).allowed(allowed))
}

pub(super) fn form(way: &Way<'_>, text: &str, forms: &[&str]) -> Finding {
    if forms.iter().any(|form| form.ends_with("-network")) {
        return finding(way, address_block::invalid(&subject(way), text));
    }
    let allowed = forms.iter().map(|name| form::described(name)).collect::<Vec<_>>().join(", or ");
    let message = format!("{} is {:?}: allowed is {allowed}", subject(way), shown(text));
    finding(way, Diagnostic::error("wrong-form", message).value(text).allowed(allowed))
}

pub(super) fn reference(way: &Way<'_>, given: &str, forms: &[&str], hint: Option<String>) -> Finding {
    let allowed = forms.iter().map(|name| form::described(name)).collect::<Vec<_>>().join(", or ");
    let message = format!("{} is {given}: allowed is {allowed}", subject(way));
    let mut told = Diagnostic::error("wrong-reference", message).value(given).allowed(allowed);
    told.hint = hint;
    finding(way, told)
}

pub(super) fn never(way: &Way<'_>) -> Finding {
    let message = format!("{} is given, and must not be with what else is given", subject(way));
    finding(way, Diagnostic::error("conflicting-properties", message).allowed("nothing"))
}

pub(super) fn refused(way: &Way<'_>, text: Option<Cow<'_, str>>) -> Finding {
    let text = text.unwrap_or_default();
    let message =
        format!("{} is {:?}, which must not be with what else is given", subject(way), shown(&text));
    finding(way, Diagnostic::error("conflicting-properties", message).value(text))
}

pub(super) fn forbidden(subject: &str, way: &Way<'_>) -> Finding {
    let message = format!("{subject} has properties that do not go together");
    finding(way, Diagnostic::error("conflicting-properties", message))
}

pub(super) fn missing(subject: &str, name: &str, way: &Way<'_>) -> Finding {
    let message = format!("{subject} has no {name}, which it must have");
    finding(
        way,
        Diagnostic::error("missing-property", message)
            .value("nothing")
            .allowed(format!("a value for {name}")),
    )
}

pub(super) fn missing_under(subject: &str, name: &str, facts: &[Fact<'_>], way: &Way<'_>) -> Finding {
    let case = facts.iter().map(|(condition, holds)| match holds {
        true => format!("{condition:?} holds"),
        false => format!("{condition:?} does not hold"),
    });
    let case = case.collect::<Vec<_>>().join(" and ");
    let message = format!("{subject} has no {name} where {case}: it must have one in every case");
    finding(
        way,
        Diagnostic::error("missing-property", message)
            .value("nothing")
            .allowed(format!("a value for {name}")),
    )
}

pub(super) fn needs(name: &str, other: &str, way: &Way<'_>) -> Finding {
    let way = way.key(name);
    let message = format!("{} is given without {other}, which it needs", subject(&way));
    finding(
        &way,
        Diagnostic::error("missing-property", message)
            .value("nothing")
            .allowed(format!("a value for {other}")),
    )
}

pub(super) fn none_of(subject: &str, names: &[Name], way: &Way<'_>) -> Finding {
    let list = listed(names);
    let message = format!("{subject} has none of {list}: one of them is needed");
    finding(way, Diagnostic::error("missing-property", message).value("nothing").allowed(list))
}

pub(super) fn conflict(subject: &str, one: &str, other: &str, of: &[Name], way: &Way<'_>) -> Finding {
    let allowed = match of {
        [] => "either of them".to_owned(),
        of => format!("one of {}", listed(of)),
    };
    let message = format!("{subject} has {one} and {other}: allowed is {allowed}");
    finding(
        &way.key(other),
        Diagnostic::error("conflicting-properties", message)
            .value(format!("{one}, {other}"))
            .allowed(allowed),
    )
}

/// CloudFormation passes it over or refuses it, by resource type.
pub(super) fn read_only(way: &Way<'_>) -> Finding {
    let message = format!("{} is set, but can only be read", subject(way));
    let told = Diagnostic::warning("read-only-property", message).allowed("nothing");
    finding(way, told.hint("leave it out; Fn::GetAtt reads it"))
}

/// The schemas may not know the latest properties: only a slip of the pen is certainly wrong.
pub(super) fn unknown_property(subject: &str, key: &str, object: &Object, way: &Way<'_>) -> Finding {
    let names = || object.properties().iter().map(|property| &*property.name);
    let message = format!("{subject} has no property {key:?}");
    let told = slip("unknown-property", message, nearest(key, names()));
    let names: Vec<Name> = names().map(|name| Name::Owned(name.to_owned())).collect();
    finding(way, told.value(key).allowed(listed(&names)))
}

/// A type of AWS's that nobody knows; `None` where it is a program's own, or a macro makes it another.
pub(super) fn unknown_type(
    document: &Document<'_>,
    resource: &Resource,
    element: &Way<'_>,
) -> Option<Finding> {
    let type_name = resource.type_name.as_str();
    if document.is_open()
        || resource.meta.is_some()
        || !type_name.starts_with("AWS::")
        || type_name.ends_with("::MODULE")
    {
        return None;
    }
    let message = format!("{type_name} is no resource type that is known");
    let told = slip("unknown-type", message, nearest(type_name, table::names()));
    Some(finding(&element.key("Type"), told.value(type_name)))
}
