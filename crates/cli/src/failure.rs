//! What keeps a command from being done.

use std::io;
use std::path::Path;

use annotate_snippets::{Level, Renderer, normalize_untrusted_str};

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
///
/// ```
/// use stackwright_cli::Failure;
///
/// let failure = Failure::new("cannot write out/").cause(&"No space left on device").hint("free some");
/// assert!(failure.rendered().contains("no space left on device"));
/// ```
#[derive(Debug)]
pub struct Failure {
    message: String,
    cause: Option<String>,
    hint: Option<String>,
}

impl Failure {
    /// What we were doing, in lower case and without a full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Failure { message: message.into(), cause: None, hint: None }
    }

    /// For `map_err`: what could not be done to which file.
    pub fn io(what: &str, path: &Path) -> impl FnOnce(io::Error) -> Failure + use<> {
        let message = format!("cannot {what} {}", path.display());
        move |error| Failure::new(message).cause(&error)
    }

    /// Adds why, in lower case as our own texts are; a word of capitals, such as EOF, stays as it is.
    pub fn cause(mut self, cause: &impl ToString) -> Self {
        let mut text = cause.to_string();
        let is_word = text.chars().nth(1).is_some_and(char::is_lowercase);
        if let Some(first) = text.get_mut(..1).filter(|_| is_word) {
            first.make_ascii_lowercase();
        }
        self.cause = Some(text);
        self
    }

    /// Adds what may help.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// As the compiler tells its errors, with colour.
    pub fn rendered(&self) -> String {
        let cause = self.cause.as_deref().map(|cause| ("cause", cause));
        let hint = self.hint.as_deref().map(|hint| ("help", hint));
        let details = cause.into_iter().chain(hint);
        let details =
            details.map(|(word, text)| Level::NOTE.with_name(word).message(normalize_untrusted_str(text)));
        let report = [Level::ERROR.primary_title(self.message()).elements(details)];
        Renderer::styled().render(&report)
    }
}
