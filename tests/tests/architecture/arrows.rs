//! Crates depend on each other just as the map in ARCHITECTURE.md draws it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use super::{assert_none, read, root};

/// Who depends on whom.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The map: a line for each crate, `name   what it is   -> what it uses`.
fn drawn(text: &str) -> Arrows {
    let (_, map) = text.split_once("```text\n").expect("ARCHITECTURE.md has a map");
    let (map, _) = map.split_once("```").expect("the map ends");
    let line = |line: &str| {
        let name = line.split_whitespace().next()?.to_owned();
        let targets = line.split_once("->").map_or("", |(_, targets)| targets);
        let targets = targets.split(',').map(str::trim).filter(|target| !target.is_empty());
        Some((name, targets.map(str::to_owned).collect()))
    };
    map.lines().filter_map(line).collect()
}

/// The arrows of the workspace, by short names; with those that only tests need, or without.
fn built(with_tests: bool) -> Arrows {
    let output = Command::new(std::env::var("CARGO").expect("cargo runs this test"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let list = |value: &Value| value.as_array().unwrap().clone();
    let short = |value: &Value| value.as_str().unwrap().trim_start_matches("stackwright-").to_owned();

    let crates = list(&metadata["packages"]).into_iter().map(|package| {
        let is_local = |dependency: &Value| !dependency["path"].is_null();
        let is_counted = |dependency: &Value| with_tests || dependency["kind"] != "dev";
        let dependencies = list(&package["dependencies"]);
        let dependencies = dependencies.iter().filter(|it| is_local(it) && is_counted(it));
        (short(&package["name"]), dependencies.map(|dependency| short(&dependency["name"])).collect())
    });
    crates.collect()
}

/// Where the two differ, in words.
fn differences(drawn: &Arrows, built: &Arrows) -> Vec<String> {
    let mut problems = Vec::new();
    for name in drawn.keys().filter(|name| !built.contains_key(*name)) {
        problems.push(format!("{name} is on the map and not in the workspace"));
    }
    for (name, targets) in built {
        let Some(allowed) = drawn.get(name) else {
            problems.push(format!("{name} is not on the map"));
            continue;
        };
        let wild = targets.difference(allowed);
        problems.extend(wild.map(|target| format!("{name} -> {target} is not drawn")));
        let stale = allowed.difference(targets);
        problems.extend(stale.map(|target| format!("{name} -> {target} is drawn, and there is none")));
    }
    problems
}

/// A circle, if there is one.
fn circle(arrows: &Arrows) -> Option<Vec<String>> {
    fn visit(name: &str, arrows: &Arrows, way: &mut Vec<String>, done: &mut BTreeSet<String>) -> bool {
        if done.contains(name) {
            return false;
        }
        let is_closed = way.iter().any(|passed| passed == name);
        way.push(name.to_owned());
        if is_closed || arrows.get(name).into_iter().flatten().any(|next| visit(next, arrows, way, done)) {
            return true;
        }
        way.pop();
        done.insert(name.to_owned());
        false
    }

    let mut done = BTreeSet::new();
    arrows.keys().find_map(|name| {
        let mut way = Vec::new();
        visit(name, arrows, &mut way, &mut done).then_some(way)
    })
}

#[test]
fn arrows_run_only_as_drawn() {
    assert_none(&differences(&drawn(&read("ARCHITECTURE.md")), &built(false)));
}

#[test]
fn arrows_of_tests_close_no_circle() {
    assert_eq!(circle(&built(true)), None);
}

#[test]
fn an_undrawn_arrow_a_stale_one_and_a_circle_are_found() {
    let map = drawn("```text\na   the top   -> b, c\nb   the middle -> c\nc\nold\n```");
    let real = drawn("```text\na -> b\nb -> c\nc -> a\nnew\n```");
    assert_eq!(
        differences(&map, &real),
        [
            "old is on the map and not in the workspace",
            "a -> c is drawn, and there is none",
            "c -> a is not drawn",
            "new is not on the map",
        ]
    );
    assert_eq!(circle(&map), None);
    assert_eq!(circle(&real).unwrap(), ["a", "b", "c", "a"]);
}
