//! Words: values and expectations as failure messages tell them.

use stackwright_cfn::{Node, Piece, Target, has_token, pieces};

use crate::Synthesis;
use crate::pattern::{self, Kind};
use crate::reference::{Place, Referent};

/// An expectation in one line, with patterns in words: `{"VpcId": <Ref of net/vpc>}`.
pub(crate) fn words(node: &Node, synthesis: &Synthesis) -> String {
    let mut line = String::new();
    Words { synthesis, line: &mut line }.node(node);
    line
}

/// From how many characters on an expectation is told in several lines.
const WIDE: usize = 100;

/// An expectation as a block at the end of a message.
pub(crate) fn block(node: &Node, synthesis: &Synthesis) -> String {
    let mut text = String::new();
    lines(node, synthesis, 0, &mut text);
    text
}

/// As in one line, but for maps and lists that are too long for one.
fn lines(node: &Node, synthesis: &Synthesis, depth: usize, text: &mut String) {
    let line = words(node, synthesis);
    let indent = "  ".repeat(depth + 1);
    let is_wide = line.chars().count() + indent.len() > WIDE && pattern::of(node).is_none();
    match node {
        Node::Map(map) if is_wide => {
            text.push_str("{\n");
            for (key, value) in map.iter() {
                text.push_str(&format!("{indent}{key:?}: "));
                lines(value, synthesis, depth + 1, text);
                text.push_str(",\n");
            }
            text.push_str(&format!("{}}}", "  ".repeat(depth)));
        }
        Node::List(items) if is_wide => {
            text.push_str("[\n");
            for item in items {
                text.push_str(&indent);
                lines(item, synthesis, depth + 1, text);
                text.push_str(",\n");
            }
            text.push_str(&format!("{}]", "  ".repeat(depth)));
        }
        _ => text.push_str(&line),
    }
}

/// From how many characters on what was found is cut.
const LONG: usize = 400;

/// What was found, in one line, and what it refers to.
pub(crate) fn found(node: &Node, place: Place<'_>) -> String {
    let mut line = words(node, place.synthesis);
    if let Some((cut, _)) = line.char_indices().nth(LONG) {
        let all = line.chars().count();
        line.truncate(cut);
        line.push_str(&format!("… and {} characters more", all - LONG));
    }
    match (place.referent(node), place.carried(node)) {
        (Some(referent), _) => format!("{line}, which is {}", name(&referent)),
        (None, Some((from, value))) => {
            format!("{line}, which is {} of stack {}", words(value, from.synthesis), from.document.name())
        }
        (None, None) => line,
    }
}

fn name(Referent { path, attribute }: &Referent) -> String {
    match attribute {
        Some(attribute) => format!("{attribute} of {path}"),
        None => format!("Ref of {path}"),
    }
}

struct Words<'a> {
    synthesis: &'a Synthesis,
    line: &'a mut String,
}

impl Words<'_> {
    fn node(&mut self, node: &Node) {
        if let Some((kind, argument)) = pattern::of(node) {
            return self.pattern(kind, argument);
        }
        match node {
            Node::Null => self.line.push_str("null"),
            Node::Bool(value) => self.line.push_str(&value.to_string()),
            Node::Int(value) => self.line.push_str(&value.to_string()),
            Node::Float(value) => self.line.push_str(&value.to_string()),
            Node::Number(number) => self.line.push_str(number.as_str()),
            Node::Text(text) if has_token(text) => {
                self.mixture(pieces(text).into_iter().map(|piece| match piece {
                    Piece::Token(node) => node,
                    Piece::Text(text) | Piece::Broken(text) => text.into(),
                }))
            }
            Node::Text(text) => self.line.push_str(&format!("{:?}", text.as_str())),
            Node::List(items) => self.sequence('[', ']', items, |it, item| it.node(item)),
            Node::Map(map) => self.sequence('{', '}', map.iter(), |it, (key, value)| it.entry(key, value)),
            Node::Ref(target) => self.reference(*target, None),
            Node::GetAtt(target, attribute) => self.reference(*target, Some(attribute)),
            Node::Name(target) => self.line.push_str(&format!("<logical id of {}>", self.path(*target))),
            Node::Pseudo(pseudo) => self.line.push_str(&format!("{{\"Ref\": {:?}}}", pseudo.name())),
            Node::Sub(pieces) => self.mixture(pieces.iter().cloned()),
            Node::Call(call) => {
                self.line.push('{');
                self.entry(call.function.key(), &call.argument);
                self.line.push('}');
            }
        }
    }

    fn sequence<T>(
        &mut self,
        open: char,
        close: char,
        items: impl IntoIterator<Item = T>,
        write: impl Fn(&mut Self, T),
    ) {
        self.line.push(open);
        for (index, item) in items.into_iter().enumerate() {
            self.line.push_str(if index == 0 { "" } else { ", " });
            write(self, item);
        }
        self.line.push(close);
    }

    fn entry(&mut self, key: &str, value: &Node) {
        self.line.push_str(&format!("{key:?}: "));
        self.node(value);
    }

    /// Text with values in it.
    fn mixture(&mut self, pieces: impl Iterator<Item = Node>) {
        for (index, piece) in pieces.enumerate() {
            self.line.push_str(if index == 0 { "" } else { " + " });
            self.node(&piece);
        }
    }

    fn reference(&mut self, target: Target, attribute: Option<&str>) {
        let referent = Referent { path: self.path(target), attribute: attribute.map(str::to_owned) };
        self.line.push_str(&format!("<{}>", name(&referent)));
    }

    fn path(&self, target: Target) -> String {
        self.synthesis.path_of(target).unwrap_or_else(|| "an element of another app".to_owned())
    }

    fn pattern(&mut self, kind: Kind, argument: &Node) {
        let before = match kind {
            Kind::Any => return self.line.push_str("<any value>"),
            Kind::Absent => return self.line.push_str("nothing"),
            Kind::Reference => {
                let referent = Referent::of_pattern(argument);
                return referent.into_iter().for_each(|it| self.line.push_str(&format!("<{}>", name(&it))));
            }
            Kind::Capture => {
                return argument
                    .as_list()
                    .and_then(<[Node]>::last)
                    .into_iter()
                    .for_each(|node| self.node(node));
            }
            Kind::Like => "<at least ",
            Kind::Exactly => "<exactly ",
            Kind::Not => "<not ",
            Kind::OneOf => "<one of ",
            Kind::Containing => "<a list with ",
            Kind::Matching => "<text that matches ",
            Kind::TextWith => "<text with ",
            Kind::Document => "<text that is ",
        };
        self.line.push_str(before);
        self.node(argument);
        self.line.push('>');
    }
}
