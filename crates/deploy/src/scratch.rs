//! Private files for tools, which are gone afterwards.

use std::ffi::OsString;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Error;

/// A directory that nobody else may look into, removed with all that is in it when this is dropped.
///
/// A process that is killed leaves it in the system's directory for temporary files; nothing is ever read from one that
/// was left.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes the directory.
    ///
    /// # Errors
    ///
    /// If it cannot be made.
    pub fn new() -> Result<Self, Error> {
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let base = std::env::temp_dir();
        loop {
            let name = format!("stackwright-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
            let path = base.join(name);
            match private_directory().create(&path) {
                Ok(()) => return Ok(Scratch { path }),
                // Left by a process of the same number that was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(
                        Error::new(format!("cannot make a directory in {}", base.display())).cause(error)
                    );
                }
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a file that only this user may read, and says where it is.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<PathBuf, Error> {
        let path = self.path.join(name);
        let file = private_file().open(&path);
        match file.and_then(|mut file| file.write_all(contents)) {
            Ok(()) => Ok(path),
            Err(error) => Err(Error::new(format!("cannot write {}", path.display())).cause(error)),
        }
    }

    /// Writes a file and gives the argument that has the AWS CLI read it: `file://` and its path.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn argument(&self, name: &str, contents: &[u8]) -> Result<OsString, Error> {
        let mut argument = OsString::from("file://");
        argument.push(self.write(name, contents)?);
        Ok(argument)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nobody is hurt if it stays, and there is nobody to tell.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(unix)]
fn private_directory() -> DirBuilder {
    use std::os::unix::fs::DirBuilderExt;
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

#[cfg(not(unix))]
fn private_directory() -> DirBuilder {
    DirBuilder::new()
}

#[cfg(unix)]
fn private_file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    options
}

#[cfg(test)]
mod tests {
    use super::Scratch;
    use std::fs;

    #[test]
    fn files_are_gone_with_their_directory() {
        let scratch = Scratch::new().unwrap();
        let path = scratch.write("a.json", b"{}").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"{}");
        assert_ne!(Scratch::new().unwrap().path(), scratch.path());
        drop(scratch);
        assert!(!path.parent().unwrap().exists());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_look() {
        use std::os::unix::fs::PermissionsExt;
        let scratch = Scratch::new().unwrap();
        let file = scratch.write("secret", b"x").unwrap();
        let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(scratch.path()), mode(&file)), (0o700, 0o600));
    }
}
