//! What `graph` draws of the program: each plane has its subnets, and the nodes an interface in every one of them.
#![expect(clippy::disallowed_methods, reason = "this test runs the program and reads the checked-in picture")]

use std::fs;
use std::process::Command;

#[test]
fn the_picture_is_not_stale() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_traffic-separation"));
    let drawn = command.args(["graph", "--view", "network", "--format", "svg"]).output().unwrap();
    assert!(drawn.status.success(), "{}", String::from_utf8_lossy(&drawn.stderr));
    let drawn = String::from_utf8(drawn.stdout).unwrap();

    let checked_in =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/network.svg")).unwrap_or_default();
    let program = "cargo run -p traffic-separation -- graph --view network --format svg";
    let hint = format!("run `{program} > examples/traffic-separation/network.svg`");
    assert!(drawn == checked_in, "examples/traffic-separation/network.svg is stale: {hint}");
}
