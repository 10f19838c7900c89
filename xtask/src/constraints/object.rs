//! A resource type's schema as a paragraph: what it takes, then the objects inside it.

use std::collections::{BTreeMap, BTreeSet};
use std::{fmt, iter};

use serde_json::{Map, Value};
use stackwright_codegen::model::{Property, Resource, Type};

use super::conditions::{either, strings, types, values, with, within, without};
use super::written::{bounds, text, texts};
use super::{Left, facts, pattern};

/// The forms of texts that are checked.
const FORMATS: [&str; 17] = [
    "AWS::ACM::Certificate.Arn",
    "AWS::EC2::Image.Id",
    "AWS::EC2::SecurityGroup.Id",
    "AWS::EC2::SecurityGroup.Name",
    "AWS::EC2::Subnet.Id",
    "AWS::EC2::VPC.Id",
    "AWS::IAM::Role.Arn",
    "AWS::KMS::Alias.AliasName",
    "AWS::KMS::Key.Arn",
    "AWS::KMS::Key.Id",
    "AWS::Lambda::Function.Arn",
    "AWS::Logs::LogGroup.Name",
    "AWS::S3::Bucket.Name",
    "AWS::SNS::Topic.Arn",
    "AWS::SQS::Queue.Arn",
    "ipv4-network",
    "ipv6-network",
];

/// What is written of a resource type, and of each object inside it: a name and the lines below it.
pub(super) struct Paragraph {
    pub(super) resource: (String, Vec<String>),
    pub(super) objects: BTreeMap<String, Vec<String>>,
}

impl fmt::Display for Paragraph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, lines) = &self.resource;
        for (name, lines) in iter::once((name, lines)).chain(&self.objects) {
            writeln!(f, "{name}")?;
            lines.iter().try_for_each(|line| writeln!(f, "{line}"))?;
        }
        Ok(())
    }
}

/// The paragraph of a resource type. `extra` are conditions beside its schema.
pub(super) fn paragraph(
    type_name: &str,
    schema: &Value,
    extra: &[String],
    known: Option<&Resource>,
    left: &mut Left,
) -> Paragraph {
    let read_only = schema["readOnlyProperties"].as_array().into_iter().flatten();
    let mut objects = Objects {
        definitions: schema["definitions"].as_object(),
        read_only: read_only.filter_map(|path| path.as_str()?.strip_prefix("/properties/")).collect(),
        known,
        inlined: Vec::new(),
        told: BTreeSet::new(),
        lines: BTreeMap::new(),
        left,
    };
    let mut lines = attributes(known, &objects.read_only);
    lines.extend(known.and_then(|known| forms(schema, known)));
    lines.extend(objects.object("", schema, known.map(|known| &*known.properties)));
    lines.extend(extra.iter().map(|term| format!(" + {term}")));
    Paragraph { resource: (header(type_name, schema), lines), objects: objects.lines }
}

fn header(name: &str, schema: &Value) -> String {
    let is_open = schema["additionalProperties"] != false || schema["patternProperties"].is_object();
    if is_open && !schema.is_null() { format!("{name} open") } else { name.to_owned() }
}

/// What `Ref` and `Fn::GetAtt` yield.
fn attributes(known: Option<&Resource>, read_only: &BTreeSet<&str>) -> Vec<String> {
    let Some(known) = known else {
        let names = read_only.iter().filter(|name| !name.contains(['*', '/']));
        let names: Vec<&str> = names.copied().collect();
        return if names.is_empty() {
            Vec::new()
        } else {
            vec![format!(" = attributes {}", names.join(" "))]
        };
    };
    let mut lines = Vec::new();
    lines.extend(known.reference.as_ref().map(|field| format!(" = ref {field}")));
    let names = |is_wanted: fn(&Type) -> bool| {
        let attributes = known.attributes.iter().filter(|attribute| is_wanted(&attribute.ty));
        attributes.map(|attribute| attribute.name.as_str()).collect::<Vec<_>>().join(" ")
    };
    let is_list = |ty: &Type| matches!(ty, Type::List(_));
    for (word, names) in [("attributes", names(|_| true)), ("lists", names(is_list))] {
        if !names.is_empty() {
            lines.push(format!(" = {word} {names}"));
        }
    }
    lines
}

