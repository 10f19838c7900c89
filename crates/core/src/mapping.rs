//! Mappings: values by two keys, looked up when a stack is deployed.

use std::panic::Location;

use stackwright_cfn::{Function, Map, Node, Text, Value};

use crate::construct::{Construct, Scope};
use crate::section;
use crate::tree::Section;

/// A mapping of a stack.
///
/// ```
/// use stackwright_cfn::pseudo;
/// use stackwright_core::{App, Mapping, MappingProps, Resource, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "images");
/// let images = MappingProps::new().value("us-east-1", "ami", "ami-1").value("eu-west-1", "ami", "ami-2");
/// let images = Mapping::new(&stack, "Images", images);
/// let image = images.find::<String>(pseudo::region(), "ami");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapping {
    construct: Construct,
}

impl Mapping {
    /// A mapping. Keys that CloudFormation does not take are told when the app is synthesized.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: stackwright_cfn::Mapping) -> Self {
        let problems = props.check();
        Mapping { construct: section::add(scope, id, Location::caller(), Section::Mapping, props, problems) }
    }

    /// Gives the mapping a logical id of its own instead of the one that follows from its path: for a name that something
    /// else of the stack has, too.
    #[track_caller]
    pub fn override_logical_id(&self, id: impl Into<Text>) {
        self.construct.set_logical_id(id.into(), Location::caller());
    }

    /// The value at two keys; keys that are not in the mapping fail the deployment.
    pub fn find<T>(
        &self,
        top_level_key: impl Into<Value<String>>,
        second_level_key: impl Into<Value<String>>,
    ) -> Value<T> {
        self.look_up(top_level_key.into(), second_level_key.into(), None)
    }

    /// The value at two keys, or another where they are not in the mapping.
    ///
    /// The stack's template gets the `AWS::LanguageExtensions` transform, which this needs.
    pub fn find_or<T>(
        &self,
        top_level_key: impl Into<Value<String>>,
        second_level_key: impl Into<Value<String>>,
        default: impl Into<Value<T>>,
    ) -> Value<T> {
        if let Some(stack) = self.stack() {
            stack.add_transform("AWS::LanguageExtensions");
        }
        let mut otherwise = Map::new();
        otherwise.set("DefaultValue", default.into());
        self.look_up(top_level_key.into(), second_level_key.into(), Some(otherwise))
    }

    fn look_up<T>(&self, top: Value<String>, second: Value<String>, otherwise: Option<Map>) -> Value<T> {
        let mut arguments = vec![Node::Name(self.construct.target()), top.into_node(), second.into_node()];
        arguments.extend(otherwise.map(Node::from));
        Value::from_node(Node::call(Function::FindInMap, arguments))
    }
}

impl Scope for Mapping {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
