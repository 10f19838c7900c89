//! What is not done unless it is asked for by name: losing what holds data or is to be kept.

use stackwright_assembly::Diagnostic;

use super::Stop;
use crate::Difference;
use crate::review::{Fate, Loss};

/// Refuses a change that would remove or replace what nobody allowed to be lost.
pub(super) fn check(difference: &Difference, allowed: &[String]) -> Result<(), Stop> {
    let refused: Vec<&Loss> = difference.review.refused(allowed).collect();
    let Some(first) = refused.first() else { return Ok(()) };
    let told: Vec<String> = refused.iter().map(|loss| told(loss)).collect();
    let options: Vec<String> = refused.iter().map(|loss| format!("--allow-replace {}", loss.id)).collect();
    let mut diagnostic = Diagnostic::error("loss-refused", told.join("; "))
        .hint(format!("if it may be lost: {}", options.join(" ")));
    if let Some(path) = &first.construct {
        diagnostic = diagnostic.path(path);
    }
    if let Some(source) = &first.source {
        diagnostic = diagnostic.source(source.clone());
    }
    Err(diagnostic.into())
}

fn told(loss: &Loss) -> String {
    let why = if loss.holds_data { "holds what cannot be brought back" } else { "is to be kept" };
    let fate = match loss.fate {
        Fate::Removed => "would be removed",
        Fate::MayBeReplaced => "may be replaced",
        Fate::Replaced => "would be replaced",
    };
    let because: Vec<String> = loss.because.iter().map(ToString::to_string).collect();
    let because = if because.is_empty() { String::new() } else { format!(" for {}", because.join(", ")) };
    format!("{} \"{}\" {why} and {fate}{because}", loss.type_name, loss.id)
}
