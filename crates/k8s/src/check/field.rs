//! A field of an object together with its path.

use crate::{Data, Object, Problem, has_placeholder};

/// A field, there or not.
#[derive(Clone)]
pub(super) struct Field<'a> {
    pub(super) data: Option<&'a Data>,
    pub(super) path: String,
}

impl<'a> Field<'a> {
    /// A field of the object itself.
    pub(super) fn of(object: &'a Object, name: &str) -> Self {
        Field { data: object.fields().get(name), path: step(name) }
    }

    pub(super) fn get(&self, name: &str) -> Field<'a> {
        let data = self.data.and_then(Data::as_map).and_then(|map| map.get(name));
        Field { data, path: format!("{}.{}", self.path, step(name)) }
    }

    /// The items, where it is a list.
    pub(super) fn items(&self) -> Vec<Field<'a>> {
        let items = self.data.and_then(Data::as_list).unwrap_or_default();
        let item = |(index, data)| Field { data: Some(data), path: format!("{}.{index}", self.path) };
        items.iter().enumerate().map(item).collect()
    }

    /// The entries, where it is a map.
    pub(super) fn entries(&self) -> Vec<(&'a str, Field<'a>)> {
        let map = self.data.and_then(Data::as_map).into_iter();
        map.flat_map(|map| map.iter()).map(|(name, _)| (name, self.get(name))).collect()
    }

    /// The text, where it is one.
    pub(super) fn text(&self) -> Option<&'a str> {
        self.data.and_then(Data::as_str)
    }

    /// The text, where it is one and known by now.
    pub(super) fn known(&self) -> Option<&'a str> {
        self.text().filter(|text| !has_placeholder(text))
    }

    /// Whether it is there, and says this.
    pub(super) fn is(&self, value: bool) -> bool {
        self.data == Some(&Data::Bool(value))
    }

    /// Whether it is there, and not null.
    pub(super) fn is_set(&self) -> bool {
        !matches!(self.data, None | Some(Data::Null))
    }

    /// A finding about the field; the message goes on after its path.
    pub(super) fn problem(&self, code: &'static str, message: impl AsRef<str>) -> Problem {
        Problem::new(code, &self.path, format!("{} {}", self.path, message.as_ref()))
    }

    /// A finding about the field's text, with what is allowed instead; `what` goes on after the text.
    pub(super) fn misfit(&self, code: &'static str, text: &str, what: &str, allowed: &str) -> Problem {
        let message = format!("{text:?} {what}: allowed are {allowed}");
        self.problem(code, message).value(text).allowed(allowed)
    }
}

/// The texts of `fields` that another has before it, with their fields.
pub(super) fn repeated<'a>(fields: impl IntoIterator<Item = Field<'a>>) -> Vec<(&'a str, Field<'a>)> {
    let mut seen = std::collections::BTreeSet::new();
    let texts = fields.into_iter().filter_map(|field| Some((field.known()?, field)));
    texts.filter(|(text, _)| !seen.insert(*text)).collect()
}

/// One name of a path.
fn step(name: &str) -> String {
    name.replace('.', "\\.")
}
