//! What a failed assertion says: the nearest there is, where it comes from, and how it differs.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::compare::{Difference, Outcome};
use crate::document::Element;

/// One thing that is not as expected.
pub(crate) fn differs(what: &str, element: &Element, outcome: &Outcome) -> String {
    format!("{what} is not as expected\n{}{}", origin(element), differences(outcome))
}

/// The construct and the line of the user's program.
pub(crate) fn origin(element: &Element) -> String {
    let Some(entry) = &element.entry else { return String::new() };
    format!("  at {}\n  in {}\n", entry.path, entry.source)
}

/// Property by property.
pub(crate) fn differences(outcome: &Outcome) -> String {
    let mut text = String::new();
    for Difference { path, expected, found } in &outcome.differences {
        let path = if path.is_empty() { "the whole" } else { path };
        // Writing to memory cannot fail.
        _ = write!(text, "\n  {path}\n    expected: {expected}\n    found:    {found}\n");
    }
    text
}

/// A list of elements, a line each.
pub(crate) fn list<'a>(elements: impl IntoIterator<Item = &'a Element>) -> String {
    let line = |element: &Element| match &element.entry {
        Some(entry) => format!("  {} at {} in {}\n", element.id, entry.path, entry.source),
        None => format!("  {}\n", element.id),
    };
    or_nothing(elements.into_iter().map(line).collect())
}

/// What kinds of elements there are, and how many of each.
pub(crate) fn kinds(elements: &[Element]) -> String {
    let mut counts = BTreeMap::<&str, usize>::new();
    for element in elements {
        *counts.entry(&element.kind).or_default() += 1;
    }
    or_nothing(counts.iter().map(|(kind, count)| format!("  {count} {kind}\n")).collect())
}

fn or_nothing(list: String) -> String {
    if list.is_empty() { "  nothing\n".to_owned() } else { list }
}
