//! What was migrated is what it was: the programs are those that the templates give, and give the templates back.

use std::path::Path;

use stackwright::cfn::{Template, read};
use stackwright::prelude::*;
use stackwright_deploy::compare::Comparison;

/// The name of a template, its text, and its program as text and as it runs.
type Pair = (&'static str, &'static str, &'static str, fn(&App));

const ALL: [Pair; 2] = [
    (
        "network",
        include_str!("../templates/network.yaml"),
        include_str!("network.rs"),
        crate::network::describe,
    ),
    ("jobs", include_str!("../templates/jobs.yaml"), include_str!("jobs.rs"), crate::jobs::describe),
];

fn synthesized(describe: fn(&App)) -> Template {
    let app = App::new();
    describe(&app);
    let assembly = app.synth(&SynthOptions::new()).unwrap_or_else(|findings| panic!("{findings:?}"));
    let file = assembly.files.iter().find(|file| file.name.ends_with(".template.json")).unwrap();
    read(std::str::from_utf8(&file.contents).unwrap()).unwrap()
}

#[test]
fn programs_synthesize_what_they_were_made_of() {
    for (name, text, _, describe) in ALL {
        let comparison = Comparison::of(&read(text).unwrap(), &synthesized(describe));
        assert!(comparison.is_empty(), "{name}: {:#?}", comparison.changes());
    }
}

#[test]
fn a_difference_would_be_seen() {
    let other = ALL[0].1.replace("bastions", "hosts");
    assert!(!Comparison::of(&read(&other).unwrap(), &synthesized(ALL[0].3)).is_empty());
}

/// Without what rustfmt decides, which need not be there.
fn unformatted(rust: &str) -> String {
    rust.chars().filter(|char| !char.is_whitespace() && *char != ',').collect()
}

#[test]
fn templates_still_give_these_programs() {
    for (name, text, rust, _) in ALL {
        let migration = stackwright_migrate::migrate(text, name).unwrap();
        if unformatted(&migration.rust) != unformatted(rust) {
            let file = Path::new("examples/migrated/src").join(name).with_extension("rs");
            panic!(
                "{} is not what its template gives: `cargo run -p cargo-stackwright -- migrate` writes it anew",
                file.display()
            );
        }
    }
}