/// The forms of what `Ref` and `Fn::GetAtt` yield, where the schema says any.
fn forms(schema: &Value, known: &Resource) -> Option<String> {
    let attributes = known.attributes.iter().map(|attribute| &*attribute.name);
    let names: BTreeSet<&str> = known.reference.as_deref().into_iter().chain(attributes).collect();
    let of = |name: &&str| {
        let inner = name
            .split('.')
            .try_fold(schema, |inner, step| resolved(schema, inner)["properties"].as_object()?.get(step));
        let inner = resolved(schema, inner?);
        let alternatives = inner["anyOf"].as_array().into_iter().flatten();
        let forms: Vec<&str> = std::iter::once(inner).chain(alternatives).filter_map(format).collect();
        (!forms.is_empty()).then(|| format!("{name}={}", forms.join(",")))
    };
    let forms: Vec<String> = names.iter().filter_map(of).collect();
    (!forms.is_empty()).then(|| format!(" = forms {}", forms.join(" ")))
}

/// What a schema stands for, where it is a reference to a definition.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    let definition = schema["$ref"].as_str().and_then(|path| root.pointer(path.strip_prefix('#')?));
    definition.unwrap_or(schema)
}

/// The form of a text that is checked. A pattern that only ARNs of roles fit says as much as a format.
fn format(schema: &Value) -> Option<&'static str> {
    let pattern = schema["pattern"].as_str().unwrap_or_default();
    let is_of_roles =
        pattern.starts_with("^arn:") && pattern.contains(":iam::") && pattern.contains(":role/");
    match schema["format"].as_str() {
        Some(name) => FORMATS.into_iter().find(|known| *known == name),
        None if is_of_roles => Some("AWS::IAM::Role.Arn"),
        None => None,
    }
}

/// The objects of a resource type, as they are found in its properties.
struct Objects<'a> {
    definitions: Option<&'a Map<String, Value>>,
    read_only: BTreeSet<&'a str>,
    known: Option<&'a Resource>,
    /// The definitions that are being written where they are used, so that none is within itself.
    inlined: Vec<&'a str>,
    /// The objects whose lines are made or being made.
    told: BTreeSet<String>,
    lines: BTreeMap<String, Vec<String>>,
    left: &'a mut Left,
}

impl<'a> Objects<'a> {
    /// The lines of an object: a property each, then what holds between them. The resource itself has no name.
    fn object(&mut self, name: &str, schema: &'a Value, known: Option<&[Property]>) -> Vec<String> {
        let none = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        let required = strings(&schema["required"]);
        let find = |name: &str| known.and_then(|known| known.iter().find(|property| property.name == name));
        let mut lines = BTreeMap::new();
        for (property, inner) in schema["properties"].as_object().into_iter().flatten() {
            let fact = find(property);
            let is_required = required.contains(&property.as_str());
            // Where the two do not agree, neither is sure enough.
            let is_required = is_required && known.is_none_or(|_| fact.is_some_and(|fact| fact.required));
            let is_read_only =
                name.is_empty() && self.read_only.contains(property.as_str()) && fact.is_none();
            let mark = match (is_required, is_read_only) {
                (_, true) => "-",
                (true, _) => "!",
                _ => "",
            };
            // What nobody may set needs no description.
            let terms = match is_read_only {
                true => Vec::new(),
                false => self.terms(inner, fact.map(|fact| &fact.ty), &format!("{name}.{property}")),
            };
            lines.insert(property.as_str(), line(property, mark, &terms));
        }
        for property in
            known.into_iter().flatten().filter(|property| !properties.contains_key(&property.name))
        {
            let mark = if schema.is_null() && property.required { "!" } else { "" };
            let terms = self.fact(&property.ty);
            lines.insert(&property.name, line(&property.name, mark, &terms));
        }
        let mut lines: Vec<String> = lines.into_values().collect();
        // What a property must have is marked on its line; what is not among the properties is not asked for.
        if let Some(between) = self.between(schema, name) {
            lines.extend(between.into_iter().map(|term| format!(" + {term}")));
        }
        lines
    }

