//! Assertions that templates and manifests share: about all elements of a kind.

use stackwright_cfn::Node;

use crate::Found;
use crate::compare::{Extent, Outcome, compare};
use crate::document::Element;
use crate::reference::Place;
use crate::report;
use crate::words::block;

impl<'a> Place<'a> {
    /// The stack or chart in words.
    pub(crate) fn what(self) -> String {
        let word = if self.document.is_chart() { "chart" } else { "stack" };
        format!("{word} {}", self.document.name())
    }

    pub(crate) fn of_kind(self, kind: &str) -> impl Iterator<Item = &'a Element> {
        self.document.elements.iter().filter(move |element| element.kind == kind)
    }

    fn attempts(self, kind: &str, expected: &Node) -> Vec<(&'a Element, Outcome)> {
        let attempt =
            |element: &'a Element| (element, compare(self, expected, Some(&element.content), Extent::Part));
        self.of_kind(kind).map(attempt).collect()
    }

    fn met(self, attempts: Vec<(&'a Element, Outcome)>) -> Vec<Found<'a>> {
        let met = attempts.into_iter().filter(|(_, outcome)| outcome.is_met());
        met.map(|(element, outcome)| Found { place: self, element, captures: outcome.captures }).collect()
    }

    pub(crate) fn find(self, kind: &str, expected: &Node) -> Vec<Found<'a>> {
        self.met(self.attempts(kind, expected))
    }

    #[track_caller]
    pub(crate) fn has(self, kind: &str, expected: &Node) -> Found<'a> {
        let mut attempts = self.attempts(kind, expected);
        if let Some(first) = attempts.iter().position(|(_, outcome)| outcome.is_met()) {
            let (element, outcome) = attempts.swap_remove(first);
            return Found { place: self, element, captures: outcome.captures };
        }
        let (what, wanted) = (self.what(), block(expected, self.synthesis));
        let count = attempts.len();
        match attempts.iter().min_by_key(|(_, outcome)| outcome.distance()) {
            Some((element, outcome)) => panic!(
                "no {kind} of {what} is as expected: of {count}, {} comes nearest\n{}{}\nexpected: {wanted}",
                element.id,
                report::origin(element),
                report::differences(outcome),
            ),
            None => panic!(
                "{what} has no {kind}: it has\n{}\nexpected: {wanted}",
                report::kinds(&self.document.elements)
            ),
        }
    }

    #[track_caller]
    pub(crate) fn has_none(self, kind: &str, unwanted: &Node) {
        let found = self.find(kind, unwanted);
        let elements = report::list(found.iter().map(|found| found.element));
        let unwanted = block(unwanted, self.synthesis);
        assert!(
            found.is_empty(),
            "{} has {kind} that it must not have\n{elements}\nunwanted: {unwanted}",
            self.what()
        );
    }

    #[track_caller]
    pub(crate) fn all(self, kind: &str, expected: &Node) -> Vec<Found<'a>> {
        let attempts = self.attempts(kind, expected);
        let count = attempts.len();
        assert!(
            count > 0,
            "{} has no {kind}: it has\n{}",
            self.what(),
            report::kinds(&self.document.elements)
        );
        let unmet: Vec<_> = attempts.iter().filter(|(_, outcome)| !outcome.is_met()).collect();
        let differing = |(element, outcome): &&(&Element, Outcome)| {
            format!("\n{}\n{}{}", element.id, report::origin(element), report::differences(outcome))
        };
        let told: String = unmet.iter().map(differing).collect();
        assert!(
            unmet.is_empty(),
            "{} of {count} {kind} of {} are not as expected\n{told}\nexpected: {}",
            unmet.len(),
            self.what(),
            block(expected, self.synthesis),
        );
        self.met(attempts)
    }

    #[track_caller]
    pub(crate) fn has_count(self, kind: &str, expected: usize) {
        let count = self.of_kind(kind).count();
        let told = if count == 0 {
            report::kinds(&self.document.elements)
        } else {
            report::list(self.of_kind(kind))
        };
        assert!(count == expected, "{} has {count} {kind}: expected are {expected}\n{told}", self.what());
    }

    #[track_caller]
    pub(crate) fn at(self, path: &str) -> Found<'a> {
        let elements = &self.document.elements;
        let find = |path: &str| elements.iter().find(|element| element.path() == path);
        if let Some(element) = find(path).or_else(|| find(&format!("{path}/Resource"))) {
            return Found::new(self, element);
        }
        // What is nearest lies under as much of the path as there is.
        let is_under = |path: &str, element: &Element| element.path().starts_with(&format!("{path}/"));
        let mut under = path;
        while !elements.iter().any(|element| is_under(under, element)) {
            let Some((shorter, _)) = under.rsplit_once('/') else { break };
            under = shorter;
        }
        let near = report::list(elements.iter().filter(|element| is_under(under, element)));
        panic!("nothing of {} is at {path}: under {under} there is\n{near}", self.what())
    }
}
