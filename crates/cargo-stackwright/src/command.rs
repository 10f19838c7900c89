//! The commands: what the command line looks like, and which of them is run.

mod migrate;
mod new;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::Command;
use stackwright_cli::{Exit, Failure};

/// What a command works with.
pub(crate) struct Session<'a> {
    /// The directory that relative paths start from.
    pub(crate) directory: PathBuf,
    /// Takes data.
    pub(crate) stdout: &'a mut dyn Write,
    /// Takes talk.
    pub(crate) stderr: &'a mut dyn Write,
}

impl Session<'_> {
    /// Tells the person something. Where stderr is closed there is nobody to tell that to.
    pub(crate) fn talk(&mut self, text: &str) {
        let _ = writeln!(self.stderr, "{text}");
    }
}

/// The command line.
fn cli() -> Command {
    Command::new("cargo stackwright")
        .bin_name("cargo stackwright")
        .about(
            "Starts Stackwright projects, and takes over templates: infrastructure on AWS, described in Rust",
        )
        .after_help("Exit codes: 0 done, 1 the operation failed, 2 usage")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommand(new::cli())
        .subcommand(migrate::cli())
}

/// Parses the command line and runs what it says.
pub(crate) fn run(arguments: Vec<OsString>, session: &mut Session<'_>) -> Exit {
    let matches = match cli().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => {
            let text = error.render().ansi().to_string();
            if error.use_stderr() {
                session.talk(text.trim_end());
                return Exit::Usage;
            }
            // Help that was asked for is data.
            let _ = session.stdout.write_all(text.as_bytes());
            return Exit::Done;
        }
    };
    let outcome: Result<(), Failure> = match matches.subcommand() {
        Some(("new", matches)) => new::exec(matches, session),
        Some(("migrate", matches)) => migrate::exec(matches, session),
        _ => unreachable!("clap knows no other command and requires one"),
    };
    match outcome {
        Ok(()) => Exit::Done,
        Err(failure) => {
            session.talk(&failure.rendered());
            Exit::Failed
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::cli;

    #[test]
    fn the_description_of_the_command_line_is_sound() {
        cli().debug_assert();
    }

    /// The command lines in a text: what follows `start`, up to the end of the code.
    fn lines<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
        let rest = text.split(start).skip(1);
        rest.map(|rest| rest.split(['`', '\n']).next().unwrap_or_default())
    }

    #[test]
    fn command_lines_of_the_guide_are_understood() {
        let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
        let pages =
            ["project.md", "migrate.md"].map(|page| std::fs::read_to_string(guide.join(page)).unwrap());
        let starts = ["cargo stackwright ", "-p cargo-stackwright -- "];
        let all = pages.iter().flat_map(|page| starts.iter().flat_map(|start| lines(page, start)));
        // Where what comes out goes to is the shell's business.
        let all: Vec<&str> = all.map(|line| line.split(" >").next().unwrap_or_default()).collect();
        assert!(all.len() > 5, "{all:?}");
        for line in all {
            let arguments = ["cargo stackwright"].into_iter().chain(line.split_whitespace());
            if let Err(error) = cli().try_get_matches_from(arguments) {
                panic!("{line}\n{error}");
            }
        }
    }
}
