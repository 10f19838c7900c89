//! Events in words, a line each.

use std::time::Duration;

use stackwright_deploy::{Event, ObjectStatus, Outcome};

use super::column;
use crate::style::{dim, green, red, yellow};

/// As wide as most statuses of resources.
const STATUS: usize = "CREATE_IN_PROGRESS".len();

/// The line that tells an event; absent where there is nothing to tell.
pub(super) fn line(event: &Event, width: usize) -> Option<String> {
    let told = |name: &str, what: String| Some(format!("{}  {what}", column(name, width)));
    match event {
        Event::Command { line } => Some(dim(&format!("$ {line}"))),
        Event::Retried { operation, cause } => {
            Some(format!("{} {operation} is tried again: {cause}", yellow("retry:")))
        }
        Event::Noted { name, note } => told(name, note.clone()),
        Event::StackStatus { name, status, reason } => {
            let reason = reason.as_deref().filter(|_| is_bad(status));
            told(name, status_text(status, reason))
        }
        Event::ResourceStatus { name, id, path, type_name, status, reason } => {
            let what = resource(name, id, path.as_deref());
            let reason = reason.as_deref().filter(|_| is_bad(status));
            let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
            let gap = " ".repeat(STATUS.saturating_sub(status.len()));
            told(name, format!("{}{gap}  {what} {}{reason}", status_text(status, None), dim(type_name)))
        }
        // What is as it is to be is not worth a line, unless there is something to say of it.
        Event::ObjectStatus { status: ObjectStatus::Unchanged, reason: None, .. } => None,
        Event::ObjectStatus { name, id, path, status, reason } => {
            let path = path.as_deref().map_or(String::new(), |path| format!(" {}", dim(path)));
            told(name, format!("{}  {id}{path}", object_text(*status, reason.as_deref())))
        }
        Event::Finished { name, outcome, seconds } => {
            told(name, format!("{} {}", outcome_text(*outcome), dim(&format!("in {}", span(*seconds)))))
        }
        _ => None,
    }
}

/// A resource by its construct's path without the stack's own name, else by its id.
pub(super) fn resource<'a>(stack: &str, id: &'a str, path: Option<&'a str>) -> &'a str {
    let inner = path.and_then(|path| path.strip_prefix(stack)?.strip_prefix('/'));
    inner.or(path).unwrap_or(id)
}

pub(super) fn status_text(status: &str, reason: Option<&str>) -> String {
    let text = match status {
        _ if is_bad(status) => red(status),
        _ if status.ends_with("_COMPLETE") => green(status),
        _ => status.to_owned(),
    };
    reason.map_or(text.clone(), |reason| format!("{text} ({reason})"))
}

pub(super) fn object_text(status: ObjectStatus, reason: Option<&str>) -> String {
    let text = match status {
        ObjectStatus::Created => green("created"),
        ObjectStatus::Changed => green("changed"),
        ObjectStatus::Unchanged => "unchanged".to_owned(),
        ObjectStatus::Refused => red("refused"),
        ObjectStatus::Waiting => "waiting".to_owned(),
        ObjectStatus::Ready => green("ready"),
        ObjectStatus::Deleted => green("deleted"),
        ObjectStatus::Released => "released".to_owned(),
        ObjectStatus::Kept => yellow("kept"),
    };
    reason.map_or(text.clone(), |reason| format!("{text} ({reason})"))
}

fn is_bad(status: &str) -> bool {
    status.ends_with("_FAILED") || status.contains("ROLLBACK")
}

pub(super) fn outcome_text(outcome: Outcome) -> String {
    match outcome {
        Outcome::Created => green("created"),
        Outcome::Updated => green("updated"),
        Outcome::Unchanged => "no changes".to_owned(),
        Outcome::Deleted => green("deleted"),
        Outcome::Absent => "not there".to_owned(),
        Outcome::Failed => red("failed"),
        Outcome::Declined => yellow("declined"),
        Outcome::Skipped => yellow("skipped"),
        Outcome::Interrupted => yellow("interrupted"),
    }
}

/// A time in words: `7 s`, `1 min 2 s`.
pub(super) fn span(seconds: f64) -> String {
    let whole = Duration::try_from_secs_f64(seconds).unwrap_or_default().as_secs();
    match (whole / 60, whole % 60) {
        (0, seconds) => format!("{seconds} s"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn spans_are_told_in_whole_seconds() {
        assert_eq!(span(0.4), "0 s");
        assert_eq!(span(62.9), "1 min 2 s");
        assert_eq!(span(f64::NAN), "0 s");
    }
}
