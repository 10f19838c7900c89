//! Assertions about findings.

use stackwright_assembly::{Diagnostic, Diagnostics, Severity};

/// Findings of an app, narrowed by what each assertion asks for.
///
/// ```
/// use stackwright_core::{App, Diagnostic, Scope, Stack};
/// use stackwright_testing::Synthesis;
///
/// let app = App::new();
/// Stack::new(&app, "web").report(Diagnostic::error("no-owner", "the stack has no owner").value("web"));
///
/// let synthesis = Synthesis::of(&app);
/// synthesis.has_error("no-owner").at("web").with_value("web").on_line(line!() - 3);
/// ```
#[derive(Clone, Debug)]
pub struct Findings<'a> {
    /// Those that are left.
    findings: Vec<&'a Diagnostic>,
    /// Those to be told where none is left.
    all: &'a Diagnostics,
    /// What has been asked for.
    asked: String,
}

impl<'a> Findings<'a> {
    pub(crate) fn new(all: &'a Diagnostics) -> Self {
        Findings { findings: all.iter().collect(), all, asked: "finding".to_owned() }
    }

    #[track_caller]
    pub(crate) fn errors(self, code: &str) -> Self {
        self.of(Severity::Error, "error", code)
    }

    #[track_caller]
    pub(crate) fn warnings(self, code: &str) -> Self {
        self.of(Severity::Warning, "warning", code)
    }

    #[track_caller]
    fn of(mut self, severity: Severity, word: &str, code: &str) -> Self {
        self.asked = word.to_owned();
        self.narrowed(&format!("[{code}]"), |finding| finding.severity == severity && finding.code == code)
    }

    #[track_caller]
    fn narrowed(mut self, asked: &str, is_meant: impl Fn(&Diagnostic) -> bool) -> Self {
        self.asked.push_str(asked);
        self.findings.retain(|finding| is_meant(finding));
        assert!(!self.findings.is_empty(), "there is no {}\n\n{}", self.asked, told(self.all));
        self
    }

    /// Asserts that one of them has this code, be it an error or a warning.
    ///
    /// # Panics
    ///
    /// Where none has; the message tells every finding of the app, as those of the other assertions here do.
    #[track_caller]
    pub fn with_code(self, code: &str) -> Self {
        self.narrowed(&format!("[{code}]"), |finding| finding.code == code)
    }

    /// Asserts that one of them is about the construct at this path.
    ///
    /// # Panics
    ///
    /// Where none is.
    #[track_caller]
    pub fn at(self, path: impl AsRef<str>) -> Self {
        let path = path.as_ref();
        self.narrowed(&format!(" at {path}"), |finding| finding.path.as_deref() == Some(path))
    }

    /// Asserts that one of them is about this line of the program, counted from 1.
    ///
    /// # Panics
    ///
    /// Where none is.
    #[track_caller]
    pub fn on_line(self, line: u32) -> Self {
        let is_meant = |finding: &Diagnostic| finding.source.as_ref().is_some_and(|at| at.line == line);
        self.narrowed(&format!(" on line {line}"), is_meant)
    }

    /// Asserts that the message of one of them has this in it.
    ///
    /// # Panics
    ///
    /// Where none has.
    #[track_caller]
    pub fn with_message(self, part: &str) -> Self {
        self.narrowed(&format!(" with {part:?} in its message"), |finding| finding.message.contains(part))
    }

    /// Asserts that one of them names this value as the one given.
    ///
    /// # Panics
    ///
    /// Where none does.
    #[track_caller]
    pub fn with_value(self, value: &str) -> Self {
        self.narrowed(&format!(" of value {value:?}"), |finding| finding.value.as_deref() == Some(value))
    }

    /// Asserts that there are exactly this many left.
    ///
    /// # Panics
    ///
    /// Where there are more or fewer.
    #[track_caller]
    pub fn count(self, count: usize) -> Self {
        let (had, asked) = (self.findings.len(), &self.asked);
        assert!(had == count, "of {asked} there are {had}: expected are {count}\n\n{}", told(self.all));
        self
    }

    #[track_caller]
    pub(crate) fn are_none(self) {
        let count = self.findings.len();
        assert!(count == 0, "the app has findings: expected are none\n\n{}", told(self.all));
    }

    /// The findings that are left, errors first, then by place in the program.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a Diagnostic> {
        self.findings.iter().copied()
    }

    /// The codes of those that are left, in the same order: with `assert_eq!`, all that is told and nothing else.
    pub fn codes(&self) -> Vec<&'a str> {
        self.iter().map(|finding| finding.code.as_str()).collect()
    }
}

fn told(all: &Diagnostics) -> String {
    if all.is_empty() { "the app has no findings".to_owned() } else { all.to_string() }
}
