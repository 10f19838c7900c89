//! Comparing: an expectation with what there is, property by property.

use regex_lite::Regex;
use stackwright_cfn::{Map, Node, has_token};
use stackwright_k8s::Data;

use crate::document;
use crate::pairing::pair;
use crate::pattern::{self, Kind};
use crate::reference::Place;
use crate::words::{found, words};

/// Where an expectation and what there is differ.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    /// Names of properties and indexes of lists with dots between them; empty for the whole.
    pub(crate) path: String,
    pub(crate) expected: String,
    pub(crate) found: String,
}

/// How much of a map an expectation tells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Extent {
    /// What it must have at least.
    Part,
    /// All of it.
    Whole,
}

/// What came of a comparison.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// None where the expectation is met.
    pub(crate) differences: Vec<Difference>,
    /// What patterns captured, by their names.
    pub(crate) captures: Vec<(String, Node)>,
    /// How many bytes of differing texts are the same at their ends: of two with as many differences, more is nearer.
    likeness: usize,
}

impl Outcome {
    pub(crate) fn is_met(&self) -> bool {
        self.differences.is_empty()
    }

    /// Smaller is nearer.
    pub(crate) fn distance(&self) -> (usize, std::cmp::Reverse<usize>) {
        (self.differences.len(), std::cmp::Reverse(self.likeness))
    }
}

/// Compares `expected` with what stands at a place; `None` is nothing at all.
pub(crate) fn compare(place: Place<'_>, expected: &Node, actual: Option<&Node>, extent: Extent) -> Outcome {
    let mut comparison = Comparison { place, path: Vec::new(), extent, outcome: Outcome::default() };
    comparison.check(expected, actual);
    comparison.outcome
}

struct Comparison<'a> {
    place: Place<'a>,
    path: Vec<String>,
    extent: Extent,
    outcome: Outcome,
}

