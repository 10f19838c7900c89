//! Paths to a property at any depth, for escape hatches.

use std::fmt;

use stackwright_cfn::{Map, Node};
use stackwright_k8s::{Data, Map as Fields};

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
    pub(crate) fn set<T: Branch>(&self, properties: &mut T::Entries, value: T) -> Result<(), String> {
        let (first, rest) = self.parts.split_first().expect("a path has a part");
        let mut at = T::entry(properties, first);
        for part in rest {
            at = child(at, part).map_err(|problem| format!("property path {self} {problem}"))?;
        }
        *at = value;
        Ok(())
    }

    /// Takes the value at the path out; one that is not there is an error, since the path is then not what was meant.
    pub(crate) fn delete<T: Branch>(&self, properties: &mut T::Entries) -> Result<(), String> {
        self.take::<T>(properties).ok_or_else(|| format!("property path {self} leads nowhere"))
    }

    fn take<T: Branch>(&self, properties: &mut T::Entries) -> Option<()> {
        let (last, parents) = self.parts.split_last().expect("a path has a part");
        let Some((first, rest)) = parents.split_first() else {
            return T::remove(properties, last);
        };
        let mut at = T::get(properties, first)?;
        for part in rest {
            at = match at.inside() {
                Inside::Map(map) => T::get(map, part)?,
                Inside::List(items) => items.get_mut(part.parse::<usize>().ok()?)?,
                _ => return None,
            };
        }
        match at.inside() {
            Inside::Map(map) => T::remove(map, last),
            Inside::List(items) => {
                let index = last.parse::<usize>().ok().filter(|index| *index < items.len())?;
                items.remove(index);
                Some(())
            }
            _ => None,
        }
    }
}

fn child<'a, T: Branch>(parent: &'a mut T, part: &str) -> Result<&'a mut T, String> {
    if matches!(parent.inside(), Inside::Nothing) {
        *parent = T::empty_map();
    }
    match parent.inside() {
        Inside::Map(map) => Ok(T::entry(map, part)),
        Inside::List(items) => {
            let index: usize =
                part.parse().map_err(|_| format!("names {part:?} in a list: allowed are indexes from 0"))?;
            if index == items.len() {
                items.push(T::default());
            }
            let count = items.len();
            items.get_mut(index).ok_or_else(|| format!("asks for item {index} of a list of {count}"))
        }
        Inside::Function => Err(format!("goes into an intrinsic function at {part:?}")),
        Inside::Nothing | Inside::Value => Err(format!("goes into a plain value at {part:?}")),
    }
}

/// A tree that a path leads through: the properties of a resource, or the fields of an object.
pub(crate) trait Branch: Default {
    type Entries;

    fn inside(&mut self) -> Inside<'_, Self>;
    fn empty_map() -> Self;
    fn get<'a>(map: &'a mut Self::Entries, key: &str) -> Option<&'a mut Self>;
    fn entry<'a>(map: &'a mut Self::Entries, key: &str) -> &'a mut Self;
    fn remove(map: &mut Self::Entries, key: &str) -> Option<()>;
}

pub(crate) enum Inside<'a, T: Branch> {
    Nothing,
    Map(&'a mut T::Entries),
    List(&'a mut Vec<T>),
    Function,
    Value,
}

impl Branch for Node {
    type Entries = Map;

    fn inside(&mut self) -> Inside<'_, Self> {
        match self {
            Node::Null => Inside::Nothing,
            Node::Map(map) => Inside::Map(map),
            Node::List(items) => Inside::List(items),
            other if other.is_intrinsic() => Inside::Function,
            _ => Inside::Value,
        }
    }

    fn empty_map() -> Self {
        Node::Map(Map::new())
    }

    fn get<'a>(map: &'a mut Map, key: &str) -> Option<&'a mut Self> {
        map.get_mut(key)
    }

    fn entry<'a>(map: &'a mut Map, key: &str) -> &'a mut Self {
        map.get_or_insert_with(key, Node::default)
    }

    fn remove(map: &mut Map, key: &str) -> Option<()> {
        map.remove(key).map(drop)
    }
}

