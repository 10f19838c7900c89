//! Bringing up one stack: what state it is in first, then a change set, then its execution to the end.

use stackwright_assembly::{Assembly, Deployable, StackFacts};

use super::change_set::Proposal;
use super::follow::{Ended, Since, follow};
use super::parameters::{self, NewValues};
use super::state::Condition;
use super::{DeployOptions, Outcome, ReviewMode, Stop, cause, refusal, verdict};
use crate::aws::{ChangeSet, Stack};
use crate::destroy::command;
use crate::template::Template;
use crate::{Answer, Approver, Aws, Difference, Error, Event, Question, diff};

/// So often what was found in progress or broken is dealt with before the stack itself. More than this is somebody else
/// who deploys the same stack at the same time.
const MOST_DETOURS: u32 = 5;

/// The work on one stack.
pub(super) struct StackJob<'a> {
    assembly: &'a Assembly,
    stack: &'a Deployable,
    facts: StackFacts,
    options: &'a DeployOptions,
    aws: Aws<'a>,
    approver: &'a dyn Approver,
}

impl<'a> StackJob<'a> {
    pub(super) fn new(
        assembly: &'a Assembly,
        stack: &'a Deployable,
        options: &'a DeployOptions,
        aws: &Aws<'a>,
        approver: &'a dyn Approver,
    ) -> Self {
        let facts = stack.stack.clone().unwrap_or_default();
        let aws = aws.in_region(facts.environment.region.as_deref());
        StackJob { assembly, stack, facts, options, aws, approver }
    }

    pub(super) fn run(&self) -> Result<Outcome, Stop> {
        let template = Template::of(self.assembly, self.stack)?;
        self.check_account()?;
        for _ in 0..MOST_DETOURS {
            self.doing("reading its state");
            let found = self.describe()?;
            let Some(found) = found else { return self.change(&template, None, false) };
            match Condition::of(&found.stack_status) {
                Condition::Planned => return self.change(&template, None, true),
                Condition::Sound => return self.change(&template, Some(&found), true),
                Condition::Moving => self.join(&found)?,
                Condition::Lost => self.remove(&found)?,
                Condition::Stuck => self.unstick(&found)?,
            }
        }
        let message = format!("stack \"{}\" does not come to rest", self.stack.name);
        Err(Error::new(message).hint("does somebody else deploy it at the same time?").into())
    }

    /// A stack for one account is not put into another.
    fn check_account(&self) -> Result<(), Stop> {
        let Some(wanted) = &self.facts.environment.account else { return Ok(()) };
        let identity =
            self.aws.get_caller_identity().map_err(Error::aws("cannot tell whose the credentials are"))?;
        if identity.account == *wanted {
            return Ok(());
        }
        let message = format!(
            "stack \"{}\" is for account {wanted}, the credentials are of {}",
            self.stack.name, identity.account
        );
        Err(Error::new(message).hint("choose other credentials with --profile or AWS_PROFILE").into())
    }

    /// Waits for the end of an operation that another run, or somebody else, has begun.
    fn join(&self, found: &Stack) -> Result<(), Stop> {
        self.note(format!("{} already: joining it", found.stack_status));
        let ended = follow(&self.aws, self.stack, &found.stack_id, &Since::Start)?;
        if !is_good(&ended.status) && ended.status != "DELETE_COMPLETE" {
            let why = cause::diagnostic(self.stack, &ended);
            self.note(format!("it ended in {}: {}", ended.status, why.message));
        }
        Ok(())
    }

    /// Deletes what is left of a stack that can only be deleted.
    fn remove(&self, found: &Stack) -> Result<(), Stop> {
        let (name, status) = (self.stack.name.clone(), found.stack_status.clone());
        let question = Question::DeleteFailed { name: name.clone(), status: status.clone() };
        self.ask(question, || {
            format!("stack \"{name}\" is {status}, which can only be deleted before it is made again")
        })?;
        self.doing("deleting what is left of it");
        let since = Since::now(&self.aws, &found.stack_id)?;
        let token = format!("stackwright-delete-{}", tail(&found.stack_id));
        self.aws
            .delete_stack(&found.stack_id, self.options.role_arn.as_deref(), &token)
            .map_err(Error::aws("cannot delete the stack"))?;
        let ended = follow(&self.aws, self.stack, &found.stack_id, &since)?;
        match ended.status == "DELETE_COMPLETE" {
            true => Ok(()),
            false => Err(self.failure(&ended)),
        }
    }

