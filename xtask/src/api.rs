//! `cargo xtask api`: starts the program in xtask/api, whose packages are none of this workspace's.

use std::path::PathBuf;
use std::process::Command;

use crate::Outcome;
use crate::facts::Mode;

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/api/Cargo.toml");
const TARGET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target");

pub(crate) fn run(mode: Mode) -> Outcome {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from(TARGET), PathBuf::from);
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--locked", "--manifest-path", MANIFEST, "--target-dir"]);
    command.arg(target.join("api")).arg("--");
    if mode == Mode::Check {
        command.arg("--check");
    }
    let status = command.status().map_err(|error| format!("cannot start cargo: {error}"))?;
    if status.success() { Ok(()) } else { Err("the listing failed".to_owned()) }
}
