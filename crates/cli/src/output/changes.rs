//! What a synthesis changes in the output directory.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::Path;

use serde::Serialize;
use stackwright_assembly::{Assembly, Deployable, Manifest};

use super::is_plain;
use crate::failure::Failure;

/// Which stacks and charts are written.
#[derive(Debug, PartialEq)]
pub(crate) enum Selection<'a> {
    /// All of them.
    All,
    /// Those of these names.
    Some(BTreeSet<&'a str>),
}

impl<'a> Selection<'a> {
    /// Those of these names and all that they depend on, or the name that there is none of.
    pub(crate) fn of(names: &[&'a str], manifest: &'a Manifest) -> Result<Self, &'a str> {
        let mut selected = BTreeSet::new();
        let mut waiting = names.to_vec();
        while let Some(name) = waiting.pop() {
            let deployable =
                manifest.deployables.iter().find(|deployable| deployable.name == name).ok_or(name)?;
            if selected.insert(name) {
                waiting.extend(deployable.dependencies.iter().map(String::as_str));
            }
        }
        Ok(Selection::Some(selected))
    }

    fn contains(&self, name: &str) -> bool {
        match self {
            Selection::All => true,
            Selection::Some(names) => names.contains(name),
        }
    }
}

/// What is in the directory.
#[derive(Debug)]
pub(super) struct Before {
    /// What the manifest says of stacks and charts; may be left empty where all of them are written anew.
    pub(super) deployables: Vec<Deployable>,
    /// The files that the manifest lists.
    pub(super) files: Vec<String>,
}

/// What is to be in the directory.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    /// The templates and manifests that are written.
    pub(super) written: Vec<(&'a str, &'a [u8])>,
    manifest: Listing<'a>,
    /// The files of what was there and is no more.
    pub(super) departed: Vec<String>,
}

/// [`Manifest`], without a copy of its longest part.
#[derive(Debug, Serialize)]
struct Listing<'a> {
    version: u32,
    deployables: Vec<Cow<'a, Deployable>>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(
        assembly: &'a Assembly,
        selection: &Selection<'_>,
        before: Before,
    ) -> Result<Self, Failure> {
        let mut deployables: Vec<Cow<'a, Deployable>> = Vec::new();
        let mut written = Vec::new();
        for deployable in &assembly.manifest.deployables {
            if !selection.contains(&deployable.name) {
                let is_it = |other: &&Deployable| other.name == deployable.name;
                deployables.extend(before.deployables.iter().find(is_it).cloned().map(Cow::Owned));
                continue;
            }
            let file = &*deployable.file;
            let contents = assembly.file(file).filter(|_| is_plain(file)).ok_or_else(|| {
                Failure::new(format!("the assembly has no usable file {file:?} for {:?}", deployable.name))
                    .hint("this is a bug in stackwright; please report it")
            })?;
            written.push((file, contents));
            deployables.push(Cow::Borrowed(deployable));
        }

        let stays = |file: &str| deployables.iter().any(|deployable| deployable.file == file);
        let departed = before.files.into_iter().filter(|file| is_plain(file) && !stays(file)).collect();

        let manifest = Listing { version: assembly.manifest.version, deployables };
        Ok(Plan { written, manifest, departed })
    }

    /// The text of `manifest.json`, which tells just what the directory is to hold.
    pub(super) fn manifest(&self) -> Result<Vec<u8>, Failure> {
        // Nearly all of it is the source map, whose entries are this long; moving the text while it grows takes longer
        // than writing it.
        let entries: usize = self.manifest.deployables.iter().map(|one| one.source_map.len()).sum();
        let mut manifest = Vec::with_capacity(1024 + 320 * entries);
        stackwright_cfn::write_indented(&self.manifest, &mut manifest)
            .map_err(|error| Failure::new("cannot write the manifest as JSON").cause(&error))?;
        manifest.push(b'\n');
        Ok(manifest)
    }
}

/// What was changed, by file.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Changes {
    /// Files that are new or have new contents.
    pub(crate) written: Vec<String>,
    /// Files of what is no more.
    pub(crate) removed: Vec<String>,
    /// Files that were as they should be.
    pub(crate) unchanged: Vec<String>,
}

impl Changes {
    /// Whether everything was as it should be.
    pub(super) fn are_none(&self) -> bool {
        self.written.is_empty() && self.removed.is_empty()
    }

    /// For a person: each change, and how many there are.
    pub(crate) fn told(&self, directory: &Path) -> String {
        let mut text = String::new();
        for (word, files) in [("wrote", &self.written), ("removed", &self.removed)] {
            for file in files {
                text += &format!("{word} {}\n", directory.join(file).display());
            }
        }
        let Changes { written, removed, unchanged } = self;
        text += &format!(
            "{}: {} written, {} removed, {} unchanged",
            directory.display(),
            written.len(),
            removed.len(),
            unchanged.len()
        );
        text
    }
}
