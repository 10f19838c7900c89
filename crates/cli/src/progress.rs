//! Showing what an operation does: a line for each stack on a terminal, plain lines elsewhere, JSON for machines.

mod board;
mod words;

use std::path::PathBuf;
use std::time::Duration;

use stackwright_deploy::Event;

use crate::failure::Stop;
use crate::shell::Shell;
use crate::{findings, style};

use board::Board;

/// Shows events.
pub(crate) struct Progress {
    form: Form,
    /// Whether commands are shown.
    is_verbose: bool,
    /// Where the user's files are looked for.
    directory: PathBuf,
    /// How wide names are.
    width: usize,
}

enum Form {
    Json,
    Lines,
    Board(Board),
}

impl Progress {
    /// How much is shown, and in which form.
    pub(crate) fn new(json: bool, is_terminal: bool, is_verbose: bool, directory: PathBuf) -> Self {
        let form = match (json, is_terminal) {
            (true, _) => Form::Json,
            (false, true) => Form::Board(Board::default()),
            (false, false) => Form::Lines,
        };
        Progress { form, is_verbose, directory, width: 0 }
    }

    /// Something happened.
    pub(crate) fn event(&mut self, shell: &mut Shell<'_>, event: &Event, now: Duration) -> Result<(), Stop> {
        if matches!(event, Event::Command { .. }) && !self.is_verbose {
            return Ok(());
        }
        if let Event::Planned { names } = event {
            self.width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
        }
        if let Form::Json = self.form {
            return shell.json_line(event);
        }
        let is_lasting = match &mut self.form {
            Form::Board(board) => board.hear(event, now),
            _ => true,
        };
        let lasting = match event {
            Event::Failed { diagnostic, .. } => {
                Some(format!("{}\n", findings::render(diagnostic, &self.directory)))
            }
            event => words::line(event, self.width).filter(|_| is_lasting),
        };
        if let Some(text) = lasting {
            self.clear(shell);
            shell.talk(&text);
        }
        self.tick(shell, now);
        Ok(())
    }

    /// Time has passed.
    pub(crate) fn tick(&mut self, shell: &mut Shell<'_>, now: Duration) {
        if let Form::Board(board) = &mut self.form {
            board.draw(shell, now, self.width);
        }
    }

    /// Takes back what will be drawn anew, so that something lasting can be written.
    pub(crate) fn clear(&mut self, shell: &mut Shell<'_>) {
        if let Form::Board(board) = &mut self.form {
            board.clear(shell);
        }
    }
}

/// A name, as wide as all of them.
fn column(name: &str, width: usize) -> String {
    style::bold(&format!("{name:<width$}"))
}