    /// Tries a rollback again that has failed.
    fn unstick(&self, found: &Stack) -> Result<(), Stop> {
        let name = self.stack.name.clone();
        self.ask(Question::ContinueRollback { name: name.clone() }, || {
            format!("stack \"{name}\" is {}: its rollback has to be tried again first", found.stack_status)
        })?;
        self.doing("rolling back again");
        let since = Since::now(&self.aws, &found.stack_id)?;
        let Since::Event(latest) = &since else { unreachable!("now is after an event") };
        let token = format!("stackwright-rollback-{}", tail(latest.as_deref().unwrap_or_default()));
        self.aws
            .continue_update_rollback(&found.stack_id, self.options.role_arn.as_deref(), &token)
            .map_err(Error::aws("cannot continue the rollback"))?;
        let ended = follow(&self.aws, self.stack, &found.stack_id, &since)?;
        match Condition::of(&ended.status) {
            Condition::Sound => Ok(()),
            _ => Err(self.still_stuck(&ended)),
        }
    }

    /// Why a rollback has failed again, and how to end it without the resources that cannot be rolled back.
    ///
    /// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-continueupdaterollback.html>
    fn still_stuck(&self, ended: &Ended) -> Stop {
        let diagnostic = cause::diagnostic(self.stack, ended);
        let failed = ended
            .events
            .iter()
            .filter(|event| event.resource_status == "UPDATE_FAILED" && !event.is_of_stack());
        let mut ids: Vec<&str> = failed.map(|event| &*event.logical_resource_id).collect();
        ids.dedup();
        if ids.is_empty() || diagnostic.hint.is_some() {
            return diagnostic.into();
        }
        let words = ["cloudformation", "continue-update-rollback", "--stack-name", &*self.stack.name];
        let words = [&words[..], &["--resources-to-skip"], &ids].concat();
        let command = command(&self.aws, &words);
        diagnostic.hint(format!("mend it and run it again, or leave it as it is: {command}")).into()
    }

    /// Makes the stack be as the template says. `may_have_sets`: whether there may be change sets already.
    fn change(
        &self,
        template: &Template<'_>,
        deployed: Option<&Stack>,
        may_have_sets: bool,
    ) -> Result<Outcome, Stop> {
        let parameters = parameters::given(template, &self.stack.name, deployed, self.options)?;
        let before = match deployed {
            Some(_) => diff::deployed_template(&self.stack.name, &self.aws)?,
            None => stackwright_cfn::Template::default(),
        };
        let values = NewValues::of(template, deployed, &parameters);
        let comparison = diff::compared(&before, template.document(), &values);
        let difference = diff::of_stack(self.stack, deployed, comparison.clone(), &values);
        if let Some(stack) = deployed
            && !difference.is_any()
            && !template.is_moving()
            && parameters.iter().all(|parameter| parameter.is_of(stack))
        {
            // A change set would say so as well, in ten seconds.
            self.protect(Some(stack))?;
            return Ok(Outcome::Unchanged);
        }
        let proposal = Proposal {
            aws: &self.aws,
            stack: self.stack,
            facts: &self.facts,
            template,
            parameters: &parameters,
            options: self.options,
            deployed,
        };
        self.doing("making a change set");
        let name = proposal.name()?;
        let made = proposal.make(&name, may_have_sets);
        if deployed.is_none() && matches!(made, Err(Stop::Failed(_))) {
            self.clear()?;
        }
        let Some(change_set) = made? else {
            if difference.is_any() {
                self.note("CloudFormation finds nothing to do about what differs".to_owned());
            }
            self.protect(deployed)?;
            return Ok(Outcome::Unchanged);
        };
        let comparison = comparison.settled(&verdict::all(&change_set));
        let difference = diff::of_stack(self.stack, deployed, comparison, &values);
        self.review(&change_set, difference, deployed.is_none())?;
        let ended = self.execute(&change_set, &name, deployed.is_none())?;
        if !is_good(&ended.status) {
            return Err(self.failure(&ended));
        }
        for left in ended.left_behind() {
            self.note(format!("could not be deleted and is left behind: {left}"));
        }
        self.protect(deployed)?;
        Ok(if deployed.is_some() { Outcome::Updated } else { Outcome::Created })
    }

