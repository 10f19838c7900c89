//! JSON as text, with values that are known only at deploy time in it.

use stackwright_cfn::{Node, Value};

/// The JSON text of `node`; a value that is known only at deploy time is taken for text without quotation marks.
pub(crate) fn json_text(node: &Node) -> Value<String> {
    let mut pieces = Vec::new();
    write(node, &mut pieces);
    let mut joined: Vec<Node> = Vec::new();
    for piece in pieces {
        match (joined.last_mut(), piece) {
            (Some(Node::Text(before)), Node::Text(text)) => *before = format!("{before}{text}").into(),
            (_, piece) => joined.push(piece),
        }
    }
    match &mut joined[..] {
        [only @ Node::Text(_)] => Value::from_node(std::mem::take(only)),
        _ => Value::from_node(Node::Sub(joined.into())),
    }
}

fn write(node: &Node, pieces: &mut Vec<Node>) {
    match node {
        Node::List(items) => {
            write_all(["[", "]"], items.iter().map(|item| (None, item)), pieces);
        }
        Node::Map(map) => {
            write_all(["{", "}"], map.iter().map(|(key, value)| (Some(key.as_str()), value)), pieces);
        }
        Node::Sub(inner) => {
            pieces.push("\"".into());
            for piece in inner {
                match piece {
                    Node::Text(text) => {
                        let quoted = quoted(text);
                        pieces.push(quoted[1..quoted.len() - 1].into());
                    }
                    piece => pieces.push(piece.clone()),
                }
            }
            pieces.push("\"".into());
        }
        value if value.is_intrinsic() => pieces.extend(["\"".into(), value.clone(), "\"".into()]),
        literal => pieces.push(serde_json::to_string(literal).unwrap_or_default().into()),
    }
}

fn write_all<'a>(
    [open, close]: [&str; 2],
    items: impl Iterator<Item = (Option<&'a str>, &'a Node)>,
    pieces: &mut Vec<Node>,
) {
    pieces.push(open.into());
    for (index, (key, item)) in items.enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let key = key.map_or_else(String::new, |key| format!("{}:", quoted(key)));
        pieces.push(format!("{comma}{key}").into());
        write(item, pieces);
    }
    pieces.push(close.into());
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::{json, pseudo, sub};

    use super::*;

    #[test]
    fn literals_are_text() {
        let node = json!({ "a": [1, true, "q\"\n"], "b": {}, "c": [] });
        assert_eq!(json_text(&node).as_str(), Some(r#"{"a":[1,true,"q\"\n"],"b":{},"c":[]}"#));
    }

    #[test]
    fn values_stand_in_quotation_marks() {
        let node = json!({ "region": pseudo::region(), "zone": sub!("\"{r}a", r = pseudo::region()) });
        let text = serde_json::to_value(json_text(&node).node()).unwrap();
        assert_eq!(text["Fn::Sub"], r#"{"region":"${AWS::Region}","zone":"\"${AWS::Region}a"}"#);
    }
}
