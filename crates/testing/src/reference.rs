//! References: what a `Ref`, an import, a placeholder or a handle of the program stands for.

use std::fmt;

use stackwright_assembly::Binding;
use stackwright_cfn::{Function, Map, Node, Piece, has_token, pieces};

use crate::Synthesis;
use crate::document::{Document, Pieces, sub_pieces, texts};
use crate::pattern::{self, Kind};

/// An element of a template, or an attribute of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Referent {
    pub(crate) path: String,
    pub(crate) attribute: Option<String>,
}

impl Referent {
    /// What the patterns `reference` and `attribute` are given.
    pub(crate) fn of_pattern(argument: &Node) -> Option<Referent> {
        let texts = texts(argument)?;
        let (path, attribute) = texts.split_first()?;
        let attribute = attribute.first().map(|name| (*name).to_owned());
        Some(Referent { path: (*path).to_owned(), attribute })
    }

    /// Whether both are the same; a construct's path stands for its resource called `Resource` too.
    pub(crate) fn is(&self, actual: &Referent) -> bool {
        let rest = actual.path.strip_prefix(&self.path);
        matches!(rest, Some("" | "/Resource")) && self.attribute == actual.attribute
    }
}

/// Where nodes stand: in a document of a synthesis.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) synthesis: &'a Synthesis,
    pub(crate) document: &'a Document,
}

impl fmt::Debug for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.document.name())
    }
}

impl<'a> Place<'a> {
    /// What a node that was read refers to.
    pub(crate) fn referent(self, node: &Node) -> Option<Referent> {
        if let Some((place, value)) = self.carried(node) {
            return place.referent(value);
        }
        let Node::Call(call) = node else { return None };
        match (call.function, &*texts(&call.argument)?) {
            (Function::Ref, [id]) => self.element(id, None),
            (Function::GetAtt, [id, attribute]) => self.element(id, Some(attribute)),
            _ => None,
        }
    }

    /// The value that an import or a placeholder carries here, in the stack it comes from.
    pub(crate) fn carried(self, node: &Node) -> Option<(Place<'a>, &'a Node)> {
        let documents = &self.synthesis.documents;
        let output = |stack: &str, output: &str| {
            let document = documents.iter().find(|document| document.name() == stack)?;
            Some((Place { document, ..self }, document.output(output)?))
        };
        match node {
            Node::Call(call) if call.function == Function::ImportValue => {
                let name = call.argument.as_str()?;
                let exported =
                    |document: &'a Document| Some((Place { document, ..self }, document.export(name)?));
                documents.iter().find_map(exported)
            }
            Node::Call(call) if call.function == Function::GetStackOutput => {
                let text = |key| call.argument.as_map()?.get(key)?.as_str();
                output(text("StackName")?, text("OutputName")?)
            }
            Node::Text(text) => {
                let bindings = &self.document.deployable.bindings;
                let binding = bindings.iter().find(|binding| binding.placeholder == **text)?;
                output(&binding.stack, &binding.output)
            }
            _ => None,
        }
    }

    /// What an expectation refers to.
    pub(crate) fn expected_referent(self, node: &Node) -> Option<Referent> {
        let (target, attribute) = match node {
            Node::Ref(target) => (*target, None),
            Node::GetAtt(target, attribute) => (*target, Some((*attribute).to_owned())),
            _ => {
                return match pattern::of(node) {
                    Some((Kind::Reference, argument)) => Referent::of_pattern(argument),
                    _ => self.referent(node),
                };
            }
        };
        Some(Referent { path: self.synthesis.path_of(target)?, attribute })
    }

    fn element(self, id: &str, attribute: Option<&str>) -> Option<Referent> {
        let path = self.document.path_of(id)?.to_owned();
        Some(Referent { path, attribute: attribute.map(str::to_owned) })
    }

    /// The pieces of a text with values in it: a `Fn::Sub`, tokens of the program, placeholders of a chart.
    pub(crate) fn pieces(self, node: &Node) -> Option<Vec<Node>> {
        match node {
            Node::Sub(pieces) => Some(pieces.to_vec()),
            Node::Call(call) if call.function == Function::Sub => sub_pieces(&call.argument),
            Node::Text(text) if has_token(text) => {
                let mut found = Pieces::default();
                for piece in pieces(text) {
                    match piece {
                        Piece::Text(text) => found.text(text),
                        Piece::Token(node) => found.0.push(node),
                        Piece::Broken(_) => return None,
                    }
                }
                Some(found.0)
            }
            Node::Text(text) => Some(self.bound_pieces(text)),
            _ => None,
        }
    }

    fn bound_pieces(self, text: &str) -> Vec<Node> {
        let mut found = Pieces::default();
        let mut rest = text;
        let bindings = &self.document.deployable.bindings;
        let next = |rest: &str| {
            let places =
                bindings.iter().filter_map(|binding| Some((rest.find(&binding.placeholder)?, binding)));
            places.min_by_key(|(at, _)| *at)
        };
        while let Some((at, Binding { placeholder, stack, output })) = next(rest) {
            found.text(&rest[..at]);
            let output = Map::from_iter([("StackName", stack.as_str()), ("OutputName", output)]);
            found.0.push(Node::call(Function::GetStackOutput, output));
            rest = &rest[at + placeholder.len()..];
        }
        found.text(rest);
        found.0
    }
}
