//! Warnings that are acknowledged as they were not before, or no longer.

use std::collections::BTreeMap;

use serde::Serialize;
use stackwright_assembly::Acknowledged;

/// Warnings of one code at one place, acknowledged otherwise than before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acknowledgement {
    /// The code of the warnings.
    pub code: String,
    /// What they are about; absent where that is the app.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The reason before; absent where they were not acknowledged, or not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The reason after; absent where they are not acknowledged, or not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What differs in what is acknowledged, by path and code.
pub(crate) fn between(before: &[Acknowledged], after: &[Acknowledged]) -> Vec<Acknowledgement> {
    type Reasons<'a> = [Option<&'a str>; 2];
    let mut all: BTreeMap<(Option<&str>, &str), Reasons<'_>> = BTreeMap::new();
    for (side, given) in [before, after].into_iter().enumerate() {
        for Acknowledged { finding, reason, .. } in given {
            all.entry((finding.path.as_deref(), &finding.code)).or_default()[side] = Some(reason);
        }
    }
    let differing = all.into_iter().filter(|(_, [before, after])| before != after);
    let owned = |text: Option<&str>| text.map(str::to_owned);
    differing
        .map(|((path, code), [before, after])| Acknowledgement {
            code: code.to_owned(),
            path: owned(path),
            before: owned(before),
            after: owned(after),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use stackwright_assembly::Diagnostic;

    use super::*;

    #[test]
    fn only_what_differs_is_told() {
        let given = |code: &str, reason: &str| {
            let finding = Diagnostic::warning(code, "told").path("web/Cache");
            Acknowledged { finding, reason: reason.to_owned(), source: None }
        };
        let before = [given("a", "same"), given("b", "old"), given("c", "gone")];
        let after = [given("d", "new"), given("b", "other"), given("a", "same"), given("a", "same")];
        let found: Vec<_> = between(&before, &after)
            .into_iter()
            .map(|it| (it.code, it.before.unwrap_or_default(), it.after.unwrap_or_default()))
            .collect();
        let expected = [("b", "old", "other"), ("c", "gone", ""), ("d", "", "new")];
        assert_eq!(found, expected.map(|(code, old, new)| (code.into(), old.into(), new.into())));
    }
}
