//! Lists what programs can name of our crates, one item a line, so that a review shows what changes for them.
//!
//! `cargo xtask api` runs it. Implementations that the compiler writes (of `Send`, of `Into`, by `derive`) are left
//! out; generated resource types are no part of it, as their facts are reviewed.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

/// What a program names directly or by the facade, but for the generated types.
const CRATES: [&str; 7] = ["stackwright", "assembly", "cfn", "constructs", "core", "k8s", "testing"];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => run(false),
        ["--check"] => run(true),
        _ => Err("allowed is --check, or nothing".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(check: bool) -> Result<(), String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    // Build scripts look at the variable that is set below, so these builds would undo those of others.
    let target = target.join("api");
    let mut differences = String::new();
    for name in CRATES {
        let listed = list(&root, &target, name)?;
        let path = root.join(format!("api/{name}.txt"));
        let before = fs::read_to_string(&path).unwrap_or_default();
        if !check {
            fs::write(&path, &listed).map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        } else if listed != before {
            _ = write!(differences, "\napi/{name}.txt");
            describe(&mut differences, &before, &listed);
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    Err(format!(
        "what programs can name is not what api/ lists{differences}\nhint: run `cargo xtask api`, and commit what changes; \
         a line that is gone or changed is \"Breaking\" in CHANGELOG.md"
    ))
}

/// The items of a crate, sorted, one a line.
fn list(root: &Path, target: &Path, name: &str) -> Result<String, String> {
    let package = if name == "stackwright" { name.to_owned() } else { format!("stackwright-{name}") };
    let features: &[&str] = if name == "testing" { &["--all-features"] } else { &[] };
    let status = Command::new(env!("CARGO"))
        .args(["rustdoc", "--quiet", "--locked", "--lib", "--package", &package])
        .args(features)
        .args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"])
        // Data instead of pages is not stable yet, and this is the only way to ask a stable compiler for it.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", target)
        .env("CARGO_INCREMENTAL", "0")
        .current_dir(root)
        .status()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !status.success() {
        return Err(format!("cargo rustdoc of {package} failed"));
    }
    let data = target.join("doc").join(format!("{}.json", package.replace('-', "_")));
    let api = public_api::Builder::from_rustdoc_json(data)
        .sorted(true)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .map_err(|error| {
            format!(
                "cannot read what rustdoc says of {package}: {error}\nhint: this reads the data of Rust 1.95; use \
                 that, or a later version of public-api in xtask/api/Cargo.toml"
            )
        })?;
    let mut text = String::new();
    for item in api.items() {
        _ = writeln!(text, "{item}");
    }
    Ok(text)
}

/// The lines that only one of the two has.
fn describe(text: &mut String, before: &str, after: &str) {
    let mut add = |sign: char, lines: &str, others: &str| {
        let others: std::collections::BTreeSet<&str> = others.lines().collect();
        for line in lines.lines().filter(|line| !others.contains(line)) {
            _ = write!(text, "\n  {sign} {line}");
        }
    };
    add('-', before, after);
    add('+', after, before);
}
