//! Where a project takes Stackwright from.

use std::fs;
use std::path::{Path, PathBuf};

use stackwright_cli::Failure;

/// A place that has Stackwright's packages.
#[derive(Debug)]
pub(crate) enum Origin {
    /// A checkout of its repository, by its full path.
    Checkout(PathBuf),
    /// A repository that cargo fetches, by its URL.
    Repository(String),
}

impl Origin {
    pub(crate) fn repository(url: &str) -> Origin {
        Origin::Repository(url.to_owned())
    }

    /// The checkout in a directory.
    pub(crate) fn checkout(directory: &Path) -> Result<Origin, Failure> {
        let has_facade = directory.join("crates/stackwright/Cargo.toml").is_file();
        match directory.canonicalize() {
            Ok(directory) if has_facade => Ok(Origin::Checkout(directory)),
            _ => Err(Failure::new(format!("there is no Stackwright in {}", directory.display()))
                .hint("--path takes a checkout of its repository, --git the URL of one")),
        }
    }

    /// The checkout that this program was built from.
    pub(crate) fn own_checkout() -> Result<Origin, Failure> {
        Origin::checkout(&own())
    }

    /// What stands in `Cargo.toml` for one of the packages, between the braces.
    pub(crate) fn dependency(&self, folder: &str) -> Result<String, Failure> {
        match self {
            Origin::Repository(url) => Ok(format!("git = {}", toml_text(url))),
            Origin::Checkout(directory) => {
                let path = directory.join("crates").join(folder);
                let path = path.to_str().ok_or_else(|| {
                    Failure::new(format!("{} is not valid UTF-8, which Cargo.toml has to be", path.display()))
                })?;
                Ok(format!("path = {}", toml_text(path)))
            }
        }
    }

    /// The versions of all dependencies that Stackwright is tested with, where they can be read here.
    pub(crate) fn lock_file(&self) -> Result<Option<String>, Failure> {
        let Origin::Checkout(directory) = self else { return Ok(None) };
        let file = directory.join("Cargo.lock");
        match file.exists() {
            true => fs::read_to_string(&file).map(Some).map_err(Failure::io("read", &file)),
            false => Ok(None),
        }
    }

    /// What the person has to know beside.
    pub(crate) fn note(&self) -> Option<String> {
        match self {
            Origin::Repository(_) => None,
            Origin::Checkout(directory) => Some(format!(
                "note: it takes Stackwright from {}, which others and CI do not have: give them a repository of it by \
                 `git = \"URL\"` in Cargo.toml, or by --git URL from the start",
                directory.display()
            )),
        }
    }
}

/// The directory of the checkout that this program was built from, which may be gone by now.
pub(crate) fn own() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A basic string of TOML, which takes every escape that JSON writes.
fn toml_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
