//! The description of the command line, and whether texts for people keep to it.

use std::fs;
use std::path::{Path, PathBuf};

use super::{cli, context};

#[test]
fn the_description_of_the_command_line_is_sound() {
    cli("app").debug_assert();
}

#[test]
fn context_is_read_wherever_it_stands() {
    let check = |arguments: &[&str], expected: &[(&str, &str)]| {
        let found = context(arguments.iter().map(Into::into).collect());
        let found: Vec<(&str, &str)> = found.iter().map(|(key, value)| (&**key, &**value)).collect();
        assert_eq!(found, expected, "{arguments:?}");
    };
    check(&["app", "ls"], &[]);
    check(&["app", "-c", "a=1", "ls"], &[("a", "1")]);
    check(
        &["app", "ls", "-ca=1", "--context", "b=x=y", "--context=c="],
        &[("a", "1"), ("b", "x=y"), ("c", "")],
    );
    check(&["app", "ls", "-c", "a=1", "-c", "a=2"], &[("a", "2")]);
    check(&["app", "-c", "a=1", "synth", "-c", "b=2"], &[("a", "1"), ("b", "2")]);
    check(&["app", "synth", "--", "-c"], &[]);
    check(&["app", "ls", "-c", "a=1", "-c", "b"], &[]);
    check(&["app", "ls", "-c", "=1"], &[]);
}

/// The texts that show command lines: the README, the guide, and what new projects tell.
fn texts() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let pages = fs::read_dir(root.join("docs/guide")).unwrap().map(|entry| entry.unwrap().path());
    let others = ["README.md", "templates/project/README.md", "templates/project/ci.yml"];
    pages.chain(others.map(|name| root.join(name))).collect()
}

/// What follows `cargo run --` on each command line in a text: up to the end of the code, a comment in a column of its
/// own, or what a shell does with it.
fn command_lines(text: &str) -> impl Iterator<Item = &str> {
    let lines =
        ["cargo run -- ", "cargo run --locked -- "].into_iter().flat_map(|start| text.split(start).skip(1));
    lines.map(|rest| {
        let ends = ["`", "\"", "\n", "  ", " #", " >", " |", " &&"];
        let end = ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
        rest[..end].trim_end_matches(['.', ',', ':', ';', ')'])
    })
}

#[test]
fn command_lines_in_texts_are_understood() {
    let (mut count, mut problems) = (0, Vec::new());
    for path in texts() {
        let text = fs::read_to_string(&path).unwrap();
        for line in command_lines(&text) {
            count += 1;
            let arguments = ["app"].into_iter().chain(line.split_whitespace());
            if let Err(error) = cli("app").try_get_matches_from(arguments) {
                problems.push(format!("{}: {line}\n{error}", path.display()));
            }
        }
    }
    assert!(count > 40, "these are not all of them: {count}");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn command_lines_end_where_their_code_does() {
    let text = "`cargo run -- ls`, then\n$ cargo run -- plan --format html > plan.html\ncargo run -- synth    writes\n";
    let found: Vec<&str> = command_lines(text).collect();
    assert_eq!(found, ["ls", "plan --format html", "synth"]);
}
