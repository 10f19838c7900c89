//! What happens, as it happens.

use serde::Serialize;
use stackwright_assembly::{Diagnostic, Kind};

use crate::{Destruction, Outcome};

/// Something that happened. With `--json` each is a line of its own.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// What will be worked on, in order.
    Planned {
        /// The names of the deployables.
        names: Vec<String>,
    },
    /// What would be taken down, what would stay and what is in the way. The person is asked about it next.
    Surveyed {
        /// All of it.
        destruction: Destruction,
    },
    /// Work on a deployable begins.
    Started {
        /// The deployable.
        name: String,
        /// Whether it is a stack or a chart.
        kind: Kind,
    },
    /// What is being done with a deployable now, in a few words.
    Doing {
        /// The deployable.
        name: String,
        /// What is being done, such as `making a change set`.
        what: String,
    },
    /// Something worth knowing about a deployable.
    Noted {
        /// The deployable.
        name: String,
        /// What it is.
        note: String,
    },
    /// A stack as a whole has another status.
    StackStatus {
        /// The stack.
        name: String,
        /// The status, such as `UPDATE_IN_PROGRESS`.
        status: String,
        /// Why; absent where there is nothing to say.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// A resource of a stack has another status.
    ResourceStatus {
        /// The stack.
        name: String,
        /// The resource's name in the template.
        id: String,
        /// The path of its construct; absent where the program no longer has it.
        #[serde(skip_serializing_if = "Option::is_none")]
        path: Option<String>,
        /// The type, such as `AWS::EC2::VPC`.
        #[serde(rename = "type")]
        type_name: String,
        /// The status, such as `CREATE_COMPLETE`.
        status: String,
        /// Why; absent where there is nothing to say.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
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
    /// Why a deployable could not be brought up, taken down or changed.
    Failed {
        /// The deployable.
        name: String,
        /// What is wrong, where, and what may help.
        diagnostic: Diagnostic,
    },
    /// Work on a deployable ends, well or badly.
    Finished {
        /// The deployable.
        name: String,
        /// How it ended.
        outcome: Outcome,
        /// How long it took.
        seconds: f64,
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
    /// It was the chart's, and stays: because it says so, or because it could not be deleted.
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
