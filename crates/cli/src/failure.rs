//! What keeps a command from being done.

use std::io;
use std::path::Path;

/// Why a command stops early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The operation failed.
    Failed(Failure),
    /// The command line asks for what there is not.
    Usage(clap::Error),
    /// The operation failed, which has been told.
    Told,
    /// The program has errors, which have been told.
    Diagnosed,
    /// Something differs, which has been told, and the exit code is to say so.
    Differs,
    /// Nobody reads what is printed any more, as after `ls | head -1`.
    Unread,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed(failure)
    }
}

/// A failed operation: what we were doing, why it failed, and what may help.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
    cause: Option<String>,
    hint: Option<String>,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), cause: None, hint: None }
    }

    /// For `map_err`: what could not be done to which file.
    pub(crate) fn io(what: &str, path: &Path) -> impl FnOnce(io::Error) -> Failure + use<> {
        let message = format!("cannot {what} {}", path.display());
        move |error| Failure::new(message).cause(&error)
    }

    /// Adds why, in lower case as our own texts are; a word of capitals, such as EOF, stays as it is.
    pub(crate) fn cause(mut self, cause: &impl ToString) -> Self {
        let mut text = cause.to_string();
        let is_word = text.chars().nth(1).is_some_and(char::is_lowercase);
        if let Some(first) = text.get_mut(..1).filter(|_| is_word) {
            first.make_ascii_lowercase();
        }
        self.cause = Some(text);
        self
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// What caused it and what may help, each with the word that introduces it.
    pub(crate) fn details(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let cause = self.cause.as_deref().map(|cause| ("cause", cause));
        let hint = self.hint.as_deref().map(|hint| ("help", hint));
        cause.into_iter().chain(hint)
    }
}