    /// What is known of a property that the schemas do not know.
    fn fact(&mut self, ty: &Type) -> Vec<String> {
        let word = |word: &str| vec![word.to_owned()];
        match ty {
            Type::String(_) | Type::Timestamp => word("string"),
            Type::Integer(_) => word("integer"),
            Type::Number => word("number"),
            Type::Boolean => word("boolean"),
            Type::List(inner) => match self.fact(inner) {
                inner if inner.is_empty() => word("list"),
                inner => vec![format!("each({})", inner.join(" "))],
            },
            Type::Map(_) | Type::Tag => word("map"),
            Type::Defined(name) => {
                let known = self.known.and_then(|resource| facts::properties(ty, resource));
                match known {
                    Some(known) => {
                        if self.told.insert(name.clone()) {
                            let lines = self.object(name, &Value::Null, Some(known));
                            self.lines.insert(name.clone(), lines);
                        }
                        vec![format!("@{name}")]
                    }
                    None => word("map"),
                }
            }
            Type::Json | Type::Union(_) => Vec::new(),
        }
    }

    /// What holds for a value. `name` is for an object that has none.
    fn terms(&mut self, schema: &'a Value, fact: Option<&Type>, name: &str) -> Vec<String> {
        let mut terms = Vec::new();
        if schema["$ref"].is_string() {
            let reference = self.reference(schema, fact);
            if reference.iter().any(|term| term.starts_with('@')) {
                return reference;
            }
            terms.extend(reference);
        } else if is_object(schema) {
            terms.push(self.defined(name, schema, fact));
            return terms;
        }
        terms.extend(types(&schema["type"], fact));
        terms.extend(values(&schema["enum"], "in", fact));
        terms.extend(values(&schema["enumCaseInsensitive"], "fold", fact));
        // A list of values says more than any pattern.
        if !terms.iter().any(|term| term.starts_with("in(") || term.starts_with("fold(")) {
            terms.extend(self.scalar(schema));
        }
        terms.extend(self.collection(schema, fact, name));
        terms.extend(self.between(schema, name).unwrap_or_default());
        terms
    }

    fn reference(&mut self, schema: &'a Value, fact: Option<&Type>) -> Vec<String> {
        let path = schema["$ref"].as_str().unwrap_or_default();
        let Some(name) = path.strip_prefix("#/definitions/") else { return Vec::new() };
        let Some((name, definition)) = self.definitions.and_then(|all| all.get_key_value(name)) else {
            return Vec::new();
        };
        if is_object(definition) {
            return vec![self.defined(name, definition, fact)];
        }
        if self.inlined.contains(&name.as_str()) {
            return Vec::new();
        }
        self.inlined.push(name);
        let terms = self.terms(definition, fact, name);
        self.inlined.pop();
        terms
    }

    /// An object by its name, its lines written apart.
    fn defined(&mut self, name: &str, schema: &'a Value, fact: Option<&Type>) -> String {
        let plain: String = name.replace("::", ".");
        if matches!(fact, Some(Type::Json | Type::Map(_))) {
            return "map/string".to_owned();
        }
        if self.told.insert(plain.clone()) {
            let known = fact.zip(self.known).and_then(|(fact, known)| facts::properties(fact, known));
            let lines = self.object(&plain, schema, known);
            self.lines.insert(header(&plain, schema), lines);
        }
        format!("@{plain}")
    }

    /// What holds for a text or a number.
    fn scalar(&mut self, schema: &Value) -> Vec<String> {
        let number = |key: &str| schema[key].as_f64();
        let mut terms = Vec::new();
        terms.extend(bounds("length", number("minLength").filter(|least| *least > 0.0), number("maxLength")));
        terms.extend(bounds("range", number("minimum"), number("maximum")));
        terms.extend(format(schema).map(|form| format!("form({})", text(form))));
        if let Some(pattern) = schema["pattern"].as_str() {
            match pattern::terms(pattern) {
                Some(more) => terms.extend(
                    more.into_iter()
                        .filter(|term| !term.starts_with("length") || schema["maxLength"].is_null()),
                ),
                None => self.left.patterns += 1,
            }
        }
        terms
    }

