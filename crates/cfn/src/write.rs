//! Nodes and templates as serde data, with references written out as names.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::token::{FOR_MACHINES, token};
use crate::{Function, Map, Node, Resource, Target, Template, Text};

mod indented;
mod key;
mod sub;

pub use indented::write_indented;
use sub::Sub;

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
pub struct Written<'a, T: ?Sized, N> {
    value: &'a T,
    names: &'a N,
    format: Format,
}

/// What the serializer is known to write, and may be asked for beyond what all of them do.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Format {
    Any,
    /// `serde_json`, which takes numbers as text.
    Json,
    /// `serde_saphyr`, which lets the quotes be chosen; with some keys marked, or with all as they are.
    Yaml {
        marks_keys: bool,
    },
}

impl<'a, T: ?Sized, N: Names> Written<'a, T, N> {
    /// `value`, to be written with `names`.
    pub fn new(value: &'a T, names: &'a N) -> Self {
        Written { value, names, format: Format::Any }
    }

    fn with<'b, U: ?Sized>(&'b self, value: &'b U) -> Written<'b, U, N> {
        Written { value, names: self.names, format: self.format }
    }

    fn key<'k>(&self, key: &'k str) -> Cow<'k, str> {
        match self.format {
            Format::Yaml { marks_keys: true } => key::mark(key),
            _ => Cow::Borrowed(key),
        }
    }

    /// A function of `argument`.
    fn call<S: Serializer>(
        &self,
        serializer: S,
        function: Function,
        argument: &(impl Serialize + ?Sized),
    ) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&self.key(function.key()), argument)?;
        map.end()
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
        let written = Written { value: self, names, format: Format::Json };
        let mut json = Vec::with_capacity(1024 + 512 * self.resources.len());
        _ = write_indented(&written, &mut json);
        json.push(b'\n');
        // A hundred templates wait in memory until they are written: without what was set aside for them.
        json.shrink_to_fit();
        String::from_utf8(json).unwrap_or_default()
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
    ///         Fn::Sub: |
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
        let marks_keys = key::may_be_marked(&self.to_json(names));
        let written = Written { value: self, names, format: Format::Yaml { marks_keys } };
        // Writing to memory cannot fail, and every key is text.
        let yaml = serde_saphyr::to_string_with_options(&written, options).unwrap_or_default();
        if marks_keys { key::unmark(yaml) } else { yaml }
    }
}

/// Without names, as for [`NoNames`]; in the objects of a chart, functions are [tokens](crate::Value::token).
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

impl<N: Names> Serialize for Written<'_, Node, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Node::Null => serializer.serialize_unit(),
            Node::Bool(value) => serializer.serialize_bool(*value),
            Node::Int(value) => serializer.serialize_i64(*value),
            Node::Float(value) => serializer.serialize_f64(*value),
            Node::Number(number) if self.format == Format::Json => number.serialize_exactly(serializer),
            Node::Number(number) => number.serialize(serializer),
            Node::Text(text) => self.with(text.as_str()).serialize(serializer),
            Node::List(items) => self.with(items).serialize(serializer),
            Node::Map(map) => self.with(map).serialize(serializer),
            // Who may be told what is meant instead of what stands in a template asks by way of this name.
            _ if self.format == Format::Any => {
                serializer.serialize_newtype_struct(FOR_MACHINES, &Intrinsic(self))
            }
            _ => self.serialize_intrinsic(serializer),
        }
    }
}

/// A function or reference, for people or for machines.
struct Intrinsic<'a, N>(&'a Written<'a, Node, N>);

impl<N: Names> Serialize for Intrinsic<'_, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serializer.is_human_readable() {
            true => self.0.serialize_intrinsic(serializer),
            false => serializer.serialize_str(&token(self.0.value)),
        }
    }
}

impl<N: Names> Written<'_, Node, N> {
    fn serialize_intrinsic<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Node::Ref(target) => self.call(serializer, Function::Ref, self.names.logical_id(*target)),
            Node::GetAtt(target, name) => {
                self.call(serializer, Function::GetAtt, &[self.names.logical_id(*target), name])
            }
            Node::Name(target) => serializer.serialize_str(self.names.logical_id(*target)),
            Node::Pseudo(pseudo) => self.call(serializer, Function::Ref, pseudo.name()),
            Node::Sub(pieces) => {
                let sub = Sub::new(pieces, self.names);
                self.call(serializer, Function::Sub, &self.with(&sub))
            }
            Node::Call(call) => self.call(serializer, call.function, &self.with(&call.argument)),
            literal => self.with(literal).serialize(serializer),
        }
    }
}

impl<N: Names> Serialize for Written<'_, str, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // libyaml, and what descends from it (Go, so kubectl), takes a tab at the start of a block for indentation.
        let is_misread = matches!(self.format, Format::Yaml { .. })
            && self.value.trim_start_matches('\n').starts_with('\t')
            && self.value.contains('\n');
        if is_misread {
            serde_saphyr::DoubleQuoted(self.value).serialize(serializer)
        } else {
            serializer.serialize_str(self.value)
        }
    }
}

impl<N: Names> Serialize for Written<'_, Vec<Node>, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.value.iter().map(|item| self.with(item)))
    }
}

