//! Every dependency enters through the workspace's list, with a reason.

use super::{assert_none, read, root};

/// The lines of the sections whose headings `is_wanted`, each with the line before it.
fn entries(manifest: &str, is_wanted: impl Fn(&str) -> bool) -> Vec<(&str, &str)> {
    let (mut is_in, mut before, mut found) = (false, "", Vec::new());
    for line in manifest.lines() {
        if let Some(heading) = line.strip_prefix('[') {
            is_in = is_wanted(heading.trim_end_matches(']'));
        } else if is_in && !line.starts_with('#') && !line.is_empty() {
            found.push((before, line));
        }
        before = line;
    }
    found
}

/// Entries of the workspace's list that no comment above explains; our own crates need none.
fn unexplained(manifest: &str) -> Vec<String> {
    let entries = entries(manifest, |heading| heading == "workspace.dependencies");
    let foreign = entries.into_iter().filter(|(_, line)| !line.contains("path ="));
    let silent = foreign.filter(|(before, _)| !before.starts_with("# "));
    silent.map(|(_, line)| format!("no reason stands above: {line}")).collect()
}

/// Entries of a member that do not refer to the workspace's list.
fn strays(manifest: &str) -> Vec<String> {
    let entries = entries(manifest, |heading| heading.ends_with("dependencies"));
    let own = entries.into_iter().filter(|(_, line)| !line.contains("workspace = true"));
    own.map(|(_, line)| format!("not from the workspace's list: {line}")).collect()
}

#[test]
fn every_dependency_has_a_reason() {
    assert_none(&unexplained(&read("Cargo.toml")));
}

#[test]
fn members_take_dependencies_from_the_workspace() {
    let mut problems = Vec::new();
    for directory in ["crates", "examples"] {
        for entry in std::fs::read_dir(root().join(directory)).unwrap() {
            let member = format!("{directory}/{}", entry.unwrap().file_name().to_string_lossy());
            let strays = strays(&read(format!("{member}/Cargo.toml")));
            problems.extend(strays.iter().map(|stray| format!("{member}: {stray}")));
        }
    }
    for member in ["tests", "xtask"] {
        let strays = strays(&read(format!("{member}/Cargo.toml")));
        problems.extend(strays.iter().map(|stray| format!("{member}: {stray}")));
    }
    assert_none(&problems);
}

#[test]
fn silent_and_stray_dependencies_are_found() {
    let manifest = "[workspace.dependencies]\n# Why.\na = \"1\"\nb = \"1\"\nc = { path = \"c\" }\n";
    assert_eq!(unexplained(manifest), ["no reason stands above: b = \"1\""]);
    let member =
        "[dependencies]\na.workspace = true\nb = \"1\"\n[dev-dependencies]\nc = { workspace = true }\n";
    assert_eq!(strays(member), ["not from the workspace's list: b = \"1\""]);
}
