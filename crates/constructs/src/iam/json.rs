//! The JSON of a policy: as a part of the template, or as text where a key is known only at deploy time.

use stackwright_cfn::pseudo::Pseudo;
use stackwright_cfn::{Json as Anything, Map, Node, Text, Value};

/// A policy has no numbers, truths or nulls: all its leaves are text.
#[derive(Clone, Debug)]
pub(super) enum Json {
    Text(Value<String>),
    List(Vec<Json>),
    Map(Entries),
}

/// The keys of a map with their values, in order.
pub(super) type Entries = Vec<(Value<String>, Json)>;

impl Json {
    /// A list, or its only item, which IAM takes for the same.
    ///
    /// Source: [grammar](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html)
    pub(super) fn one_or_more(texts: impl IntoIterator<Item = impl Into<Value<String>>>) -> Self {
        let mut texts: Vec<Json> = texts.into_iter().map(|text| Json::Text(text.into())).collect();
        match texts.pop() {
            Some(only) if texts.is_empty() => only,
            last => {
                texts.extend(last);
                Json::List(texts)
            }
        }
    }

    /// What a template holds.
    ///
    /// CloudFormation has no function that gives a map a key, `Fn::ToJsonString` neither: it takes a map that has its
    /// keys already. So where a key is known only at deploy time, the whole document is JSON text with the key filled in
    /// by `Fn::Sub`, which IAM takes as well.
    pub(super) fn into_value(self) -> Value<Anything> {
        if self.has_literal_keys() {
            return Value::from_node(self.into_node());
        }
        let mut writer = Writer::default();
        writer.write(&self);
        Value::from_node(writer.into_node())
    }

    fn has_literal_keys(&self) -> bool {
        match self {
            Json::Text(_) => true,
            Json::List(items) => items.iter().all(Json::has_literal_keys),
            Json::Map(entries) => {
                entries.iter().all(|(key, value)| key.as_str().is_some() && value.has_literal_keys())
            }
        }
    }

    fn into_node(self) -> Node {
        match self {
            Json::Text(text) => text.into_node(),
            Json::List(items) => Node::List(items.into_iter().map(Json::into_node).collect()),
            Json::Map(entries) => {
                let entries = entries
                    .into_iter()
                    .map(|(key, value)| (Text::from(key.as_str().unwrap_or_default()), value.into_node()));
                Node::Map(entries.collect::<Map>())
            }
        }
    }

    /// How many characters IAM counts at least: white space does not count, and what is known only at deploy time counts
    /// as the shortest it can be.
    ///
    /// Source: [IAM quotas](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)
    pub(super) fn least_size(&self) -> usize {
        const QUOTES: usize = 2;
        const COLON: usize = 1;
        let enclosed = |parts: usize, count: usize| "{}".len() + parts + count.saturating_sub(1);
        match self {
            Json::Text(text) => QUOTES + least_characters(text.node()),
            Json::List(items) => enclosed(items.iter().map(Json::least_size).sum(), items.len()),
            Json::Map(entries) => {
                let size = |(key, value): &(Value<String>, Json)| {
                    QUOTES + least_characters(key.node()) + COLON + value.least_size()
                };
                enclosed(entries.iter().map(size).sum(), entries.len())
            }
        }
    }
}

fn least_characters(node: &Node) -> usize {
    match node {
        Node::Text(text) => text.chars().filter(|character| !character.is_whitespace()).count(),
        Node::Sub(pieces) => pieces.iter().map(least_characters).sum(),
        Node::Pseudo(Pseudo::AccountId) => "123456789012".len(),
        Node::Pseudo(Pseudo::Partition) => "aws".len(),
        Node::Pseudo(Pseudo::Region) => "us-east-1".len(),
        Node::Pseudo(Pseudo::UrlSuffix) => "c2s.ic.gov".len(),
        _ => 0,
    }
}

/// Writes JSON text with values in it.
#[derive(Default)]
struct Writer {
    pieces: Vec<Node>,
    literal: String,
}

impl Writer {
    fn write(&mut self, json: &Json) {
        match json {
            Json::Text(text) => self.write_text(text),
            Json::List(items) => {
                self.literal.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.separate(index);
                    self.write(item);
                }
                self.literal.push(']');
            }
            Json::Map(entries) => {
                self.literal.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    self.separate(index);
                    self.write_text(key);
                    self.literal.push(':');
                    self.write(value);
                }
                self.literal.push('}');
            }
        }
    }

    fn separate(&mut self, index: usize) {
        if index > 0 {
            self.literal.push(',');
        }
    }

    fn write_text(&mut self, text: &Value<String>) {
        self.literal.push('"');
        self.write_piece(text.node());
        self.literal.push('"');
    }

    fn write_piece(&mut self, node: &Node) {
        match node {
            Node::Text(text) => {
                for character in text.chars() {
                    match character {
                        '"' | '\\' => self.literal.extend(['\\', character]),
                        control if control.is_control() => {
                            self.literal.push_str(&format!("\\u{:04x}", control as u32));
                        }
                        other => self.literal.push(other),
                    }
                }
            }
            Node::Sub(pieces) => pieces.iter().for_each(|piece| self.write_piece(piece)),
            value => {
                self.flush();
                self.pieces.push(value.clone());
            }
        }
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            self.pieces.push(std::mem::take(&mut self.literal).into());
        }
    }

    fn into_node(mut self) -> Node {
        self.flush();
        Node::Sub(self.pieces.into())
    }
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::{pseudo, sub};

    use super::*;

    fn map(key: Value<String>, value: Json) -> Json {
        Json::Map(vec![(key, value)])
    }

    fn written(json: Json) -> String {
        serde_json::to_string(json.into_value().node()).unwrap()
    }

    #[test]
    fn one_item_stands_alone() {
        assert_eq!(written(Json::one_or_more(["a"])), r#""a""#);
        assert_eq!(written(Json::one_or_more(["a", "b"])), r#"["a","b"]"#);
        assert_eq!(written(Json::one_or_more([""; 0])), "[]");
    }

    #[test]
    fn known_keys_make_a_part_of_the_template() {
        let json = map("k".into(), Json::Text(pseudo::region()));
        assert_eq!(written(json), r#"{"k":{"Ref":"AWS::Region"}}"#);
    }

    #[test]
    fn an_unknown_key_makes_text_that_is_json_once_it_is_filled_in() {
        let key = sub!("oidc.{region}:sub", region = pseudo::region());
        let values = Json::one_or_more(["a\"b\\c\n".into(), sub!("${{aws:x}}/{p}", p = pseudo::partition())]);
        let value = map("outer".into(), map(key, values)).into_value();
        let sub = serde_json::to_value(value.node()).unwrap();
        let text = sub["Fn::Sub"].as_str().unwrap();
        let filled = text
            .replace("${AWS::Region}", "eu-west-1")
            .replace("${AWS::Partition}", "aws")
            .replace("${!", "${");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&filled).unwrap(),
            serde_json::json!({ "outer": { "oidc.eu-west-1:sub": ["a\"b\\c\n", "${aws:x}/aws"] } }),
        );
    }

    #[test]
    fn size_is_that_of_the_text_without_white_space() {
        let json = map("a b".into(), Json::one_or_more(["c", "d\te"]));
        assert_eq!(json.least_size(), r#"{"ab":["c","de"]}"#.len());
        let arn = sub!("arn:{p}:iam::{a}:root", p = pseudo::partition(), a = pseudo::account_id());
        assert_eq!(Json::Text(arn).least_size(), "'arn:aws:iam::123456789012:root'".len());
    }
}
