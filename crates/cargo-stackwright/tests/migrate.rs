//! `cargo stackwright migrate`, as it is run. What it proves by a build, `tests/real/migrate` shows.

mod program;

use std::fs;
use std::process::Output;

use program::{command, run};

const TEMPLATE: &str = "\
Resources:
  Jobs: {Type: AWS::Batch::JobQueue, Properties: {Priority: -1, ComputeEnvironmentOrder: []}}
  Mine: {Type: Custom::Mine, Properties: {ServiceToken: !ImportValue mine}}
";

fn talk(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

#[test]
fn the_program_is_data_and_what_is_to_be_known_of_it_is_talk() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("shop.template.yaml"), TEMPLATE).unwrap();
    for (arguments, stack) in [(&[][..], "shop"), (&["--stack", "shop-test"], "shop-test")] {
        let output = run(place.path(), &[&["migrate", "shop.template.yaml"], arguments].concat());
        assert!(output.status.success(), "{}", talk(&output));
        let rust = String::from_utf8(output.stdout.clone()).unwrap();
        assert!(rust.contains(&format!("let stack = Stack::new(app, {stack:?});")), "{rust}");
        assert_eq!(
            talk(&output),
            "has no type, and is set by name or taken over as it is:\n  \
             Jobs.ComputeEnvironmentOrder: it is no list of one item or more\n  \
             Mine: Custom::Mine is no known type, so that its properties are set by name\n\
             needs of stackwright-aws: features = [\"batch\"]\n"
        );
    }
}

#[test]
fn what_is_no_template_is_told_by_file_and_place() {
    let place = tempfile::tempdir().unwrap();
    let refused = |file: &str| {
        let output = run(place.path(), &["migrate", file]);
        assert_eq!((output.status.code(), &*output.stdout), (Some(1), &b""[..]), "{}", talk(&output));
        talk(&output).to_owned()
    };
    assert!(refused("shop.yaml").contains("cannot read shop.yaml"));
    fs::write(place.path().join("list.yaml"), "Resources:\n  Jobs: [AWS::SQS::Queue]\n").unwrap();
    assert!(refused("list.yaml").contains("error: list.yaml:2:9: resource \"Jobs\" is a list"));
    fs::write(place.path().join("empty.json"), "{}").unwrap();
    assert!(refused("empty.json").contains("error: empty.json: the template has no resources"));
}

#[test]
fn a_command_line_that_is_not_understood_is_told() {
    let place = tempfile::tempdir().unwrap();
    for arguments in [&["migrate"][..], &["migrate", "a.yaml", "--stack"], &["migrate", "a.yaml", "--prove"]]
    {
        assert_eq!(run(place.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_program_that_cannot_be_built_is_not_proven() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("shop.yaml"), TEMPLATE).unwrap();
    // Neither is a cargo: the first is not there, the second knows no `run`.
    let cargos =
        [("nowhere/cargo", "cannot run cargo"), (env!("CARGO_BIN_EXE_cargo-stackwright"), "exit status: 2")];
    for (cargo, why) in cargos {
        let mut command = command(place.path(), &["migrate", "--check", "shop.yaml"]);
        let output = command.env("CARGO", cargo).env("CARGO_TARGET_DIR", "target").output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(talk(&output).contains(why), "{}", talk(&output));
        assert!(!output.stdout.is_empty(), "the program is shown all the same");
    }
    let project = place.path().join("target/migrate");
    let package = fs::read_to_string(project.join("Cargo.toml")).unwrap();
    assert!(package.contains("crates/aws\", features = [\"batch\"] }"), "{package}");
    assert!(fs::read_to_string(project.join("before/manifest.json")).unwrap().contains("\"shop\""));
}