    /// What holds for the items of a list and the entries of a map.
    fn collection(&mut self, schema: &'a Value, fact: Option<&Type>, name: &str) -> Vec<String> {
        let number = |key: &str| schema[key].as_f64();
        let mut terms = Vec::new();
        let least = number("minItems").or(number("minProperties")).filter(|least| *least > 0.0);
        terms.extend(bounds("size", least, number("maxItems").or(number("maxProperties"))));
        if schema["uniqueItems"] == true {
            terms.push("unique".to_owned());
        }
        let inner_fact = match fact {
            Some(Type::List(inner) | Type::Map(inner)) => Some(&**inner),
            _ => None,
        };
        if schema["items"].is_object() {
            let inner = self.terms(&schema["items"], inner_fact, name);
            if !inner.is_empty() {
                terms.push(format!("each({})", inner.join(" ")));
            }
        }
        let patterns = schema["patternProperties"].as_object();
        if let Some(entries) = patterns.filter(|_| schema["additionalProperties"] == false)
            && entries.len() == 1
            && let Some((keys, values)) = entries.iter().next()
        {
            match pattern::terms(keys) {
                Some(keys) if !keys.is_empty() => terms.push(format!("keys({})", keys.join(" "))),
                Some(_) => {}
                None => self.left.patterns += 1,
            }
            let values = self.terms(values, inner_fact, name);
            if !values.is_empty() {
                terms.push(format!("values({})", values.join(" ")));
            }
        }
        terms
    }

    /// What holds between the properties of an object, and what is one of several; none where nothing does.
    fn between(&mut self, schema: &'a Value, name: &str) -> Option<Vec<String>> {
        let mut terms = Vec::new();
        for (key, word) in [("requiredXor", "one-of"), ("requiredOr", "some-of")] {
            let keys = strings(&schema[key]);
            if !keys.is_empty() {
                terms.push(format!("{word}({})", texts(keys)));
            }
        }
        terms.extend(with(&schema["dependentRequired"]));
        terms.extend(with(&schema["dependencies"]));
        terms.extend(without(&schema["dependentExcluded"]));
        for (key, word) in [("anyOf", "any"), ("oneOf", "one")] {
            let Some(alternatives) = schema[key].as_array() else { continue };
            let numbered = alternatives.iter().zip(1..);
            let alternatives: Vec<Vec<String>> = numbered
                .map(|(schema, number)| self.alternative(schema, &format!("{name}.{number}")))
                .collect();
            // One that takes everything leaves nothing to check.
            if alternatives.iter().all(|terms| !terms.is_empty()) {
                terms.push(either(word, &alternatives));
            }
        }
        for inner in schema["allOf"].as_array().into_iter().flatten() {
            terms.extend(self.alternative(inner, name));
        }
        if schema["if"].is_object() {
            let [condition, then, otherwise] =
                ["if", "then", "else"].map(|key| schema.get(key).cloned().unwrap_or(Value::Bool(true)));
            let condition = serde_json::json!({ "if": condition, "then": then, "else": otherwise });
            match within(&condition) {
                Some(more) => terms.extend(more),
                None => self.left.conditions += 1,
            }
        }
        (!terms.is_empty()).then_some(terms)
    }

    /// One of several schemas: an object of its own, or what is asked beside the properties.
    fn alternative(&mut self, schema: &'a Value, name: &str) -> Vec<String> {
        if schema["properties"].is_object() && schema["additionalProperties"] == false {
            return vec![self.defined(name, schema, None)];
        }
        if let Some(terms) = within(schema) {
            return terms;
        }
        if schema["properties"].is_null() && schema["required"].is_null() {
            return self.terms(schema, None, name);
        }
        self.left.conditions += 1;
        Vec::new()
    }
}

/// Whether a schema says which properties a map has. Some lists have properties too, which mean nothing.
fn is_object(schema: &Value) -> bool {
    let has_properties = schema["properties"].as_object().is_some_and(|properties| !properties.is_empty());
    has_properties && schema["type"] != "array"
}

fn line(property: &str, mark: &str, terms: &[String]) -> String {
    format!(" {}{mark} {}", text(property), terms.join(" ")).trim_end().to_owned()
}
