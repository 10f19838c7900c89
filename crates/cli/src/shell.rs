//! The only writer to the terminal: data to stdout, talk to stderr.

use std::io::{ErrorKind, Write};
use std::path::Path;

use serde::Serialize;
use stackwright_assembly::{Acknowledged, Diagnostics};

use crate::failure::{Failure, Stop};
use crate::findings;

/// Both streams. Everything may be written with colour: the streams drop it where it is not wanted.
pub(crate) struct Shell<'a> {
    pub(crate) stdout: &'a mut dyn Write,
    pub(crate) stderr: &'a mut dyn Write,
}

impl Shell<'_> {
    /// Prints data.
    pub(crate) fn data(&mut self, text: &str) -> Result<(), Stop> {
        match self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Stop::Unread),
            Err(error) => Err(Failure::new("cannot write to stdout").cause(&error).into()),
        }
    }

    /// Prints data for machines: one JSON document.
    pub(crate) fn json(&mut self, data: &impl Serialize) -> Result<(), Stop> {
        let mut text = serde_json::to_string_pretty(data)
            .map_err(|error| Failure::new("cannot write JSON").cause(&error))?;
        text.push('\n');
        self.data(&text)
    }

    /// Prints data for machines as it comes: a JSON document on a line of its own.
    pub(crate) fn json_line(&mut self, data: &impl Serialize) -> Result<(), Stop> {
        let mut text =
            serde_json::to_string(data).map_err(|error| Failure::new("cannot write JSON").cause(&error))?;
        text.push('\n');
        self.data(&text)
    }

    /// Writes to the person without ending the line.
    pub(crate) fn write(&mut self, text: &str) {
        let _ = write!(self.stderr, "{text}");
        let _ = self.stderr.flush();
    }

    /// Tells the person something. Where stderr is closed there is nobody to tell that to.
    pub(crate) fn talk(&mut self, text: &str) {
        let _ = writeln!(self.stderr, "{text}");
    }

    /// Tells all findings, and how many they are; nothing where there is none.
    pub(crate) fn findings(&mut self, findings: &Diagnostics, directory: &Path) {
        for finding in findings {
            self.talk(&findings::render(finding, directory));
            self.talk("");
        }
        if let Some(count) = findings::count(findings) {
            self.talk(&count);
        }
    }

    /// Tells what may stay, and why.
    pub(crate) fn acknowledged(&mut self, all: &[Acknowledged]) {
        for given in all {
            self.talk(&findings::render_acknowledged(given));
            self.talk("");
        }
    }

    /// Tells why the operation failed.
    pub(crate) fn failure(&mut self, failure: &Failure) {
        self.talk(&failure.rendered());
    }
}
