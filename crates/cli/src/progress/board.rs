//! What is being worked on, a line each, drawn anew as it changes.

use std::time::Duration;

use stackwright_deploy::{Event, ObjectStatus};

use super::{column, words};
use crate::shell::Shell;
use crate::style::{dim, yellow};

const FRAMES: [char; 10] = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/// The lines.
#[derive(Default)]
pub(super) struct Board {
    rows: Vec<Row>,
    /// How many lines are on the screen now.
    drawn: usize,
    frame: usize,
}

struct Row {
    name: String,
    start: Duration,
    what: String,
    /// What CloudFormation works on, by path.
    current: Vec<String>,
    done: usize,
}

impl Board {
    /// Takes in an event; gives whether it is told in a lasting line as well.
    pub(super) fn hear(&mut self, event: &Event, now: Duration) -> bool {
        match event {
            Event::Started { name, .. } => self.rows.push(Row {
                name: name.clone(),
                start: now,
                what: String::new(),
                current: Vec::new(),
                done: 0,
            }),
            Event::Doing { name, what } => self.row(name, |row| row.what.clone_from(what)),
            Event::StackStatus { name, status, .. } => {
                self.row(name, |row| row.what.clone_from(status));
                return status.contains("ROLLBACK");
            }
            Event::ResourceStatus { name, id, path, status, .. } => {
                let what = words::resource(name, id, path.as_deref());
                self.row(name, |row| row.resource(what, status));
                return status.ends_with("_FAILED");
            }
            Event::ObjectStatus { name, id, path, status, reason } => {
                let what = path.as_deref().unwrap_or(id);
                self.row(name, |row| row.object(what, *status, reason.as_deref()));
                return matches!(status, ObjectStatus::Refused | ObjectStatus::Released | ObjectStatus::Kept);
            }
            Event::Finished { name, .. } => {
                self.rows.retain(|row| row.name != *name);
                return true;
            }
            Event::Command { .. } | Event::Retried { .. } | Event::Noted { .. } => return true,
            _ => {}
        }
        false
    }

    fn row(&mut self, name: &str, change: impl FnOnce(&mut Row)) {
        if let Some(row) = self.rows.iter_mut().find(|row| row.name == name) {
            change(row);
        }
    }

    /// Draws the lines over those that are there.
    pub(super) fn draw(&mut self, shell: &mut Shell<'_>, now: Duration, width: usize) {
        self.frame = (now.as_millis() / 100) as usize % FRAMES.len();
        let lines: Vec<String> =
            self.rows.iter().map(|row| row.text(FRAMES[self.frame], now, width)).collect();
        self.clear(shell);
        if lines.is_empty() {
            return;
        }
        // A line that is too long is cut off by the terminal, and does not become two.
        shell.talk(&format!("\x1b[?7l{}\x1b[?7h", lines.join("\n")));
        self.drawn = lines.len();
    }

    /// Takes the lines back.
    pub(super) fn clear(&mut self, shell: &mut Shell<'_>) {
        if self.drawn > 0 {
            shell.write(&format!("\x1b[{}A\x1b[J", self.drawn));
            self.drawn = 0;
        }
    }
}

impl Row {
    fn resource(&mut self, what: &str, status: &str) {
        self.current.retain(|other| other != what);
        match status.ends_with("_IN_PROGRESS") {
            true => self.current.push(what.to_owned()),
            false => self.done += usize::from(status.ends_with("_COMPLETE")),
        }
    }

    fn object(&mut self, what: &str, status: ObjectStatus, reason: Option<&str>) {
        let is_here = |line: &String| line.strip_prefix(what).is_some_and(|rest| rest.starts_with(':'));
        self.current.retain(|line| !is_here(line));
        match status {
            ObjectStatus::Waiting => self.current.push(format!("{what}: {}", reason.unwrap_or("waiting"))),
            ObjectStatus::Created
            | ObjectStatus::Changed
            | ObjectStatus::Unchanged
            | ObjectStatus::Deleted => {
                self.done += 1;
            }
            _ => {}
        }
    }

    fn text(&self, frame: char, now: Duration, width: usize) -> String {
        let time = words::span((now.saturating_sub(self.start)).as_secs_f64());
        let done = if self.done > 0 { format!(", {} done", self.done) } else { String::new() };
        let current = dim(&self.current.join(", "));
        format!(
            "{} {}  {time:>9}  {}{done}  {current}",
            yellow(&frame.to_string()),
            column(&self.name, width),
            self.what
        )
    }
}
