//! Running an operation of `stackwright-deploy`: it works on threads of its own, this one shows and asks.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;
use std::{panic, thread};

use clap::ArgMatches;
use stackwright_deploy::{Answer, Approver, Aws, Error, Event, Question, Session as Tooling};

use crate::command::Session;
use crate::failure::{Failure, Stop};
use crate::progress::Progress;
use crate::question;
use crate::tools::aws_options;

/// How often a line that is drawn anew is.
const TICK: Duration = Duration::from_millis(120);

/// What the operation tells.
enum Message {
    Happened(Event),
    Asked(Question, mpsc::SyncSender<Answer>),
}

/// How the person answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answers {
    /// Each question on the terminal.
    Asked,
    /// Yes to all of them, beforehand.
    Yes,
}

/// Runs what only looks, and shows what happens for people.
pub(crate) fn look<T: Send>(
    session: &mut Session<'_>,
    matches: &ArgMatches,
    work: impl FnOnce(&Aws<'_>) -> Result<T, Error> + Send,
) -> Result<T, Stop> {
    run(session, matches, Answers::Asked, false, |aws, _| work(aws))
}

/// Runs what changes something, shows what happens in the form that is wanted, and asks the person unless `--yes` is given.
pub(crate) fn change<T: Send>(
    session: &mut Session<'_>,
    matches: &ArgMatches,
    work: impl FnOnce(&Aws<'_>, &dyn Approver) -> Result<T, Error> + Send,
) -> Result<T, Stop> {
    let answers = if matches.get_flag("yes") { Answers::Yes } else { Answers::Asked };
    run(session, matches, answers, matches.get_flag("json"), work)
}

/// Runs `work` to its end, shows what it tells, and asks the person what it asks.
fn run<T: Send>(
    session: &mut Session<'_>,
    matches: &ArgMatches,
    answers: Answers,
    json: bool,
    work: impl FnOnce(&Aws<'_>, &dyn Approver) -> Result<T, Error> + Send,
) -> Result<T, Stop> {
    let (is_terminal, is_verbose) = (session.tools.is_terminal, matches.get_flag("verbose"));
    let mut progress = Progress::new(json, is_terminal, is_verbose, session.directory.clone());
    let options = aws_options(matches);
    session.tools.heed_interrupts()?;
    let (driver, clock) = (session.tools.driver, session.tools.clock);
    thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        let worker = scope.spawn(move || {
            let observer = |event| {
                // Where nobody listens any more there is nobody to tell.
                let _ = send.send(Message::Happened(event));
            };
            let approver = |question| {
                let (reply, answer) = mpsc::sync_channel(1);
                let _ = send.send(Message::Asked(question, reply));
                answer.recv().unwrap_or(Answer::Nobody)
            };
            work(&Aws::new(Tooling::new(driver, clock, &observer), options), &approver)
        });
        loop {
            match receive.recv_timeout(TICK) {
                Ok(Message::Happened(event)) => progress.event(&mut session.shell, &event, clock.now())?,
                Ok(Message::Asked(question, reply)) => {
                    progress.clear(&mut session.shell);
                    let answer = question::ask(session, answers, &question)?;
                    // An operation that was interrupted no longer waits.
                    let _ = reply.send(answer);
                }
                Err(RecvTimeoutError::Timeout) => progress.tick(&mut session.shell, clock.now()),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        progress.clear(&mut session.shell);
        let done = worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause));
        Ok(done.map_err(Failure::from)?)
    })
}

/// An operation's error as the command line tells it.
impl From<stackwright_deploy::Error> for Failure {
    fn from(error: stackwright_deploy::Error) -> Self {
        let mut failure = Failure::new(error.message());
        if let Some(cause) = error.reason() {
            failure = failure.cause(&cause);
        }
        if let Some(hint) = error.help() {
            failure = failure.hint(hint);
        }
        failure
    }
}
