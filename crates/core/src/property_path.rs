//! Paths to a property at any depth, for escape hatches.

use std::fmt;

use stackwright_cfn::{Map, Node};

/// A path such as `Tags.0.Value`: names of maps and indexes of lists, with dots between them. A dot within a name is
/// written `\.`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PropertyPath {
    parts: Vec<String>,
}

impl PropertyPath {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = vec![String::new()];
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let part = parts.last_mut().expect("there is always a part");
            match character {
                '\\' if characters.peek() == Some(&'.') => part.extend(characters.next()),
                '.' => parts.push(String::new()),
                other => part.push(other),
            }
        }
        if parts.iter().any(String::is_empty) {
            return Err(format!("property path {text:?} has an empty part"));
        }
        Ok(PropertyPath { parts })
    }

    /// Sets the value at the path; maps and one more item of a list are made on the way.
    pub(crate) fn set(&self, properties: &mut Map, value: Node) -> Result<(), String> {
        let (last, parents) = self.parts.split_last().expect("a path has a part");
        let mut reached = Vec::new();
        let mut at: &mut Node = match parents.split_first() {
            None => {
                properties.insert(last.as_str(), value);
                return Ok(());
            }
            Some((first, _)) => properties.get_or_insert_with(first, || Node::Map(Map::new())),
        };
        for part in parents.iter().skip(1).chain([last]) {
            reached.push(part.clone());
            at = child(at, part).map_err(|problem| format!("property path {self} {problem}"))?;
        }
        *at = value;
        Ok(())
    }

    /// Takes the value at the path out; one that is not there is an error, since the path is then not what was meant.
    pub(crate) fn delete(&self, properties: &mut Map) -> Result<(), String> {
        let missing = || format!("property path {self} leads nowhere");
        let (last, parents) = self.parts.split_last().expect("a path has a part");
        let Some((first, rest)) = parents.split_first() else {
            return properties.remove(last).map(drop).ok_or_else(missing);
        };
        let mut at = properties.get_mut(first).ok_or_else(missing)?;
        for part in rest {
            at = match at {
                Node::Map(map) => map.get_mut(part),
                Node::List(items) => part.parse().ok().and_then(|index: usize| items.get_mut(index)),
                _ => None,
            }
            .ok_or_else(missing)?;
        }
        match at {
            Node::Map(map) => map.remove(last).map(drop).ok_or_else(missing),
            Node::List(items) => match last.parse() {
                Ok(index) if index < items.len() => {
                    items.remove(index);
                    Ok(())
                }
                _ => Err(missing()),
            },
            _ => Err(missing()),
        }
    }
}

fn child<'a>(parent: &'a mut Node, part: &str) -> Result<&'a mut Node, String> {
    if matches!(parent, Node::Null) {
        *parent = Node::Map(Map::new());
    }
    match parent {
        Node::Map(map) => Ok(map.get_or_insert_with(part, || Node::Null)),
        Node::List(items) => {
            let index: usize =
                part.parse().map_err(|_| format!("names {part:?} in a list: allowed are indexes from 0"))?;
            if index == items.len() {
                items.push(Node::Null);
            }
            let count = items.len();
            items.get_mut(index).ok_or_else(|| format!("asks for item {index} of a list of {count}"))
        }
        other if other.is_intrinsic() => Err(format!("goes into an intrinsic function at {part:?}")),
        _ => Err(format!("goes into a plain value at {part:?}")),
    }
}

impl fmt::Display for PropertyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.parts.iter().enumerate() {
            let dot = if index == 0 { "" } else { "." };
            write!(f, "{dot}{}", part.replace('.', "\\."))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::{Map, Node, json};

    use super::PropertyPath;

    fn properties() -> Map {
        match json!({ "Tags": [{ "Key": "a", "Value": "b" }], "Name": "x", "Arn": { "Fn::Sub": "y" } }) {
            Node::Map(map) => map,
            _ => unreachable!(),
        }
    }

    fn path(text: &str) -> PropertyPath {
        PropertyPath::parse(text).unwrap()
    }

    #[test]
    fn sets_at_any_depth() {
        let mut map = properties();
        path("Tags.0.Value").set(&mut map, "c".into()).unwrap();
        path("Tags.1.Key").set(&mut map, "d".into()).unwrap();
        path("Options.Deep\\.Name.On").set(&mut map, true.into()).unwrap();
        let expected = r#"{"Tags":[{"Key":"a","Value":"c"},{"Key":"d"}],"Name":"x","Arn":{"Fn::Sub":"y"},"Options":{"Deep.Name":{"On":true}}}"#;
        assert_eq!(serde_json::to_string(&Node::Map(map)).unwrap(), expected);
    }

    #[test]
    fn deletes_at_any_depth() {
        let mut map = properties();
        path("Tags.0.Value").delete(&mut map).unwrap();
        path("Name").delete(&mut map).unwrap();
        assert_eq!(
            serde_json::to_string(&Node::Map(map)).unwrap(),
            r#"{"Tags":[{"Key":"a"}],"Arn":{"Fn::Sub":"y"}}"#
        );
    }

    #[test]
    fn refuses_what_leads_nowhere() {
        let mut map = properties();
        let set = |map: &mut Map, text: &str| path(text).set(map, 1.into()).unwrap_err();
        assert_eq!(set(&mut map, "Tags.2"), "property path Tags.2 asks for item 2 of a list of 1");
        assert_eq!(
            set(&mut map, "Tags.x"),
            "property path Tags.x names \"x\" in a list: allowed are indexes from 0"
        );
        assert_eq!(set(&mut map, "Name.x"), "property path Name.x goes into a plain value at \"x\"");
        assert_eq!(set(&mut map, "Arn.x"), "property path Arn.x goes into an intrinsic function at \"x\"");
        assert_eq!(path("Nme").delete(&mut map).unwrap_err(), "property path Nme leads nowhere");
        assert_eq!(PropertyPath::parse("a..b").unwrap_err(), "property path \"a..b\" has an empty part");
    }
}
