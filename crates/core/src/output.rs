//! Outputs: what a stack tells when it is deployed.

use std::panic::Location;

use stackwright_cfn::Text;

use crate::construct::{Construct, Scope};
use crate::section;
use crate::tree::Section;

/// An output of a stack.
///
/// Values that other stacks of the app use need none: such outputs are made where they are wanted.
///
/// ```
/// use stackwright_core::{App, Output, OutputProps, Resource, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "queues");
/// let queue = Resource::raw(&stack, "Queue", "AWS::SQS::Queue", Default::default());
/// let url = OutputProps::new(queue.ref_::<String>()).description("where to send jobs");
/// Output::new(&stack, "QueueUrl", url);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    construct: Construct,
}

impl Output {
    /// An output. A description that is too long, or an export that cannot be, is told when the app is synthesized.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: stackwright_cfn::Output) -> Self {
        let problems = props.check();
        Output { construct: section::add(scope, id, Location::caller(), Section::Output, props, problems) }
    }

    /// Gives the output a logical id of its own instead of the one that follows from its path: for a name that something
    /// else of the stack has, too.
    #[track_caller]
    pub fn override_logical_id(&self, id: impl Into<Text>) {
        self.construct.set_logical_id(id.into(), Location::caller());
    }
}

impl Scope for Output {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
