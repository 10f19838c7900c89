//! What keeps an operation from being done.

use std::fmt;

use crate::aws::AwsError;

/// A failed operation: what we were doing, why it failed, and what may help.
///
/// ```
/// use stackwright_deploy::Error;
///
/// let error = Error::new("cannot read the outputs of stack \"web\"").cause("no such stack").hint("deploy it first");
/// assert_eq!(error.to_string(), "cannot read the outputs of stack \"web\": no such stack");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    parts: Box<Parts>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    message: String,
    cause: Option<String>,
    hint: Option<String>,
    path: Option<String>,
    is_interrupt: bool,
}

impl Error {
    /// What could not be done.
    pub fn new(message: impl Into<String>) -> Self {
        let parts =
            Parts { message: message.into(), cause: None, hint: None, path: None, is_interrupt: false };
        Error { parts: Box::new(parts) }
    }

    /// The person has pressed Ctrl-C.
    pub fn interrupted() -> Self {
        let mut error = Error::new("interrupted").hint("run it again: what is in progress is joined");
        error.parts.is_interrupt = true;
        error
    }

    /// Adds why.
    pub fn cause(mut self, cause: impl ToString) -> Self {
        self.parts.cause = Some(cause.to_string());
        self
    }

    /// Adds what may help.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.parts.hint = Some(hint.into());
        self
    }

    /// Adds the path of the construct that it is about, if there is one.
    pub fn path(mut self, path: Option<String>) -> Self {
        self.parts.path = path;
        self
    }

    /// For `map_err`: what AWS was asked for when it refused. An interrupt stays one.
    pub fn aws(message: impl Into<String>) -> impl FnOnce(AwsError) -> Error {
        let message = message.into();
        move |error| {
            if error.is_interrupted() {
                return Error::interrupted();
            }
            let hint = error.hint().map(str::to_owned);
            let mut failed = Error::new(message).cause(error);
            failed.parts.hint = hint;
            failed
        }
    }

    /// What could not be done.
    pub fn message(&self) -> &str {
        &self.parts.message
    }

    /// Why.
    pub fn reason(&self) -> Option<&str> {
        self.parts.cause.as_deref()
    }

    /// What may help.
    pub fn help(&self) -> Option<&str> {
        self.parts.hint.as_deref()
    }

    /// The path of the construct that it is about.
    pub fn construct(&self) -> Option<&str> {
        self.parts.path.as_deref()
    }

    /// Whether it is the person who stopped it.
    pub fn is_interrupted(&self) -> bool {
        self.parts.is_interrupt
    }
}

/// The message and the cause; the hint stands apart.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())?;
        self.reason().map_or(Ok(()), |cause| write!(f, ": {cause}"))
    }
}

impl std::error::Error for Error {}
