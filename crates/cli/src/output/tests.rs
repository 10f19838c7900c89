//! What is left in the directory, whatever goes wrong.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use stackwright_assembly::{
    Assembly, Deployable, Diagnostics, FORMAT_VERSION, File, Kind, Manifest, StackFacts,
};

use super::disk::{Disk, RealDisk};
use super::{Changes, MANIFEST, Output, Selection, is_plain};
use crate::failure::Failure;

/// An assembly of stacks, each with its template's text and its dependencies.
fn assembly(stacks: &[(&str, &str, &[&str])]) -> Assembly {
    let deployable = |(name, _, dependencies): &(&str, &str, &[&str])| Deployable {
        dependencies: dependencies.iter().map(|name| (*name).to_owned()).collect(),
        stack: Some(StackFacts::default()),
        ..Deployable::new(*name, Kind::Stack, format!("{name}.template.json"))
    };
    let file = |(name, text, _): &(&str, &str, &[&str])| File {
        name: format!("{name}.template.json"),
        contents: text.as_bytes().to_vec(),
    };
    Assembly {
        manifest: Manifest { version: FORMAT_VERSION, deployables: stacks.iter().map(deployable).collect() },
        files: stacks.iter().map(file).collect(),
        warnings: Diagnostics::default(),
    }
}

/// One stack stays, one changes, one leaves.
fn before() -> Assembly {
    assembly(&[("same", "same", &[]), ("changed", "old", &[]), ("gone", "gone", &[])])
}

/// And one comes.
fn after() -> Assembly {
    assembly(&[("same", "same", &[]), ("changed", "new", &["same"]), ("added", "added", &["changed"])])
}

/// All files below a directory, by name.
fn contents(directory: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(contents(&path).into_iter().map(|(file, text)| (format!("{name}/{file}"), text)));
        } else {
            found.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
    found
}

fn write_all(directory: &Path, disk: &impl Disk, assembly: &Assembly) -> Result<Changes, Failure> {
    Output::new(directory, Path::new("out")).write_to(disk, assembly, &Selection::All, || {})
}

/// The directory as it is after a foreign file and, if any, an assembly were put there.
fn prepared(first: Option<&Assembly>) -> (tempfile::TempDir, BTreeMap<String, String>) {
    let root = tempfile::tempdir().unwrap();
    let out = root.path().join("out");
    fs::create_dir(&out).unwrap();
    fs::write(out.join("notes.txt"), "mine").unwrap();
    if let Some(first) = first {
        write_all(root.path(), &RealDisk, first).unwrap();
    } else {
        fs::write(out.join("changed.template.json"), "not known by any manifest").unwrap();
    }
    let contents = contents(&out);
    (root, contents)
}

/// What goes wrong at a change of the disk.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    /// This change fails, as on a full disk.
    Fails,
    /// This change is not finished and none follows: the process was killed.
    Dies,
}

/// A disk on which a change goes wrong: the one of the number that is counted down to.
struct FaultyDisk {
    fault: Fault,
    until: Cell<usize>,
    has_struck: Cell<bool>,
}

impl FaultyDisk {
    fn new(fault: Fault, until: usize) -> Self {
        FaultyDisk { fault, until: Cell::new(until), has_struck: Cell::new(false) }
    }

    /// Whether this change goes right.
    fn step(&self) -> io::Result<()> {
        if self.until.get() == 0 && !(self.has_struck.get() && self.fault == Fault::Fails) {
            self.has_struck.set(true);
            return Err(io::Error::other("no space left on device"));
        }
        self.until.set(self.until.get().saturating_sub(1));
        Ok(())
    }
}

