//! What suites look at: the file of a stack or a chart, and the findings about an app.
#![allow(dead_code, reason = "not every suite looks at all of it")]

use stackwright_core::{App, SynthOptions};

/// The template of a stack as text; every finding where there is none.
pub(crate) fn template(app: &App, stack: &str) -> String {
    file(app, &format!("{stack}.template.json"))
}

/// The manifest of a chart as text; every finding where there is none.
pub(crate) fn manifest(app: &App, chart: &str) -> String {
    file(app, &format!("{chart}.k8s.yaml"))
}

fn file(app: &App, name: &str) -> String {
    match app.synth(&SynthOptions::new()) {
        Ok(assembly) => {
            let file = assembly.file(name).expect("the stack or chart has a file");
            String::from_utf8(file.to_vec()).expect("files are text")
        }
        Err(findings) => findings.to_string(),
    }
}

/// Every finding of an app, warnings too, without lines and columns of the suite.
pub(crate) fn findings(app: &App) -> String {
    let findings = match app.synth(&SynthOptions::new()) {
        Ok(assembly) => assembly.warnings.to_string(),
        Err(findings) => findings.to_string(),
    };
    let without_line = |line: &str| match line.split_once(".rs:") {
        Some((before, _)) => format!("{before}.rs"),
        None => line.to_owned(),
    };
    findings.lines().map(without_line).collect::<Vec<_>>().join("\n")
}
