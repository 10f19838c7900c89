//! Running a tool: one small trait, the real thing, and a script for tests.

mod call;
mod process;
mod script;

use std::io;

pub use call::{Call, Reply};
pub use process::{Interrupt, Processes};
pub use script::Script;

/// Runs tools. Several threads may do so at once.
pub trait Driver: Sync {
    /// Runs a tool to its end. A tool that fails gives a [`Reply`] all the same.
    ///
    /// # Errors
    ///
    /// If the tool cannot be started, or if the person has pressed Ctrl-C.
    fn run(&self, call: &Call) -> Result<Reply, RunError>;

    /// The environment variables that tools find; left out: none.
    fn environment(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// Why a tool gave no reply.
#[derive(Debug)]
pub enum RunError {
    /// There is no such program.
    Missing,
    /// The person has pressed Ctrl-C.
    Interrupted,
    /// The program could not be started or talked to.
    Io(io::Error),
}
