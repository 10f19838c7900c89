//! Nodes and templates as serde data, with references written out as names.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::pseudo::Pseudo;
use crate::{Function, Map, Node, Resource, Target, Template, Text};

/// Tells the logical ids that references are written with.
pub trait Names {
    /// The logical id of `target`.
    fn logical_id(&self, target: Target) -> &str;
}

/// For trees without references to elements of an app; such a reference is written as `unresolved`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoNames;

impl Names for NoNames {
    fn logical_id(&self, _: Target) -> &str {
        "unresolved"
    }
}

/// Something together with the names to write it with.
#[derive(Debug)]
pub struct Written<'a, T, N> {
    value: &'a T,
    names: &'a N,
    /// Whether the serializer is `serde_json`'s, which takes numbers as text.
    is_json: bool,
}

impl<'a, T, N: Names> Written<'a, T, N> {
    /// `value`, to be written with `names`.
    pub fn new(value: &'a T, names: &'a N) -> Self {
        Written { value, names, is_json: false }
    }

    fn with<'b, U>(&'b self, value: &'b U) -> Written<'b, U, N> {
        Written { value, names: self.names, is_json: self.is_json }
    }
}

impl Template {
    /// The template as JSON, with the logical ids that `names` tells: indented by two spaces, a line feed at the end.
    ///
    /// ```
    /// use stackwright_cfn::{NoNames, Template};
    ///
    /// assert_eq!(
    ///     Template::new().to_json(&NoNames),
    ///     "{\n  \"AWSTemplateFormatVersion\": \"2010-09-09\",\n  \"Resources\": {}\n}\n",
    /// );
    /// ```
    pub fn to_json(&self, names: &impl Names) -> String {
        // Writing to memory cannot fail, and every key is text.
        let written = Written { value: self, names, is_json: true };
        let mut json = serde_json::to_string_pretty(&written).unwrap_or_default();
        json.push('\n');
        json
    }

    /// The template as YAML, with the logical ids that `names` tells: functions in their long form, texts of
    /// several lines as blocks, and in quotes whatever a reader of YAML 1.1 would take for something else.
    ///
    /// ```
    /// use stackwright_cfn::{Map, NoNames, Resource, Template, json};
    ///
    /// let mut template = Template::new();
    /// let mut properties = Map::new();
    /// properties.set("Account", "012345678901");
    /// properties.set("Script", json!({ "Fn::Sub": "set -e\necho ${AWS::Region}\n" }));
    /// template.resources.push(("Thing".into(), Resource::raw("Custom::Thing", properties)));
    /// assert_eq!(
    ///     template.to_yaml(&NoNames),
    ///     r#"AWSTemplateFormatVersion: "2010-09-09"
    /// Resources:
    ///   Thing:
    ///     Type: Custom::Thing
    ///     Properties:
    ///       Account: "012345678901"
    ///       Script:
    ///         "Fn::Sub": |
    ///           set -e
    ///           echo ${AWS::Region}
    /// "#,
    /// );
    /// ```
    pub fn to_yaml(&self, names: &impl Names) -> String {
        let options = serde_saphyr::ser_options! {
            // A long line stays one: it may be searched for, and compared line by line.
            folded_wrap_chars: usize::MAX,
        };
        // Writing to memory cannot fail, and every key is text.
        serde_saphyr::to_string_with_options(&Written::new(self, names), options).unwrap_or_default()
    }
}

/// Without names, as for [`NoNames`].
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written::new(self, &NoNames).serialize(serializer)
    }
}

/// Without names, as for [`NoNames`].
impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Written::new(self, &NoNames).serialize(serializer)
    }
}

fn entry<S: Serializer>(
    serializer: S,
    key: &'static str,
    value: &(impl Serialize + ?Sized),
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(key, value)?;
    map.end()
}

impl<N: Names> Serialize for Written<'_, Node, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Int(value) => serializer.serialize_i64(*value),
            Node::Float(value) => serializer.serialize_f64(*value),
            Node::Number(number) if self.is_json => number.serialize_exactly(serializer),
            Node::Number(number) => number.serialize(serializer),
            Node::Text(text) => serializer.serialize_str(text),
            Node::List(items) => self.with(items).serialize(serializer),
            Node::Map(map) => self.with(map).serialize(serializer),
            Node::Ref(target) => entry(serializer, Function::Ref.key(), self.names.logical_id(*target)),
            Node::GetAtt(target, name) => {
                entry(serializer, Function::GetAtt.key(), &[self.names.logical_id(*target), name])
            }
            Node::Name(target) => serializer.serialize_str(self.names.logical_id(*target)),
            Node::Pseudo(pseudo) => entry(serializer, Function::Ref.key(), pseudo.name()),
            Node::Sub(pieces) => {
                let sub = Sub::new(pieces, self.names);
                if sub.variables.is_empty() {
                    return entry(serializer, Function::Sub.key(), &sub.text);
                }
                let variables = self.with(&sub.variables);
                entry(serializer, Function::Sub.key(), &(&sub.text, variables))
            }
            Node::Call(call) => entry(serializer, call.function.key(), &self.with(&call.argument)),
        }
    }
}

