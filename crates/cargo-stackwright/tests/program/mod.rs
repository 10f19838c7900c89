//! The program, as cargo runs it.

use std::path::Path;
use std::process::{Command, Output};

/// Runs the program in a directory as cargo does, without colours.
pub(crate) fn run(directory: &Path, arguments: &[&str]) -> Output {
    command(directory, arguments).output().unwrap()
}

/// The same, for more to be said of it.
pub(crate) fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cargo-stackwright"));
    command.arg("stackwright").args(arguments).current_dir(directory).env("NO_COLOR", "1");
    command
}
