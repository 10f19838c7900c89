//! `cargo stackwright new`, as it is run.

mod program;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use program::run;

/// The checkout of this test.
const CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

fn made(directory: &Path, arguments: &[&str]) -> String {
    let output = run(directory, arguments);
    let talk = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && output.stdout.is_empty(), "{talk}");
    talk
}

fn refused(directory: &Path, arguments: &[&str], code: i32) -> String {
    let output = run(directory, arguments);
    assert_eq!(output.status.code(), Some(code));
    assert!(fs::read_dir(directory).unwrap().next().is_none(), "something was written");
    String::from_utf8(output.stderr).unwrap()
}

/// Every file below a directory.
fn files(directory: &Path) -> BTreeMap<String, String> {
    fn gather(directory: &Path, prefix: &str, found: &mut BTreeMap<String, String>) {
        for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
            let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            match entry.path().is_dir() {
                true => gather(&entry.path(), &format!("{name}/"), found),
                false => _ = found.insert(name, fs::read_to_string(entry.path()).unwrap()),
            }
        }
    }
    let mut found = BTreeMap::new();
    gather(directory, "", &mut found);
    found
}

#[test]
fn a_project_has_a_program_tests_a_workflow_and_all_that_the_program_makes() {
    let place = tempfile::tempdir().unwrap();
    let talk = made(place.path(), &["new", "corner-shop"]);
    assert!(
        talk.starts_with("made corner-shop in corner-shop\n\nnow:\n  cd corner-shop\n  cargo test\n"),
        "{talk}"
    );
    assert!(talk.contains("which others and CI do not have"), "{talk}");

    let files = files(&place.path().join("corner-shop"));
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    let snapshots = "src/snapshots/corner_shop__tests__files_are_as_they_were";
    assert_eq!(
        names,
        [
            ".github/workflows/ci.yml",
            ".gitignore",
            "Cargo.lock",
            "Cargo.toml",
            "README.md",
            "src/infrastructure.rs",
            "src/main.rs",
            &format!("{snapshots}@corner-shop-cluster.template.json.snap"),
            &format!("{snapshots}@corner-shop-network.template.json.snap"),
            &format!("{snapshots}@manifest.json.snap"),
            "src/tests.rs",
        ]
    );
    for (name, text) in &files {
        assert!(!text.contains("{{"), "{name} has a gap");
        assert!(text.ends_with('\n'), "{name} ends within a line");
    }

    let main = &files["src/main.rs"];
    assert!(main.contains("const NAME: &str = \"corner-shop\";"), "{main}");
    let network = &files[&*format!("{snapshots}@corner-shop-network.template.json.snap")];
    assert!(network.starts_with("---\nsource: src/tests.rs\n---\n{\n"), "{network}");
    assert!(network.contains("\"corner-shop-network/vpc\""), "{network}");
    let checkout = Path::new(CHECKOUT).canonicalize().unwrap();
    let manifest = &files["Cargo.toml"];
    for package in ["stackwright", "testing"] {
        let path = format!("path = \"{}\"", checkout.join("crates").join(package).display());
        assert!(manifest.contains(&path), "{path}\n{manifest}");
    }
    assert_eq!(files["Cargo.lock"], fs::read_to_string(checkout.join("Cargo.lock")).unwrap());
}

#[test]
fn a_project_may_start_small_and_take_stackwright_from_a_repository() {
    let place = tempfile::tempdir().unwrap();
    let talk = made(
        place.path(),
        &["new", "--template=app", "teams/shop", "--git", "https://git.example.com/\"stackwright\""],
    );
    assert!(!talk.contains("note:"), "{talk}");
    let files = files(&place.path().join("teams/shop"));
    assert!(
        files["Cargo.toml"].contains(r#"stackwright = { git = "https://git.example.com/\"stackwright\"" }"#)
    );
    assert!(!files.contains_key("Cargo.lock"), "its versions may be of another time");
    assert!(
        files.contains_key("src/snapshots/shop__tests__files_are_as_they_were@shop-web.template.json.snap")
    );
}

#[test]
fn snapshots_say_nothing_of_where_this_program_was_built() {
    let place = tempfile::tempdir().unwrap();
    made(place.path(), &["new", "--template", "multus", "shop"]);
    let files = files(&place.path().join("shop"));
    let snapshots: Vec<_> = files.iter().filter(|(name, _)| name.ends_with(".snap")).collect();
    assert_eq!(snapshots.len(), 5);
    for (name, text) in snapshots {
        assert!(!text.contains("infrastructure.rs"), "{name}");
    }
}

#[test]
fn what_cannot_be_made_is_told_with_what_can() {
    let place = tempfile::tempdir().unwrap();
    let here = place.path();
    let talk = refused(here, &["new", "My_Shop"], 1);
    assert_eq!(
        talk,
        "error: no project can be called `My_Shop`: it has `M`, allowed are lower-case letters, digits and hyphens\n |\n \
         = help: `my-shop` would do\n"
    );
    let talk = refused(here, &["new", "shop", "--path", "nowhere"], 1);
    assert!(talk.contains("there is no Stackwright in ") && talk.contains("--git the URL of one"), "{talk}");
    for directory in [".", "..", "shop/.."] {
        let talk = refused(here, &["new", directory], 1);
        assert!(talk.contains(&format!("{directory} does not end in a name for the project")), "{talk}");
    }
    let talk = refused(here, &["new", "shop", "--path=/", "--git=/"], 2);
    assert!(talk.contains("cannot be used with"), "{talk}");
    let talk = refused(here, &["neu"], 2);
    assert!(talk.contains("a similar subcommand exists: 'new'"), "{talk}");
}
