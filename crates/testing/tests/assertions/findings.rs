//! Assertions about findings, and what they say when they fail.

use insta::assert_snapshot;
use stackwright_cfn::Map;
use stackwright_core::{App, Diagnostic, Resource, Scope, Stack};
use stackwright_testing::Synthesis;

use crate::failure::failure;

/// An app whose stacks `web` and `jobs` report this.
fn reporting(findings: impl Fn(&str) -> Vec<Diagnostic>) -> Synthesis {
    let app = App::new();
    for name in ["web", "jobs"] {
        let stack = Stack::new(&app, name);
        Resource::raw(&stack, "Thing", "Custom::Thing", Map::new());
        findings(name).into_iter().for_each(|finding| stack.report(finding));
    }
    Synthesis::of(&app)
}

fn old(name: &str) -> Diagnostic {
    Diagnostic::warning("old-version", format!("version 1 of {name} is old")).value(name).hint("take 2")
}

fn no_owner(name: &str) -> Diagnostic {
    Diagnostic::error("no-owner", format!("{name} has no owner")).value(name).allowed("a name")
}

#[test]
fn a_sound_app_has_none() {
    let synthesis = reporting(|_| Vec::new());
    synthesis.has_no_findings();
    assert_eq!(synthesis.findings().codes(), [""; 0]);
    assert_snapshot!(failure(|| synthesis.has_error("no-owner").at("web")));
}

#[test]
fn findings_are_narrowed_step_by_step() {
    let synthesis = reporting(|name| vec![old(name), no_owner(name)]);
    let line = 14;
    synthesis.has_error("no-owner").count(2).at("web").on_line(line).with_value("web").count(1);
    synthesis.has_warning("old-version").with_message("of jobs is").at("jobs");
    assert_eq!(synthesis.findings().codes(), ["no-owner", "no-owner", "old-version", "old-version"]);
    let hints = synthesis.has_warning("old-version");
    assert!(hints.iter().all(|finding| finding.hint.as_deref() == Some("take 2")));
}

#[test]
fn what_is_not_told_is_told_apart() {
    let synthesis = reporting(|name| vec![old(name)]);
    assert_snapshot!(failure(|| synthesis.has_warning("old-version").at("web").with_value("jobs")));
    for message in [
        failure(|| synthesis.has_error("old-version")),
        failure(|| synthesis.has_warning("old")),
        failure(|| synthesis.has_warning("old-version").at("we")),
        failure(|| synthesis.has_warning("old-version").on_line(1)),
        failure(|| synthesis.has_warning("old-version").with_message("version 2")),
    ] {
        assert!(message.starts_with("there is no "), "{message}");
    }
    let many = failure(|| synthesis.has_warning("old-version").count(1));
    assert!(many.starts_with("of warning[old-version] there are 2: expected are 1\n"), "{many}");
    let any = failure(|| synthesis.has_no_findings());
    assert!(any.starts_with("the app has findings: expected are none\n\nwarning[old-version]"), "{any}");
}

#[test]
fn an_app_with_errors_has_no_template() {
    let synthesis = reporting(|name| vec![no_owner(name)]);
    assert_snapshot!(failure(|| synthesis.template("web")));
    failure(|| synthesis.manifest("web"));
    failure(|| synthesis.assembly().files.len());
}
