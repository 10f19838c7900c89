//! The program as it is run: what it writes is what is checked in, wherever and however it is started.
#![expect(clippy::disallowed_methods, reason = "these tests run the program and compare the files it writes")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn program(directory: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_multus-on-eks"));
    command.current_dir(directory);
    command
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn files(directory: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let file = |path: &Path| fs::read_to_string(path).unwrap();
    entries.map(|entry| (entry.file_name().into_string().unwrap(), file(&entry.path()))).collect()
}

#[test]
fn the_checked_in_output_is_not_stale() {
    let place = tempfile::tempdir().unwrap();
    run(program(place.path()).arg("synth"));
    let (fresh, checked_in) =
        (files(&place.path().join("out")), Path::new(env!("CARGO_MANIFEST_DIR")).join("../../out"));
    let checked_in = files(&checked_in);
    for name in fresh.keys().chain(checked_in.keys()) {
        let hint = "run `cargo run -- synth` and commit out/";
        assert!(fresh.get(name) == checked_in.get(name), "out/{name} is stale: {hint}");
    }
}

#[test]
fn output_does_not_depend_on_where_and_how_the_program_runs() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for format in ["json", "yaml"] {
        run(program(here.path()).args(["synth", "--format", format, "--out", format]));
        let elsewhere = there.path().join("a/b");
        fs::create_dir_all(&elsewhere).unwrap();
        run(program(&elsewhere)
            .args(["synth", "--format", format, "--out"])
            .arg(there.path().join(format))
            .env_clear()
            .envs([
                ("LC_ALL", "tr_TR.UTF-8"),
                ("TZ", "Pacific/Kiritimati"),
                ("NO_COLOR", "1"),
                ("HOME", "/nowhere"),
            ]));
        let (first, second) = (files(&here.path().join(format)), files(&there.path().join(format)));
        assert!(first.len() > 1, "there is a template and the manifest: {:?}", first.keys());
        assert!(first == second, "{format}");
    }
}

#[test]
fn a_pipe_gets_no_colour_and_only_data() {
    let place = tempfile::tempdir().unwrap();
    let listed = run(program(place.path()).arg("ls"));
    assert!(listed.stderr.is_empty());
    let names = String::from_utf8(listed.stdout).unwrap();
    assert!(!names.contains('\u{1b}'));

    let written = run(program(place.path()).args(["synth", "--json"]));
    let report = String::from_utf8(written.stdout).unwrap();
    for name in names.lines() {
        assert!(report.contains(&format!("\"{name}.")), "{name} has a file: {report}");
    }

    let wrong = program(place.path()).arg("synht").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(!String::from_utf8(wrong.stderr).unwrap().contains('\u{1b}'));
}
