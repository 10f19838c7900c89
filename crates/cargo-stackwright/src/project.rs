//! The files of a project.

use stackwright::prelude::App;
use stackwright_cli::Failure;
use stackwright_testing::{Synthesis, snapshot};

use crate::checkout::Origin;
use crate::directory::File;
use crate::name::Name;
use crate::starter::Starter;

/// The files that are the same for every starter but for what stands in braces.
const TEMPLATES: [(&str, &str); 5] = [
    (".github/workflows/ci.yml", include_str!("../../../templates/project/ci.yml")),
    (".gitignore", include_str!("../../../templates/project/gitignore")),
    // Not under its own name: cargo reads every Cargo.toml of a repository that it fetches.
    ("Cargo.toml", include_str!("../../../templates/project/package.toml")),
    ("README.md", include_str!("../../../templates/project/README.md")),
    ("src/main.rs", include_str!("../../../templates/project/main.rs")),
];

/// A project to be.
pub(crate) struct Project<'a> {
    pub(crate) name: &'a Name,
    pub(crate) starter: Starter,
    pub(crate) origin: &'a Origin,
}

impl Project<'_> {
    /// All its files.
    pub(crate) fn files(&self) -> Result<Vec<File>, Failure> {
        let facade = self.origin.dependency("stackwright")?;
        let testing = self.origin.dependency("testing")?;
        let values = [
            ("{{name}}", self.name.as_str()),
            ("{{rust-version}}", env!("CARGO_PKG_RUST_VERSION")),
            ("{{stackwright}}", &facade),
            ("{{stackwright-testing}}", &testing),
        ];
        let fill =
            |text: &str| values.iter().fold(text.to_owned(), |text, (key, value)| text.replace(key, value));
        let mut files: Vec<File> =
            TEMPLATES.iter().map(|(path, text)| ((*path).to_owned(), fill(text))).collect();
        files.push(("src/infrastructure.rs".to_owned(), self.starter.infrastructure().to_owned()));
        files.push(("src/tests.rs".to_owned(), self.starter.tests().to_owned()));
        files.extend(self.snapshots());
        files.extend(self.origin.lock_file()?.map(|lock| ("Cargo.lock".to_owned(), lock)));
        Ok(files)
    }

    /// What its test of snapshots will find, accepted beforehand.
    fn snapshots(&self) -> impl Iterator<Item = File> {
        let app = App::new();
        self.starter.describe(&app, self.name.as_str());
        let test = format!("{}__tests__files_are_as_they_were", self.name.crate_name());
        snapshot::files(&Synthesis::of(&app)).into_iter().map(move |(file, contents)| {
            let text = format!("---\nsource: src/tests.rs\n---\n{contents}");
            (format!("src/snapshots/{test}@{file}.snap"), text)
        })
    }
}
