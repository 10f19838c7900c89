//! Comparing templates and objects, and reviewing what differs.

mod forms;
mod objects;
mod review;
mod templates;

use stackwright_cfn::read;
use stackwright_deploy::compare::{Change, Comparison, Edit, Replacement, short};

/// The comparison of two templates, in JSON or YAML.
fn compared(before: &str, after: &str) -> Comparison {
    Comparison::of(&read(before).unwrap(), &read(after).unwrap())
}

/// The changes in words: a line for each element, and one for each difference in it.
fn told(changes: &[Change]) -> String {
    changes.iter().map(change).collect()
}

fn change(change: &Change) -> String {
    let type_name = change.type_name.as_deref().unwrap_or_default();
    let mut text =
        format!("{} {:?} {} {type_name}", change.section, change.kind, change.id).trim_end().to_owned();
    text += replaces(change.replacement());
    if let Some(twin) = &change.twin {
        text += &format!(" <-> {twin}");
    }
    text.push('\n');
    for edit in &change.edits {
        let Edit { path, before, after, replacement, .. } = edit;
        let [before, after] = [before, after].map(|value| value.as_ref().map_or("".to_owned(), short));
        text += &match edit.is_reordering() {
            true => format!("  {path}: another order{}\n", replaces(*replacement)),
            false => format!("  {path}: {before} -> {after}{}\n", replaces(*replacement)),
        };
    }
    for consequence in &change.consequences {
        text += &format!(
            "  {}: follows {}{}\n",
            consequence.path,
            consequence.of.as_deref().unwrap_or_default(),
            replaces(consequence.replacement)
        );
    }
    text
}

fn replaces(replacement: Replacement) -> &'static str {
    match replacement {
        Replacement::No => "",
        Replacement::Maybe => " (may replace)",
        Replacement::Yes => " (replaces)",
    }
}
