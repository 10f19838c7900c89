//! What is being worked on, a line each, drawn anew as it changes.

use std::time::Duration;

use stackwright_deploy::{Event, ObjectStatus};

use super::{column, words};
use crate::shell::Shell;
use crate::style::yellow;

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
        let done = if self.done > 0 { format!("{} done", self.done) } else { String::new() };
        let parts = [self.what.clone(), done, self.current.join(", ")];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        let name = column(&self.name, width);
        format!("{} {name}  {time:>9}  {}", yellow(&frame.to_string()), parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use stackwright_assembly::Kind;
    use stackwright_deploy::{Event, Outcome};

    use super::Board;
    use crate::shell::Shell;

    fn started(name: &str) -> Event {
        Event::Started { name: name.to_owned(), kind: Kind::Stack }
    }

    fn resource(id: &str, status: &str) -> Event {
        Event::ResourceStatus {
            name: "web".to_owned(),
            id: id.to_owned(),
            path: Some(format!("web/{}", id.to_lowercase())),
            type_name: "AWS::EC2::VPC".to_owned(),
            status: status.to_owned(),
            reason: None,
        }
    }

    /// What a drawing of the board writes, without what only terminals understand.
    fn drawn(board: &mut Board, seconds: u64) -> (String, String) {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut shell = Shell { stdout: &mut stdout, stderr: &mut stderr };
        board.draw(&mut shell, Duration::from_secs(seconds), 4);
        let raw = String::from_utf8(stderr).unwrap();
        let plain = anstream::adapter::strip_str(&raw).to_string();
        (raw, plain)
    }

    #[test]
    fn each_one_has_a_line_until_it_ends() {
        let mut board = Board::default();
        let now = Duration::ZERO;
        assert!(!board.hear(&started("web"), now));
        assert!(!board.hear(&started("more"), now));
        let status = "CREATE_IN_PROGRESS".to_owned();
        let moving = Event::StackStatus { name: "web".to_owned(), status, reason: None };
        assert!(!board.hear(&moving, now));
        assert!(!board.hear(&resource("Vpc", "CREATE_IN_PROGRESS"), now));
        assert!(!board.hear(&resource("Eip", "CREATE_IN_PROGRESS"), now));
        assert!(!board.hear(&resource("Eip", "CREATE_COMPLETE"), now));
        let (_, plain) = drawn(&mut board, 65);
        let lines: Vec<&str> = plain.lines().map(str::trim_end).collect();
        assert_eq!(lines, ["⠋ web   1 min 5 s  CREATE_IN_PROGRESS, 1 done, vpc", "⠋ more  1 min 5 s"]);

        // What went wrong is told in a lasting line as well.
        assert!(board.hear(&resource("Vpc", "CREATE_FAILED"), now));
        let ended = Event::Finished { name: "web".to_owned(), outcome: Outcome::Failed, seconds: 1.0 };
        assert!(board.hear(&ended, now));
        let (raw, plain) = drawn(&mut board, 66);
        assert!(raw.starts_with("\x1b[2A\x1b[J"), "{raw:?}");
        assert_eq!(plain.lines().count(), 1);
    }
}
