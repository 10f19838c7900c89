//! What happens, as it happens.

use serde::Serialize;

/// Something that happened. With `--json` each is a line of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A tool is run; shown with `-v`.
    Command {
        /// The command as it could be given to a shell, secrets masked.
        line: String,
    },
    /// A call is made again.
    Retried {
        /// What is asked of AWS, such as `cloudformation describe-stacks`.
        operation: String,
        /// Why it was not answered.
        cause: String,
    },
}

/// Hears what happens. Several threads may tell it at once.
pub trait Observer: Sync {
    /// Something happened.
    fn tell(&self, event: Event);
}

/// A closure hears it too.
impl<F: Fn(Event) + Sync> Observer for F {
    fn tell(&self, event: Event) {
        self(event);
    }
}
