//! How long `synth` of the reference application takes as a user waits for it: the whole process, files included.
//!
//! `cargo bench -p multus-on-eks` prints the best and the median of many runs, beside a process that does nothing but
//! print its help.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark looks at the clock, starts processes and prints"
)]

use std::error::Error;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const RUNS: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let fresh = measure(
        &["synth"],
        || {
            let out = directory.path().join("out");
            if out.exists() { std::fs::remove_dir_all(out) } else { Ok(()) }
        },
        directory.path(),
    )?;
    let again = measure(&["synth"], || Ok(()), directory.path())?;
    let help = measure(&["--help"], || Ok(()), directory.path())?;
    println!("{:<34} {:>9} {:>9}", "", "best", "median");
    for (what, times) in
        [("synth into an empty directory", fresh), ("synth where nothing changed", again), ("--help", help)]
    {
        println!("{what:<34} {:>6.2} ms {:>6.2} ms", milliseconds(times[0]), milliseconds(times[RUNS / 2]));
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The times of all runs, sorted.
fn measure(
    arguments: &[&str],
    prepare: impl Fn() -> std::io::Result<()>,
    directory: &std::path::Path,
) -> Result<Vec<Duration>, Box<dyn Error>> {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        prepare()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_multus-on-eks"));
        command.args(arguments).current_dir(directory).stdout(Stdio::null()).stderr(Stdio::null());
        let start = Instant::now();
        let status = command.status()?;
        times.push(start.elapsed());
        if !status.success() {
            return Err(format!("{arguments:?} failed: {status}").into());
        }
    }
    times.sort();
    Ok(times)
}
