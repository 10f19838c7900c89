//! `migrate`: writes the program that synthesizes an existing template.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use stackwright_cli::Failure;

use super::Session;
use crate::proof::Proof;

const AFTER_HELP: &str = "\
What is written is a module with a function `describe`, for the `main.rs` of a project that `new`
makes. Logical ids stay as they are, so that `cargo run -- diff` shows no difference to the stack
that is deployed. What has no type is set by name, and told.

With --check the program is also built, in the checkout of Stackwright that this command comes from,
and what it synthesizes is compared with the template.

Examples:
  Take over a template as the stack that is deployed as shop-network
    $ cargo stackwright migrate network.yaml --stack shop-network > src/network.rs
  See whether a template can be taken over as it is
    $ cargo stackwright migrate network.yaml --check > /dev/null";

pub(super) fn cli() -> Command {
    Command::new("migrate")
        .about("Writes the Rust that synthesizes an existing template")
        .after_help(AFTER_HELP)
        .arg(
            Arg::new("template")
                .value_name("FILE")
                .help("The template, in JSON or YAML")
                .required(true)
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            Arg::new("stack").long("stack").value_name("NAME").help(
                "The name that the stack is deployed by [default: that of the file, up to its first dot]",
            ),
        )
        .arg(
            Arg::new("check")
                .long("check")
                .help("Also builds the program, and fails where it does not synthesize the same template")
                .action(ArgAction::SetTrue),
        )
}

pub(super) fn exec(matches: &ArgMatches, session: &mut Session<'_>) -> Result<(), Failure> {
    let asked = matches.get_one::<PathBuf>("template").expect("the template is required");
    let text = fs::read_to_string(session.directory.join(asked)).map_err(Failure::io("read", asked))?;
    let stack = matches.get_one::<String>("stack").cloned().unwrap_or_else(|| name_of(asked));
    let migration = stackwright_migrate::migrate(&text, &stack).map_err(|refused| {
        // What has a place begins with its line.
        let space = |why: &str| if why.starts_with(|char: char| char.is_ascii_digit()) { "" } else { " " };
        let line = |why: &String| format!("{}:{}{why}", asked.display(), space(why));
        let lines: Vec<String> = refused.0.iter().map(line).collect();
        Failure::new(lines.join("\n"))
    })?;
    let formatted = formatted(&migration.rust);
    let rust = formatted.as_ref().unwrap_or(&migration.rust);
    session.stdout.write_all(rust.as_bytes()).map_err(|error| Failure::new(error.to_string()))?;
    if !migration.untyped.is_empty() {
        session.talk("has no type, and is set by name or taken over as it is:");
        migration.untyped.iter().for_each(|place| session.talk(&format!("  {place}")));
    }
    if !migration.features.is_empty() {
        let features: Vec<String> = migration.features.iter().map(|name| format!("{name:?}")).collect();
        session.talk(&format!("needs of stackwright-aws: features = [{}]", features.join(", ")));
    }
    match matches.get_flag("check") {
        true => Proof { rust, features: &migration.features, stack: &stack, template: &text }.run(session),
        false => Ok(()),
    }
}

/// The name of a file up to its first dot: `network` of `network.template.json`.
fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

/// The text as rustfmt has it; `None` where there is no rustfmt.
fn formatted(rust: &str) -> Option<String> {
    let mut rustfmt = Process::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut input = rustfmt.stdin.take()?;
    let text = rust.to_owned();
    // A pipe takes only so much: somebody has to read while it is written.
    let writing = std::thread::spawn(move || input.write_all(text.as_bytes()));
    let output = rustfmt.wait_with_output().ok()?;
    writing.join().ok()?.ok()?;
    output.status.success().then(|| String::from_utf8(output.stdout).ok()).flatten()
}
