//! The proof of a migration: its program is built and synthesized, and what comes out is compared with the template.

use std::env;
use std::fs;
use std::process::{Command as Process, Output, Stdio};

use stackwright::assembly::{Deployable, FORMAT_VERSION, Kind, Manifest};
use stackwright_cli::{Exit, Failure};

use crate::checkout::{self, Origin};
use crate::command::Session;
use crate::directory;

const MAIN: &str = "\
mod stack;

fn main() -> std::process::ExitCode {
    let app = stackwright::app();
    stack::describe(&app);
    stackwright::run(app)
}
";

/// The directory that has the template as an earlier synth would have written it, and its file.
const BEFORE: &str = "before";
const ORIGINAL: &str = "original.template";

/// A program that is to synthesize a template.
pub(crate) struct Proof<'a> {
    pub(crate) rust: &'a str,
    pub(crate) features: &'a [String],
    pub(crate) stack: &'a str,
    pub(crate) template: &'a str,
}

impl Proof<'_> {
    /// Builds the program in a project of its own, below the checkout's target directory so that the next time is
    /// short, and compares by the program's own `diff`. Nothing is fetched: what it takes, this program was built from.
    pub(crate) fn run(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let hint = "the program is built with the checkout that this command was built from";
        let origin = Origin::own_checkout().map_err(|failure| failure.hint(hint))?;
        let target = env::var_os("CARGO_TARGET_DIR");
        let target =
            target.map_or_else(|| checkout::own().join("target"), |target| session.directory.join(target));
        let project = target.join("migrate");
        let cannot = |what| Failure::io(what, &project);
        fs::create_dir_all(&project).map_err(cannot("make"))?;
        // Who proves another template meanwhile waits, for it is the same project.
        let lock = fs::File::create(project.join("lock")).map_err(cannot("write"))?;
        lock.lock().map_err(cannot("lock"))?;
        directory::place(&project, &self.files(&origin)?).map_err(cannot("write"))?;
        session.talk("building the program, which takes a minute or two the first time");
        let output = Process::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["run", "--quiet", "--offline", "--target-dir"])
            .arg(&target)
            .args(["--", "diff", "--exit-code", "--against", BEFORE])
            .current_dir(&project)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| Failure::new("cannot run cargo").cause(&error))?;
        verdict(&output, session)
    }

    fn files(&self, origin: &Origin) -> Result<Vec<directory::File>, Failure> {
        let before = Deployable::new(self.stack, Kind::Stack, ORIGINAL);
        let manifest = Manifest { version: FORMAT_VERSION, deployables: vec![before] };
        let mut files = vec![
            ("Cargo.toml".to_owned(), self.package(origin)?),
            ("src/main.rs".to_owned(), MAIN.to_owned()),
            ("src/stack.rs".to_owned(), self.rust.to_owned()),
            (format!("{BEFORE}/manifest.json"), serde_json::json!(manifest).to_string()),
            (format!("{BEFORE}/{ORIGINAL}"), self.template.to_owned()),
        ];
        files.extend(origin.lock_file()?.map(|lock| ("Cargo.lock".to_owned(), lock)));
        Ok(files)
    }

    fn package(&self, origin: &Origin) -> Result<String, Failure> {
        Ok(format!(
            "[package]\nname = \"migration\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n\
             stackwright = {{ {} }}\n\
             stackwright-aws = {{ {}, features = {} }}\n\n\
             [profile.dev]\ndebug = false\n\n\
             # A workspace of its own, wherever the directory is.\n[workspace]\n",
            origin.dependency("stackwright")?,
            origin.dependency("aws")?,
            serde_json::json!(self.features),
        ))
    }
}

/// What the program's `diff` has come to, by its exit code.
fn verdict(output: &Output, session: &mut Session<'_>) -> Result<(), Failure> {
    let is = |exit: Exit| output.status.code() == Some(exit.code().into());
    if is(Exit::Done) {
        session.talk("the program synthesizes the template");
        return Ok(());
    }
    for said in [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes)) {
        session.talk(said.trim_end());
    }
    Err(if is(Exit::Differs) {
        Failure::new("the program does not synthesize the template")
            .hint("this is a fault of the migration: please report it with the template")
    } else if is(Exit::Diagnosed) {
        Failure::new("the program has errors, so that it does not synthesize")
            .hint("what is wrong with the template has to be put right first")
    } else {
        Failure::new("the program could not be built and run").cause(&output.status)
    })
}
