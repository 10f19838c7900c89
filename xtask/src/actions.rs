//! `cargo xtask actions`: from a published list of IAM's actions to the facts file that policies are checked with.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::Outcome;
use crate::facts::Mode;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/validation/facts/actions");

/// What the first paragraph of the file says after its date and its source.
const GRAMMAR: &str = "\
# The names of IAM's actions: one service a paragraph, its prefix first, then its actions. Names only, no prose.
# `cargo xtask actions --package DIR` writes this file from the unpacked package; `--check` compares.
";

pub(crate) fn run(package: &str, mode: Mode) -> Outcome {
    let text = facts(Path::new(package))?;
    match mode {
        Mode::Write => std::fs::write(FILE, text).map_err(|error| format!("cannot write {FILE}: {error}")),
        Mode::Check if std::fs::read_to_string(FILE).ok().as_ref() == Some(&text) => Ok(()),
        Mode::Check => Err("crates/validation/facts/actions is not what the package says".to_owned()),
    }
}

fn facts(package: &Path) -> Result<String, String> {
    let manifest = json(&package.join("package.json"))?;
    let [name, version, license] = ["name", "version", "license"].map(|key| string(&manifest, key));
    let updated = string(&manifest, "updatedAt")?;
    let day = updated.split('T').next().unwrap_or_default();
    let mut text =
        format!("# as of {day}\n# package {} version {} licence {}\n{GRAMMAR}", name?, version?, license?);

    let services = json(&package.join("data/services.json"))?;
    let services = services.as_array().ok_or("data/services.json is not a list")?;
    let mut services: Vec<&str> = services.iter().filter_map(Value::as_str).collect();
    services.sort_unstable();
    for service in services {
        let path = package.join(format!("data/actions/{service}.json"));
        let actions = json(&path)?;
        let actions = actions.as_object().ok_or_else(|| format!("{} is not a map", path.display()))?;
        let mut names: Vec<&str> = actions.values().filter_map(|action| action["name"].as_str()).collect();
        if names.is_empty() {
            continue;
        }
        names.sort_unstable();
        _ = write!(text, "\n{service}\n {}\n", names.join("\n "));
    }
    Ok(text)
}

fn json(path: &Path) -> Result<Value, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn string<'a>(map: &'a Value, key: &str) -> Result<&'a str, String> {
    map[key].as_str().ok_or_else(|| format!("package.json has no text {key:?}"))
}
