//! Deploys or destroys charts of a directory that `synth` wrote, and prints what happens as lines of JSON.
//!
//! `charts deploy|destroy DIRECTORY KUBECONFIG SECONDS NAME... [--force-conflicts]`, where SECONDS is how long to wait for
//! workloads to run.

use std::io::Write;
use std::process::ExitCode;
use std::time::Duration;

use stackwright_assembly::Manifest;
use stackwright_deploy::{
    Aws, AwsOptions, ChartOptions, Charts, Error, Event, Interrupt, Processes, Session, SystemClock,
};

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print(
                &serde_json::json!({ "event": "error", "message": error.to_string(), "help": error.help() }),
            );
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: Vec<String>) -> Result<(), Error> {
    let words = arguments.len();
    arguments.retain(|argument| argument != "--force-conflicts");
    let [command, directory, kubeconfig, seconds, names @ ..] = &arguments[..] else {
        return Err(Error::new(
            "give deploy or destroy, a directory, a kubeconfig, seconds, and names of charts",
        ));
    };
    let options = ChartOptions {
        kubeconfig: Some(kubeconfig.into()),
        force_conflicts: arguments.len() < words,
        timeout: Duration::from_secs(
            seconds.parse().map_err(|error| Error::new("wrong seconds").cause(error))?,
        ),
    };
    let read = |name: &str| {
        std::fs::read(format!("{directory}/{name}"))
            .map_err(|error| Error::new(format!("cannot read {name}")).cause(error))
    };
    let manifest: Manifest = serde_json::from_slice(&read("manifest.json")?)
        .map_err(|error| Error::new("cannot read manifest.json").cause(error))?;

    let interrupt = Interrupt::new();
    let (driver, clock) = (Processes::new(interrupt.clone()), SystemClock::new(interrupt));
    let observer = |event: Event| {
        if !matches!(event, Event::Command { .. }) {
            print(&event);
        }
    };
    let aws = Aws::new(Session::new(&driver, &clock, &observer), AwsOptions::default());
    let charts = Charts::new(aws, &manifest, options);
    for name in names {
        let chart = manifest.deployables.iter().find(|deployable| deployable.name == *name);
        let chart = chart.ok_or_else(|| Error::new(format!("there is no chart {name:?}")))?;
        let changes = match &**command {
            "destroy" => charts.destroy(chart)?,
            _ => charts.deploy(chart, &read(&chart.file)?)?,
        };
        print(&serde_json::json!({ "event": "finished", "name": name, "changes": changes.to_string() }));
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "an example may talk to the terminal")]
fn print(line: &impl serde::Serialize) {
    let mut stdout = std::io::stdout().lock();
    // Where nobody listens there is nothing to tell.
    let _ = writeln!(stdout, "{}", serde_json::to_string(line).unwrap_or_default());
}
