//! Parameters: what a stack is told when it is deployed.

use std::marker::PhantomData;
use std::panic::Location;

use stackwright_cfn::{ParameterType, Text, Value};

use crate::construct::{Construct, Scope};
use crate::section;
use crate::tree::Section;

/// A parameter of a stack, which yields a `T`.
///
/// ```
/// use stackwright_core::{App, Parameter, ParameterProps, Resource, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "queues");
/// let delay = ParameterProps::<i64>::new().default(5).min_value(0).max_value(900);
/// let delay = Parameter::new(&stack, "Delay", delay);
/// let queue = Resource::raw(&stack, "Queue", "AWS::SQS::Queue", Default::default());
/// queue.set_property("DelaySeconds", delay.value());
/// ```
#[derive(Debug)]
pub struct Parameter<T> {
    construct: Construct,
    yields: PhantomData<fn() -> T>,
}

impl<T: ParameterType> Parameter<T> {
    /// A parameter. Contradictory limits, or a default beyond them, are told when the app is synthesized.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: stackwright_cfn::Parameter<T>) -> Self {
        let problems = props.check();
        let construct = section::add(scope, id, Location::caller(), Section::Parameter, props, problems);
        Parameter { construct, yields: PhantomData }
    }

    /// Gives the parameter a logical id of its own instead of the one that follows from its path: for a name that something
    /// else of the stack has, too.
    #[track_caller]
    pub fn override_logical_id(&self, id: impl Into<Text>) {
        self.construct.set_logical_id(id.into(), Location::caller());
    }

    /// What the stack was told.
    pub fn value(&self) -> Value<T> {
        self.construct.target().reference()
    }
}

impl<T> Clone for Parameter<T> {
    fn clone(&self) -> Self {
        Parameter { construct: self.construct.clone(), yields: PhantomData }
    }
}

impl<T> Scope for Parameter<T> {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