    /// Has the person look at what would change. What was only looked at leaves nothing behind.
    fn review(&self, change_set: &ChangeSet, difference: Difference, is_new: bool) -> Result<(), Stop> {
        let approved =
            refusal::check(&difference, &self.options.allow_replace).and_then(|()| self.approve(difference));
        if !matches!(approved, Ok(()) | Err(Stop::Interrupted)) {
            self.aws.delete_change_set(change_set).map_err(Error::aws("cannot delete the change set"))?;
            if is_new {
                self.clear()?;
            }
        }
        approved
    }

    fn approve(&self, difference: Difference) -> Result<(), Stop> {
        let is_asked = match self.options.review {
            ReviewMode::Never => false,
            ReviewMode::Widening => difference.review.is_widening(),
            ReviewMode::Always => true,
        };
        if !is_asked {
            return Ok(());
        }
        self.doing("waiting for an answer");
        self.ask(Question::Change(Box::new(difference)), || {
            format!("stack \"{}\" would be changed, and nobody is there to be asked", self.stack.name)
        })
    }

    /// Executes a change set and follows it to the end.
    fn execute(&self, change_set: &ChangeSet, token: &str, is_new: bool) -> Result<Ended, Stop> {
        self.doing("starting");
        // What is made for the first time starts but once.
        let since = match change_set.is_executed() || is_new {
            true => Since::Start,
            false => Since::now(&self.aws, &change_set.stack_id)?,
        };
        if !change_set.is_executed()
            && let Err(error) = self.aws.execute_change_set(change_set, token)
        {
            // The answer to an earlier try may have been lost: then the change set is being executed.
            let found = self.aws.describe_change_set(&change_set.stack_id, &change_set.change_set_id);
            let found = found.map_err(Error::aws("cannot read the change set"))?;
            if !found.is_some_and(|found| found.is_executed()) {
                return Err(Error::aws("cannot execute the change set")(error).into());
            }
        }
        Ok(follow(&self.aws, self.stack, &change_set.stack_id, &since)?)
    }

    /// Deletes the shell of a stack that was never made, unless somebody has another change set for it.
    fn clear(&self) -> Result<(), Stop> {
        let Some(found) = self.describe()? else { return Ok(()) };
        let cannot = || Error::aws("cannot delete the empty stack");
        if Condition::of(&found.stack_status) == Condition::Planned
            && !self.aws.has_change_sets(&self.stack.name).map_err(cannot())?
        {
            let token = format!("stackwright-delete-{}", tail(&found.stack_id));
            self.aws.delete_stack(&found.stack_id, None, &token).map_err(cannot())?;
        }
        Ok(())
    }

    /// Turns termination protection on where the program asks for it. It is never turned off: somebody may have turned
    /// it on by hand.
    fn protect(&self, before: Option<&Stack>) -> Result<(), Stop> {
        let is_on = before.is_some_and(|stack| stack.enable_termination_protection);
        match (self.facts.termination_protection, is_on) {
            (true, false) => self
                .aws
                .protect_from_termination(&self.stack.name)
                .map_err(|error| Error::aws("cannot turn termination protection on")(error).into()),
            (false, true) => {
                self.note("termination protection is on, though the program does not ask for it".to_owned());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn describe(&self) -> Result<Option<Stack>, Stop> {
        let found = self.aws.describe_stack(&self.stack.name);
        Ok(found.map_err(Error::aws("cannot read the state of the stack"))?)
    }

    /// Asks the person; `unanswered` says what is wrong where nobody is there.
    fn ask(&self, question: Question, unanswered: impl FnOnce() -> String) -> Result<(), Stop> {
        match self.approver.ask(question) {
            Answer::Yes => Ok(()),
            Answer::No => Err(Stop::Declined),
            Answer::Nobody => Err(Error::new(unanswered()).hint("say yes beforehand with --yes").into()),
        }
    }

    fn failure(&self, ended: &Ended) -> Stop {
        cause::diagnostic(self.stack, ended).into()
    }

    fn doing(&self, what: &str) {
        self.aws.session().tell(Event::Doing { name: self.stack.name.clone(), what: what.to_owned() });
    }

    fn note(&self, note: String) {
        self.aws.session().tell(Event::Noted { name: self.stack.name.clone(), note });
    }
}

/// Whether an operation ended as it was meant to.
fn is_good(status: &str) -> bool {
    matches!(status, "CREATE_COMPLETE" | "UPDATE_COMPLETE" | "IMPORT_COMPLETE")
}

/// The last part of an ARN, which fits into a token.
fn tail(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or(id)
}
