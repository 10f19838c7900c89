//! `cargo xtask dependencies`: licences and versions of the packages in Cargo.lock, compared with the list of what is
//! accepted; and licences of those that have a Cargo.lock of their own, as no program is built with them.
//!
//! It asks `cargo metadata`, for every system and with tests and benchmarks, so that nothing is there in secret. What
//! is listed and not needed any more is told as well: the list says what is, not what has been.

mod accepted;
mod licence;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::Outcome;
use accepted::Accepted;
use licence::Licence;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/dependencies");
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The folders whose packages are none of the workspace's.
const ELSEWHERE: [&str; 3] = ["aws-validator", "fuzz", "xtask/api"];

pub(crate) fn run() -> Outcome {
    let text = std::fs::read_to_string(FILE).map_err(|error| format!("cannot read {FILE}: {error}"))?;
    let accepted = Accepted::parse(&text)?;
    let own = packages("")?;
    let mut count = own.len();
    let mut problems = compare(&accepted, &own);
    for folder in ELSEWHERE {
        let packages = packages(folder)?;
        count += packages.len();
        problems.extend(compare_elsewhere(&accepted, folder, &packages));
    }
    let unknown = accepted.licences_in.keys().filter(|folder| !ELSEWHERE.contains(&folder.as_str()));
    problems.extend(
        unknown.map(|folder| format!("{folder} has no packages: allowed are {}", ELSEWHERE.join(", "))),
    );
    if !problems.is_empty() {
        return Err(format!("dependencies are not as xtask/dependencies says\n  {}", problems.join("\n  ")));
    }
    println!("{count} packages: licences and versions are as xtask/dependencies says");
    Ok(())
}

/// A package that is not ours.
struct Package {
    name: String,
    version: String,
    licence: Option<String>,
    source: String,
}

/// All packages of the workspace in a folder that are not ours, on any system.
fn packages(folder: &str) -> Result<Vec<Package>, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked", "--offline", "--all-features"])
        .arg("--manifest-path")
        .arg(root.join(folder).join("Cargo.toml"))
        .output()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !output.status.success() {
        let talk = String::from_utf8_lossy(&output.stderr);
        return Err(format!(
            "cargo cannot list the packages in ./{folder}\n{talk}hint: there, `cargo metadata` brings a stale Cargo.lock up \
             to date, and `cargo fetch --locked` gets the packages of other systems, too, once"
        ));
    }
    let metadata: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("what cargo metadata says is no JSON: {error}"))?;
    let text = |package: &Value, key: &str| package[key].as_str().map(str::to_owned);
    let packages = metadata["packages"].as_array().ok_or("cargo metadata lists no packages")?;
    let foreign = packages.iter().filter_map(|package| {
        Some(Package {
            source: text(package, "source")?,
            name: text(package, "name")?,
            version: text(package, "version")?,
            licence: text(package, "license"),
        })
    });
    Ok(foreign.collect())
}

/// Everything that differs between what is accepted and what is there.
fn compare(accepted: &Accepted, packages: &[Package]) -> Vec<String> {
    let mut problems = compare_licences(&BTreeSet::new(), &accepted.licences, packages);
    let mut versions = BTreeMap::<&str, BTreeSet<&str>>::new();
    for Package { name, version, .. } in packages {
        versions.entry(name).or_default().insert(line_of(version));
    }
    versions.retain(|_, versions| versions.len() > 1);
    for (name, found) in &versions {
        if accepted.several.get(*name).is_none_or(|listed| !listed.iter().eq(found)) {
            let found: Vec<&str> = found.iter().copied().collect();
            let line = format!("several {name} {}: REASON", found.join(" "));
            problems.push(format!("{name} is there several times: use one version, or list `{line}`"));
        }
    }
    for name in accepted.several.keys().filter(|name| !versions.contains_key(name.as_str())) {
        problems.push(format!("several {name} is listed, and there is one at most"));
    }
    problems
}

/// What differs in a workspace of its own. How often a package is there is nothing to programs.
fn compare_elsewhere(accepted: &Accepted, folder: &str, packages: &[Package]) -> Vec<String> {
    let none = BTreeSet::new();
    let further = accepted.licences_in.get(folder).unwrap_or(&none);
    let problems = compare_licences(&accepted.licences, further, packages);
    problems.into_iter().map(|problem| format!("in {folder}: {problem}")).collect()
}

