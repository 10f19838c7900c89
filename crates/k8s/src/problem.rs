//! What is wrong with an object, apart from where in a program it was made.

use std::fmt;

/// A finding about one object.
///
/// The message is lower case, has no full stop, and names the field, the value given and what is allowed; the other
/// fields repeat these for tools. Who knows the place (a construct path, a line) adds it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// A short stable name for the kind of finding, such as `invalid-label`.
    pub code: &'static str,
    /// Whether the API server would take the object all the same.
    pub is_warning: bool,
    /// What is wrong.
    pub message: String,
    /// The field it is about, such as `spec.containers.0.name`; a dot within a name is written `\.`.
    pub path: String,
    /// The value given; `None` where there is none to show.
    pub value: Option<String>,
    /// What is allowed; `None` where nothing is.
    pub allowed: Option<String>,
    /// How to mend it; `None` where the message says it all.
    pub hint: Option<String>,
}

impl Problem {
    /// A finding about the field at `path`, without value, allowance and hint.
    pub(crate) fn new(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Self {
        Problem {
            code,
            is_warning: false,
            message: message.into(),
            path: path.into(),
            value: None,
            allowed: None,
            hint: None,
        }
    }

    pub(crate) fn warning(mut self) -> Self {
        self.is_warning = true;
        self
    }

    pub(crate) fn value(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    pub(crate) fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
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
