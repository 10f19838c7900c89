//! What a person sees before anything is taken down.

use stackwright_assembly::Kind;
use stackwright_deploy::{Destruction, Leftover};

use crate::style::{bold, dim, red, yellow};

/// What goes, what stays, and what is in the way.
pub(super) fn shown(destruction: &Destruction) -> String {
    let Destruction { doomed, absent, remains, obstacles, unknown } = destruction;
    let width = doomed.iter().map(|doomed| doomed.name.chars().count()).max().unwrap_or(0);
    let mut text = "will be deleted, in this order:".to_owned();
    for doomed in doomed {
        let kind = match doomed.kind {
            Kind::Stack => "stack",
            Kind::Chart => "chart",
        };
        let parts = doomed.resources.map(|count| match (doomed.kind, count) {
            (Kind::Stack, 1) => "1 resource".to_owned(),
            (Kind::Stack, count) => format!("{count} resources"),
            (Kind::Chart, 1) => "1 object".to_owned(),
            (Kind::Chart, count) => format!("{count} objects"),
        });
        let because = doomed.because.as_ref().map(|name| format!("it depends on {name}"));
        let facts: Vec<String> = doomed.status.iter().cloned().chain(parts).chain(because).collect();
        text += &format!("\n  {} {kind}  {}", red("-"), bold(&doomed.name));
        if !facts.is_empty() {
            let gap = width - doomed.name.chars().count();
            text += &format!("{:gap$}  {}", "", dim(&facts.join(", ")));
        }
    }
    if !absent.is_empty() {
        text += &format!("\nnot there: {}", absent.join(", "));
    }
    text += &section("will stay:", remains);
    text += &section("would keep a network from being deleted, remove it in this order:", obstacles);
    if !unknown.is_empty() {
        text += &format!("\n{}", yellow("could not be looked at:"));
        unknown.iter().for_each(|unknown| text += &format!("\n  {unknown}"));
    }
    text
}

fn section(title: &str, leftovers: &[Leftover]) -> String {
    if leftovers.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{}", yellow(title));
    for Leftover { name, reason, path, source, command } in leftovers {
        text += &format!("\n  {} {}", bold(name), dim(&format!("({reason})")));
        if let (Some(path), Some(source)) = (path, source) {
            text += &format!("\n    {path} {}", dim(&format!("at {source}")));
        }
        if let Some(command) = command {
            text += &format!("\n    $ {command}");
        }
    }
    text
}
