//! What the tests of rules have in common.

use crate::{Document, Rule};

/// What a family of rules finds in a template, each told as its code and its place.
#[track_caller]
pub(crate) fn found(rule: Rule, template: &str) -> Vec<String> {
    let read = stackwright_cfn::read(template).unwrap();
    let mut found = Vec::new();
    rule(&Document::of(&read), &mut found);
    found.iter().map(|finding| format!("{} {}", finding.diagnostic.code, finding.place)).collect()
}

/// That a family of rules finds these in a template.
#[track_caller]
pub(crate) fn check(rule: Rule, template: &str, expected: &[&str]) {
    assert_eq!(found(rule, template), expected, "{template}");
}
