//! What ARCHITECTURE.md promises of the source tree itself.
#![expect(
    clippy::disallowed_methods,
    reason = "these tests read the repository's own files and ask cargo about it"
)]

mod arrows;
mod dependencies;
mod files;

use std::path::{Path, PathBuf};

/// The root of the repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// Fails with all that is wrong, not only the first.
fn assert_none(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}
