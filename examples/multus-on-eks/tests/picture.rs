//! What `graph` draws of the program, in every language; the README shows one of these pictures.
#![expect(clippy::disallowed_methods, reason = "this test runs the program and reads the checked-in picture")]

use std::fs;
use std::process::Command;

use insta::assert_snapshot;

fn graph(arguments: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_multus-on-eks"));
    let drawn = command.arg("graph").args(arguments.split_whitespace()).output().unwrap();
    assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
    String::from_utf8(drawn.stdout).unwrap()
}

#[test]
fn the_picture_is_not_stale() {
    let drawn = graph("--view network --format svg");
    let checked_in =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/network.svg")).unwrap_or_default();
    let hint = "run `cargo run -- graph --view network --format svg > examples/multus-on-eks/network.svg`";
    assert!(drawn == checked_in, "examples/multus-on-eks/network.svg is stale: {hint}");
}

#[test]
fn deployables_as_a_drawing() {
    let drawn = graph("--view deployables --format svg");
    // The style is that of the other picture.
    assert_snapshot!(drawn[drawn.find("</style>").unwrap()..]);
}

#[test]
fn the_picture_for_graphviz() {
    assert_snapshot!(graph("--view all --format dot"));
}

#[test]
fn the_picture_for_mermaid() {
    assert_snapshot!(graph("--view all --format mermaid"));
}

#[test]
fn the_picture_as_data() {
    assert_snapshot!(graph("--format json"));
}
