//! Acknowledgements: warnings that the program lives with, for a reason that is shown instead.

use std::panic::Location;

use stackwright_assembly::{Acknowledged, Diagnostic, Source};

use crate::tree::{NodeId, ROOT, Tree};

/// What the program says of the warnings of a code, at or below a construct.
pub(crate) struct Acknowledgement {
    pub(crate) construct: NodeId,
    pub(crate) code: String,
    pub(crate) reason: String,
    pub(crate) location: &'static Location<'static>,
}

impl Acknowledgement {
    /// What is wrong with it as such.
    pub(crate) fn problem(&self) -> Option<Diagnostic> {
        let is_empty = self.reason.trim().is_empty();
        let message = format!("{:?} is acknowledged without a reason", self.code);
        is_empty.then(|| {
            Diagnostic::error("empty-reason", message)
                .value(&*self.reason)
                .allowed("why it may stay, in words")
                .source(self.location)
        })
    }
}

/// What is left of findings, and what is acknowledged of them.
pub(crate) struct Sorted {
    pub(crate) told: Vec<Diagnostic>,
    pub(crate) acknowledged: Vec<Acknowledged>,
}

/// Takes what is acknowledged out of the findings of a program. Errors cannot be acknowledged.
///
/// An acknowledgement that nothing matches hides what may come later, so it is a finding itself, unless there are
/// errors, which may keep others from being found.
pub(crate) fn sort(tree: &mut Tree, findings: Vec<Diagnostic>) -> Sorted {
    let acknowledgements = std::mem::take(&mut tree.acknowledgements);
    let mut sorted = Sorted { told: Vec::new(), acknowledged: std::mem::take(&mut tree.acknowledged) };
    if acknowledgements.is_empty() {
        sorted.told = findings;
        return sorted;
    }
    let paths: Vec<String> = acknowledgements.iter().map(|given| tree.path(given.construct)).collect();
    let mut is_used = vec![false; acknowledgements.len()];
    for finding in findings {
        let matches = |(at, given): &(usize, &Acknowledgement)| {
            given.code == finding.code && !finding.is_error() && covers(&paths[*at], finding.path.as_deref())
        };
        let matching: Vec<_> = acknowledgements.iter().enumerate().filter(matches).collect();
        matching.iter().for_each(|(at, _)| is_used[*at] = true);
        match matching.into_iter().max_by_key(|(at, _)| paths[*at].len()) {
            Some((_, nearest)) => sorted.acknowledged.push(Acknowledged {
                finding,
                reason: nearest.reason.clone(),
                source: Some(Source::from(nearest.location)),
            }),
            None => sorted.told.push(finding),
        }
    }
    if !sorted.told.iter().any(Diagnostic::is_error) {
        let unused = acknowledgements.iter().zip(is_used).filter(|(_, is_used)| !is_used);
        let unused = unused.map(|(given, _)| tree.at(given.construct, unmatched(given)));
        sorted.told.extend(unused);
    }
    sorted
}

/// Whether a finding is at or below the construct of a path. One without a path belongs to the app.
pub(crate) fn covers(construct: &str, finding: Option<&str>) -> bool {
    let rest = finding.unwrap_or_default().strip_prefix(construct);
    rest.is_some_and(|rest| construct.is_empty() || rest.is_empty() || rest.starts_with('/'))
}

fn unmatched(given: &Acknowledgement) -> Diagnostic {
    let place = if given.construct == ROOT { "the app" } else { "this construct" };
    let message = format!("{:?} is acknowledged, but {place} has no such warning", given.code);
    Diagnostic::warning("unused-acknowledgement", message)
        .value(&*given.code)
        .source(given.location)
        .hint("take it out: it would hide a warning that nobody has looked at")
}

#[cfg(test)]
mod tests {
    use stackwright_assembly::{Assembly, Diagnostics};

    use super::covers;
    use crate::{App, Construct, Resource, Scope, Stack, SynthOptions};

    /// A stack with something that is stored plainly, which `say` may acknowledge.
    fn synth(say: impl FnOnce(&App, &Stack, &Construct)) -> Result<Assembly, Diagnostics> {
        let app = App::new();
        let stack = Stack::new(&app, "web");
        let cache = Resource::raw(&stack, "Cache", "AWS::EFS::FileSystem", Default::default());
        say(&app, &stack, cache.construct());
        app.synth(&SynthOptions::new())
    }

    fn codes(findings: &Diagnostics) -> Vec<&str> {
        findings.iter().map(|finding| finding.code.as_str()).collect()
    }

    const CODE: &str = "unencrypted-storage";

    #[test]
    fn a_warning_is_acknowledged_at_its_construct_and_above() {
        assert_eq!(codes(&synth(|_, _, _| {}).unwrap().warnings), [CODE]);
        let above = synth(|app, _, _| app.acknowledge(CODE, "far")).unwrap();
        let both = synth(|_, stack, cache| {
            cache.acknowledge(CODE, "near");
            stack.acknowledge(CODE, "far");
        });
        for (assembly, reason) in [(above, "far"), (both.unwrap(), "near")] {
            assert_eq!(codes(&assembly.warnings), [""; 0]);
            let [given] = assembly.manifest.deployables[0].acknowledged.as_slice() else { panic!("one") };
            assert_eq!((given.reason.as_str(), given.finding.path.as_deref()), (reason, Some("web/Cache")));
            assert!(given.source.is_some());
        }
    }

    #[test]
    fn an_acknowledgement_for_nothing_is_told() {
        let other = synth(|_, stack, _| stack.acknowledge("public-ingress", "because")).unwrap();
        assert_eq!(codes(&other.warnings), [CODE, "unused-acknowledgement"]);
        let elsewhere = synth(|_, stack, _| {
            Resource::raw(stack, "Cache2", "AWS::SQS::Queue", Default::default())
                .acknowledge(CODE, "because");
        });
        assert_eq!(codes(&elsewhere.unwrap().warnings), [CODE, "unused-acknowledgement"]);
    }

    #[test]
    fn a_reason_has_words_and_errors_stay() {
        let silent = synth(|_, _, cache| cache.acknowledge(CODE, " ")).unwrap_err();
        assert_eq!(codes(&silent), ["empty-reason"]);
        let wrong = synth(|app, stack, _| {
            stack.acknowledge("invalid-type-name", "because");
            app.acknowledge(CODE, "because");
            Resource::raw(stack, "Thing", "Thing", Default::default());
        });
        assert_eq!(codes(&wrong.unwrap_err()), ["invalid-type-name"]);
    }

    #[test]
    fn a_construct_covers_what_is_below_it() {
        for (construct, finding) in [("", "a"), ("a", "a"), ("a/b", "a/b/c")] {
            assert!(covers(construct, Some(finding)), "{construct} covers {finding}");
        }
        for (construct, finding) in [("a", "ab"), ("a/b", "a"), ("a", "b/a")] {
            assert!(!covers(construct, Some(finding)), "{construct} does not cover {finding}");
        }
        assert!(covers("", None) && !covers("a", None));
    }
}
