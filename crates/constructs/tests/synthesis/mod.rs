//! What suites look at: the template of a stack, and the findings about an app.

use stackwright_core::{App, SynthOptions};

/// The template of a stack as text; every finding where there is none.
pub(crate) fn template(app: &App, stack: &str) -> String {
    match app.synth(&SynthOptions::new()) {
        Ok(assembly) => {
            let file = assembly.file(&format!("{stack}.template.json")).expect("the stack has a file");
            String::from_utf8(file.to_vec()).expect("templates are text")
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
