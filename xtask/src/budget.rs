//! `cargo xtask budget`: what stackwright-aws costs to check, and how long a user waits.
//!
//! A run of `cargo check` that has to check the crate is compared with one that has nothing to do, so that neither the
//! crates below nor Cargo itself count. Incremental compilation is off, as it is for a crate from crates.io. Times are
//! processor times, which other work on the machine disturbs little; they and the memory are read from `/proc`.

mod app;

use crate::Outcome;
use std::fs;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::{Duration, SystemTime};

struct Budget {
    what: &'static str,
    features: &'static str,
    cpu_seconds: f64,
    peak_mb: Option<u64>,
}

const BUDGETS: [Budget; 2] = [
    Budget {
        what: "nine services",
        features: "ec2,eks,iam,autoscaling,lambda,events,logs,ssm,kms",
        cpu_seconds: 1.5,
        peak_mb: None,
    },
    Budget { what: "all services", features: "all", cpu_seconds: 20.0, peak_mb: Some(2_500) },
];

const TRIES: usize = 3;

pub(crate) fn run() -> Outcome {
    let mut exceeded = Vec::new();
    for budget in &BUDGETS {
        check(budget)?;
        let mut best = alone(budget)?;
        for _ in 1..TRIES {
            // Other work on the machine only ever adds.
            if budget.holds(&best) {
                break;
            }
            let again = alone(budget)?;
            best.cpu_seconds = best.cpu_seconds.min(again.cpu_seconds);
            best.peak_mb = best.peak_mb.min(again.peak_mb);
        }
        let peak = budget.peak_mb.map(|mb| format!(" of {mb}")).unwrap_or_default();
        println!(
            "{}: {:.2} CPU s of {:.1}, {} MB{peak} at peak",
            budget.what, best.cpu_seconds, budget.cpu_seconds, best.peak_mb
        );
        if !budget.holds(&best) {
            exceeded.push(budget.what);
        }
    }
    app::measure(&mut exceeded)?;
    if exceeded.is_empty() { Ok(()) } else { Err(format!("over budget: {}", exceeded.join(", "))) }
}

struct Cost {
    cpu_seconds: f64,
    peak_mb: u64,
}

impl Budget {
    fn holds(&self, cost: &Cost) -> bool {
        cost.cpu_seconds <= self.cpu_seconds && self.peak_mb.is_none_or(|most| cost.peak_mb <= most)
    }
}

/// What the crate alone costs.
fn alone(budget: &Budget) -> Result<Cost, String> {
    let idle = check(budget)?;
    touch()?;
    let cold = check(budget)?;
    Ok(Cost { cpu_seconds: cold.cpu_seconds - idle.cpu_seconds, ..cold })
}

fn check(budget: &Budget) -> Result<Cost, String> {
    let before = children_cpu_seconds()?;
    let mut cargo = Command::new(env!("CARGO"))
        .args(["check", "--quiet", "--package", "stackwright-aws", "--features", budget.features])
        .env("CARGO_INCREMENTAL", "0")
        .spawn()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    let peak_mb = watch(&mut cargo)?;
    Ok(Cost { cpu_seconds: children_cpu_seconds()? - before, peak_mb })
}

/// Waits for Cargo, and returns the most memory that a compiler it started has held.
fn watch(cargo: &mut Child) -> Result<u64, String> {
    let mut peak = 0;
    loop {
        match cargo.try_wait().map_err(|error| format!("cannot wait for cargo: {error}"))? {
            Some(status) if status.success() => return Ok(peak),
            Some(_) => return Err("cargo check failed".to_owned()),
            None => {
                peak = peak.max(compilers_of(cargo.id()).into_iter().filter_map(peak_mb).max().unwrap_or(0));
                sleep(Duration::from_millis(5));
            }
        }
    }
}

fn compilers_of(cargo: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{cargo}/task")).into_iter().flatten().flatten();
    let children = threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    children
        .flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
        .collect()
}

fn peak_mb(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kb: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kb * 1024 / 1_000_000)
}

/// The processor time of all finished children so far. Linux counts it in ticks of 10 ms.
fn children_cpu_seconds() -> Result<f64, String> {
    let stat =
        fs::read_to_string("/proc/self/stat").map_err(|error| format!("budgets need /proc: {error}"))?;
    // Fields 16 and 17; the name of the process, field 2, is in parentheses and may hold spaces.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3).and_then(|ticks| ticks.parse::<f64>().ok());
    let ticks = ticks(16).zip(ticks(17)).ok_or("/proc/self/stat reads unlike Linux's")?;
    Ok((ticks.0 + ticks.1) / 100.0)
}

/// Makes Cargo check the crate again, and nothing else.
fn touch() -> Outcome {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "crates", "aws", "src", "lib.rs"].iter().collect();
    File::options()
        .append(true)
        .open(&path)
        .and_then(|file| file.set_modified(SystemTime::now()))
        .map_err(|error| format!("cannot touch {}: {error}", path.display()))
}
