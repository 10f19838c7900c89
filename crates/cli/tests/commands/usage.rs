//! Help, and command lines that are not understood.

use insta::assert_snapshot;

use crate::app::{Place, never, sample};

#[test]
fn help() {
    assert_snapshot!(Place::new().run("--help", never));
}

#[test]
fn help_of_each_command() {
    for command in [
        "ls",
        "synth",
        "validate",
        "diff",
        "deploy",
        "destroy",
        "outputs",
        "verify",
        "doctor",
        "graph",
        "completions",
    ] {
        assert_snapshot!(format!("help_{command}"), Place::new().run(&format!("{command} --help"), never));
    }
}

#[test]
fn no_command() {
    assert_snapshot!(Place::new().run("", never));
}

#[test]
fn unknown_command() {
    assert_snapshot!(Place::new().run("snyth", never));
}

#[test]
fn unknown_option() {
    assert_snapshot!(Place::new().run("ls --jsn", never));
}

#[test]
fn unknown_format() {
    assert_snapshot!(Place::new().run("synth --format toml", never));
}

#[test]
fn malformed_context() {
    assert_snapshot!(Place::new().run("synth -c stage", never));
}

#[test]
fn unknown_name() {
    let place = Place::new();
    assert_snapshot!(place.run("synth network netwrok", sample));
    assert!(!place.path().join("out").exists(), "nothing is written");
}
