//! The document: a template as rules see it, whether it was read or is about to be written.

use fnv::FnvHashMap;
use stackwright_cfn::{Function, Names, NoNames, Node, Resource, Template};

use crate::Section;

/// A template to be looked at: its elements by section and logical id, and what references in it mean.
///
/// It only refers to what it shows. An app adds the elements of a stack before any template is made of them; a template
/// that was read is shown by [`Document::of`].
pub struct Document<'a> {
    names: &'a dyn Names,
    resources: Vec<(&'a str, &'a Resource)>,
    elements: Vec<(Section, &'a str, &'a Node)>,
    by_id: FnvHashMap<&'a str, Element<'a>>,
    /// The keys of sections that hold no elements.
    sections: Vec<&'a str>,
    /// Whether a macro may add elements that nobody sees here.
    is_open: bool,
}

/// What a `Ref` may name.
#[derive(Clone, Copy)]
enum Element<'a> {
    Resource(&'a Resource),
    Parameter(&'a Node),
}

/// What a reference uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Used<'a> {
    /// The logical id.
    pub id: &'a str,
    /// The attribute, where it is one that is asked for.
    pub attribute: Option<&'a str>,
}

impl<'a> Document<'a> {
    /// A document without elements, whose references to elements of an app are told apart by `names`.
    pub fn new(names: &'a dyn Names) -> Self {
        let (resources, elements, sections) = (Vec::new(), Vec::new(), Vec::new());
        Document { names, resources, elements, by_id: FnvHashMap::default(), sections, is_open: false }
    }

    /// A template that was read, or made with names that are written out.
    pub fn of(template: &'a Template) -> Self {
        let mut document = Document::new(&NoNames);
        template.resources.iter().for_each(|(id, resource)| document.add_resource(id, resource));
        for (section, elements) in [
            (Section::Parameter, &template.parameters),
            (Section::Mapping, &template.mappings),
            (Section::Condition, &template.conditions),
            (Section::Rule, &template.rules),
            (Section::Output, &template.outputs),
        ] {
            elements.iter().for_each(|(id, element)| document.add(section, id, element));
        }
        document.sections = template.others.keys().map(|key| key.as_str()).collect();
        let is_macro = |key: &&str| key.starts_with("Fn::");
        let is_made = template.transform.is_some() || !template.generated.is_empty();
        if is_made || document.sections().any(|key| is_macro(&key)) {
            document.open();
        }
        document
    }

    /// Adds a resource.
    pub fn add_resource(&mut self, id: &'a str, resource: &'a Resource) {
        self.resources.push((id, resource));
        self.by_id.insert(id, Element::Resource(resource));
    }

    /// Adds an element that is no resource.
    pub fn add(&mut self, section: Section, id: &'a str, element: &'a Node) {
        self.elements.push((section, id, element));
        if section == Section::Parameter {
            self.by_id.insert(id, Element::Parameter(element));
        }
    }

    /// Says that a macro may change the document: what is not in it may be there all the same.
    pub fn open(&mut self) {
        self.is_open = true;
    }

    /// Whether a macro may change the document.
    pub fn is_open(&self) -> bool {
        self.is_open
    }

    /// The resources, in definition order.
    pub fn resources(&self) -> impl Iterator<Item = (&'a str, &'a Resource)> {
        self.resources.iter().copied()
    }

    /// The elements of a section other than `Resources`, in definition order.
    pub fn elements(&self, section: Section) -> impl Iterator<Item = (&'a str, &'a Node)> {
        self.elements.iter().filter(move |(of, ..)| *of == section).map(|(_, id, element)| (*id, *element))
    }

    /// The keys of further sections that a template has which was read.
    pub(crate) fn sections(&self) -> impl Iterator<Item = &'a str> {
        self.sections.iter().copied()
    }

    /// The resource of a logical id.
    pub fn resource(&self, id: &str) -> Option<&'a Resource> {
        match self.by_id.get(id) {
            Some(Element::Resource(resource)) => Some(resource),
            _ => None,
        }
    }

    /// The parameter of a logical id: a map with its `Type`, where it is sound.
    pub fn parameter(&self, id: &str) -> Option<&'a Node> {
        match self.by_id.get(id) {
            Some(Element::Parameter(parameter)) => Some(parameter),
            _ => None,
        }
    }

    /// The logical id that a node is, as `DependsOn` and the first argument of `Fn::If` want it.
    pub fn name<'n>(&self, node: &'n Node) -> Option<&'n str>
    where
        'a: 'n,
    {
        match node {
            Node::Text(name) => Some(name),
            Node::Name(target) => Some(self.names.logical_id(*target)),
            _ => None,
        }
    }

    /// What a `Ref` or a `Fn::GetAtt` uses, in whichever way it is written; `None` for any other node, and where a
    /// name is put together at deploy time.
    pub fn follow<'n>(&self, node: &'n Node) -> Option<Used<'n>>
    where
        'a: 'n,
    {
        match node {
            Node::Ref(target) => Some(Used { id: self.names.logical_id(*target), attribute: None }),
            Node::GetAtt(target, attribute) => {
                Some(Used { id: self.names.logical_id(*target), attribute: Some(attribute) })
            }
            Node::Call(call) => match (call.function, &call.argument) {
                (Function::Ref, Node::Text(id)) => Some(Used { id, attribute: None }),
                (Function::GetAtt, Node::List(items)) => match items.as_slice() {
                    [Node::Text(id), Node::Text(attribute)] => Some(Used { id, attribute: Some(attribute) }),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::json;

    use super::*;

    #[test]
    fn elements_are_found_by_section_and_by_logical_id() {
        let template = stackwright_cfn::read(
            "{Parameters: {Size: {Type: Number}}, Conditions: {Big: {'Fn::Equals': [1, 1]}},
              Resources: {Queue: {Type: 'AWS::SQS::Queue'}}, Transform: Some::Macro}",
        )
        .unwrap();
        let document = Document::of(&template);
        assert_eq!(document.resources().map(|(id, _)| id).collect::<Vec<_>>(), ["Queue"]);
        assert_eq!(document.elements(Section::Condition).count(), 1);
        assert!(document.resource("Queue").is_some() && document.resource("Size").is_none());
        assert!(document.parameter("Size").is_some() && document.parameter("Queue").is_none());
        assert!(document.is_open());
        assert!(!Document::of(&Template::new()).is_open());
    }

    #[test]
    fn references_are_followed_in_every_way_of_writing_them() {
        struct Named;
        impl Names for Named {
            fn logical_id(&self, target: stackwright_cfn::Target) -> &str {
                ["First", "Queue"][target.index() as usize]
            }
        }
        let document = Document::new(&Named);
        let check = |node: Node, expected: Option<(&str, Option<&str>)>| {
            let found =
                document.follow(&node).map(|used| (used.id.to_owned(), used.attribute.map(str::to_owned)));
            let expected = expected.map(|(id, attribute)| (id.to_owned(), attribute.map(str::to_owned)));
            assert_eq!(found, expected, "{node:?}");
        };
        let target = stackwright_cfn::Target::new(0, 1);
        check(Node::Ref(target), Some(("Queue", None)));
        check(Node::GetAtt(target, "Arn"), Some(("Queue", Some("Arn"))));
        check(json!({ "Ref": "Queue" }), Some(("Queue", None)));
        check(json!({ "Fn::GetAtt": ["Queue", "Arn"] }), Some(("Queue", Some("Arn"))));
        check(json!({ "Fn::GetAtt": ["Queue", { "Ref": "Name" }] }), None);
        check(json!({ "Fn::Sub": "${Queue}" }), None);
        check("Queue".into(), None);
    }
}
