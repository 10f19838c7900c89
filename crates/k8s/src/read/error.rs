//! Why a text holds no objects, and where.

use std::fmt;

use stackwright_yaml::{Error, Position};

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

impl From<Error> for ReadError {
    fn from(Error { at, message, .. }: Error) -> Self {
        ReadError { at, message }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line(), self.column(), self.message)
    }
}

impl std::error::Error for ReadError {}