impl<N: Names> Serialize for Written<'_, Map, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.value.iter().map(|(key, value)| (self.key(key), self.with(value))))
    }
}

impl<N: Names> Serialize for Written<'_, Resource, N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Resource { type_name, properties, attributes, .. } = self.value;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("Type", &self.with(type_name.as_str()))?;
        // What a reviewer wants to see first: whether and when the resource exists at all.
        let early = |key: &Text| *key == *"Condition" || *key == *"DependsOn";
        for (key, value) in attributes.iter().filter(|(key, _)| early(key)) {
            map.serialize_entry(&self.key(key), &self.with(value))?;
        }
        if !properties.is_empty() {
            map.serialize_entry("Properties", &self.with(properties))?;
        }
        for (key, value) in attributes.iter().filter(|(key, _)| !early(key)) {
            map.serialize_entry(&self.key(key), &self.with(value))?;
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
            map.serialize_entry(&self.key(name), &self.with(node))?;
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
            map.serialize_entry("Description", &self.with(description.as_str()))?;
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
            map.serialize_entry(&self.key(name), &self.with(section))?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{functions, json, pseudo};

    /// Calls an element `E` and its number.
    struct Numbered([String; 3]);

    impl Names for Numbered {
        fn logical_id(&self, target: Target) -> &str {
            &self.0[target.index() as usize]
        }
    }

    fn written(node: &Node) -> String {
        let names = Numbered(["E0".to_owned(), "E1".to_owned(), "E2".to_owned()]);
        serde_json::to_string(&Written::new(node, &names)).unwrap()
    }

    #[test]
    fn references_are_written_as_names() {
        let (queue, topic) = (Target::new(0, 1), Target::new(0, 2));
        let node = json!({
            "a": queue.reference::<String>(),
            "b": topic.attribute::<String>("TopicArn"),
            "c": [Node::Name(queue)],
            "d": functions::if_(functions::condition(Node::Name(topic)), "x", pseudo::no_value::<String>()),
            "e": crate::sub!("{q}-{r}-{t}", q = queue.reference::<String>(), r = pseudo::region(), t = topic.attribute::<String>("A")),
            "f": crate::sub!("{j}!", j = functions::join("-", ["a".into(), queue.reference::<String>()])),
        });
        assert_eq!(
            written(&node),
            concat!(
                r#"{"a":{"Ref":"E1"},"b":{"Fn::GetAtt":["E2","TopicArn"]},"c":["E1"],"#,
                r#""d":{"Fn::If":["E2","x",{"Ref":"AWS::NoValue"}]},"#,
                r#""e":{"Fn::Sub":"${E1}-${AWS::Region}-${E2.A}"},"#,
                r#""f":{"Fn::Sub":["${Value1}!",{"Value1":{"Fn::Join":["-",["a",{"Ref":"E1"}]]}}]}}"#,
            ),
        );
    }

    #[test]
    fn what_decides_whether_a_resource_exists_comes_first() {
        let mut resource = Resource::raw("Custom::Thing", Map::from_iter([("a", 1)]));
        resource.attributes =
            Map::from_iter([("Metadata", "m"), ("DependsOn", "Queue"), ("Condition", "IsProd")]);
        assert_eq!(
            serde_json::to_string(&Written::new(&resource, &NoNames)).unwrap(),
            r#"{"Type":"Custom::Thing","DependsOn":"Queue","Condition":"IsProd","Properties":{"a":1},"Metadata":"m"}"#,
        );
    }

    #[test]
    fn sections_come_in_the_order_of_the_anatomy() {
        let one = || Map::from_iter([("x", 1)]);
        let template = Template {
            format_version: None,
            description: Some("d".into()),
            transform: Some("t".into()),
            metadata: one(),
            parameters: one(),
            mappings: one(),
            conditions: one(),
            rules: one(),
            resources: vec![("r".into(), Resource::raw("T", Map::new()))],
            generated: one(),
            outputs: one(),
            others: Map::from_iter([("Hooks", 2)]),
        };
        assert_eq!(
            serde_json::to_string(&template).unwrap(),
            concat!(
                r#"{"Description":"d","Transform":"t","Metadata":{"x":1},"Parameters":{"x":1},"Rules":{"x":1},"#,
                r#""Mappings":{"x":1},"Conditions":{"x":1},"Resources":{"r":{"Type":"T"},"x":1},"#,
                r#""Outputs":{"x":1},"Hooks":2}"#,
            ),
        );
    }

    #[test]
    fn numbers_that_json_has_no_word_for_are_null() {
        assert_eq!(written(&Node::from([f64::NAN, f64::INFINITY, 1.0])), "[null,null,1.0]");
    }

    #[test]
    fn long_numbers_are_written_as_nearly_as_serde_can() {
        let long = |text| written(&Node::number(text).unwrap());
        assert_eq!(long("123456789012345678901234567890"), "123456789012345678901234567890");
        assert_eq!(long("0.12345678901234567890"), "0.12345678901234568");
        let digits = "1".repeat(50);
        assert_eq!(long(&digits), format!("\"{digits}\""));
        assert_eq!(long("1e999"), "\"1e999\"");
    }
}
