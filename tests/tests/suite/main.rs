//! What the tree and its synthesis promise, one module a promise.

mod aspects;
mod bindings;
mod capabilities;
mod charts;
mod determinism;
mod include;
mod limits;
mod names;
mod overrides;
mod references;
mod sections;
mod tags;
mod validation;

use stackwright::prelude::*;

/// The template of a stack as text; every finding where there is none.
fn template(app: &App, stack: &str) -> String {
    let assembly = match app.synth(&SynthOptions::new()) {
        Ok(assembly) => assembly,
        Err(findings) => return findings.to_string(),
    };
    let file = assembly.file(&format!("{stack}.template.json")).expect("the stack has a file");
    String::from_utf8(file.to_vec()).expect("templates are text")
}

/// The file of a chart as text; every finding where there is none.
fn manifest(app: &App, chart: &str) -> String {
    let assembly = match app.synth(&SynthOptions::new()) {
        Ok(assembly) => assembly,
        Err(findings) => return findings.to_string(),
    };
    let file = assembly.file(&format!("{chart}.k8s.yaml")).expect("the chart has a file");
    String::from_utf8(file.to_vec()).expect("manifests are text")
}

/// Every finding of an app that must not synthesize, without columns and lines of this suite.
fn findings(app: &App) -> String {
    let findings = app.synth(&SynthOptions::new()).expect_err("the app has errors");
    let lines = findings.to_string();
    let without_lines = |line: &str| match line.split_once(".rs:") {
        Some((before, _)) => format!("{before}.rs"),
        None => line.to_owned(),
    };
    lines.lines().map(without_lines).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn queue(stack: &impl Scope, id: &str) -> Resource<Untyped> {
    Resource::raw(stack, id, "Custom::Queue", Map::new())
}
