//! Taking down what an assembly describes.

mod guard;
mod leftover;
mod network;
mod options;
mod plan;
mod remain;
mod stack;
mod standing;
#[cfg(test)]
mod tests;

use stackwright_assembly::{Assembly, Deployable, Diagnostic};

use crate::deploy::{Outcome, Schedule, Stop, at_construct, perform};
use crate::{Answer, Approver, Aws, Charts, Error, Event, Question, Tool};

pub use leftover::Leftover;
pub(crate) use leftover::command;
pub use options::DestroyOptions;
use plan::Survey;
pub use plan::{Destruction, Doomed};
use stack::Deletion;

/// Takes down deployables of an assembly, and before them what depends on them: charts before their clusters, stacks
/// before those whose values they use. Gives how each of them ended, in that order; why one failed is told to the
/// observer.
///
/// Everything is looked at first: what is there, what keeps it from being deleted, what will stay. If any of it cannot be
/// deleted, nothing is, and all reasons are told. Then the person is asked. A deletion that is in progress is joined; one
/// that failed is begun again. After a failure nothing new is begun.
///
/// # Errors
///
/// If a name is not of this assembly, if AWS does not tell what is there, if a tool is missing, or if nobody is there to be
/// asked; nothing has been deleted then.
pub fn destroy(
    assembly: &Assembly,
    options: &DestroyOptions,
    aws: &Aws<'_>,
    approver: &dyn Approver,
) -> Result<Vec<(String, Outcome)>, Error> {
    let chosen = options.select(assembly)?;
    let session = aws.session();
    session.tell(Event::Planned {
        names: chosen.iter().map(|(deployable, _)| deployable.name.clone()).collect(),
    });
    Tool::Aws.check(&session)?;
    let charts = Charts::new(aws.clone(), &assembly.manifest, options.charts.clone());
    let survey = Survey::of(&chosen, aws, &charts)?;
    // How all that is there ended, if it ended alike.
    let ended = |outcome: Outcome| -> Vec<(String, Outcome)> {
        let outcome = |deployable| if survey.has(deployable) { outcome } else { Outcome::Absent };
        chosen.iter().map(|(deployable, _)| (deployable.name.clone(), outcome(deployable))).collect()
    };
    if survey.is_empty() {
        return Ok(ended(Outcome::Absent));
    }
    let guards = guard::find(&survey)?;
    if !guards.is_empty() {
        let mut outcomes = ended(Outcome::Skipped);
        for (name, diagnostic) in guards {
            for (_, outcome) in outcomes.iter_mut().filter(|(other, _)| *other == name) {
                *outcome = Outcome::Failed;
            }
            session.tell(Event::Failed { name, diagnostic });
        }
        return Ok(outcomes);
    }
    let destruction = survey.destruction()?;
    session.tell(Event::Surveyed { destruction: destruction.clone() });
    match approver.ask(Question::Destroy(destruction)) {
        Answer::Yes => {}
        Answer::No => return Ok(ended(Outcome::Declined)),
        Answer::Nobody => {
            let error = Error::new("nobody is there to be asked whether all of this is to be deleted");
            return Err(error.hint("say so with --yes"));
        }
    }

    let upside_down = upside_down(&chosen);
    let turned: Vec<&Deployable> = upside_down.iter().collect();
    let outcomes = Schedule::new(&turned).run(options.concurrency, |deployable| {
        perform(&session, deployable, || match survey.stack(&deployable.name) {
            _ if !survey.has(deployable) => Ok(Outcome::Absent),
            Some(standing) => Deletion { survey: &survey, standing, options }.run(),
            None => {
                match charts.destroy(deployable).map_err(|error| at_construct(error, deployable))?.is_none() {
                    true => Ok(Outcome::Absent),
                    false => Ok(Outcome::Deleted),
                }
            }
        })
    });
    let named = chosen.iter().zip(outcomes);
    Ok(named
        .map(|((deployable, _), outcome)| (deployable.name.clone(), outcome.unwrap_or(Outcome::Skipped)))
        .collect())
}

/// The same deployables, each depending on those that depend on it.
fn upside_down(chosen: &[(&Deployable, Option<&str>)]) -> Vec<Deployable> {
    let dependents = |name: &String| {
        let dependents = chosen.iter().filter(|(other, _)| other.dependencies.contains(name));
        dependents.map(|(other, _)| other.name.clone()).collect()
    };
    let turned = chosen.iter().map(|(deployable, _)| Deployable {
        dependencies: dependents(&deployable.name),
        ..(*deployable).clone()
    });
    turned.collect()
}

fn cannot(error: Error) -> Stop {
    if error.is_interrupted() {
        return Stop::Interrupted;
    }
    let diagnostic = Diagnostic::error("cannot-destroy", error.to_string());
    match error.help() {
        Some(hint) => diagnostic.hint(hint).into(),
        None => diagnostic.into(),
    }
}
