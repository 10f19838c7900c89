//! The picture of the address plan, which the README shows, is the one that the program draws.
#![expect(clippy::disallowed_methods, reason = "this test runs the program and reads the checked-in picture")]

use std::fs;
use std::process::Command;

#[test]
fn the_picture_is_not_stale() {
    let drawn =
        Command::new(env!("CARGO_BIN_EXE_networks")).args(["plan", "--format", "svg"]).output().unwrap();
    assert!(drawn.status.success());
    let checked_in = fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/addresses.svg")).unwrap_or_default();
    let hint = "run `cargo run -p networks -- plan --format svg > examples/networks/addresses.svg`";
    assert!(drawn.stdout == checked_in, "examples/networks/addresses.svg is stale: {hint}");
}
