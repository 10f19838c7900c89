//! How long a user waits for templates: after a clean build, and after an edit.
//!
//! The reference application is copied out of the workspace, to where only what it depends on gets built. Both times
//! are those of a clock on the wall, with two jobs.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::Outcome;

const FIRST_TEMPLATE: Duration = Duration::from_secs(60);
const EDIT: Duration = Duration::from_millis(800);

/// The edit: one line of the program, and back.
const LINE: (&str, &str) = (".nat_gateways(1)", ".nat_gateways(2)");
const EDITS: usize = 4;

/// Prints both times, and adds those over budget to `exceeded`.
pub(super) fn run(exceeded: &mut Vec<&'static str>) -> Outcome {
    let app = App::new()?;
    let first = app.synth()?;
    report("clean build to first template", first, FIRST_TEMPLATE, exceeded);

    let mut times = Vec::new();
    for number in 0..EDITS {
        app.edit(number % 2 == 0)?;
        times.push(app.synth()?);
    }
    times.sort();
    report("edit to template", times[EDITS / 2], EDIT, exceeded);
    Ok(())
}

fn report(what: &'static str, time: Duration, most: Duration, exceeded: &mut Vec<&'static str>) {
    println!("{what}: {:.2} s of {:.1}", time.as_secs_f64(), most.as_secs_f64());
    if time > most {
        exceeded.push(what);
    }
}

/// The copy of the reference application.
struct App {
    directory: PathBuf,
    program: String,
}

impl App {
    fn new() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let directory = target.join("budget");
        let program = read(&root.join("examples/multus-on-eks/src/main.rs"))?;
        if !program.contains(LINE.0) {
            return Err(format!("the reference application has no {} any more: choose another edit", LINE.0));
        }
        let stackwright = root.join("crates/stackwright");
        let manifest = format!(
            "[package]\nname = \"app\"\nedition = \"2024\"\n\n[dependencies]\nstackwright = {{ path = {stackwright:?} }}\n\n\
             [profile.dev]\ndebug = \"line-tables-only\"\n\n[workspace]\n"
        );

        // What an earlier run built must not make this build shorter.
        if directory.exists() {
            fs::remove_dir_all(&directory).map_err(|error| failed("remove", &directory, &error))?;
        }
        fs::create_dir_all(directory.join("src")).map_err(|error| failed("create", &directory, &error))?;
        let app = App { directory, program };
        app.write("Cargo.toml", &manifest)?;
        app.write("Cargo.lock", &read(&root.join("Cargo.lock"))?)?;
        app.write("src/main.rs", &app.program)?;
        Ok(app)
    }

    fn edit(&self, there: bool) -> Outcome {
        let program = if there { self.program.replace(LINE.0, LINE.1) } else { self.program.clone() };
        self.write("src/main.rs", &program)
    }

    fn write(&self, file: &str, text: &str) -> Outcome {
        let path = self.directory.join(file);
        fs::write(&path, text).map_err(|error| failed("write", &path, &error))
    }

    /// From the program's text to its templates.
    fn synth(&self) -> Result<Duration, String> {
        let start = Instant::now();
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--offline", "--jobs", "2", "--target-dir", "target", "--", "synth"])
            .current_dir(&self.directory)
            .output()
            .map_err(|error| format!("cannot start cargo: {error}"))?;
        let time = start.elapsed();
        if output.status.success() {
            return Ok(time);
        }
        Err(format!(
            "the copy of the reference application fails:\n{}",
            String::from_utf8_lossy(&output.stderr)
        ))
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| failed("read", path, &error))
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {what} {}: {error}", path.display())
}
