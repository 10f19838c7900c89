//! What the status of a stack asks for, before anything else is done with it.

/// What can be done with a stack of some status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Condition {
    /// No more is there than a change set: the stack is still to be made.
    Planned,
    /// An operation is in progress.
    Moving,
    /// It can be changed.
    Sound,
    /// It was never made whole, or only partly deleted, and can only be deleted.
    Lost,
    /// Its rollback has failed and has to be tried again.
    Stuck,
}

impl Condition {
    /// What this status means. A status that nobody has heard of counts as sound: CloudFormation itself will say.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html>
    pub(crate) fn of(status: &str) -> Self {
        match status {
            "REVIEW_IN_PROGRESS" => Condition::Planned,
            "CREATE_FAILED" | "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "DELETE_FAILED" => Condition::Lost,
            "UPDATE_ROLLBACK_FAILED" | "IMPORT_ROLLBACK_FAILED" => Condition::Stuck,
            status if status.ends_with("_IN_PROGRESS") => Condition::Moving,
            _ => Condition::Sound,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Condition;

    #[test]
    fn every_status_has_its_condition() {
        let check = |condition, statuses: &[&str]| {
            for status in statuses {
                assert_eq!(Condition::of(status), condition, "{status}");
            }
        };
        check(Condition::Planned, &["REVIEW_IN_PROGRESS"]);
        check(
            Condition::Moving,
            &[
                "CREATE_IN_PROGRESS",
                "ROLLBACK_IN_PROGRESS",
                "DELETE_IN_PROGRESS",
                "UPDATE_IN_PROGRESS",
                "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
                "UPDATE_ROLLBACK_IN_PROGRESS",
                "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
                "IMPORT_IN_PROGRESS",
                "IMPORT_ROLLBACK_IN_PROGRESS",
            ],
        );
        check(
            Condition::Sound,
            &[
                "CREATE_COMPLETE",
                "UPDATE_COMPLETE",
                "UPDATE_FAILED",
                "UPDATE_ROLLBACK_COMPLETE",
                "IMPORT_COMPLETE",
                "IMPORT_ROLLBACK_COMPLETE",
            ],
        );
        check(Condition::Lost, &["CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"]);
        check(Condition::Stuck, &["UPDATE_ROLLBACK_FAILED", "IMPORT_ROLLBACK_FAILED"]);
    }
}
