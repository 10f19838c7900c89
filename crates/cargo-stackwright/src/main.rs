//! `cargo stackwright`: what is done before there is an app.
//!
//! Commands are one file each in `command`; what an app does with itself is the business of `stackwright-cli`.

mod checkout;
mod command;
mod directory;
mod name;
mod project;
mod proof;
mod starter;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments: Vec<_> = std::env::args_os().collect();
    // Cargo repeats the name of the subcommand: `cargo stackwright new` runs `cargo-stackwright stackwright new`.
    if arguments.get(1).is_some_and(|word| word == "stackwright") {
        arguments.remove(1);
    }
    let mut session = command::Session {
        directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        stdout: &mut anstream::stdout(),
        stderr: &mut anstream::stderr(),
    };
    command::run(arguments, &mut session).into()
}