impl Disk for FaultyDisk {
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        RealDisk.create_dir(path)
    }

    fn write(&self, path: &Path, contents: &[u8]) -> io::Result<()> {
        let was_alive = !self.has_struck.get();
        self.step().or_else(|error| {
            if was_alive {
                RealDisk.write(path, &contents[..contents.len() / 2])?;
            }
            Err(error)
        })?;
        RealDisk.write(path, contents)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        RealDisk.rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        RealDisk.remove_file(path)
    }

    fn remove_dir_all(&self, path: &Path) -> io::Result<()> {
        let was_alive = !self.has_struck.get();
        self.step().or_else(|error| {
            if was_alive {
                let half = fs::read_dir(path)?.next();
                half.map_or(Ok(()), |entry| {
                    let path = entry?.path();
                    if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
                })?;
            }
            Err(error)
        })?;
        RealDisk.remove_dir_all(path)
    }
}

/// Runs `check` with a disk whose change 0, 1, 2, … goes wrong, until none does.
fn at_each_change(fault: Fault, mut check: impl FnMut(usize, &FaultyDisk)) {
    for number in 0.. {
        let disk = FaultyDisk::new(fault, number);
        check(number, &disk);
        if !disk.has_struck.get() {
            assert!(number > 10, "a commit takes more changes than {number}");
            return;
        }
    }
}

fn whole(first: Option<&Assembly>, then: &Assembly) -> BTreeMap<String, String> {
    let (root, _) = prepared(first);
    write_all(root.path(), &RealDisk, then).unwrap();
    contents(&root.path().join("out"))
}

#[test]
fn only_what_changed_is_written_and_only_what_departed_is_removed() {
    let (root, _) = prepared(Some(&before()));
    let changes = write_all(root.path(), &RealDisk, &after()).unwrap();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(changes.written, names(&["changed.template.json", "added.template.json", MANIFEST]));
    assert_eq!(changes.removed, names(&["gone.template.json"]));
    assert_eq!(changes.unchanged, names(&["same.template.json"]));

    let found = contents(&root.path().join("out"));
    let texts: Vec<_> = found.iter().filter(|(name, _)| *name != MANIFEST).collect();
    let expected = [
        ("added.template.json", "added"),
        ("changed.template.json", "new"),
        ("notes.txt", "mine"),
        ("same.template.json", "same"),
    ];
    assert_eq!(
        texts,
        expected
            .map(|(name, text)| (name.to_owned(), text.to_owned()))
            .iter()
            .map(|(name, text)| (name, text))
            .collect::<Vec<_>>()
    );

    let again = write_all(root.path(), &RealDisk, &after()).unwrap();
    assert!(again.written.is_empty() && again.removed.is_empty(), "{again:?}");
}

#[test]
fn a_file_that_does_not_change_is_not_touched() {
    let (root, _) = prepared(Some(&before()));
    let modified = || fs::metadata(root.path().join("out/same.template.json")).unwrap().modified().unwrap();
    let first = modified();
    write_all(root.path(), &RealDisk, &after()).unwrap();
    assert_eq!(modified(), first);
}

#[test]
fn after_a_failure_the_directory_is_as_it_was() {
    for first in [Some(before()), None] {
        let goal = whole(first.as_ref(), &after());
        at_each_change(Fault::Fails, |number, disk| {
            let (root, was) = prepared(first.as_ref());
            let outcome = write_all(root.path(), disk, &after());
            let mut found = contents(&root.path().join("out"));
            match outcome {
                Err(_) => assert_eq!(found, was, "change {number}"),
                Ok(_) => {
                    found.retain(|name, _| !name.starts_with(".stackwright"));
                    assert_eq!(found, goal, "change {number}");
                }
            }
        });
    }
}

#[test]
fn a_killed_synth_leaves_all_or_nothing_or_no_manifest_and_the_next_one_repairs_it() {
    for first in [Some(before()), None] {
        let goal = whole(first.as_ref(), &after());
        at_each_change(Fault::Dies, |number, disk| {
            let (root, was) = prepared(first.as_ref());
            let out = root.path().join("out");
            let _ = write_all(root.path(), disk, &after());
            let check = |out: &Path| {
                let mut left = contents(out);
                left.retain(|name, _| !name.starts_with(".stackwright"));
                let is_sound = left == was || left == goal || !left.contains_key(MANIFEST);
                assert!(is_sound, "change {number}: {left:?}");
            };
            check(&out);

            // The repair may be killed as well.
            at_each_death(|second, disk| {
                let copy = tempfile::tempdir().unwrap();
                copy_all(&out, &copy.path().join("out"));
                let _ = write_all(copy.path(), disk, &after());
                check(&copy.path().join("out"));
                write_all(copy.path(), &RealDisk, &after()).unwrap();
                assert_eq!(contents(&copy.path().join("out")), goal, "changes {number} and {second}");
            });

            // Going back to the program of before gives what there was before.
            if let Some(first) = &first {
                write_all(root.path(), &RealDisk, first).unwrap();
                assert_eq!(contents(&out), was, "change {number}");
            }
        });
    }
}

