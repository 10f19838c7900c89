//! What the program is told before it is turned into an assembly.

use std::cell::OnceCell;
use std::fs;
use std::rc::Rc;

use stackwright_assembly::{Format, Manifest};

use crate::output::Output;

/// What the command line asks of a synthesis.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// The form of the templates.
    pub format: Format,
    /// The output directory; absent where the command (`ls`, `plan`) does not look at it.
    pub previous: Option<Previous>,
}

/// What an earlier synthesis left in the output directory. It is read when it is asked for; a clone is cheap.
#[derive(Clone, Debug)]
pub struct Previous {
    read: Rc<Read>,
}

#[derive(Debug)]
struct Read {
    output: Output,
    manifest: OnceCell<Option<Manifest>>,
}

impl Previous {
    pub(crate) fn new(output: Output) -> Self {
        Previous { read: Rc::new(Read { output, manifest: OnceCell::new() }) }
    }

    /// The manifest; absent where there is none, or none that is whole and ours.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.read.manifest.get_or_init(|| self.read.output.manifest().ok().flatten()).as_ref()
    }

    /// The template or Kubernetes manifest of the deployable called `name`, in the form it was written in; absent
    /// where there was no such deployable or its file cannot be read.
    pub fn template(&self, name: &str) -> Option<Vec<u8>> {
        let deployable = self.manifest()?.deployables.iter().find(|deployable| deployable.name == name)?;
        fs::read(self.read.output.path().join(&deployable.file)).ok()
    }
}
