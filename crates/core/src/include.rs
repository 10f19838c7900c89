//! Existing templates as part of a stack.

use std::collections::BTreeMap;
use std::panic::Location;

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Node, ResourceType, Template, Text, Value};

use crate::construct::{Construct, Scope};
use crate::resource::Resource;
use crate::stack::StackPart;
use crate::tree::{Kind, NodeId, Section};

/// An existing template put into a stack: its elements keep their logical ids, and the program can refer to them.
///
/// What is in the template is part of the stack like anything else: it is checked, can be overridden, and counts
/// toward the stack's limits. Tags of a scope reach those of its resources that [`Include::resource`] was asked for by
/// type.
///
/// ```
/// use stackwright_core::{App, Include, Stack, Untyped};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "jobs");
/// let include = Include::read(&stack, "legacy", "
/// Resources:
///   Jobs: {Type: AWS::SQS::Queue}
/// ");
/// let queue = include.resource::<Untyped>("Jobs");
/// queue.set_property("DelaySeconds", 5);
/// ```
#[derive(Clone, Debug)]
pub struct Include {
    construct: Construct,
    elements: BTreeMap<Text, NodeId>,
}

impl Include {
    /// Puts a template, which [`read`](stackwright_cfn::read) gives, into the stack of `scope`.
    ///
    /// A name that the stack has already is an error; [`Template::rename`] gives the template's own names a prefix.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, template: Template) -> Self {
        let construct = Construct::new(scope, id);
        let mut include = Include { construct, elements: BTreeMap::new() };
        let location = Location::caller();
        let Template { description, transform, metadata, resources, generated, others, .. } = &template;
        if let Some(stack) = include.stack() {
            match transform {
                Some(Node::List(several)) => several.iter().for_each(|one| stack.add_transform(one.clone())),
                Some(one) => stack.add_transform(one.clone()),
                None => {}
            }
            let parts: [(&str, StackPart, &Map); 3] = [
                ("metadata", |data| &mut data.metadata, metadata),
                ("loop", |data| &mut data.generated, generated),
                ("section", |data| &mut data.others, others),
            ];
            for (what, part, entries) in parts {
                stack.adopt(part, entries).iter().for_each(|key| include.report_taken(what, key));
            }
            stack.describe_if_unsaid(description.clone());
        }
        if transform.is_none() {
            others.keys().filter(|section| *section != "Hooks").for_each(|section| {
                let message =
                    format!("section {section:?} of the included template means something only to macros");
                let finding = Diagnostic::warning("unknown-section", message).value(section.as_str());
                include.report(finding.hint("name the macro in Transform, or delete the section"));
            });
        }
        for (name, resource) in resources.clone() {
            include.add(name, "", location, Kind::Resource(Box::new(resource)));
        }
        let sections = [
            (Section::Parameter, "Parameter ", template.parameters),
            (Section::Mapping, "Mapping ", template.mappings),
            (Section::Condition, "Condition ", template.conditions),
            (Section::Rule, "Rule ", template.rules),
            (Section::Output, "Output ", template.outputs),
        ];
        for (section, prefix, entries) in sections {
            for (name, node) in entries {
                include.add(name, prefix, location, Kind::Section(section, Box::new(node)));
            }
        }
        include
    }

    /// Puts a template in JSON or YAML into the stack of `scope`: best given by `include_str!`.
    ///
    /// A text that cannot be read is told when the app is synthesized, with its own line and column.
    #[track_caller]
    pub fn read(scope: &impl Scope, id: &str, text: &str) -> Self {
        match stackwright_cfn::read(text) {
            Ok(template) => Include::new(scope, id, template),
            Err(error) => {
                let include = Include::new(scope, id, Template::default());
                include.report(Diagnostic::error("unreadable-template", error.to_string()));
                include
            }
        }
    }

    fn report_taken(&self, what: &str, key: &str) {
        let message =
            format!("{what} {key:?} of the included template is in the stack already, with another value");
        self.report(Diagnostic::error("included-twice", message).value(key).allowed("one value"));
    }

    /// One name may stand in several sections, so a prefix keeps construct ids apart; logical ids are as they were.
    fn add(&mut self, name: Text, prefix: &str, location: &'static Location<'static>, kind: Kind) {
        let is_element = matches!(kind, Kind::Resource(_) | Kind::Section(Section::Parameter, _));
        let construct = self.construct.add(&format!("{prefix}{name}"), location, kind);
        construct.changes(|tree| {
            tree.logical_ids.insert(construct.id, name.clone());
        });
        if is_element {
            self.elements.insert(name, construct.id);
        }
    }

    /// The resource of this logical id, which must be a `T` ([`Untyped`](crate::Untyped) is any).
    ///
    /// A resource that is not there, or of another type, is told when the app is synthesized.
    #[track_caller]
    pub fn resource<T: ResourceType>(&self, name: &str) -> Resource<T> {
        let (expected, location) = (T::META.type_name, Location::caller());
        let Some(id) = self.elements.get(&Text::from(name)) else {
            return Resource::from_construct(self.missing(name, "resource"));
        };
        let construct = self.construct.at(*id);
        let found = construct.changes(|tree| {
            let resource = tree.resource_mut(*id)?;
            if expected.is_empty() || resource.type_name == *expected {
                resource.meta = resource.meta.or((!expected.is_empty()).then_some(T::META));
                return Some(None);
            }
            Some(Some(resource.type_name.to_string()))
        });
        match found {
            Some(None) => Resource::from_construct(construct),
            Some(Some(other)) => {
                let message = format!("{name:?} is asked for as {expected}, but it is {other}");
                let finding =
                    Diagnostic::error("wrong-resource-type", message).value(expected).allowed(other);
                construct.report(finding.source(location));
                Resource::from_construct(construct)
            }
            None => Resource::from_construct(self.missing(name, "resource")),
        }
    }

    /// The value of the parameter of this name, trusted to be a `T`.
    ///
    /// A parameter that is not there is told when the app is synthesized.
    #[track_caller]
    pub fn parameter<T>(&self, name: &str) -> Value<T> {
        let element = self.elements.get(&Text::from(name)).copied();
        let is_parameter = |id: &NodeId| {
            self.construct.reads(|tree| matches!(tree.entry(*id).kind, Kind::Section(Section::Parameter, _)))
        };
        let id = match element.filter(is_parameter) {
            Some(id) => id,
            None => self.missing(name, "parameter").id,
        };
        self.construct.reads(|tree| tree.target(id)).reference()
    }

    /// Tells that something is not there; gives a node to refer to, so that building goes on.
    #[track_caller]
    fn missing(&self, name: &str, what: &str) -> Construct {
        let known: Vec<&str> = self.elements.keys().map(Text::as_str).collect();
        let allowed = known.join(", ");
        let message = format!("the included template has no {what} {name:?}: allowed are {allowed}");
        let finding = Diagnostic::error("not-in-template", message).value(name).allowed(allowed);
        self.report(finding.source(Location::caller()));
        self.construct.clone()
    }
}

impl Scope for Include {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
