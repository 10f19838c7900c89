//! Why a picture cannot be made.

use std::fmt;

/// A file of the assembly that cannot be read.
#[derive(Debug)]
pub struct Error {
    file: String,
    cause: String,
}

impl Error {
    pub(crate) fn new(file: &str, cause: impl fmt::Display) -> Self {
        Error { file: file.to_owned(), cause: cause.to_string() }
    }

    /// What is wrong with the file, and where.
    pub fn cause(&self) -> &str {
        &self.cause
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of the assembly cannot be drawn", self.file)
    }
}

impl std::error::Error for Error {}
