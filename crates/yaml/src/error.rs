//! Why a text cannot be read, and where.

/// A place in a text: line and column, both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl Position {
    /// Where every text begins.
    pub const START: Self = Position { line: 1, column: 1 };
}

/// Why a text cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The place; the text's beginning until [`at`](Self::at) says otherwise.
    pub at: Position,
    /// What is wrong: lower case, without a full stop.
    pub message: String,
    /// The value given; `None` where there is none to show.
    pub value: Option<String>,
    /// What is allowed; `None` where nothing is.
    pub allowed: Option<String>,
    /// How to mend it; `None` where the message says it all.
    pub hint: Option<String>,
}

impl Error {
    /// A message alone.
    pub fn new(message: impl Into<String>) -> Self {
        Error { at: Position::START, message: message.into(), value: None, allowed: None, hint: None }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, at: Position) -> Self {
        self.at = at;
        self
    }

    /// Adds what is allowed.
    #[must_use]
    pub fn allowed(mut self, allowed: impl Into<String>) -> Self {
        self.allowed = Some(allowed.into());
        self
    }
}
