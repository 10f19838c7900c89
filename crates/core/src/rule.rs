//! Rules: what must hold of a stack's parameters before anything is deployed.

use std::panic::Location;

use crate::construct::{Construct, Scope};
use crate::section;
use crate::tree::Section;

/// A rule of a stack.
///
/// ```
/// use stackwright_cfn::functions::{contains, equals};
/// use stackwright_core::{App, Parameter, ParameterProps, Rule, RuleProps, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "queues");
/// let stage = Parameter::new(&stack, "Stage", ParameterProps::<String>::new().default("test"));
/// let known = contains(["test", "production"], stage.value());
/// Rule::new(&stack, "KnownStage", RuleProps::new().assert(known, "the stage is test or production"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    construct: Construct,
}

impl Rule {
    /// A rule. One that asserts nothing is told when the app is synthesized.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: stackwright_cfn::Rule) -> Self {
        let problems = props.check();
        Rule { construct: section::add(scope, id, Location::caller(), Section::Rule, props, problems) }
    }
}

impl Scope for Rule {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
