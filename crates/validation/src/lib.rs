//! Rules of templates: what CloudFormation and its services refuse, told before they do.
//!
//! A [`Document`] is what rules look at: a template that was read, or one that an app is about to write. [`validate`]
//! shows it to every family of rules and gives what they find. A [`Finding`] is a diagnostic without a path or a line
//! of its own: it has a [`Place`], and who knows where the document comes from makes a path and a line of that. Nothing
//! here knows constructs or files.
//!
//! ```
//! let template = stackwright_cfn::read("
//! Resources:
//!   Vpc:
//!     Type: AWS::EC2::VPC
//!     Properties: {CidrBlock: 10.0.0.0/33}
//! ")?;
//! let findings = stackwright_validation::validate(&stackwright_validation::Document::of(&template));
//! assert_eq!(findings[0].diagnostic.code, "invalid-cidr");
//! assert_eq!(findings[0].place.to_string(), "Vpc.CidrBlock");
//! # Ok::<(), stackwright_cfn::ReadError>(())
//! ```
//!
//! # Another family of rules
//!
//! A family is a file with a function `check` of the type [`Rule`], and a line in [`RULES`]. It looks at the document,
//! follows references with [`Document::follow`], keeps the [`Way`] to where it is, and pushes a [`Finding`] for whatever
//! is wrong, always with the place of the value itself. It never stops at the first finding, and says nothing about
//! values that are known only at deploy time.

mod about;
mod acknowledgement;
mod action;
mod address_block;
mod conditions;
mod constraints;
mod document;
mod elements;
mod event_source;
mod finding;
mod form;
mod functions;
mod known;
mod limits;
mod location;
mod near;
mod network;
mod parameters;
mod place;
mod policy;
mod ports;
mod presence;
mod problem;
mod references;
mod scaling;
mod schedule;
mod schema;
mod sections;
mod security;
mod sketch;
mod statement;
mod table;
#[cfg(test)]
mod testing;
mod text;
mod user_data;
mod validator;
mod view;
mod walk;
mod way;

pub use about::About;
pub use acknowledgement::{Acknowledgement, Said, Sorted, in_annotations, in_metadata, sort};
pub use action::action_problem;
pub use document::{Document, Used};
pub use finding::Finding;
pub use form::is_region;
pub use limits::LIMITS;
pub use near::nearest;
pub use place::{Place, Section, Step};
pub use problem::{element_diagnostic, object_diagnostic};
pub use text::{Text, Validated, validate_text, validate_texts};
pub use validator::{Rendered, Validator};
pub use way::Way;

/// A family of rules: it looks at a document and adds what it finds.
pub type Rule = fn(&Document<'_>, &mut Vec<Finding>);

/// Every family of rules, in the order they are asked.
pub const RULES: &[Rule] = &[
    address_block::check,
    constraints::check,
    network::check,
    ports::check,
    scaling::check,
    schedule::check,
    event_source::check,
    presence::check,
    location::check,
    statement::check,
    security::check,
    user_data::check,
];

/// The families of rules that only what was read is shown to, as an app tells the same by itself.
pub(crate) const RULES_OF_FILES: &[Rule] = &[
    references::check,
    limits::check,
    elements::check,
    parameters::check,
    functions::check,
    sections::check,
    location::check_zones,
];

/// Every rule that may be acknowledged, with the reason for it: those of templates, then those of manifests.
///
/// ```
/// let rule = stackwright_validation::rules().find(|rule| rule.code == "public-ingress").unwrap();
/// assert!(rule.reason.contains("internet"));
/// ```
pub fn rules() -> impl Iterator<Item = About> {
    let of_templates = security::ABOUT.iter().copied().flatten().chain(location::ABOUT).copied();
    let of_manifests = stackwright_k8s::check::SECURITY.map(|(code, reason)| About::new(code, reason));
    // A secret is one in a manifest as well as in a template.
    let of_manifests = of_manifests.into_iter().filter(|rule| rule.code != "plain-secret");
    of_templates.chain(of_manifests)
}

/// What every family of rules finds in a document, in the order they are asked; empty where nothing is wrong.
///
/// What is acknowledged is among it: [`sort`] tells it apart.
pub fn validate(document: &Document<'_>) -> Vec<Finding> {
    ask(document, RULES.iter())
}

fn ask<'r>(document: &Document<'_>, rules: impl Iterator<Item = &'r Rule>) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in rules {
        rule(document, &mut found);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::rules;

    #[test]
    fn the_guide_has_every_rule_with_its_reason() {
        let page = include_str!("../../../docs/guide/look.md");
        let (_, table) = page.split_once("| --- | --- |\n").unwrap();
        let rows: Vec<&str> = table.lines().take_while(|line| !line.is_empty()).collect();
        let expected: Vec<String> =
            rules().map(|rule| format!("| `{}` | {} |", rule.code, rule.reason)).collect();
        assert_eq!(rows, expected);
    }
}
