//! Names written out in a template: which there are, and giving them others.
//!
//! A program refers to its own elements by [`Target`](crate::Target); templates that were read, and what is written
//! by hand, refer to them by name. Names of pseudo parameters, of the variables of a `Fn::Sub` or a `Fn::ForEach`,
//! and names put together with `${…}` refer to nothing that a template defines, and are passed over.

mod find;
mod rename;
pub(crate) mod sub;

use crate::{Function, Map, Node, Resource, Template, Text};

/// The key under which AWS's console finds how to show parameters, which it calls by name.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-interface.html>
const INTERFACE: &str = "AWS::CloudFormation::Interface";

/// The kinds of names: the same word may name one thing of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    /// Resources and parameters.
    Element,
    /// Conditions.
    Condition,
    /// Mappings.
    Mapping,
}

/// A use of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference<'a> {
    /// What kind of name it is.
    pub space: Space,
    /// The name.
    pub name: &'a str,
    /// The attribute asked for, where it is written out; `None` for anything but an attribute.
    pub attribute: Option<&'a str>,
}

/// The names that a tree uses: in `Ref`, `Fn::GetAtt`, `Fn::Sub`, `Fn::If`, `Fn::FindInMap`, `Fn::ValueOf` and
/// conditions, at any depth, in order.
///
/// ```
/// use stackwright_cfn::{Space, json, references};
///
/// let node = json!({ "Fn::Sub": ["${Queue.Arn}/${name}/${!x}", { "name": { "Fn::If": ["IsProd", "a", "b"] } }] });
/// let found: Vec<_> = references(&node).into_iter().map(|found| (found.space, found.name)).collect();
/// assert_eq!(found, [(Space::Element, "Queue"), (Space::Condition, "IsProd")]);
/// ```
pub fn references(node: &Node) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    find::in_condition(node, Scope::Outside, &mut |reference| found.push(reference));
    found
}

/// The names an output uses, the condition it is made under among them.
pub fn output_references(output: &Map) -> Vec<Reference<'_>> {
    let mut found = Vec::new();
    find::in_element(output, Scope::Outside, &mut |reference| found.push(reference));
    found
}

impl Resource {
    /// The names the resource uses, those of its attributes (`DependsOn`, `Condition`) among them.
    pub fn references(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        let mut add = |reference| found.push(reference);
        find::in_element(&self.attributes, Scope::Outside, &mut add);
        find::in_map(&self.properties, Scope::Outside, &mut add);
        found
    }
}

impl Template {
    /// The names that are used anywhere in the template, in order of its sections.
    pub fn references(&self) -> Vec<Reference<'_>> {
        let mut found = Vec::new();
        let mut add = |reference| found.push(reference);
        for node in self.rules.values().chain(self.conditions.values()) {
            find::in_condition(node, Scope::Outside, &mut add);
        }
        for (_, resource) in &self.resources {
            find::in_element(&resource.attributes, Scope::Outside, &mut add);
            find::in_map(&resource.properties, Scope::Outside, &mut add);
        }
        find::in_elements(&self.generated, Scope::Outside, &mut add);
        find::in_elements(&self.outputs, Scope::Outside, &mut add);
        find::in_map(&self.others, Scope::Outside, &mut add);
        found
    }

    /// Gives resources, parameters, conditions and mappings other names, wherever they are defined and used.
    ///
    /// `rename` is asked for every definition and every use; `None` leaves a name as it is.
    ///
    /// ```
    /// let mut template = stackwright_cfn::read("
    /// Resources:
    ///   Queue: {Type: AWS::SQS::Queue}
    /// Outputs:
    ///   Url: {Value: !Ref Queue}
    /// ")?;
    /// template.rename(&mut |_, name| Some(format!("Legacy{name}").into()));
    /// assert_eq!(template.resources[0].0, "LegacyQueue");
    /// assert_eq!(template.references()[0].name, "LegacyQueue");
    /// # Ok::<(), stackwright_cfn::ReadError>(())
    /// ```
    pub fn rename(&mut self, rename: &mut impl FnMut(Space, &str) -> Option<Text>) {
        let definitions = [
            (Space::Element, &mut self.parameters),
            (Space::Condition, &mut self.conditions),
            (Space::Mapping, &mut self.mappings),
        ];
        for (space, section) in definitions {
            section.keys_mut().for_each(|name| rename::set(name, rename(space, name)));
        }
        if let Some(Node::Map(interface)) = self.metadata.get_mut(INTERFACE) {
            rename::in_interface(interface, rename);
        }
        for (_, node) in self.rules.iter_mut().chain(self.conditions.iter_mut()) {
            rename::in_condition(node, Scope::Outside, rename);
        }
        for (name, resource) in &mut self.resources {
            rename::set(name, rename(Space::Element, name));
            rename::in_element(&mut resource.attributes, Scope::Outside, rename);
            rename::in_map(&mut resource.properties, Scope::Outside, rename);
        }
        for name in self.generated.keys_mut().filter(|name| !name.starts_with("Fn::")) {
            rename::set(name, rename(Space::Element, name));
        }
        rename::in_elements(&mut self.generated, Scope::Outside, rename);
        rename::in_elements(&mut self.outputs, Scope::Outside, rename);
        rename::in_map(&mut self.others, Scope::Outside, rename);
    }
}

/// The variables of the loops around a node.
#[derive(Clone, Copy)]
enum Scope<'s> {
    Outside,
    Loop(&'s str, &'s Scope<'s>),
}

impl Scope<'_> {
    /// Whether a template defines what `name` means, and not a loop or AWS.
    fn is_outside(&self, name: &str) -> bool {
        match self {
            Scope::Outside => !name.starts_with("AWS::") && !name.contains("${"),
            Scope::Loop(variable, outer) => {
                name.trim_start_matches('&') != *variable && outer.is_outside(name)
            }
        }
    }
}

/// What kind of name the first argument of a function is, if it is one.
fn first_argument(function: Function) -> Option<Space> {
    match function {
        Function::GetAtt | Function::ValueOf => Some(Space::Element),
        Function::If => Some(Space::Condition),
        Function::FindInMap => Some(Space::Mapping),
        _ => None,
    }
}

/// Whether the arguments of a function are conditions, in which `Condition` is a function.
fn takes_conditions(function: Function) -> bool {
    matches!(function, Function::And | Function::Or | Function::Not)
}

/// Whether a key makes a loop of its value: the variable, what it runs over, and what is repeated.
fn is_loop(key: &str) -> bool {
    key.starts_with("Fn::ForEach::")
}
