//! What is wrong with a part of a template, apart from where it is.

use std::fmt;

/// A finding about one element: contradictory limits, a value that is not allowed, a text that cannot be read.
///
/// The message is lower case, has no full stop, and names the value given and what is allowed; the other fields
/// repeat these for tools. Who knows the place (a construct path, a line) adds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// A short stable name for the kind of finding, such as `invalid-parameter`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// The value given; `None` where there is none to show.
    pub value: Option<String>,
    /// What is allowed; `None` where nothing is.
    pub allowed: Option<String>,
    /// How to mend it; `None` where the message says it all.
    pub hint: Option<String>,
}

impl Problem {
    /// A finding without value, allowance and hint.
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Problem { code, message: message.into(), value: None, allowed: None, hint: None }
    }

    /// Adds the value given.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    /// Adds what is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    /// Adds how to mend it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}
