//! Destroys charts of a directory that `synth` wrote, and prints what happens as lines of JSON.
//!
//! `destroy_charts DIRECTORY KUBECONFIG NAME...`

use std::io::Write;
use std::process::ExitCode;

use stackwright_assembly::{Diagnostic, Manifest};
use stackwright_deploy::{
    Aws, AwsOptions, ChartOptions, Charts, Error, Event, Interrupt, Outcome, Processes, Session, SystemClock,
};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [directory, kubeconfig, names @ ..] = &arguments[..] else { return ExitCode::from(2) };
    let interrupt = Interrupt::new();
    let (driver, clock) = (Processes::new(interrupt.clone()), SystemClock::new(interrupt));
    let session = Session::new(&driver, &clock, &print);
    for name in names {
        match destroy(directory, kubeconfig, name, session) {
            Ok(()) => {}
            Err(error) => {
                let diagnostic = Diagnostic::error("cannot-destroy", error.to_string());
                session.tell(Event::Failed { name: name.clone(), diagnostic });
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

fn destroy(directory: &str, kubeconfig: &str, name: &str, session: Session<'_>) -> Result<(), Error> {
    let manifest =
        std::fs::read(format!("{directory}/manifest.json")).map_err(|error| cannot_read(&error))?;
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|error| cannot_read(&error))?;
    let chart = manifest.deployables.iter().find(|deployable| deployable.name == name);
    let chart = chart.ok_or_else(|| Error::new(format!("there is no chart {name:?}")))?;
    let options = ChartOptions { kubeconfig: Some(kubeconfig.into()), ..ChartOptions::default() };
    let changes = Charts::new(Aws::new(session, AwsOptions::default()), &manifest, options).destroy(chart)?;
    if !changes.is_none() {
        session.tell(Event::Noted { name: name.to_owned(), note: changes.to_string() });
    }
    let outcome = if changes.is_none() { Outcome::Unchanged } else { Outcome::Updated };
    session.tell(Event::Finished { name: name.to_owned(), outcome, seconds: 0.0 });
    Ok(())
}

fn cannot_read(error: &dyn std::error::Error) -> Error {
    Error::new("cannot read manifest.json").cause(error)
}

#[expect(clippy::disallowed_methods, reason = "an example may talk to the terminal")]
fn print(event: Event) {
    let mut stdout = std::io::stdout().lock();
    // Where nobody listens there is nothing to tell.
    let _ = writeln!(stdout, "{}", serde_json::to_string(&event).unwrap_or_default());
}
