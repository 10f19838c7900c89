//! What the program is told before it is turned into an assembly.

use std::fs;
use std::path::PathBuf;

use stackwright_assembly::{Format, Manifest};

/// What the command line asks of a synthesis.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The form of the templates.
    pub format: Format,
    /// What the output directory holds so far; absent where there is none, it is not whole, or the command
    /// (`ls`, `graph`) does not look at it.
    pub previous: Option<Previous>,
}

/// The output of an earlier synthesis, read only as far as it is asked for.
#[derive(Debug)]
pub struct Previous {
    pub(crate) directory: PathBuf,
    pub(crate) manifest: Manifest,
}

impl Previous {
    /// The manifest of that synthesis.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The template or Kubernetes manifest of the deployable called `name`, in the form it was written in; absent
    /// where there was no such deployable or its file cannot be read.
    pub fn template(&self, name: &str) -> Option<Vec<u8>> {
        let deployable = self.manifest.deployables.iter().find(|deployable| deployable.name == name)?;
        fs::read(self.directory.join(&deployable.file)).ok()
    }
}
