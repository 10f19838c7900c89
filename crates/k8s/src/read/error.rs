//! Why a text holds no objects, and where.

use std::fmt;

/// A place in a text: line and column, both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    pub(super) line: usize,
    pub(super) column: usize,
}

impl Position {
    pub(super) fn error(self, message: impl Into<String>) -> ReadError {
        ReadError { at: self, message: message.into() }
    }
}

/// Why a text holds no objects, and where.
///
/// ```
/// let error = stackwright_k8s::read("kind: Pod\nkind: Job\n").unwrap_err();
/// assert_eq!(error.to_string(), "2:1: key \"kind\" is given twice, first on line 1: allowed is once");
/// assert_eq!((error.line(), error.column()), (2, 1));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    at: Position,
    message: String,
}

impl ReadError {
    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.at.line
    }

    /// The column, counted from 1, in characters.
    pub fn column(&self) -> usize {
        self.at.column
    }

    /// What is wrong there.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line(), self.column(), self.message)
    }
}

impl std::error::Error for ReadError {}
