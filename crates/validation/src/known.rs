//! What is known of a value before a deployment: its texts, and whether it is true.

use std::borrow::Cow;

use stackwright_cfn::{Map, Node};

use crate::view::{View, scalar};
use crate::{Document, Way};

/// Whether a setting is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Setting {
    /// It is left out, at least in one case.
    Absent,
    On,
    /// It is off, at least in one case.
    Off,
    /// It is known only at deploy time.
    Unknown,
}

/// Whether a property that is true or false is on.
pub(crate) fn setting<'n>(document: &Document<'n>, node: Option<&'n Node>) -> Setting {
    let Some(node) = node else { return Setting::Absent };
    match View::of(document, node) {
        View::Literal(node) => match scalar(node).as_deref() {
            Some("true" | "True") => Setting::On,
            Some("false" | "False") => Setting::Off,
            _ => Setting::Unknown,
        },
        View::Either(then, otherwise) => {
            let both = [then, otherwise].map(|branch| setting(document, Some(branch)));
            let worst = [Setting::Off, Setting::Absent, Setting::Unknown];
            worst.into_iter().find(|one| both.contains(one)).unwrap_or(Setting::On)
        }
        View::Absent => Setting::Absent,
        _ => Setting::Unknown,
    }
}

/// Every text that a value may have or hold, in lists and in both cases of a condition; numbers are texts, too.
pub(crate) fn texts<'n>(document: &Document<'n>, node: &'n Node) -> Vec<Cow<'n, str>> {
    let mut found = Vec::new();
    gather(document, node, &mut found);
    found
}

fn gather<'n>(document: &Document<'n>, node: &'n Node, found: &mut Vec<Cow<'n, str>>) {
    match View::of(document, node) {
        View::Literal(Node::List(items)) => items.iter().for_each(|item| gather(document, item, found)),
        View::Literal(node) => found.extend(scalar(node)),
        View::Folded(node) => found.extend(scalar(&node).map(|text| Cow::Owned(text.into_owned()))),
        View::Either(then, otherwise) => {
            gather(document, then, found);
            gather(document, otherwise, found);
        }
        _ => {}
    }
}

/// The texts of a property; none where it is left out.
pub(crate) fn texts_of<'n>(document: &Document<'n>, map: &'n Map, key: &str) -> Vec<Cow<'n, str>> {
    map.get(key).map(|node| texts(document, node)).unwrap_or_default()
}

/// Every map that a value may be or hold as an item of a list, in both cases of a condition.
pub(crate) fn maps<'n>(document: &Document<'n>, node: &'n Node) -> Vec<&'n Map> {
    match View::of(document, node) {
        View::Literal(Node::Map(map)) => vec![map],
        View::Literal(Node::List(items)) => items.iter().flat_map(|item| maps(document, item)).collect(),
        View::Either(then, otherwise) => {
            [then, otherwise].into_iter().flat_map(|node| maps(document, node)).collect()
        }
        _ => Vec::new(),
    }
}

/// The values that a parameter is known to be given, each with what it is to the parameter: those it allows, or its
/// default. None where a list is given, or only the name of what is given.
pub(crate) fn given<'n>(document: &Document<'n>, id: &str) -> Vec<(&'n Node, &'static str)> {
    let Some(settings) = document.parameter(id).and_then(Node::as_map) else { return Vec::new() };
    let type_name = settings.get("Type").and_then(Node::as_str).unwrap_or_default();
    if type_name.contains("List") || type_name.starts_with("AWS::SSM::") {
        return Vec::new();
    }
    match settings.get("AllowedValues").and_then(Node::as_list) {
        Some(allowed) => allowed.iter().map(|value| (value, "an allowed value")).collect(),
        None => {
            let default = settings.get("Default").filter(|default| default.as_str() != Some(""));
            default.map(|default| (default, "the default")).into_iter().collect()
        }
    }
}

/// The value at a way of keys below a map, as far as all on the way are maps.
pub(crate) fn below<'n>(map: &'n Map, keys: &[&str]) -> Option<&'n Node> {
    let (last, way) = keys.split_last()?;
    let mut map = map;
    for key in way {
        map = map.get(key)?.as_map()?;
    }
    map.get(last)
}

/// The place of what a property holds: with its index, where it is one of a list.
pub(crate) fn items<'n>(document: &Document<'n>, node: Option<&'n Node>) -> Vec<(Option<usize>, &'n Map)> {
    let Some(node) = node else { return Vec::new() };
    match node {
        Node::List(list) => {
            let item = |(index, item)| maps(document, item).into_iter().map(move |map| (Some(index), map));
            list.iter().enumerate().flat_map(item).collect()
        }
        node => maps(document, node).into_iter().map(|map| (None, map)).collect(),
    }
}

/// Shows each map that a property holds, with its place.
pub(crate) fn each_item<'n>(
    document: &Document<'n>,
    node: Option<&'n Node>,
    list: &Way<'_>,
    show: &mut dyn FnMut(&'n Map, &Way<'_>),
) {
    for (index, map) in items(document, node) {
        match index {
            Some(index) => show(map, &list.index(index)),
            None => show(map, list),
        }
    }
}
