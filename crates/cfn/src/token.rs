//! Tokens: texts that carry values through whatever holds text, into objects that are no templates.
//!
//! A role's ARN is known only once its stack is deployed, but a Kubernetes object that needs it is made of plain data.
//! The token stands for the ARN in it, alone or within a longer text; who knows what becomes of values there
//! (`stackwright-core`) takes the text apart again.

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Value as Plain, json};

use crate::pseudo::Pseudo;
use crate::{Function, Node, Target, Text, Value};

/// What a token begins with, and ends with; hexadecimal digits stand between.
///
/// Nothing in it needs to be escaped in YAML, JSON or a URL, so that it stays whole in JSON within a text.
const START: &str = "${stackwright-value:";
const END: char = '}';

/// The name of a newtype struct whose content is wanted in its form for machines; `stackwright-k8s` knows it too.
pub(crate) const FOR_MACHINES: &str = "$stackwright::ForMachines";

/// A piece of a text that may have tokens in it.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// What a token stands for. `Fn::GetAtt` of an element is a [`Node::Call`] of its name and the attribute.
    Token(Node),
    /// What begins like a token and is none: one that was changed or cut on its way.
    Broken(&'a str),
}

impl<T> Value<T> {
    /// A text that stands for this value in the objects of a chart, alone or within a longer text: for fields that
    /// take nothing but text. A literal is itself; what several values were joined to is still readable text.
    ///
    /// It means nothing in a template: there, texts and values are joined by [`sub!`](crate::sub!).
    ///
    /// ```
    /// use stackwright_cfn::{Piece, Value, pieces, pseudo};
    ///
    /// assert_eq!(Value::<String>::from("web").token(), "web");
    /// let text = format!("https://{}.example.com", pseudo::region().token());
    /// let pieces = pieces(&text);
    /// assert_eq!(pieces[0], Piece::Text("https://"));
    /// assert_eq!(pieces[1], Piece::Token(pseudo::region().into_node()));
    /// assert_eq!(pieces[2], Piece::Text(".example.com"));
    /// ```
    pub fn token(&self) -> String {
        token(self.node())
    }
}

/// As data: a literal is itself, and a [token](Value::token) stands for everything else.
impl<T> Serialize for Value<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        AsData(self.node()).serialize(serializer)
    }
}

struct AsData<'a>(&'a Node);

impl Serialize for AsData<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Node::List(items) => serializer.collect_seq(items.iter().map(AsData)),
            Node::Map(map) => {
                let mut entries = serializer.serialize_map(Some(map.len()))?;
                for (key, value) in map.iter() {
                    entries.serialize_entry(key.as_str(), &AsData(value))?;
                }
                entries.end()
            }
            node if node.is_intrinsic() => serializer.serialize_str(&token(node)),
            literal => literal.serialize(serializer),
        }
    }
}

pub(crate) fn token(node: &Node) -> String {
    match node {
        Node::Text(text) => text.to_string(),
        Node::Sub(pieces) => pieces.iter().map(token).collect(),
        Node::Call(call) if call.function == Function::Join => {
            joined(&call.argument).unwrap_or_else(|| encoded(node))
        }
        node if node.is_intrinsic() => encoded(node),
        // In a text, data is JSON.
        data => serde_json::to_string(&AsData(data)).unwrap_or_default(),
    }
}

/// The items of a join that are known one by one, as text.
fn joined(argument: &Node) -> Option<String> {
    let [separator, Node::List(items)] = argument.as_list()? else { return None };
    let items: Vec<String> = items.iter().map(token).collect();
    Some(items.join(separator.as_str()?))
}

fn encoded(node: &Node) -> String {
    let bytes = plain(node).to_string().into_bytes();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{START}{digits}{END}")
}

/// Whether `text` has a token in it, or what looks like one.
pub fn has_token(text: &str) -> bool {
    text.contains(START)
}

/// The pieces of a text that may have tokens in it.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(START) {
        if start > 0 {
            pieces.push(Piece::Text(&rest[..start]));
        }
        let token = &rest[start..];
        let end = token.find(END).map_or(token.len(), |end| end + END.len_utf8());
        let (token, behind) = token.split_at(end);
        pieces.push(decoded(token).map_or(Piece::Broken(token), Piece::Token));
        rest = behind;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

fn decoded(token: &str) -> Option<Node> {
    let digits = token.strip_prefix(START)?.strip_suffix(END)?;
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    let bytes: Option<Vec<u8>> = (0..digits.len()).step_by(2).map(byte).collect();
    node(serde_json::from_slice(&bytes?).ok()?)
}

/// A node as JSON that tells what kind of node it is: literals as they are, everything else as `[kind, …]`.
fn plain(node: &Node) -> Plain {
    let target = |kind: &str, target: &Target| json!([kind, target.app(), target.index()]);
    match node {
        Node::Null => Plain::Null,
        Node::Bool(value) => json!(value),
        Node::Int(value) => json!(value),
        Node::Float(value) => json!(value),
        Node::Text(text) => json!(text.as_str()),
        Node::Number(number) => json!(["number", number.as_str()]),
        Node::List(items) => json!(["list", items.iter().map(plain).collect::<Vec<_>>()]),
        Node::Map(map) => {
            let entries: Vec<_> =
                map.iter().map(|(key, value)| json!([key.as_str(), plain(value)])).collect();
            json!(["map", entries])
        }
        Node::Ref(element) => target("ref", element),
        Node::Name(element) => target("name", element),
        Node::GetAtt(element, attribute) => {
            let argument = [Node::Name(*element), Node::from(*attribute)];
            json!(["call", Function::GetAtt.key(), plain(&argument.into())])
        }
        Node::Pseudo(pseudo) => json!(["pseudo", pseudo.name()]),
        Node::Sub(pieces) => json!(["sub", pieces.iter().map(plain).collect::<Vec<_>>()]),
        Node::Call(call) => json!(["call", call.function.key(), plain(&call.argument)]),
    }
}