/// As [`at_each_change`], also where hardly anything is left to be done.
fn at_each_death(mut check: impl FnMut(usize, &FaultyDisk)) {
    for number in 0.. {
        let disk = FaultyDisk::new(Fault::Dies, number);
        check(number, &disk);
        if !disk.has_struck.get() {
            return;
        }
    }
}

fn copy_all(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_all(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

#[test]
fn a_selection_leaves_the_rest_as_it_was() {
    let (root, _) = prepared(Some(&before()));
    let new = assembly(&[
        ("same", "same", &[]),
        ("changed", "new", &[]),
        ("added", "added", &["same"]),
        ("other", "other", &["changed"]),
    ]);
    let output = Output::new(root.path(), Path::new("out"));
    let selection = Selection::of(&["added"], &new.manifest).unwrap();
    output.write(&new, &selection, || {}).unwrap();

    let manifest = output.manifest().unwrap().unwrap();
    let names: Vec<&str> = manifest.deployables.iter().map(|deployable| &*deployable.name).collect();
    assert_eq!(names, ["same", "changed", "added"], "what is listed is what is there");
    let found = contents(&root.path().join("out"));
    assert_eq!(found["changed.template.json"], "old");
    assert_eq!(found["added.template.json"], "added");
    assert!(!found.contains_key("gone.template.json") && !found.contains_key("other.template.json"));

    assert_eq!(Selection::of(&["added", "nope"], &new.manifest), Err("nope"));
}

#[test]
fn two_synths_at_once_leave_one_of_both() {
    let (root, _) = prepared(None);
    let goals = [whole(None, &before()), whole(None, &after())];
    std::thread::scope(|scope| {
        for round in 0..8 {
            let root = root.path();
            scope.spawn(move || {
                let assembly = if round % 2 == 0 { before() } else { after() };
                write_all(root, &RealDisk, &assembly)
                    .map_err(|failure| failure.message().to_owned())
                    .unwrap();
            });
        }
    });
    let found = contents(&root.path().join("out"));
    assert!(goals.contains(&found), "{found:?}");
}

#[test]
fn a_synth_waits_for_another_one() {
    let (root, _) = prepared(None);
    let output = Output::new(root.path(), Path::new("out"));
    let other = output.lock_file().unwrap();
    other.lock().unwrap();
    let mut has_waited = false;
    let waiting = || {
        has_waited = true;
        drop(other);
    };
    output.write(&after(), &Selection::All, waiting).unwrap();
    assert!(has_waited);
}

#[test]
fn names_of_files_stay_in_the_directory() {
    for plain in ["a.template.json", "a b.yaml", "ä.json", "..."] {
        assert!(is_plain(plain), "{plain}");
    }
    for other in ["", ".", "..", "../a", "a/b", "/a", "a/", "./a", MANIFEST, ".stackwright-synth", "a\nb"] {
        assert!(!is_plain(other), "{other}");
    }
}

#[test]
fn a_manifest_cannot_have_files_elsewhere_removed() {
    let (root, _) = prepared(Some(&before()));
    fs::write(root.path().join("precious"), "").unwrap();
    let manifest = root.path().join("out").join(MANIFEST);
    let text = fs::read_to_string(&manifest).unwrap().replace("gone.template.json", "../precious");
    fs::write(&manifest, text).unwrap();
    write_all(root.path(), &RealDisk, &after()).unwrap();
    assert!(root.path().join("precious").exists());
}
