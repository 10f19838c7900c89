//! What CloudFormation would refuse, found before anything is deleted.

use serde_json::Value;
use stackwright_assembly::Diagnostic;

use super::plan::Survey;
use super::standing::Standing;
use crate::{Error, parallel};

/// Why stacks cannot be deleted, by the name of the stack: all of it in one run.
pub(super) fn find(survey: &Survey<'_>) -> Result<Vec<(String, Diagnostic)>, Error> {
    let open: Vec<&Standing<'_>> = survey
        .standing
        .iter()
        .filter(|standing| standing.stack.stack_status != "DELETE_IN_PROGRESS")
        .collect();
    let mut found: Vec<(String, Diagnostic)> =
        open.iter().filter_map(|standing| protection(standing)).collect();

    let exports: Vec<(&Standing<'_>, &str)> = open
        .iter()
        .flat_map(|standing| {
            let outputs = standing.stack.outputs.iter();
            outputs.filter_map(|output| Some((*standing, output.export_name.as_deref()?)))
        })
        .collect();
    let importers = parallel::each(&exports, |(standing, export)| importers(standing, export));
    let mut in_use: Vec<(&Standing<'_>, &str, Vec<String>)> = Vec::new();
    for ((standing, export), importers) in exports.into_iter().zip(importers) {
        let others = importers?.into_iter().filter(|name| survey.stack(name).is_none()).collect::<Vec<_>>();
        if !others.is_empty() {
            in_use.push((standing, export, others));
        }
    }
    for standing in open {
        let of_stack = in_use.iter().filter(|(of, ..)| of.stack.stack_id == standing.stack.stack_id);
        let told: Vec<String> =
            of_stack.map(|(_, export, by)| format!("\"{export}\" by {}", by.join(", "))).collect();
        if !told.is_empty() {
            let message = format!("exports of the stack are in use: {}", told.join("; "));
            let diagnostic = Diagnostic::error("export-in-use", message).path(&standing.deployable.name);
            let hint = "delete the stacks that import them first, or deploy those without the import";
            found.push((standing.deployable.name.clone(), diagnostic.hint(hint)));
        }
    }
    Ok(found)
}

fn protection(standing: &Standing<'_>) -> Option<(String, Diagnostic)> {
    let name = &standing.deployable.name;
    if !standing.stack.enable_termination_protection {
        return None;
    }
    let command = standing.command(&[
        "cloudformation",
        "update-termination-protection",
        "--no-enable-termination-protection",
        "--stack-name",
        name,
    ]);
    let diagnostic = Diagnostic::error("termination-protection", "the stack is protected from being deleted");
    Some((
        name.clone(),
        diagnostic.path(name).hint(format!("if it is really to go, lift the protection: {command}")),
    ))
}

/// The stacks that import an export. Whoever may not ask has it from CloudFormation when it refuses.
fn importers(standing: &Standing<'_>, export: &str) -> Result<Vec<String>, Error> {
    let call = standing.aws.call(&["cloudformation", "list-imports", "--export-name", export]);
    match standing.aws.run::<Value>(call.args(["--query", "Imports"])) {
        Ok(imports) => Ok(serde_json::from_value(imports).unwrap_or_default()),
        Err(error) if error.is_interrupted() => Err(Error::interrupted()),
        // An export that nobody imports is an error too.
        Err(_) => Ok(Vec::new()),
    }
}
