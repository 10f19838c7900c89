//! What is wrong with a program, told so that it can be mended.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Source;

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing is written until it is mended.
    Error,
    /// Worth knowing; the output is written.
    Warning,
}

/// Another place that has to do with a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Related {
    /// What is there.
    pub label: String,
    /// The path of the construct there; absent where it is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The place.
    pub source: Source,
}

/// One finding about the user's program.
///
/// The message is lower case, has no full stop, and names the value given and what is allowed.
///
/// ```
/// use stackwright_assembly::Diagnostic;
///
/// let finding = Diagnostic::error("invalid-cidr", "vpc block \"10.0.0.0/8\" is too large: allowed are /16 to /28")
///     .value("10.0.0.0/8")
///     .allowed("/16 to /28")
///     .hint("choose a smaller block, such as 10.0.0.0/16");
/// assert!(finding.is_error());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[must_use]
pub struct Diagnostic {
    /// Whether anything can be written in spite of it.
    pub severity: Severity,
    /// A short stable name for the kind of finding, such as `duplicate-export`.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// The path of the construct; absent where the whole app is meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The user's own line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The value given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// What is allowed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<String>,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Other places that have to do with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
}

impl Diagnostic {
    fn new(severity: Severity, code: &str, message: impl Into<String>) -> Self {
        Diagnostic {
            severity,
            code: code.to_owned(),
            message: message.into(),
            path: None,
            source: None,
            value: None,
            allowed: None,
            hint: None,
            related: Vec::new(),
        }
    }

    /// A finding that keeps anything from being written.
    pub fn error(code: &str, message: impl Into<String>) -> Self {
        Diagnostic::new(Severity::Error, code, message)
    }

    /// A finding worth knowing.
    pub fn warning(code: &str, message: impl Into<String>) -> Self {
        Diagnostic::new(Severity::Warning, code, message)
    }

    /// Adds the path of the construct it is about.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Adds the user's line it is about.
    pub fn source(mut self, source: impl Into<Source>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// Adds the value given, which the message names too.
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Adds what is allowed, which the message names too.
    pub fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    /// Adds how to mend it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds which word was meant, where one is near enough.
    pub fn meant(self, word: Option<&str>) -> Self {
        match word {
            Some(word) => self.hint(format!("did you mean {word:?}?")),
            None => self,
        }
    }

    /// Adds another place that has to do with it.
    pub fn related(mut self, related: Related) -> Self {
        self.related.push(related);
        self
    }

    /// Whether it keeps anything from being written.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// As plain text: the message, the path, the place, the hint.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{severity}[{}]: {}", self.code, self.message)?;
        if let Some(path) = &self.path {
            write!(f, "\n  at {path}")?;
        }
        if let Some(source) = &self.source {
            write!(f, "\n  in {source}")?;
        }
        for Related { label, path, source } in &self.related {
            match path {
                Some(path) => write!(f, "\n  {label}: {path} in {source}")?,
                None => write!(f, "\n  {label}: {source}")?,
            }
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

/// All findings of one run: errors first, then by place in the program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Diagnostics {
    findings: Vec<Diagnostic>,
}

impl Diagnostics {
    /// The findings in the order they are told; a finding told twice is kept once.
    pub fn new(mut findings: Vec<Diagnostic>) -> Self {
        let key = |finding: &Diagnostic| {
            let Diagnostic { severity, code, message, path, source, .. } = finding.clone();
            (severity, source, path, code, message)
        };
        findings.sort_by_cached_key(key);
        findings.dedup();
        Diagnostics { findings }
    }

    /// The findings.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.findings.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Whether one of them keeps anything from being written.
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(Diagnostic::is_error)
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.findings.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