fn node(plain: Plain) -> Option<Node> {
    let parts = match plain {
        Plain::Array(parts) => parts,
        literal => return Some(Node::from(literal)),
    };
    let nodes = |items: Plain| match items {
        Plain::Array(items) => items.into_iter().map(node).collect::<Option<Vec<Node>>>(),
        _ => None,
    };
    let mut parts = parts.into_iter();
    let kind = parts.next()?;
    let mut next = || parts.next();
    let number = |part: Plain| u32::try_from(part.as_u64()?).ok();
    Some(match kind.as_str()? {
        "number" => Node::number(next()?.as_str()?)?,
        "list" => Node::List(nodes(next()?)?),
        "map" => {
            let Plain::Array(entries) = next()? else { return None };
            let entry = |entry: Plain| match entry {
                Plain::Array(mut entry) if entry.len() == 2 => {
                    let value = node(entry.pop()?)?;
                    Some((Text::from(entry.pop()?.as_str()?), value))
                }
                _ => None,
            };
            Node::Map(entries.into_iter().map(entry).collect::<Option<_>>()?)
        }
        "ref" => Node::Ref(Target::new(number(next()?)?, number(next()?)?)),
        "name" => Node::Name(Target::new(number(next()?)?, number(next()?)?)),
        "pseudo" => Node::Pseudo(Pseudo::from_name(next()?.as_str()?)?),
        "sub" => Node::Sub(nodes(next()?)?.into()),
        "call" => Node::call(Function::from_key(next()?.as_str()?)?, node(next()?)?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Map, functions, json, pseudo, sub};

    fn target() -> Target {
        Target::new(7, 12)
    }

    #[track_caller]
    fn carried(node: Node) {
        assert_eq!(pieces(&encoded(&node)), [Piece::Token(node)]);
    }

    #[test]
    fn every_node_is_carried_through() {
        carried(Node::Ref(target()));
        carried(Node::Name(target()));
        carried(pseudo::partition().into_node());
        carried(Node::Sub([Node::from("a\"}b"), Node::Ref(target())].into()));
        carried(json!([null, true, -1, 0.5, "t", { "b": [], "a": { "c": 1 } }]));
        carried(Node::number("123456789012345678901234567890").unwrap());
        carried(Node::call(
            Function::FindInMap,
            [Node::Name(target()), pseudo::region().into_node(), "a".into()],
        ));
        let argument = [Node::Name(target()), Node::from("Arn")];
        let text = encoded(&Node::GetAtt(target(), "Arn"));
        assert_eq!(pieces(&text), [Piece::Token(Node::call(Function::GetAtt, argument))]);
    }

    #[test]
    fn what_is_joined_stays_readable() {
        let arn = target().attribute::<String>("Arn");
        let token = arn.token();
        assert_eq!(sub!("a-{arn}-b", arn = arn.clone()).token(), format!("a-{token}-b"));
        assert_eq!(functions::join("/", ["a".into(), arn]).token(), format!("a/{token}"));
        let list: Value<Vec<String>> = target().attribute("Names");
        assert!(matches!(pieces(&functions::join(",", list).token())[..], [Piece::Token(Node::Call(_))]));
    }

    #[test]
    fn literals_are_themselves() {
        assert_eq!(Value::<String>::from("a\"b").token(), "a\"b");
        assert_eq!(Value::<i64>::from(80).token(), "80");
        let list: Value<Vec<String>> = [Value::<String>::from("a"), target().reference()].into();
        let token = target().reference::<String>().token();
        assert_eq!(list.token(), format!("[\"a\",\"{token}\"]"));
        assert_eq!(serde_json::to_string(&list).unwrap(), list.token());
        let map: Value<crate::Json> = Map::from_iter([("a", Node::Int(1)), ("b", Node::Null)]).into();
        assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"a":1,"b":null}"#);
    }

    #[test]
    fn a_token_survives_in_json_within_text() {
        let token = target().reference::<String>().token();
        let text = serde_json::to_string(&serde_json::json!({ "role": token, "more": "\"" })).unwrap();
        assert!(has_token(&text));
        let [Piece::Text("{\"more\":\"\\\"\",\"role\":\""), Piece::Token(node), Piece::Text("\"}")] =
            &pieces(&text)[..]
        else {
            panic!("{text}")
        };
        assert_eq!(*node, Node::Ref(target()));
    }

    #[test]
    fn what_was_changed_on_its_way_is_told() {
        let token = target().reference::<String>().token();
        for broken in
            [&token[..token.len() - 1], &token[..30], &token.replace(":5b", ":5"), &token.replace('}', "0}")]
        {
            assert_eq!(pieces(broken), [Piece::Broken(broken)], "{broken}");
        }
        assert_eq!(pieces("a ${b} c"), [Piece::Text("a ${b} c")]);
        assert_eq!(pieces(""), []);
    }
}