impl Comparison<'_> {
    fn check(&mut self, expected: &Node, actual: Option<&Node>) {
        if self.refers(expected, actual) {
            return;
        }
        if let Some((kind, argument)) = pattern::of(expected) {
            return self.check_pattern(kind, argument, expected, actual);
        }
        let Some(actual) = actual else { return self.differ(expected, None) };
        match (expected, actual) {
            (Node::Map(expected), Node::Map(actual)) => self.check_map(expected, actual),
            (Node::List(expected), Node::List(actual)) => self.check_list(expected, actual),
            _ if self.is_same_text(expected, actual) => {}
            (Node::Call(one), Node::Call(other)) if one.function == other.function => {
                self.within(one.function.key(), |it| it.check(&one.argument, Some(&other.argument)));
            }
            // In an object of a chart a map with the key of a function is a map.
            (Node::Call(call), Node::Map(actual)) => {
                let key = call.function.key();
                let map = Map::from_iter([(key, call.argument.clone())]);
                self.check_map(&map, actual);
            }
            (Node::Text(expected), Node::Text(actual)) => self.check_text(expected, actual),
            (Node::Int(whole), Node::Float(float)) | (Node::Float(float), Node::Int(whole))
                if *whole as f64 == *float => {}
            _ if expected == actual => {}
            _ => self.differ(expected, Some(actual)),
        }
    }

    /// Whether both refer to the same element, or what is expected has been carried here from another stack.
    fn refers(&mut self, expected: &Node, actual: Option<&Node>) -> bool {
        let Some(actual) = actual else { return false };
        if let (Node::Name(target), Node::Text(id)) = (expected, actual) {
            let path = self.place.synthesis.path_of(*target);
            return path.is_some() && path.as_deref() == self.place.document.path_of(id);
        }
        if let Some(expected) = self.place.expected_referent(expected) {
            return self.place.referent(actual).is_some_and(|actual| expected.is(&actual));
        }
        // What a pattern is given comes here on its own.
        let carried = self.place.carried(actual).filter(|_| pattern::of(expected).is_none());
        let Some((place, value)) = carried else { return false };
        let outcome = compare(place, expected, Some(value), self.extent);
        let is_met = outcome.is_met();
        self.outcome.captures.extend(outcome.captures.into_iter().filter(|_| is_met));
        is_met
    }

    fn check_map(&mut self, expected: &Map, actual: &Map) {
        for (key, value) in expected.iter() {
            self.within(key, |it| it.check(value, actual.get(key)));
        }
        if self.extent == Extent::Whole {
            for (key, value) in actual.iter().filter(|(key, _)| !expected.contains_key(key)) {
                self.within(key, |it| it.differ_in_words("nothing".to_owned(), Some(value)));
            }
        }
    }

    fn check_list(&mut self, expected: &[Node], actual: &[Node]) {
        for index in 0..expected.len().max(actual.len()) {
            self.within(&index.to_string(), |it| match (expected.get(index), actual.get(index)) {
                (Some(expected), actual) => it.check(expected, actual),
                (None, actual) => it.differ_in_words("nothing".to_owned(), actual),
            });
        }
    }

    /// Whether both are the same text with the same values in it.
    fn is_same_text(&self, expected: &Node, actual: &Node) -> bool {
        let has_values = match expected {
            Node::Sub(_) | Node::Call(_) => true,
            Node::Text(text) => has_token(text),
            _ => false,
        };
        let pieces = || Some((self.place.pieces(expected)?, self.place.pieces(actual)?));
        match has_values.then(pieces).flatten() {
            Some((expected, actual)) if expected.len() == actual.len() => {
                let mut pairs = expected.iter().zip(&actual);
                pairs.all(|(one, other)| compare(self.place, one, Some(other), Extent::Whole).is_met())
            }
            _ => false,
        }
    }

    /// Of texts of several lines, the first line that differs tells enough.
    fn check_text(&mut self, expected: &str, actual: &str) {
        if expected == actual {
            return;
        }
        self.outcome.likeness += likeness(expected, actual);
        if !expected.contains('\n') || !actual.contains('\n') {
            return self.differ(&expected.into(), Some(&actual.into()));
        }
        let (mut expected, mut actual) = (expected.split('\n'), actual.split('\n'));
        let lines = std::iter::from_fn(|| Some((expected.next(), actual.next())));
        let differing = lines.enumerate().find(|(_, (one, other))| one != other);
        if let Some((index, (one, other))) = differing {
            let told = |line: Option<&str>| line.map_or("the end".to_owned(), |line| format!("{line:?}"));
            self.push(format!("{} on line {}", told(one), index + 1), told(other));
        }
    }

    fn check_pattern(&mut self, kind: Kind, argument: &Node, pattern: &Node, actual: Option<&Node>) {
        let text = actual.and_then(Node::as_str);
        let is_met = match kind {
            Kind::Any => actual.is_some_and(|actual| *actual != Node::Null),
            Kind::Absent => actual.is_none(),
            Kind::Reference => false,
            Kind::TextWith => text.is_some_and(|text| text.contains(argument.as_str().unwrap_or_default())),
            Kind::Matching => {
                let expression = Regex::new(argument.as_str().unwrap_or_default());
                text.is_some_and(|text| expression.is_ok_and(|expression| expression.is_match(text)))
            }
            Kind::Not => !self.attempt(argument, actual).is_met(),
            Kind::OneOf => {
                let attempts = argument.as_list().unwrap_or_default().iter();
                match attempts.map(|expected| self.attempt(expected, actual)).find(Outcome::is_met) {
                    Some(outcome) => return self.outcome.captures.extend(outcome.captures),
                    None => false,
                }
            }
            Kind::Like => return self.with_extent(Extent::Part, |it| it.check(argument, actual)),
            Kind::Exactly => return self.with_extent(Extent::Whole, |it| it.check(argument, actual)),
            Kind::Capture => return self.capture(argument, actual),
            Kind::Containing => match actual.and_then(Node::as_list) {
                Some(items) => return self.check_items(argument.as_list().unwrap_or_default(), items),
                None => false,
            },
            Kind::Document => match text.map(Data::from_yaml) {
                Some(Ok(data)) => return self.check(argument, Some(&document::node(&data))),
                _ => false,
            },
        };
        if !is_met {
            self.differ(pattern, actual);
        }
    }

    fn capture(&mut self, argument: &Node, actual: Option<&Node>) {
        let Some([Node::Text(name), expected]) = argument.as_list() else { return };
        let before = self.outcome.differences.len();
        self.check(expected, actual);
        if let Some(actual) = actual.filter(|_| self.outcome.differences.len() == before) {
            self.outcome.captures.push((name.to_string(), actual.clone()));
        }
    }

    fn check_items(&mut self, expected: &[Node], items: &[Node]) {
        let mut attempts: Vec<Vec<Outcome>> = expected
            .iter()
            .map(|expected| items.iter().map(|item| self.attempt(expected, Some(item))).collect())
            .collect();
        let pairs = pair(expected.len(), items.len(), |one, item| attempts[one][item].is_met());
        for (one, item) in pairs.iter().enumerate() {
            if let Some(item) = item {
                let outcome = std::mem::take(&mut attempts[one][*item]);
                self.outcome.captures.extend(outcome.captures);
                continue;
            }
            let free = (0..items.len()).filter(|item| !pairs.contains(&Some(*item)));
            let nearest = free.min_by_key(|item| attempts[one][*item].distance());
            let wanted = format!("an item like {}", words(&expected[one], self.place.synthesis));
            let had = match nearest {
                Some(item) => {
                    self.outcome.likeness += attempts[one][item].likeness;
                    format!("item {item} at best: {}", found(&items[item], self.place))
                }
                None if items.is_empty() => "an empty list".to_owned(),
                None => format!("{} items, which others are like", items.len()),
            };
            self.push(wanted, had);
        }
    }

    /// A comparison on its own, of which nothing is told.
    fn attempt(&self, expected: &Node, actual: Option<&Node>) -> Outcome {
        compare(self.place, expected, actual, self.extent)
    }

    fn within(&mut self, key: &str, check: impl FnOnce(&mut Self)) {
        self.path.push(key.replace('.', "\\."));
        check(self);
        self.path.pop();
    }

    fn with_extent(&mut self, extent: Extent, check: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.extent, extent);
        check(self);
        self.extent = before;
    }

    fn differ(&mut self, expected: &Node, actual: Option<&Node>) {
        self.differ_in_words(words(expected, self.place.synthesis), actual);
    }

    fn differ_in_words(&mut self, expected: String, actual: Option<&Node>) {
        self.push(expected, actual.map_or("nothing".to_owned(), |actual| found(actual, self.place)));
    }

    fn push(&mut self, expected: String, found: String) {
        self.outcome.differences.push(Difference { path: self.path.join("."), expected, found });
    }
}

fn likeness(one: &str, other: &str) -> usize {
    let same = |(one, other): &(u8, u8)| one == other;
    let front = one.bytes().zip(other.bytes()).take_while(same).count();
    front + one.bytes().rev().zip(other.bytes().rev()).take_while(same).count()
}
