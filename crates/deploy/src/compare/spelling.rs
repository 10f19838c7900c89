//! Values as people read them: on one line, functions in the short form of YAML.

use stackwright_cfn::{Function, Node};

/// The value on one line, as in YAML: `[!Ref Queue, {Key: team, Value: network}]`.
///
/// Text stands in quotes where it would be taken for something else.
pub fn short(value: &Node) -> String {
    let mut text = String::new();
    push(value, &mut text);
    text
}

fn push(value: &Node, text: &mut String) {
    match value {
        Node::Text(literal) if is_plain(literal) => text.push_str(literal),
        Node::Text(literal) => push_quoted(literal, text),
        Node::List(items) => {
            push_all('[', items.iter(), ']', text, push);
        }
        Node::Map(map) => push_all('{', map.iter(), '}', text, |(key, value), text| {
            push(&Node::Text(key.clone()), text);
            text.push_str(": ");
            push(value, text);
        }),
        Node::Sub(pieces) => {
            text.push_str("!Sub ");
            push_quoted(&long(pieces), text);
        }
        Node::Pseudo(pseudo) => text.extend(["!Ref ", pseudo.name()]),
        Node::Call(call) => {
            text.extend(["!", call.function.short(), " "]);
            match attribute(value) {
                Some(path) => text.push_str(&path),
                None => push(&call.argument, text),
            }
        }
        // Elements of a program have no names yet.
        scalar => text.push_str(&serde_json::to_string(scalar).unwrap_or_default()),
    }
}

fn push_all<T>(
    open: char,
    items: impl Iterator<Item = T>,
    close: char,
    text: &mut String,
    push: impl Fn(T, &mut String),
) {
    text.push(open);
    for (index, item) in items.enumerate() {
        text.push_str(if index > 0 { ", " } else { "" });
        push(item, text);
    }
    text.push(close);
}

fn push_quoted(literal: &str, text: &mut String) {
    text.push_str(&serde_json::to_string(literal).unwrap_or_default());
}

/// The value as text with values in it: literal text as it is, `${Queue.Arn}` for an attribute.
pub fn text(value: &Node) -> String {
    match value {
        Node::Text(text) => text.to_string(),
        Node::Sub(pieces) => long(pieces),
        value if value.is_intrinsic() => long(std::slice::from_ref(value)),
        value => short(value),
    }
}

/// What text of several lines says, values in it as `${Name}`; `None` where the value is no text, or one line.
pub fn lines(value: &Node) -> Option<String> {
    let text = match value {
        Node::Text(text) => text.to_string(),
        Node::Sub(pieces) => long(pieces),
        Node::Call(call) if call.function == Function::Base64 => return lines(&call.argument),
        _ => return None,
    };
    text.trim_end().contains('\n').then_some(text)
}

/// Text with values in it, as `Fn::Sub` writes it; what it has no form for is in its short form.
fn long(pieces: &[Node]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Node::Text(literal) => text.push_str(&literal.replace("${", "${!")),
            Node::Pseudo(pseudo) => text.extend(["${", pseudo.name(), "}"]),
            Node::Call(call) if call.function == Function::Ref && call.argument.as_str().is_some() => {
                text.extend(["${", call.argument.as_str().unwrap_or_default(), "}"]);
            }
            other => match attribute(other) {
                Some(path) => text.extend(["${", &path, "}"]),
                None => text.extend(["${", &short(other), "}"]),
            },
        }
    }
    text
}

/// `Queue.Arn`, where the value is that attribute.
fn attribute(value: &Node) -> Option<String> {
    let Node::Call(call) = value else { return None };
    match call.argument.as_list()? {
        [Node::Text(name), Node::Text(attribute)] if call.function == Function::GetAtt => {
            Some(format!("{name}.{attribute}"))
        }
        _ => None,
    }
}

/// Whether text needs no quotes to be taken for text.
fn is_plain(text: &str) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "_-./:*@%+=".contains(char);
    !text.is_empty()
        && text.chars().all(is_plain)
        && !text.ends_with(':')
        && !matches!(text, "true" | "false" | "null")
        && Node::number(text).is_none()
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::json;

    use super::*;

    #[test]
    fn values_are_on_one_line() {
        let check = |value: Node, expected: &str| assert_eq!(short(&value), expected);
        check(json!([1, true, "a b", "10.0.0.0/16", null]), "[1, true, \"a b\", 10.0.0.0/16, null]");
        check(json!(["1", "true", "", "a\nb"]), r#"["1", "true", "", "a\nb"]"#);
        check(json!({ "Key": "team", "a b": { "Ref": "Queue" } }), r#"{Key: team, "a b": !Ref Queue}"#);
        check(json!({ "Ref": "AWS::Region" }), "!Ref AWS::Region");
        check(json!({ "Fn::GetAtt": ["Queue", "Arn"] }), "!GetAtt Queue.Arn");
        check(json!({ "Fn::Select": [0, { "Fn::GetAZs": "" }] }), "!Select [0, !GetAZs \"\"]");
    }

    #[test]
    fn text_with_values_is_as_it_would_be_written() {
        let pieces = [
            "a ${b} ".into(),
            json!({ "Ref": "Queue" }),
            "/".into(),
            json!({ "Fn::GetAtt": ["Queue", "Arn"] }),
            json!({ "Fn::ImportValue": "x" }),
        ];
        let text = Node::Sub(pieces.into());
        assert_eq!(short(&text), r#"!Sub "a ${!b} ${Queue}/${Queue.Arn}${!ImportValue x}""#);
    }

    #[test]
    fn text_of_several_lines_is_found_in_functions_too() {
        assert_eq!(lines(&"a\nb\n".into()).as_deref(), Some("a\nb\n"));
        assert_eq!(lines(&"a\n".into()), None);
        let script = Node::Sub(["a\n".into(), json!({ "Ref": "B" })].into());
        assert_eq!(lines(&Node::call(Function::Base64, script)).as_deref(), Some("a\n${B}"));
    }
}
