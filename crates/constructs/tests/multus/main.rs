//! What further networks of pods promise, through their public face.

mod addressed_pods;
mod assignment;
mod attachments;
mod charts;
mod configurations;
mod existing;
mod families;
mod nodes;
mod objects;
mod reading;
#[path = "../synthesis/mod.rs"]
mod synthesis;
mod whereabouts;

use stackwright_core::Diagnostic;

/// The codes of findings, in their order.
fn codes(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().map(|finding| finding.code.as_str()).collect()
}
