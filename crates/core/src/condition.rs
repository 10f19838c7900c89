//! Conditions: what a template decides at deploy time.

use std::panic::Location;

use stackwright_cfn::{Node, Predicate, Text, Value, functions};

use crate::construct::{Construct, Scope};
use crate::tree::{Kind, Section};

/// A named condition of a stack.
///
/// ```
/// use stackwright_cfn::{functions::{equals, if_}, pseudo};
/// use stackwright_core::{App, Condition, Resource, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "queues");
/// let is_main = Condition::new(&stack, "IsMain", equals::<String>(pseudo::region(), "us-east-1"));
/// let queue = Resource::raw(&stack, "Queue", "AWS::SQS::Queue", Default::default());
/// queue.set_property("DelaySeconds", if_::<i64>(is_main.holds(), 5, 10));
/// queue.condition(&is_main);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    construct: Construct,
}

impl Condition {
    /// A condition that holds where `predicate` does.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, predicate: Value<Predicate>) -> Self {
        let kind = Kind::Section(Section::Condition, Box::new(predicate.into_node()));
        Condition { construct: scope.construct().add(id, Location::caller(), kind) }
    }

    /// Gives the condition a logical id of its own instead of the one that follows from its path: for a name that something
    /// else of the stack has, too.
    #[track_caller]
    pub fn override_logical_id(&self, id: impl Into<Text>) {
        self.construct.set_logical_id(id.into(), Location::caller());
    }

    /// The condition by its name, for [`if_`](functions::if_) and other conditions.
    pub fn holds(&self) -> Value<Predicate> {
        functions::condition(self.name())
    }

    pub(crate) fn name(&self) -> Node {
        Node::Name(self.construct.reads(|tree| tree.target(self.construct.id)))
    }
}

impl Scope for Condition {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
