//! The directory that `synth` writes and others read.

mod changes;
mod commit;
mod disk;

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use stackwright_assembly::{Assembly, Diagnostics, FORMAT_VERSION, Manifest};

use crate::failure::Failure;

use changes::{Before, Plan};
pub(crate) use changes::{Changes, Selection};
use commit::Commit;
use disk::{Disk, RealDisk};

/// The file that lists the others. A directory without it holds no assembly.
const MANIFEST: &str = "manifest.json";

/// An output directory.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// As the user says it.
    name: PathBuf,
    path: PathBuf,
}

impl Output {
    /// The directory called `name` in `directory`.
    pub(crate) fn new(directory: &Path, name: &Path) -> Self {
        Output { name: name.to_owned(), path: directory.join(name) }
    }

    /// Its name as the user says it.
    pub(crate) fn name(&self) -> &Path {
        &self.name
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it hold what `selection` selects of `assembly`, beside what it holds of the rest. After a failure it
    /// holds what it held. Only one process at a time writes; `waiting` is called if another one does.
    pub(crate) fn write(
        &self,
        assembly: &Assembly,
        selection: &Selection<'_>,
        waiting: impl FnOnce(),
    ) -> Result<Changes, Failure> {
        self.write_to(&RealDisk, assembly, selection, waiting)
    }

    fn write_to(
        &self,
        disk: &impl Disk,
        assembly: &Assembly,
        selection: &Selection<'_>,
        waiting: impl FnOnce(),
    ) -> Result<Changes, Failure> {
        fs::create_dir_all(&self.path).map_err(Failure::io("create the directory", &self.name))?;
        let _held_to_the_end = self.lock(waiting).map_err(Failure::io("lock", &self.name))?;
        let commit = Commit { disk, name: &self.name, path: &self.path };
        commit.recover()?;
        commit.run(&Plan::new(assembly, selection, self.before(selection)?)?)
    }

    /// Keeps other processes from writing until the result is dropped.
    fn lock(&self, waiting: impl FnOnce()) -> io::Result<File> {
        let file = self.lock_file()?;
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => waiting(),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        file.lock()?;
        Ok(file)
    }

    /// The directory itself, so that nothing of ours lies about in it.
    #[cfg(unix)]
    fn lock_file(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Elsewhere a directory cannot be locked.
    #[cfg(not(unix))]
    fn lock_file(&self) -> io::Result<File> {
        File::create(self.path.join(".stackwright.lock"))
    }

    /// What is there, as far as the plan needs it: where all is written anew, the names of files. The manifest of a
    /// large app takes longer to understand than to write.
    fn before(&self, selection: &Selection<'_>) -> Result<Before, Failure> {
        #[derive(Deserialize)]
        struct Listing {
            deployables: Vec<Listed>,
        }
        #[derive(Deserialize)]
        struct Listed {
            file: String,
        }

        if *selection == Selection::All {
            let listed = self.read_manifest()?.map_or_else(Vec::new, |listing: Listing| listing.deployables);
            let files = listed.into_iter().map(|listed| listed.file).collect();
            return Ok(Before { deployables: Vec::new(), files });
        }
        let deployables = self.manifest()?.map_or_else(Vec::new, |manifest| manifest.deployables);
        let files = deployables.iter().map(|deployable| deployable.file.clone()).collect();
        Ok(Before { deployables, files })
    }

    /// The manifest that is there; absent where there is none.
    pub(crate) fn manifest(&self) -> Result<Option<Manifest>, Failure> {
        self.read_manifest()
    }

    /// The assembly that an earlier synth wrote. What it warned of is not known any more.
    pub(crate) fn assembly(&self) -> Result<Assembly, Failure> {
        let Some(manifest) = self.manifest()? else {
            let message = format!("there is no {MANIFEST} in {}", self.name.display());
            return Err(Failure::new(message).hint("write one with synth, or name another directory"));
        };
        let mut files = Vec::new();
        for deployable in &manifest.deployables {
            let name = deployable.file.clone();
            if !is_plain(&name) {
                let listed = self.name.join(MANIFEST);
                return Err(Failure::new(format!(
                    "{} lists {name:?}, which is no file of it",
                    listed.display()
                )));
            }
            let contents =
                fs::read(self.path.join(&name)).map_err(Failure::io("read", &self.name.join(&name)))?;
            files.push(stackwright_assembly::File { name, contents });
        }
        Ok(Assembly { manifest, files, warnings: Diagnostics::default() })
    }

    /// A part of the manifest that is there. A file of its name that is not ours is an error: we would overwrite it.
    fn read_manifest<T: DeserializeOwned>(&self) -> Result<Option<T>, Failure> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }

        let name = self.name.join(MANIFEST);
        let text = match fs::read(self.path.join(MANIFEST)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Failure::io("read", &name)(error)),
        };
        let not_ours = |error: serde_json::Error| {
            Failure::new(format!("{} is not the manifest of an earlier synth", name.display()))
                .cause(&error)
                .hint("choose another directory with --out, or remove the file if nothing needs it")
        };
        let Version { version } = serde_json::from_slice(&text).map_err(not_ours)?;
        if version > FORMAT_VERSION {
            let name = name.display();
            return Err(Failure::new(format!(
                "{name} has version {version}, this program knows {FORMAT_VERSION}"
            ))
            .hint("choose another directory with --out, or build the program with a newer stackwright"));
        }
        serde_json::from_slice(&text).map(Some).map_err(not_ours)
    }
}

/// Whether a file of this name lies in the directory itself, and does not stand in our own way.
fn is_plain(file: &str) -> bool {
    let mut components = Path::new(file).components();
    let is_name = matches!(components.next(), Some(Component::Normal(name)) if name == file);
    let is_ours = file == MANIFEST || file.starts_with(".stackwright");
    is_name && components.next().is_none() && !is_ours && !file.contains(char::is_control)
}

#[cfg(test)]
mod tests;
