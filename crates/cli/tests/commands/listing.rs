//! `ls` and `completions`.

use std::io::{self, Write};

use insta::assert_snapshot;
use stackwright_assembly::{Assembly, Diagnostics, FORMAT_VERSION, Manifest};
use stackwright_cli::{Exit, World, run_with};
use stackwright_deploy::{Moments, Script};

use crate::app::{Place, never, no_tools, sample, with_warning};

#[test]
fn ls() {
    assert_snapshot!(Place::new().run("ls", with_warning));
}

#[test]
fn ls_json() {
    assert_snapshot!(Place::new().run("ls --json", with_warning));
}

#[test]
fn ls_of_an_empty_app() {
    let empty = Assembly {
        manifest: Manifest { version: FORMAT_VERSION, deployables: Vec::new() },
        files: Vec::new(),
        warnings: Diagnostics::default(),
    };
    assert_snapshot!(Place::new().run("ls", |_| Ok(empty)));
}

#[test]
fn completions_name_the_app_and_its_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Place::new().run(&format!("completions {shell}"), never);
        for word in ["app", "synth", "validate", "format"] {
            assert!(script.contains(word), "{shell}: {word}\n{script}");
        }
    }
}

#[test]
fn completions_for_an_unknown_shell() {
    assert_snapshot!(Place::new().run("completions tcl", never));
}

/// A reader that has gone away.
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_failure() {
    let mut stderr = Vec::new();
    let (script, clock) = (Script::new(), Moments::new());
    let tools = no_tools(&script, &clock);
    let world = World { directory: ".".into(), stdout: &mut Closed, stderr: &mut stderr, tools };
    assert_eq!(run_with(["app", "ls"].map(Into::into), sample, world), Exit::Done);
    assert!(stderr.is_empty());
}
