//! Why a text is not a template, and where.

use std::fmt;

use stackwright_yaml::{Error, Position};

use crate::Problem;

/// Why a text is not a template, and where.
///
/// ```
/// let error = stackwright_cfn::read("Resources:\n  Queue: [AWS::SQS::Queue]\n").unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "2:10: resource \"Queue\" is a list: allowed is a map with the key Type",
/// );
/// assert_eq!((error.line(), error.column()), (2, 10));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(Box<(Position, Problem)>);

impl ReadError {
    /// The line, counted from 1.
    pub fn line(&self) -> usize {
        self.0.0.line
    }

    /// The column, counted from 1, in characters.
    pub fn column(&self) -> usize {
        self.0.0.column
    }

    /// What is wrong there; its code is `unreadable-template`.
    pub fn problem(&self) -> &Problem {
        &self.0.1
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line(), self.column(), self.problem())
    }
}

impl std::error::Error for ReadError {}

impl From<Error> for ReadError {
    fn from(error: Error) -> Self {
        let Error { at, message, value, allowed, hint, .. } = error;
        fail(at, Problem { value, allowed, hint, ..problem(message) })
    }
}

pub(super) fn fail(at: Position, problem: Problem) -> ReadError {
    ReadError(Box::new((at, problem)))
}

pub(super) fn problem(message: impl Into<String>) -> Problem {
    Problem::new("unreadable-template", message)
}