/// What is wrong with where packages come from and their licences; each of those that are `listed` has to be needed,
/// beside those that are accepted anyway.
fn compare_licences(
    anyway: &BTreeSet<String>,
    listed: &BTreeSet<String>,
    packages: &[Package],
) -> Vec<String> {
    let (mut problems, mut licences) = (Vec::new(), Vec::new());
    let accepted: BTreeSet<String> = anyway.union(listed).cloned().collect();
    for Package { name, version, licence, source } in packages {
        if source != CRATES_IO {
            problems.push(format!("{name} {version} comes from {source}: allowed is crates.io"));
        }
        match licence.as_deref().map(Licence::parse) {
            None => problems.push(format!("{name} {version} names no licence")),
            Some(Err(problem)) => problems.push(format!("licence of {name} {version}: {problem}")),
            Some(Ok(licence)) if !licence.is_met(&accepted) => {
                let allowed: Vec<&str> = accepted.iter().map(String::as_str).collect();
                let allowed = allowed.join(", ");
                problems.push(format!("licence of {name} {version} is {licence}: allowed are {allowed}"));
            }
            Some(Ok(licence)) => licences.push(licence),
        }
    }
    for one in listed {
        let mut others = accepted.clone();
        others.remove(one);
        if licences.iter().all(|licence| licence.is_met(&others)) {
            problems.push(format!("licence {one} is listed, and no package needs it"));
        }
    }
    problems
}

/// The part of a version that only a breaking change changes, as `2` of 2.0.1 and `0.22` of 0.22.1.
fn line_of(version: &str) -> &str {
    let dots = if version.starts_with("0.") { 2 } else { 1 };
    let end = version.match_indices('.').nth(dots - 1).map_or(version.len(), |(at, _)| at);
    &version[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, version: &str, licence: &str) -> Package {
        let licence = Some(licence.to_owned());
        Package { name: name.to_owned(), version: version.to_owned(), licence, source: CRATES_IO.to_owned() }
    }

    #[test]
    fn what_is_listed_is_accepted() {
        let accepted = Accepted::parse("licence MIT\nlicence Zlib\n\nseveral a 1 2: b is behind\n").unwrap();
        let packages = [
            package("a", "1.0.0", "MIT"),
            package("a", "2.0.0", "MIT OR GPL-3.0"),
            package("b", "1.0.0", "Zlib"),
        ];
        assert_eq!(compare(&accepted, &packages), [""; 0]);
    }

    #[test]
    fn all_that_differs_is_told() {
        let accepted = Accepted::parse(
            "licence MIT\nlicence Zlib\nseveral a 1 2: b is behind\nseveral gone 0.1 0.2: c\n",
        )
        .unwrap();
        let mut packages = [
            package("a", "1.0.0", "MIT"),
            package("a", "3.0.0", "MIT AND GPL-3.0"),
            package("b", "1.0.0", "MIT or later"),
            package("c", "1.0.0", ""),
            package("d", "1.0.0", "MIT"),
        ];
        packages[3].licence = None;
        packages[4].source = "git+https://example.com/d".to_owned();
        assert_eq!(
            compare(&accepted, &packages),
            [
                "licence of a 3.0.0 is MIT AND GPL-3.0: allowed are MIT, Zlib",
                "licence of b 1.0.0: \"MIT or later\" is no licence expression at \"or\": allowed are names joined by \
                 AND, OR and WITH, and parentheses",
                "c 1.0.0 names no licence",
                "d 1.0.0 comes from git+https://example.com/d: allowed is crates.io",
                "licence Zlib is listed, and no package needs it",
                "a is there several times: use one version, or list `several a 1 3: REASON`",
                "several gone is listed, and there is one at most",
            ]
        );
    }

    #[test]
    fn workspaces_of_their_own_may_have_further_licences() {
        let list = "licence MIT\nlicence Zlib\nlicence NCSA in fuzz\nlicence MPL-2.0 in fuzz\n";
        let accepted = Accepted::parse(list).unwrap();
        let packages =
            [package("a", "1.0.0", "MIT"), package("a", "2.0.0", "NCSA"), package("b", "1.0.0", "ISC")];
        assert_eq!(
            compare_elsewhere(&accepted, "fuzz", &packages),
            [
                "in fuzz: licence of b 1.0.0 is ISC: allowed are MIT, MPL-2.0, NCSA, Zlib",
                "in fuzz: licence MPL-2.0 is listed, and no package needs it",
            ]
        );
        assert_eq!(compare_elsewhere(&accepted, "xtask/api", &packages[..1]), [""; 0]);
        assert_eq!(
            compare(&accepted, &packages[1..2])[0],
            "licence of a 2.0.0 is NCSA: allowed are MIT, Zlib"
        );
    }
}
