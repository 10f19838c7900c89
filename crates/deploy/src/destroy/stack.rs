//! Taking down one stack: whatever is in progress first, then its deletion, to the end.

use stackwright_assembly::Diagnostic;

use super::network::Moment;
use super::plan::Survey;
use super::standing::Standing;
use super::{DestroyOptions, Leftover, cannot};
use crate::deploy::{Condition, Ended, Outcome, Since, Stop, cause, follow};
use crate::{Error, Event};

/// So often what is in progress is waited for. More than this is somebody else who works on the stack.
const MOST_DETOURS: u32 = 5;

/// The deletion of one stack.
pub(super) struct Deletion<'a> {
    pub(super) survey: &'a Survey<'a>,
    pub(super) standing: &'a Standing<'a>,
    pub(super) options: &'a DestroyOptions,
}

impl Deletion<'_> {
    pub(super) fn run(&self) -> Result<Outcome, Stop> {
        let Standing { aws, stack, deployable, .. } = self.standing;
        for _ in 0..MOST_DETOURS {
            self.doing("reading its state");
            // By its ARN: another stack of the same name that somebody makes meanwhile is not ours to delete.
            let found = aws.describe_stack(&stack.stack_id);
            let found = found.map_err(Error::aws("cannot read the state of the stack")).map_err(cannot)?;
            let Some(found) = found else { return Ok(Outcome::Deleted) };
            match &*found.stack_status {
                "DELETE_COMPLETE" => return Ok(Outcome::Deleted),
                "DELETE_IN_PROGRESS" => {
                    self.note("it is being deleted already: joining that".to_owned());
                    return self
                        .end(follow(aws, deployable, &stack.stack_id, &Since::Start).map_err(cannot)?);
                }
                status if Condition::of(status) == Condition::Moving => {
                    self.note(format!("{status} already: waiting for the end of it"));
                    follow(aws, deployable, &stack.stack_id, &Since::Start).map_err(cannot)?;
                }
                _ => return self.delete(),
            }
        }
        let message = format!("stack \"{}\" does not come to rest", deployable.name);
        Err(cannot(Error::new(message).hint("does somebody else deploy it at the same time?")))
    }

    fn delete(&self) -> Result<Outcome, Stop> {
        let Standing { aws, stack, deployable, .. } = self.standing;
        self.warn()?;
        self.doing("starting");
        let since = Since::now(aws, &stack.stack_id).map_err(cannot)?;
        let token = match &since {
            Since::Event(Some(event)) => token(event),
            _ => token(&stack.stack_id),
        };
        aws.delete_stack(&stack.stack_id, self.options.role_arn.as_deref(), &token)
            .map_err(Error::aws("cannot delete the stack"))
            .map_err(cannot)?;
        self.end(follow(aws, deployable, &stack.stack_id, &since).map_err(cannot)?)
    }

    /// Tells what is in the way of the stack's networks while there is time to remove it: CloudFormation tries for a
    /// quarter of an hour and more.
    fn warn(&self) -> Result<(), Stop> {
        match self.survey.obstacles(self.standing, Moment::Before) {
            Ok(obstacles) => obstacles.iter().for_each(|obstacle| self.note(in_the_way(obstacle))),
            Err(error) if error.is_interrupted() => return Err(Stop::Interrupted),
            // The deletion itself will tell.
            Err(_) => {}
        }
        Ok(())
    }

    fn end(&self, ended: Ended) -> Result<Outcome, Stop> {
        match &*ended.status {
            "DELETE_COMPLETE" => Ok(Outcome::Deleted),
            _ => Err(self.failure(&ended).into()),
        }
    }

    /// Why the stack is still there, and what to do about it.
    fn failure(&self, ended: &Ended) -> Diagnostic {
        let Standing { aws: _, stack: _, deployable, .. } = self.standing;
        if ended.status != "DELETE_FAILED" {
            // CloudFormation calls a deletion off before it begins, and the status is what it was.
            let reason = ended.events.iter().rev().find(|event| event.is_of_stack());
            let reason = reason.and_then(|event| event.resource_status_reason.as_deref());
            let reason = reason.unwrap_or("no reason is given");
            let message = format!("the deletion was called off, the stack is {}: {reason}", ended.status);
            let diagnostic = Diagnostic::error("stack-failed", message);
            return match reason.contains("in use by") || reason.contains("imported by") {
                true => diagnostic
                    .hint("delete the stacks that import it first, or deploy those without the import"),
                false => diagnostic,
            };
        }
        let diagnostic = cause::diagnostic(deployable, ended);
        let obstacles = self.survey.obstacles(self.standing, Moment::Stuck).unwrap_or_default();
        if !obstacles.is_empty() {
            let lines = obstacles.iter().map(|Leftover { name, reason, command, .. }| {
                let command = command.as_ref().map(|command| format!("\n  $ {command}")).unwrap_or_default();
                format!("\n{name} ({reason}){command}")
            });
            return diagnostic
                .hint(format!("remove what is in the way, then run it again{}", lines.collect::<String>()));
        }
        if diagnostic.hint.is_some() {
            return diagnostic;
        }
        let failed = ended
            .events
            .iter()
            .filter(|event| event.resource_status == "DELETE_FAILED" && !event.is_of_stack());
        let mut ids: Vec<&str> = failed.map(|event| &*event.logical_resource_id).collect();
        ids.dedup();
        let words =
            ["cloudformation", "delete-stack", "--stack-name", &*deployable.name, "--retain-resources"];
        let command = self.standing.command(&[&words[..], &ids].concat());
        diagnostic.hint(format!("mend it and run it again, or let it stay: {command}"))
    }

    fn doing(&self, what: &str) {
        let name = self.standing.deployable.name.clone();
        self.standing.aws.session().tell(Event::Doing { name, what: what.to_owned() });
    }

    fn note(&self, note: String) {
        let name = self.standing.deployable.name.clone();
        self.standing.aws.session().tell(Event::Noted { name, note });
    }
}

/// What is in the way, and the command that removes it.
fn in_the_way(obstacle: &Leftover) -> String {
    let Leftover { name, reason, command, .. } = obstacle;
    match command {
        Some(command) => format!("{name} is in the way ({reason}): {command}"),
        None => format!("{name} is in the way ({reason})"),
    }
}

/// A token for the deletion that follows an event: a call that is made again, or by a run that takes over from one that
/// was killed, is the same deletion.
fn token(event: &str) -> String {
    let plain: String = event.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    // At most 128 characters, and an id differs at its end.
    format!("stackwright-{}", &plain[plain.len().saturating_sub(100)..])
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn a_token_is_what_cloudformation_takes() {
        assert_eq!(token("Vpc-CREATE_COMPLETE-2026:11"), "stackwright-Vpc-CREATE-COMPLETE-2026-11");
        let long = format!("{}é-end", "x".repeat(300));
        assert!(token(&long).len() <= 128 && token(&long).ends_with("--end"));
    }
}