/// What `Fn::Sub` is given: the text, and the pieces that need a variable of their own.
struct Sub<'a> {
    text: String,
    variables: Vec<(String, &'a Node)>,
}

impl<'a> Sub<'a> {
    fn new(pieces: &'a [Node], names: &impl Names) -> Self {
        let mut sub = Sub { text: String::new(), variables: Vec::new() };
        // A variable hides the element of its name, so it must not be called like one that the text refers to.
        let is_taken = |name: &str| {
            pieces.iter().any(|piece| matches!(piece, Node::Ref(target) if names.logical_id(*target) == name))
        };
        for piece in pieces {
            match piece {
                Node::Text(literal) => sub.text.push_str(&literal.replace("${", "${!")),
                Node::Ref(target) => sub.text.extend(["${", names.logical_id(*target), "}"]),
                Node::GetAtt(target, name) => {
                    sub.text.extend(["${", names.logical_id(*target), ".", name, "}"]);
                }
                Node::Pseudo(pseudo) if *pseudo != Pseudo::NoValue => {
                    sub.text.extend(["${", pseudo.name(), "}"]);
                }
                other => {
                    let mut name = format!("Value{}", sub.variables.len() + 1);
                    while is_taken(&name) {
                        name.insert_str(0, "Sub");
                    }
                    sub.text.extend(["${", &name, "}"]);
                    sub.variables.push((name, other));
                }
            }
        }
        sub
    }
}

impl<N: Names> Serialize for Written<'_, Vec<(String, &Node)>, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.value.iter().map(|(name, node)| (name, self.with(*node))))
    }
}

impl<N: Names> Serialize for Written<'_, Vec<Node>, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.value.iter().map(|item| self.with(item)))
    }
}

impl<N: Names> Serialize for Written<'_, Map, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.value.iter().map(|(key, value)| (key.as_str(), self.with(value))))
    }
}

impl<N: Names> Serialize for Written<'_, Resource, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Resource { type_name, properties, attributes, .. } = self.value;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Type", type_name.as_str())?;
        // What a reviewer wants to see first: whether and when the resource exists at all.
        let early = |key: &Text| *key == *"Condition" || *key == *"DependsOn";
        for (key, value) in attributes.iter().filter(|(key, _)| early(key)) {
            map.serialize_entry(key.as_str(), &self.with(value))?;
        }
        if !properties.is_empty() {
            map.serialize_entry("Properties", &self.with(properties))?;
        }
        for (key, value) in attributes.iter().filter(|(key, _)| !early(key)) {
            map.serialize_entry(key.as_str(), &self.with(value))?;
        }
        map.end()
    }
}

/// The section `Resources` of a template.
struct Resources<'a>(&'a Template);

impl<N: Names> Serialize for Written<'_, Resources<'_>, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Template { resources, generated, .. } = self.value.0;
        let mut map = serializer.serialize_map(Some(resources.len() + generated.len()))?;
        for (name, resource) in resources {
            map.serialize_entry(name.as_str(), &self.with(resource))?;
        }
        for (name, node) in generated.iter() {
            map.serialize_entry(name.as_str(), &self.with(node))?;
        }
        map.end()
    }
}

impl<N: Names> Serialize for Written<'_, Template, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let template = self.value;
        let mut map = serializer.serialize_map(None)?;
        if let Some(version) = &template.format_version {
            map.serialize_entry("AWSTemplateFormatVersion", version.as_str())?;
        }
        if let Some(description) = &template.description {
            map.serialize_entry("Description", description.as_str())?;
        }
        if let Some(transform) = &template.transform {
            map.serialize_entry("Transform", &self.with(transform))?;
        }
        let before = [
            ("Metadata", &template.metadata),
            ("Parameters", &template.parameters),
            ("Rules", &template.rules),
            ("Mappings", &template.mappings),
            ("Conditions", &template.conditions),
        ];
        for (name, section) in before.into_iter().filter(|(_, section)| !section.is_empty()) {
            map.serialize_entry(name, &self.with(section))?;
        }
        // A template without resources is not one: the section is written even where it is empty.
        map.serialize_entry("Resources", &self.with(&Resources(template)))?;
        if !template.outputs.is_empty() {
            map.serialize_entry("Outputs", &self.with(&template.outputs))?;
        }
        for (name, section) in template.others.iter() {
            map.serialize_entry(name.as_str(), &self.with(section))?;
        }
        map.end()
    }
}
