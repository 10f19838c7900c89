//! What rules are called, and why they are there.

use stackwright_assembly::Diagnostic;

/// A rule: the code of its findings, and the reason for it in one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The code of the findings, which never changes its meaning.
    pub code: &'static str,
    /// Why what it finds is bad.
    pub reason: &'static str,
}

impl About {
    pub(crate) const fn new(code: &'static str, reason: &'static str) -> Self {
        About { code, reason }
    }

    /// A finding of the rule that may be acknowledged.
    pub(crate) fn warning(&self, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(self.code, message)
    }
}
