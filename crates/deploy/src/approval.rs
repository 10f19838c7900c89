//! Asking the person before something is done.

use crate::{Destruction, Difference};

/// What a person is asked.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Question {
    /// Whether a stack is changed so.
    Change(Box<Difference>),
    /// Whether a stack is deleted that was never made whole and can only be deleted.
    DeleteFailed {
        /// The stack.
        name: String,
        /// Its status, such as `ROLLBACK_COMPLETE`.
        status: String,
    },
    /// Whether a rollback that has failed is tried again.
    ContinueRollback {
        /// The stack.
        name: String,
    },
    /// Whether all of this is taken down.
    Destroy(Destruction),
}

/// What the person says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Do it.
    Yes,
    /// Do not.
    No,
    /// Nobody is there to be asked.
    Nobody,
}

/// Asks the person. Several threads may ask at once; a person is asked one thing at a time.
pub trait Approver: Sync {
    /// Asks, and waits for the answer.
    fn ask(&self, question: Question) -> Answer;
}

/// A closure asks too.
impl<F: Fn(Question) -> Answer + Sync> Approver for F {
    fn ask(&self, question: Question) -> Answer {
        self(question)
    }
}
