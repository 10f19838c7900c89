//! The command line of every Stackwright app, and all of its reading and writing.
//!
//! An app's `main` ends in [`run`] (through `stackwright::run`), which parses the command line, lets the program
//! describe itself as an [`Assembly`], and does with it what the command says. The assembly is all that is known of the
//! program here.
//!
//! - stdout is data, stderr is talk; colour goes to terminals only and `NO_COLOR` is honoured.
//! - The exit code is an [`Exit`].
//! - `synth` writes a directory as a whole or not at all; `crates/cli/src/output/commit.rs` says what that is worth.

mod command;
mod difference;
mod excerpt;
mod exit;
mod failure;
mod findings;
mod operation;
mod options;
mod output;
mod progress;
mod question;
mod shell;
mod style;
mod table;
mod tools;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anstream::{AutoStream, ColorChoice};
use stackwright_assembly::{Assembly, Diagnostics};
use stackwright_deploy::{Interrupt, Processes, SystemClock};

use crate::command::Session;
use crate::shell::Shell;

pub use exit::Exit;
pub use failure::Failure;
pub use options::{Options, Previous};
pub use tools::Tools;

/// The part of the world that commands work in.
pub struct World<'a> {
    /// The directory that relative paths start from.
    pub directory: PathBuf,
    /// Takes data, with colour.
    pub stdout: &'a mut dyn Write,
    /// Takes talk, with colour.
    pub stderr: &'a mut dyn Write,
    /// What commands need that do more than write files.
    pub tools: Tools<'a>,
}

/// Runs the command that this process was started with.
///
/// `program` is asked for its assembly at most once, and not at all where the command needs none. What is wrong with
/// the program is told on stderr, or on stdout with `--json`; this function never panics on it.
///
/// ```no_run
/// use stackwright_assembly::{Assembly, Diagnostics, FORMAT_VERSION, Manifest};
///
/// fn main() -> std::process::ExitCode {
///     let manifest = Manifest { version: FORMAT_VERSION, deployables: Vec::new() };
///     let empty = Assembly { manifest, files: Vec::new(), warnings: Diagnostics::default() };
///     stackwright_cli::run(|_options| Ok(empty))
/// }
/// ```
pub fn run(program: impl FnOnce(&Options) -> Result<Assembly, Diagnostics>) -> std::process::ExitCode {
    let interrupt = Interrupt::new();
    let mut stdin = std::io::stdin().lock();
    let stderr = std::io::stderr();
    let is_attended = std::io::stdin().is_terminal() && stderr.is_terminal();
    // Where escape sequences are dropped (NO_COLOR, a dumb terminal), lines cannot be drawn anew.
    let has_escapes = AutoStream::choice(&stderr) != ColorChoice::Never;
    let tools = Tools {
        driver: &Processes::new(interrupt.clone()),
        clock: &SystemClock::new(interrupt.clone()),
        answers: is_attended.then_some(&mut stdin as &mut dyn BufRead),
        is_terminal: stderr.is_terminal() && has_escapes,
        interrupt: Some(interrupt),
    };
    let world = World {
        // A directory that was deleted under us still has a name: this one.
        directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
        stdout: &mut anstream::stdout(),
        stderr: &mut anstream::stderr(),
        tools,
    };
    run_with(std::env::args_os(), program, world).into()
}

/// Runs the command that `arguments` say, the first of which is the name of the program, in a world of the caller's.
///
/// What is written to the world's streams has ANSI colours.
///
/// ```
/// use stackwright_cli::{Exit, Tools, World, run_with};
/// use stackwright_deploy::{Moments, Script};
///
/// let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
/// // No tool is expected to be called, and nobody is there to be asked.
/// let (driver, clock) = (Script::new(), Moments::new());
/// let tools = Tools { driver: &driver, clock: &clock, answers: None, is_terminal: false, interrupt: None };
/// let world = World { directory: ".".into(), stdout: &mut stdout, stderr: &mut stderr, tools };
/// let exit = run_with(["app", "fly"].map(Into::into), |_| unreachable!(), world);
/// assert_eq!(exit, Exit::Usage);
/// assert!(String::from_utf8(stderr).unwrap().contains("unrecognized subcommand"));
/// ```
pub fn run_with<'a>(
    arguments: impl IntoIterator<Item = OsString>,
    program: impl FnOnce(&Options) -> Result<Assembly, Diagnostics>,
    world: World<'a>,
) -> Exit {
    // Everything behind this is compiled once, here, and not again in every app.
    let arguments = arguments.into_iter().collect();
    let shell = Shell { stdout: world.stdout, stderr: world.stderr };
    let mut session = Session { shell, directory: world.directory, tools: world.tools };
    command::run(arguments, Box::new(program), &mut session)
}

/// The context values that this process was started with: `-c KEY=VALUE` or `--context KEY=VALUE`, the last of a key
/// counts.
///
/// They are needed before [`run`], while the app is described. Empty where the command line is not understood, which
/// [`run`] then tells.
pub fn context() -> BTreeMap<String, String> {
    command::context(std::env::args_os().collect())
}
