//! Limits of the settings of a policy.

use crate::{Map, Node, Problem, period};

/// Looks at the literal settings of a policy; what a function yields is not known yet.
pub(crate) struct Limits<'a> {
    code: &'static str,
    settings: &'a Map,
    pub(crate) problems: Vec<Problem>,
}

impl<'a> Limits<'a> {
    pub(crate) fn new(code: &'static str, settings: &'a Map) -> Self {
        Limits { code, settings, problems: Vec::new() }
    }

    pub(crate) fn get(&self, path: &[&str]) -> Option<&'a Node> {
        let (last, groups) = path.split_last()?;
        groups.iter().try_fold(self.settings, |map, group| map.get(group)?.as_map())?.get(last)
    }

    pub(crate) fn problem(&mut self, message: String, value: impl Into<String>, allowed: impl Into<String>) {
        self.problems.push(Problem::new(self.code, message).value(value).allowed(allowed));
    }

    pub(crate) fn whole_number(&mut self, path: &[&str], least: i64, most: i64) {
        let Some(Node::Int(value)) = self.get(path) else { return };
        if (least..=most).contains(value) {
            return;
        }
        let allowed =
            if most == i64::MAX { format!("{least} or more") } else { format!("{least} to {most}") };
        let key = path.last().copied().unwrap_or_default();
        self.problem(format!("{key} is {value}: allowed are {allowed}"), value.to_string(), allowed);
    }

    pub(crate) fn period(&mut self, path: &[&str], most: u64, words: &str) {
        let Some(node) = self.get(path) else { return };
        let Some(text) = node.as_str() else { return };
        if period::seconds(node).is_some_and(|seconds| seconds <= most) {
            return;
        }
        let key = path.last().copied().unwrap_or_default();
        let allowed = format!("up to {words}, as PT1H2M3S");
        self.problem(format!("{key} is {text:?}: allowed are {allowed}"), text, allowed);
    }

    /// Each of the texts at `path`, or the only one, must be one of `words`.
    pub(crate) fn words(&mut self, path: &[&str], words: &[&str]) {
        let Some(node) = self.get(path) else { return };
        let given = node.as_list().unwrap_or(std::slice::from_ref(node));
        let key = path.last().copied().unwrap_or_default();
        for word in given.iter().filter_map(Node::as_str).filter(|word| !words.contains(word)) {
            let allowed = words.join(", ");
            self.problem(format!("{key} is {word:?}: allowed are {allowed}"), word, allowed);
        }
    }
}
