//! Asking the person.

mod destruction;

use stackwright_deploy::{Answer, Question, Standing};

use crate::command::Session;
use crate::difference;
use crate::failure::{Failure, Stop};
use crate::operation::Answers;
use crate::style::bold;

/// Shows what is asked, and gives the answer.
pub(crate) fn ask(session: &mut Session<'_>, answers: Answers, question: &Question) -> Result<Answer, Stop> {
    let (text, prompt) = match question {
        Question::Change(change) => {
            let verb = if change.standing == Standing::New { "make" } else { "change" };
            (difference::shown(std::slice::from_ref(change)), format!("{verb} stack {}?", bold(&change.name)))
        }
        Question::DeleteFailed { name, status } => (
            format!("stack {} is {status}: it was never whole and can only be deleted", bold(name)),
            "delete it and make it again?".to_owned(),
        ),
        Question::ContinueRollback { name } => (
            format!("stack {} is UPDATE_ROLLBACK_FAILED: its last rollback did not end", bold(name)),
            "roll it back again?".to_owned(),
        ),
        Question::Destroy(destruction) => {
            (destruction::shown(destruction), format!("delete {}?", count(destruction.doomed.len())))
        }
        _ => return Ok(Answer::Nobody),
    };
    session.shell.talk(&text);
    if let Answers::Yes = answers {
        return Ok(Answer::Yes);
    }
    let Some(input) = &mut session.tools.answers else { return Ok(Answer::Nobody) };
    session.shell.write(&format!("{prompt} [y/N] "));
    let mut line = String::new();
    let read = input.read_line(&mut line);
    read.map_err(|error| Failure::new("cannot read the answer").cause(&error))?;
    Ok(match line.trim().to_ascii_lowercase().as_str() {
        "y" | "yes" => Answer::Yes,
        _ => Answer::No,
    })
}

fn count(number: usize) -> String {
    match number {
        1 => "it".to_owned(),
        number => format!("these {number}"),
    }
}