impl Branch for Data {
    type Entries = Fields;

    fn inside(&mut self) -> Inside<'_, Self> {
        match self {
            Data::Null => Inside::Nothing,
            Data::Map(map) => Inside::Map(map),
            Data::List(items) => Inside::List(items),
            _ => Inside::Value,
        }
    }

    fn empty_map() -> Self {
        Data::Map(Fields::new())
    }

    fn get<'a>(map: &'a mut Self::Entries, key: &str) -> Option<&'a mut Self> {
        map.get_mut(key)
    }

    fn entry<'a>(map: &'a mut Self::Entries, key: &str) -> &'a mut Self {
        map.get_or_insert_with(key, Data::default)
    }

    fn remove(map: &mut Self::Entries, key: &str) -> Option<()> {
        map.remove(key).map(drop)
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
    use stackwright_k8s::Data;

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
        path("Tags.0.Value").set(&mut map, Node::from("c")).unwrap();
        path("Tags.1.Key").set(&mut map, Node::from("d")).unwrap();
        path("Options.Deep\\.Name.On").set(&mut map, Node::from(true)).unwrap();
        let expected = r#"{"Tags":[{"Key":"a","Value":"c"},{"Key":"d"}],"Name":"x","Arn":{"Fn::Sub":"y"},"Options":{"Deep.Name":{"On":true}}}"#;
        assert_eq!(serde_json::to_string(&Node::Map(map)).unwrap(), expected);
    }

    #[test]
    fn deletes_at_any_depth() {
        let mut map = properties();
        path("Tags.0.Value").delete::<Node>(&mut map).unwrap();
        path("Name").delete::<Node>(&mut map).unwrap();
        assert_eq!(
            serde_json::to_string(&Node::Map(map)).unwrap(),
            r#"{"Tags":[{"Key":"a"}],"Arn":{"Fn::Sub":"y"}}"#
        );
    }

    #[test]
    fn objects_are_changed_likewise() {
        let object = stackwright_k8s::read("{spec: {containers: [{name: a, image: b}], paused: true}}");
        let mut object = object.unwrap().remove(0);
        let fields = object.fields_mut();
        path("spec.containers.0.image").set(fields, Data::from("c")).unwrap();
        path("metadata.labels.a\\.io/b").set(fields, Data::from("d")).unwrap();
        path("spec.paused").delete::<Data>(fields).unwrap();
        let wrong = path("spec.containers.0.name.x").set(fields, Data::Null).unwrap_err();
        assert_eq!(wrong, "property path spec.containers.0.name.x goes into a plain value at \"x\"");
        assert_eq!(
            serde_json::to_string(object.fields()).unwrap(),
            r#"{"spec":{"containers":[{"name":"a","image":"c"}]},"metadata":{"labels":{"a.io/b":"d"}}}"#,
        );
    }

    #[test]
    fn refuses_what_leads_nowhere() {
        let mut map = properties();
        let set = |map: &mut Map, text: &str| path(text).set(map, Node::from(1)).unwrap_err();
        assert_eq!(set(&mut map, "Tags.2"), "property path Tags.2 asks for item 2 of a list of 1");
        assert_eq!(
            set(&mut map, "Tags.x"),
            "property path Tags.x names \"x\" in a list: allowed are indexes from 0"
        );
        assert_eq!(set(&mut map, "Name.x"), "property path Name.x goes into a plain value at \"x\"");
        assert_eq!(set(&mut map, "Arn.x"), "property path Arn.x goes into an intrinsic function at \"x\"");
        assert_eq!(path("Nme").delete::<Node>(&mut map).unwrap_err(), "property path Nme leads nowhere");
        assert_eq!(PropertyPath::parse("a..b").unwrap_err(), "property path \"a..b\" has an empty part");
    }
}
