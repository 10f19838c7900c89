//! Existing templates as programs: Rust that synthesizes the same template.
//!
//! What a template says becomes typed constructs with the same logical ids, so that a deployed stack shows no
//! difference. What has no type is set by name, and told.
//!
//! ```
//! let template = "
//! Resources:
//!   Jobs:
//!     Type: AWS::SQS::Queue
//!     Properties: {DelaySeconds: '5'}
//! Outputs:
//!   Url: {Value: !Ref Jobs}
//! ";
//! let migration = stackwright_migrate::migrate(template, "jobs")?;
//! assert!(migration.rust.contains(".delay_seconds(5)"));
//! assert!(migration.rust.contains("OutputProps::new(jobs.ref_())"));
//! assert_eq!(migration.features, ["sqs"]);
//! # Ok::<(), stackwright_migrate::Refused>(())
//! ```

mod expression;
mod facts;
mod function;
mod kind;
mod layout;
mod literal;
mod order;
mod parameter;
mod policy;
mod predicate;
mod program;
mod resource;
mod value;
mod writer;

use std::fmt;

use facts::Facts;
use program::Program;
use writer::Writer;

/// A template as a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// A module with the function `describe`, before rustfmt.
    pub rust: String,
    /// The features of `stackwright-aws` that it needs.
    pub features: Vec<String>,
    /// What has no type in it, by its place in the template, and why.
    pub untyped: Vec<String>,
}

/// Why a text is not a template that can become a program: every reason, with line and column where they are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused(pub Vec<String>);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Refused {}

/// The program for a template in JSON or YAML, which describes it as a stack of this name.
///
/// # Errors
///
/// Where the text is no template, or one that CloudFormation would not take for its names or values.
pub fn migrate(template: &str, stack: &str) -> Result<Migration, Refused> {
    let template = stackwright_cfn::read(template).map_err(|error| Refused(vec![error.to_string()]))?;
    let problems = program::problems(&template);
    if !problems.is_empty() {
        return Err(Refused(problems));
    }
    let facts = Facts::of(template.resources.iter().map(|(_, resource)| resource.type_name.as_str()));
    let mut program = Program::new(Writer::new(&facts), &template);
    let rust = layout::indented(&program.write(stack));
    let writer = program.writer;
    let is_gated = |module: &&String| facts.is_gated(module);
    let features = writer.modules.iter().filter(is_gated).cloned().collect();
    Ok(Migration { rust, features, untyped: writer.untyped })
}
