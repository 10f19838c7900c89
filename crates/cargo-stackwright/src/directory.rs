//! Writing a directory as a whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use stackwright_cli::Failure;

/// A file: its path in the directory, with `/`, and what is in it.
pub(crate) type File = (String, String);

/// Makes the directory `target`, which the user calls `name`, with these files in it.
///
/// They are written to a directory beside it that gets its name in the end, so whoever sees the name sees all of them.
/// What is there already stays as it is, unless it is an empty directory.
pub(crate) fn write(target: &Path, name: &Path, files: &[File]) -> Result<(), Failure> {
    if !is_free(target).map_err(Failure::io("read", name))? {
        return Err(Failure::new(format!("{} is there already, and not an empty directory", name.display()))
            .hint("choose another name, or move it away"));
    }
    let stage = stage(target);
    fill(&stage, files).and_then(|()| switch(&stage, target)).map_err(|error| {
        // If even this fails, what is left has a name that nobody takes for the project.
        let _ = fs::remove_dir_all(&stage);
        Failure::io("write", name)(error)
    })
}

fn is_free(target: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(target) {
        Ok(found) if found.is_dir() => Ok(fs::read_dir(target)?.next().is_none()),
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Beside the target, so that moving it is only a change of its name.
fn stage(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}", std::process::id()))
}

fn fill(stage: &Path, files: &[File]) -> io::Result<()> {
    if let Some(parent) = stage.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::create_dir(stage)?;
    place(stage, files)
}

/// Writes files to a directory that is there, each in the place of what has its name.
pub(crate) fn place(directory: &Path, files: &[File]) -> io::Result<()> {
    for (path, contents) in files {
        let file = directory.join(path);
        fs::create_dir_all(file.parent().unwrap_or(directory))?;
        fs::write(file, contents)?;
    }
    Ok(())
}

fn switch(stage: &Path, target: &Path) -> io::Result<()> {
    if target.exists() {
        // Fails if something has come into it since.
        fs::remove_dir(target)?;
    }
    fs::rename(stage, target)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::write;

    fn file(path: &str) -> (String, String) {
        (path.to_owned(), format!("this is {path}\n"))
    }

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn files_are_written_with_their_directories() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("deep/shop");
        write(&target, Path::new("deep/shop"), &[file("a"), file("b/c/d")]).unwrap();
        assert_eq!(fs::read_to_string(target.join("b/c/d")).unwrap(), "this is b/c/d\n");
        assert_eq!(names(&place.path().join("deep")), ["shop"]);
    }

    #[test]
    fn an_empty_directory_is_taken_and_anything_else_is_left_alone() {
        let place = tempfile::tempdir().unwrap();
        let attempt = |name: &str| write(&place.path().join(name), Path::new(name), &[file("a")]);

        fs::create_dir(place.path().join("empty")).unwrap();
        attempt("empty").unwrap();
        assert_eq!(names(&place.path().join("empty")), ["a"]);

        fs::create_dir_all(place.path().join("full/.git")).unwrap();
        fs::write(place.path().join("file"), "").unwrap();
        for name in ["full", "file", "empty"] {
            let failure = attempt(name).unwrap_err().rendered();
            assert!(failure.contains(&format!("{name} is there already")), "{failure}");
        }
        assert_eq!(names(&place.path().join("full")), [".git"]);
        assert_eq!(names(place.path()), ["empty", "file", "full"]);
    }

    #[test]
    fn nothing_is_left_of_what_fails_halfway() {
        let place = tempfile::tempdir().unwrap();
        let target = place.path().join("shop");
        // A file cannot be a directory as well.
        let failure = write(&target, Path::new("shop"), &[file("a"), file("a/b")]).unwrap_err().rendered();
        assert!(failure.contains("cannot write shop"), "{failure}");
        assert!(names(place.path()).is_empty());
    }
}
