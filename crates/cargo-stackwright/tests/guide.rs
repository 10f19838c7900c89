//! The guide shows what projects start with.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// The functions of a page that have documentation, which are the project's; others are asides.
fn functions(page: &str) -> Vec<String> {
    let page = read(&format!("docs/guide/{page}.md"));
    let blocks = page.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default());
    let shown = |block: &str| -> String {
        let is_shown = |line: &&str| !line.starts_with("# ") && !line.starts_with("use stackwright::");
        block.lines().filter(is_shown).map(|line| format!("{line}\n")).collect()
    };
    blocks.map(|block| shown(block).trim().to_owned()).filter(|block| block.starts_with("///")).collect()
}

#[test]
fn the_functions_of_its_pages_are_those_of_the_starters() {
    let starter =
        |name: &str| (name.to_owned(), read(&format!("templates/project/{name}/infrastructure.rs")));
    let (eks, multus) = (starter("eks"), starter("multus"));
    let pages = [
        ("network", 1, vec![&eks, &multus]),
        ("cluster", 1, vec![&eks, &multus]),
        ("nodes", 1, vec![&eks, &multus]),
        ("pod_networks", 3, vec![&multus]),
        ("pods", 1, vec![&multus]),
    ];
    for (page, count, starters) in pages {
        let functions = functions(page);
        assert_eq!(functions.len(), count, "{page}");
        for function in functions {
            for (name, text) in &starters {
                assert!(
                    text.contains(&function),
                    "{page}.md shows what the starter {name} has not:\n{function}"
                );
            }
        }
    }
}

#[test]
fn it_calls_them_as_the_starter_does() {
    let page = read("docs/guide/pods.md");
    let block = page.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert!(read("templates/project/multus/infrastructure.rs").contains(block), "{block}");
}

#[test]
fn each_of_its_pages_is_a_module_and_in_the_table_of_contents() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
    let names =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let (contents, modules) = (read("docs/guide/README.md"), read("crates/stackwright/src/pages.rs"));
    let modules = modules.split("\nguide! {").nth(1).unwrap();
    let pages = names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned));
    for page in pages.filter(|page| page != "README") {
        assert!(modules.split_whitespace().any(|module| module == page), "{page} is no module of the guide");
        assert!(contents.contains(&format!("][{page}]")), "{page} is not in the table of contents");
    }
}
