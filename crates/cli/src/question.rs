//! Asking the person.

mod destruction;

use stackwright_deploy::{Answer, Question, Review};

use crate::command::Session;
use crate::failure::{Failure, Stop};
use crate::operation::Answers;
use crate::style::{bold, dim, green, red, yellow};

/// Shows what is asked, and gives the answer.
pub(crate) fn ask(session: &mut Session<'_>, answers: Answers, question: &Question) -> Result<Answer, Stop> {
    let (text, prompt) = match question {
        Question::Change(review) => (shown(review), format!("change stack {}?", bold(&review.stack))),
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

/// A review as a table.
fn shown(review: &Review) -> String {
    let title = match review.is_new {
        true => format!("stack {} would be made:", bold(&review.stack)),
        false => format!("stack {} would change:", bold(&review.stack)),
    };
    let width = review.changes.iter().map(|change| change.path.as_ref().unwrap_or(&change.id).len()).max();
    let lines = review.changes.iter().map(|change| {
        let name = change.path.as_ref().unwrap_or(&change.id);
        let name = format!("{name:<width$}", width = width.unwrap_or(0));
        let sign = match &*change.action {
            "Add" | "Import" => green("+"),
            "Remove" => red("-"),
            _ => yellow("~"),
        };
        let replaced = match change.replacement.as_deref() {
            Some("True") => red("  is replaced"),
            Some("Conditional") => yellow("  may be replaced"),
            _ => String::new(),
        };
        format!("  {sign} {name}  {}{replaced}", dim(&change.type_name))
    });
    let lines: Vec<String> = lines.collect();
    match lines.is_empty() {
        true => format!("{title}\n  nothing but outputs, tags or metadata"),
        false => format!("{title}\n{}", lines.join("\n")),
    }
}
