//! Source files are short and say what they are responsible for.

use std::fs;
use std::path::{Path, PathBuf};

use super::{assert_none, root};

/// Past this length there is a second idea in a file.
const LONGEST: usize = 600;

/// Inputs and expected outputs of tests are not modules of ours.
const FIXTURES: [&str; 4] = ["compile_fail", "compile_pass", "fixtures", "node_modules"];

fn sources(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !FIXTURES.contains(&&*name) && !name.starts_with('.') && name != "target" {
                sources(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_source_file_is_short_and_opens_with_its_responsibility() {
    let root = root();
    let mut found = Vec::new();
    for directory in ["crates", "examples", "tests", "xtask"] {
        sources(&root.join(directory), &mut found);
    }
    assert!(found.len() > 50, "these are not all the files: {found:?}");

    let mut problems = Vec::new();
    for path in found {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(&root).unwrap().display();
        if !text.starts_with("//! ") {
            problems.push(format!("{name} does not open with a `//!` line"));
        }
        let lines = text.lines().count();
        if lines > LONGEST {
            problems.push(format!("{name} has {lines} lines, allowed are {LONGEST}"));
        }
    }
    assert_none(&problems);
}
