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
//! follows references with [`Document::follow`], keeps the [`Way`] to where it is, and pushes a [`Finding`] for whatever is
//! wrong, always with the place of the value itself. It never stops at the first finding, and says nothing about values that are known only at
//! deploy time.

mod address_block;
mod constraints;
mod document;
mod finding;
mod form;
mod near;
mod place;
mod schema;
mod table;
mod text;
mod view;
mod way;

pub use document::{Document, Used};
pub use finding::Finding;
pub use place::{Place, Section, Step};
pub use text::{Text, validate_text};
pub use way::Way;

/// A family of rules: it looks at a document and adds what it finds.
pub type Rule = fn(&Document<'_>, &mut Vec<Finding>);

/// Every family of rules, in the order they are asked.
pub const RULES: &[Rule] = &[address_block::check, constraints::check];

/// What every family of rules finds in a document, in the order they are asked; empty where nothing is wrong.
pub fn validate(document: &Document<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for rule in RULES {
        rule(document, &mut found);
    }
    found
}
