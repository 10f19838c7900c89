//! Rules: what must hold of a stack's parameters before anything is deployed.

use std::panic::Location;

use stackwright_cfn::Text;

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

    /// Gives the rule a logical id of its own instead of the one that follows from its path: for a name that something
    /// else of the stack has, too.
    #[track_caller]
    pub fn override_logical_id(&self, id: impl Into<Text>) {
        self.construct.set_logical_id(id.into(), Location::caller());
    }
}

impl Scope for Rule {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
