//! Bringing up what an assembly describes.

pub(crate) mod cause;
mod change_set;
mod follow;
mod options;
mod parameters;
mod refusal;
mod schedule;
mod stack;
mod state;
mod upload;
mod verdict;

use serde::Serialize;
use stackwright_assembly::{Assembly, Deployable, Diagnostic, Kind};

use crate::{Approver, Aws, Charts, Error, Event, Session, Tool};

pub(crate) use follow::{Ended, Since, follow};
pub use options::{DeployOptions, Parameter, ReviewMode};
pub(crate) use parameters::NewValues;
pub(crate) use schedule::Schedule;
use stack::StackJob;
pub(crate) use state::Condition;

/// How work on a deployable ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It was not there, and is now.
    Created,
    /// It was there, and has changed.
    Updated,
    /// It was there, just so.
    Unchanged,
    /// It was there, and is gone.
    Deleted,
    /// There was nothing to delete.
    Absent,
    /// It is as it was before, or worse; why has been told.
    Failed,
    /// The person did not want it.
    Declined,
    /// What it depends on is not up, or something else failed before its turn came.
    Skipped,
    /// The person pressed Ctrl-C.
    Interrupted,
}

impl Outcome {
    /// Whether it is up as the assembly describes it.
    pub fn is_up(self) -> bool {
        matches!(self, Outcome::Created | Outcome::Updated | Outcome::Unchanged)
    }

    /// Whether it is up or gone as it was wanted to be.
    pub fn is_done(self) -> bool {
        self.is_up() || matches!(self, Outcome::Deleted | Outcome::Absent)
    }
}

/// Brings up deployables of an assembly with what they depend on, those that do not depend on each other at once.
/// Gives how each of them ended, in the order of the assembly; why one failed is told to the observer.
///
/// After a failure nothing new is begun, and what is in progress is followed to its end.
///
/// # Errors
///
/// If a name or a parameter is not of this assembly, which is found before anything is done, or if a tool is missing.
pub fn deploy(
    assembly: &Assembly,
    options: &DeployOptions,
    aws: &Aws<'_>,
    approver: &dyn Approver,
) -> Result<Vec<(String, Outcome)>, Error> {
    let chosen = options.select(assembly)?;
    options.check_parameters(assembly, &chosen)?;
    let session = aws.session();
    session.tell(Event::Planned { names: chosen.iter().map(|deployable| deployable.name.clone()).collect() });
    for (kind, tool) in [(Kind::Stack, Tool::Aws), (Kind::Chart, Tool::Kubectl)] {
        if chosen.iter().any(|deployable| deployable.kind == kind) {
            tool.check(&session)?;
        }
    }
    let work = |deployable: &Deployable| {
        perform(&session, deployable, || match deployable.kind {
            Kind::Stack => StackJob::new(assembly, deployable, options, aws, approver).run(),
            Kind::Chart => deploy_chart(assembly, deployable, options, aws),
        })
    };
    let outcomes = Schedule::new(&chosen).run(options.concurrency, work);
    let named = chosen.iter().zip(outcomes);
    Ok(named
        .map(|(deployable, outcome)| (deployable.name.clone(), outcome.unwrap_or(Outcome::Skipped)))
        .collect())
}

/// Works on a deployable, and tells that it begins, why it failed, and how it ended.
pub(crate) fn perform(
    session: &Session<'_>,
    deployable: &Deployable,
    work: impl FnOnce() -> Result<Outcome, Stop>,
) -> Outcome {
    let (name, kind) = (deployable.name.clone(), deployable.kind);
    session.tell(Event::Started { name: name.clone(), kind });
    let start = session.clock().now();
    let outcome = work().unwrap_or_else(|stop| match stop {
        Stop::Interrupted => Outcome::Interrupted,
        Stop::Declined => Outcome::Declined,
        Stop::Failed(diagnostic) => {
            let diagnostic = named(*diagnostic, &name);
            session.tell(Event::Failed { name: name.clone(), diagnostic });
            Outcome::Failed
        }
    });
    let seconds = (session.clock().now() - start).as_secs_f64();
    session.tell(Event::Finished { name, outcome, seconds });
    outcome
}

/// Brings the objects of a chart to its cluster.
fn deploy_chart(
    assembly: &Assembly,
    chart: &Deployable,
    options: &DeployOptions,
    aws: &Aws<'_>,
) -> Result<Outcome, Stop> {
    let charts = Charts::new(aws.clone(), &assembly.manifest, options.charts.clone());
    let contents = assembly.file(&chart.file).unwrap_or_default();
    let changes = charts.deploy(chart, contents).map_err(|error| at_construct(error, chart))?;
    if changes.is_none() {
        return Ok(Outcome::Unchanged);
    }
    aws.session().tell(Event::Noted { name: chart.name.clone(), note: changes.to_string() });
    Ok(if changes.is_first() { Outcome::Created } else { Outcome::Updated })
}

/// Adds the construct that an error is about, and the line of the program where it was made.
pub(crate) fn at_construct(error: Error, chart: &Deployable) -> Stop {
    let entry = chart.source_map.iter().find(|entry| error.construct() == Some(&*entry.path));
    match (Stop::from(error), entry) {
        (Stop::Failed(diagnostic), Some(entry)) => {
            diagnostic.path(&*entry.path).source(entry.source.clone()).into()
        }
        (stop, _) => stop,
    }
}

/// Why a deployable is not brought up or taken down.
#[derive(Debug)]
pub(crate) enum Stop {
    Failed(Box<Diagnostic>),
    Declined,
    Interrupted,
}

impl From<Diagnostic> for Stop {
    fn from(diagnostic: Diagnostic) -> Self {
        Stop::Failed(Box::new(diagnostic))
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        if error.is_interrupted() {
            return Stop::Interrupted;
        }
        let diagnostic = Diagnostic::error("cannot-deploy", error.to_string());
        match error.help() {
            Some(hint) => diagnostic.hint(hint).into(),
            None => diagnostic.into(),
        }
    }
}

/// Says which deployable is meant where no construct is.
fn named(diagnostic: Diagnostic, name: &str) -> Diagnostic {
    match diagnostic.path {
        Some(_) => diagnostic,
        None => diagnostic.path(name),
    }
}

#[cfg(test)]
mod tests;
