//! Changing several files as one.
//!
//! All new contents are first written beside the directory's own files, in `.stackwright-synth/incoming`; a full disk or
//! a missing permission shows itself here, where giving up changes nothing. Then the files change places:
//!
//! 1. `manifest.json` goes to `.stackwright-synth/outgoing`: from now on the directory does not look whole;
//! 2. so does every other file that is replaced or removed;
//! 3. the new files move in, `manifest.json` last: the directory is whole again.
//!
//! What this is worth:
//!
//! - If a step fails, the steps before it are undone and the directory is as it was.
//! - If the process is killed, the directory either is as it was, or is as it should be, or has no `manifest.json`;
//!   in the last case the next synth first undoes the steps that were done. Undoing may itself be killed.
//! - Two processes never do this at once (see the caller's lock).
//! - It is not a promise about power cuts: nothing is flushed to the disk, which would cost more than all the rest.

use std::fs;
use std::io;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use super::changes::{Changes, Plan};
use super::{Disk, MANIFEST};
use crate::failure::Failure;

const STAGE: &str = ".stackwright-synth";

/// The way an output directory is changed.
pub(super) struct Commit<'a, D> {
    pub(super) disk: &'a D,
    /// The directory as the user says it.
    pub(super) name: &'a Path,
    pub(super) path: &'a Path,
}

impl<D: Disk> Commit<'_, D> {
    /// Undoes what a process that died left half done.
    pub(super) fn recover(&self) -> Result<(), Failure> {
        if !self.stage("").exists() {
            return Ok(());
        }
        self.clear().map_err(Failure::io("undo the unfinished synth of", self.name))
    }

    /// Makes what differs from the plan as it is to be, all of it or none.
    pub(super) fn run(&self, plan: &Plan<'_>) -> Result<Changes, Failure> {
        let outcome = self.prepare(plan).and_then(|changes| self.switch(&changes).map(|()| changes));
        // What is left behind after a success is swept away by the next synth.
        match (outcome, self.clear()) {
            (Ok(changes), _) => Ok(changes),
            (Err(failure), Ok(())) => Err(failure),
            (Err(failure), Err(_)) => Err(failure.hint(format!(
                "{} could not be put back as it was; the next synth tries that first",
                self.name.display()
            ))),
        }
    }

    /// Writes the files that differ beside those that are there.
    fn prepare(&self, plan: &Plan<'_>) -> Result<Changes, Failure> {
        let is_there = |file: &&String| self.current(file).is_file();
        let removed = plan.departed.iter().filter(is_there).cloned().collect();
        let mut changes = Changes { removed, ..Changes::default() };
        thread::scope(|scope| {
            // The longest text of all takes its time: it is made while the others are written.
            let manifest = thread::Builder::new()
                .spawn_scoped(scope, || plan.manifest())
                .map_err(Failure::io("start a thread to write to", self.name))?;
            for (file, contents) in &plan.written {
                self.put(file, contents, &mut changes)?;
            }
            let manifest = manifest.join().unwrap_or_else(|panic| resume_unwind(panic))?;
            self.put(MANIFEST, &manifest, &mut changes)
        })?;
        if changes.are_none() {
            return Ok(changes);
        }
        if changes.written.is_empty() {
            self.set_up()?;
        }
        // The list is there when all of it is: without it there is nothing to undo.
        let list = changes.written.join("\n");
        let draft = self.stage("list.draft");
        self.disk.write(&draft, list.as_bytes()).map_err(Failure::io("write to", self.name))?;
        self.disk.rename(&draft, &self.list()).map_err(Failure::io("write to", self.name))?;
        Ok(changes)
    }

    /// Writes a file beside the one that is there, where that is another one.
    fn put(&self, file: &str, contents: &[u8], changes: &mut Changes) -> Result<(), Failure> {
        let is_same = match fs::read(self.current(file)) {
            Ok(found) => found == contents,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => return Err(Failure::io("read", &self.name.join(file))(error)),
        };
        if is_same {
            changes.unchanged.push(file.to_owned());
            return Ok(());
        }
        if changes.written.is_empty() {
            self.set_up()?;
        }
        self.disk.write(&self.incoming(file), contents).map_err(self.cannot_write(file))?;
        changes.written.push(file.to_owned());
        Ok(())
    }

    /// Makes the directories that files wait in.
    fn set_up(&self) -> Result<(), Failure> {
        for directory in ["", "incoming", "outgoing"] {
            let path = self.stage(directory);
            self.disk.create_dir(&path).map_err(Failure::io("write to", self.name))?;
        }
        Ok(())
    }

    /// Lets the old and the new files change places.
    fn switch(&self, changes: &Changes) -> Result<(), Failure> {
        if changes.are_none() {
            return Ok(());
        }
        let others = || changes.written.iter().filter(|file| *file != MANIFEST);
        let leaving = [MANIFEST].into_iter().chain(others().chain(&changes.removed).map(String::as_str));
        for file in leaving.filter(|file| self.current(file).exists()) {
            self.disk.rename(&self.current(file), &self.outgoing(file)).map_err(self.cannot_write(file))?;
        }
        for file in others() {
            self.disk.rename(&self.incoming(file), &self.current(file)).map_err(self.cannot_write(file))?;
        }
        let manifest = match self.incoming(MANIFEST) {
            changed if changed.exists() => changed,
            _ => self.outgoing(MANIFEST),
        };
        self.disk.rename(&manifest, &self.current(MANIFEST)).map_err(self.cannot_write(MANIFEST))
    }

    /// Undoes the switch unless it was finished or never begun, and sweeps up.
    fn clear(&self) -> io::Result<()> {
        if !self.current(MANIFEST).exists() && self.list().exists() {
            self.undo()?;
            // From here on there is nothing to undo, however much of the rest gets swept away.
            self.disk.remove_file(&self.list())?;
        }
        match self.stage("").exists() {
            true => self.disk.remove_dir_all(&self.stage("")),
            false => Ok(()),
        }
    }

    /// Does the switch backwards. Each step shows by where the file is whether it still has to be done.
    fn undo(&self) -> io::Result<()> {
        for file in fs::read_to_string(self.list())?.lines() {
            if !self.incoming(file).exists() && self.current(file).exists() {
                self.disk.rename(&self.current(file), &self.incoming(file))?;
            }
        }
        let mut left = fs::read_dir(self.stage("outgoing"))?
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<io::Result<Vec<_>>>()?;
        left.sort_by_key(|file| file == MANIFEST);
        for file in left {
            self.disk.rename(&self.stage("outgoing").join(&file), &self.path.join(&file))?;
        }
        Ok(())
    }

    fn current(&self, file: &str) -> PathBuf {
        self.path.join(file)
    }

    fn stage(&self, file: &str) -> PathBuf {
        self.path.join(STAGE).join(file)
    }

    fn incoming(&self, file: &str) -> PathBuf {
        self.stage("incoming").join(file)
    }

    fn outgoing(&self, file: &str) -> PathBuf {
        self.stage("outgoing").join(file)
    }

    fn list(&self) -> PathBuf {
        self.stage("list")
    }

    fn cannot_write(&self, file: &str) -> impl FnOnce(io::Error) -> Failure + use<D> {
        Failure::io("write", &self.name.join(file))
    }
}
