//! Any files as what an earlier synth wrote: commands that read them end in a way they are documented to.
//!
//! The input is the text of `manifest.json`, that of a template and that of a chart, each behind a line of `----`.
#![no_main]

use std::fs;
use std::sync::LazyLock;

use stackwright_assembly::{Assembly, Diagnostics, FORMAT_VERSION, Manifest};
use stackwright_cli::{Exit, Tools, World, run_with};
use stackwright_deploy::{Moments, Script};
use tempfile::TempDir;

static DIRECTORY: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("there is room for files"));

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut parts = text.split("\n----\n");
    for name in ["manifest.json", "stack.template.json", "chart.k8s.yaml"] {
        fs::write(DIRECTORY.path().join(name), parts.next().unwrap_or_default())
            .expect("there is room for files");
    }
    for arguments in [
        "app graph --assembly . --format json",
        "app graph --assembly . --format svg",
        "app graph --assembly . --format mermaid",
        "app diff --against .",
    ] {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let (driver, clock) = (Script::new(), Moments::new());
        let tools =
            Tools { driver: &driver, clock: &clock, answers: None, is_terminal: false, interrupt: None };
        let directory = DIRECTORY.path().to_owned();
        let world = World { directory, stdout: &mut stdout, stderr: &mut stderr, tools };
        let exit = run_with(arguments.split(' ').map(Into::into), |_| Ok(nothing()), world);
        let talk = String::from_utf8_lossy(&stderr);
        assert!(matches!(exit, Exit::Done | Exit::Failed), "{arguments}: {exit:?}\n{talk}");
    }
});

/// The program that there is now.
fn nothing() -> Assembly {
    let manifest = Manifest { version: FORMAT_VERSION, deployables: Vec::new() };
    Assembly { manifest, files: Vec::new(), warnings: Diagnostics::default() }
}
