//! User data of instances, of which EC2 takes so much.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Function, Node};

use crate::view::scalar;
use crate::{Document, Finding, Section, Way};

/// Bytes, before they are encoded in Base64.
const MOST: usize = 16_384;

/// How much of a line tells a part from others, in characters.
const TELLING: usize = 40;

/// What is too long, with the parts that make it so. What is known only at deploy time counts for nothing, and of two cases
/// of a condition the shorter one counts within a text; so a text may still be too long that nothing is said about.
///
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html>
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        let element = Way::to(Section::Resource, id);
        let properties = element.key("Properties");
        let data = properties.key("LaunchTemplateData");
        let (map, way) = match resource.type_name.as_str() {
            "AWS::EC2::Instance" | "AWS::AutoScaling::LaunchConfiguration" => {
                (Some(&resource.properties), &properties)
            }
            "AWS::EC2::LaunchTemplate" => {
                (resource.properties.get("LaunchTemplateData").and_then(Node::as_map), &data)
            }
            _ => continue,
        };
        if let Some(node) = map.and_then(|map| map.get("UserData")) {
            encoded(node, &way.key("UserData"), found);
        }
    }
}

/// Looks at user data in Base64: what a function encodes, or what is encoded already.
fn encoded(node: &Node, way: &Way<'_>, found: &mut Vec<Finding>) {
    match node {
        Node::Text(text) if !text.contains("{{resolve:") => {
            let digits = text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=').count();
            let known = Known { encoded: digits * 3 / 4, is_whole: true, ..Known::default() };
            found.extend(known.finding(way));
        }
        Node::Call(call) => match (call.function, call.argument.as_list().unwrap_or_default()) {
            (Function::Base64, _) => found.extend(Known::of(&call.argument).finding(way)),
            (Function::If, [_, then, otherwise]) => {
                let way = way.key(call.function.key());
                encoded(then, &way.index(1), found);
                encoded(otherwise, &way.index(2), found);
            }
            _ => {}
        },
        _ => {}
    }
}

/// What is known of a text.
#[derive(Default)]
struct Known {
    /// Without what is encoded within it, and without what is not known.
    text: String,
    /// Bytes of what is encoded in Base64 within the text.
    encoded: usize,
    is_whole: bool,
}

impl Known {
    fn of(node: &Node) -> Self {
        let mut known = Known { is_whole: true, ..Known::default() };
        known.add(node);
        known
    }

    fn bytes(&self) -> usize {
        self.text.len() + self.encoded
    }

    fn add(&mut self, node: &Node) {
        match node {
            Node::Text(text) => self.add_text(text),
            Node::Sub(pieces) => pieces.iter().for_each(|piece| self.add(piece)),
            Node::Call(call) => {
                let items = call.argument.as_list().unwrap_or_default();
                match (call.function, &call.argument, items) {
                    (Function::Base64, text, _) => {
                        let inner = Known::of(text);
                        self.encoded += inner.bytes().div_ceil(3) * 4;
                        self.is_whole &= inner.is_whole;
                    }
                    (Function::Sub, Node::Text(text), _) => self.add_sub(text, &Node::Null),
                    (Function::Sub, _, [Node::Text(text), variables]) => self.add_sub(text, variables),
                    (Function::Join, _, [Node::Text(delimiter), Node::List(items)]) => {
                        for (at, item) in items.iter().enumerate() {
                            if at > 0 {
                                self.add_text(delimiter);
                            }
                            self.add(item);
                        }
                    }
                    (Function::If, _, [_, then, otherwise]) => {
                        let (then, otherwise) = (Known::of(then), Known::of(otherwise));
                        let shorter = if then.bytes() < otherwise.bytes() { then } else { otherwise };
                        self.text.push_str(&shorter.text);
                        self.encoded += shorter.encoded;
                        self.is_whole = false;
                    }
                    _ => self.is_whole = false,
                }
            }
            other => match scalar(other) {
                Some(text) => self.text.push_str(&text),
                None => self.is_whole = false,
            },
        }
    }

    /// Text, without dynamic references.
    fn add_text(&mut self, text: &str) {
        let mut parts = text.split("{{resolve:");
        self.text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            self.is_whole = false;
            self.text.push_str(part.split_once("}}").map_or("", |(_, rest)| rest));
        }
    }

    /// The text of a `Fn::Sub`, with what stands beside it.
    fn add_sub(&mut self, text: &str, variables: &Node) {
        let mut parts = text.split("${");
        self.add_text(parts.next().unwrap_or_default());
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap_or((part, ""));
            let variable = variables.as_map().and_then(|variables| variables.get(name.trim()));
            match (name.strip_prefix('!'), variable) {
                (Some(literal), _) => self.text.extend(["${", literal, "}"]),
                (None, Some(value)) => self.add(value),
                (None, None) => self.is_whole = false,
            }
            self.add_text(rest);
        }
    }

    fn finding(&self, way: &Way<'_>) -> Option<Finding> {
        let bytes = self.bytes();
        if bytes <= MOST {
            return None;
        }
        let least = if self.is_whole { "" } else { "at least " };
        let message = format!("user data has {least}{bytes} bytes: EC2 takes {MOST}");
        let finding = Diagnostic::error("user-data-too-long", message).value(bytes.to_string());
        let mut parts = self.parts();
        // The largest first; of the same size, in their order.
        parts.sort_by_key(|(bytes, _)| std::cmp::Reverse(*bytes));
        let parts: Vec<String> =
            parts.iter().take(3).map(|(bytes, what)| format!("{what}: {bytes} bytes")).collect();
        let hint =
            format!("let the instance fetch what is large, or its image have it ({})", parts.join("; "));
        Some(Finding::new(way.place(), finding.allowed(format!("up to {MOST}")).hint(hint)))
    }

    /// What it is made of, with the bytes of each: the parts of a text of several, or the text and what is encoded in it.
    fn parts(&self) -> Vec<(usize, String)> {
        let boundary = self.text.split_once("boundary=\"").and_then(|(_, rest)| rest.split('"').next());
        let parts = boundary.map(|boundary| self.text.split(&format!("--{boundary}")).skip(1).collect());
        let mut parts: Vec<&str> = parts.unwrap_or_default();
        // What says that there is none any more.
        parts.retain(|part| !part.starts_with("--"));
        let of_text = match parts.as_slice() {
            [] => vec![(self.text.len(), "text".to_owned())],
            parts => parts
                .iter()
                .enumerate()
                .map(|(at, part)| (part.len(), format!("part {}{}", at + 1, telling(part))))
                .collect(),
        };
        let encoded = (self.encoded, "what is in Base64".to_owned());
        of_text.into_iter().chain([encoded]).filter(|(bytes, _)| *bytes > 0).collect()
    }
}

