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
    /// An object of a chart has come somewhere.
    ObjectStatus {
        /// The chart.
        name: String,
        /// The object's kind, and its name with its namespace.
        id: String,
        /// The path of its construct; absent where the program no longer has it.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String>,
        /// Where it has come.
        status: ObjectStatus,
        /// Why; absent where there is nothing to say.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
}

/// Where an object of a chart has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ObjectStatus {
    /// It was not there, and is now.
    Created,
    /// It was there, and something in it is different now.
    Changed,
    /// It was there as it is to be.
    Unchanged,
    /// The cluster did not take it.
    Refused,
    /// It is waited for: to run, to be served, or to be gone.
    Waiting,
    /// It runs.
    Ready,
    /// It was there, and is gone.
    Deleted,
    /// Others made it: it stays, without what the chart had set in it.
    Released,
    /// It should be deleted, and stays.
    Kept,
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