/// The first line of a part, after its head, that tells something.
fn telling(part: &str) -> String {
    let body = part.split_once("\n\n").map_or(part, |(_, body)| body);
    let says = |line: &&str| !(line.is_empty() || line.starts_with("#!") || line.starts_with("---"));
    let line = body.lines().map(str::trim).find(says).unwrap_or_default();
    let line: String = line.chars().take(TELLING).collect();
    if line.is_empty() { String::new() } else { format!(" (`{line}`)") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The messages and hints about a launch template with this user data, where `LONG` stands for 16,384 letters.
    fn found(data: &str) -> Vec<String> {
        let data = data.replace("LONG", &"x".repeat(MOST));
        let text = format!(
            "{{Resources: {{A: {{Type: 'AWS::EC2::LaunchTemplate', Properties: {{LaunchTemplateData: {{UserData: {data}}}}}}}}}}}"
        );
        let template = stackwright_cfn::read(&text).unwrap();
        let mut found = Vec::new();
        check(&Document::of(&template), &mut found);
        found
            .into_iter()
            .map(|finding| {
                let diagnostic = finding.diagnostic;
                format!(
                    "{} | {} | {}",
                    finding.place,
                    diagnostic.message,
                    diagnostic.hint.unwrap_or_default()
                )
            })
            .collect()
    }

    const HINT: &str = "let the instance fetch what is large, or its image have it";

    #[test]
    fn what_is_known_to_be_too_long_is_told() {
        for (data, expected) in [
            ("{'Fn::Base64': 'LONGa'}", "UserData | user data has 16385 bytes: EC2 takes 16384"),
            (
                "{'Fn::Base64': {'Fn::Sub': '${AWS::Region}LONG${!b}'}}",
                "UserData | user data has at least 16388 bytes: EC2 takes 16384",
            ),
            ("{'Fn::Base64': {'Fn::Sub': ['${a}${b}', {a: LONG, b: {Ref: Some}}]}}", ""),
            (
                "{'Fn::Base64': {'Fn::Join': ['--', [LONG, {Ref: A}]]}}",
                "UserData | user data has at least 16386 bytes: EC2 takes 16384",
            ),
            (
                "{'Fn::If': [C, {'Fn::Base64': LONG}, {'Fn::Base64': LONGb}]}",
                "UserData.Fn::If.2 | user data has 16385 bytes: EC2 takes 16384",
            ),
            ("{'Fn::Base64': {'Fn::If': [C, LONGLONG, b]}}", ""),
            ("{'Fn::Base64': 'LONG{{resolve:ssm:name}}'}", ""),
            (
                "{'Fn::Base64': '{{resolve:ssm:name}}LONGb'}",
                "UserData | user data has at least 16385 bytes: EC2 takes 16384",
            ),
            ("LONGLONG", "UserData | user data has 24576 bytes: EC2 takes 16384"),
            ("LONG", ""),
            ("{Ref: Data}", ""),
        ] {
            let found = found(data);
            let expected = if expected.is_empty() { Vec::new() } else { vec![expected] };
            let told: Vec<&str> =
                found.iter().filter_map(|one| one.strip_prefix("A.LaunchTemplateData.")).collect();
            let told: Vec<&str> = told.iter().filter_map(|one| Some(one.rsplit_once(" | ")?.0)).collect();
            assert_eq!(told, expected, "{data}");
        }
    }

    #[test]
    fn what_takes_the_room_is_told() {
        let of = |data: &str| found(data).pop().unwrap().split_once(HINT).unwrap().1.trim().to_owned();
        assert_eq!(
            of("{'Fn::Base64': {'Fn::Sub': [\"a = ${b}\", {b: {'Fn::Base64': LONG}}]}}"),
            "(what is in Base64: 21848 bytes; text: 4 bytes)"
        );
        let parts = concat!(
            r#""Content-Type: multipart/mixed; boundary=\"B\"\n\n--B\nContent-Type: a\n\n---\nkind: NodeConfig\n"#,
            r#"--B\nContent-Type: b\n\n#!/bin/bash\nset -eu\nLONG\n--B--\n""#,
        );
        assert_eq!(
            of(&format!("{{'Fn::Base64': {parts}}}")),
            "(part 2 (`set -eu`): 16423 bytes; part 1 (`kind: NodeConfig`): 39 bytes)"
        );
    }
}
