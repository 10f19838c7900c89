//! From the upstream database to the model: facts only, prose left behind.
//!
//! The database's layout is that of `@aws-cdk/service-spec-types`. Whatever this module does not know is an error, so
//! that a new kind of type upstream is noticed.

use serde_json::{Map, Value};
use stackwright_codegen::model::{
    Attribute, Definition, Property, Replacement, Resource, Service, TagShape, Tags, Target, Type,
};
use std::collections::BTreeMap;

type Fallible<T> = Result<T, String>;

/// Every service with its resource types, each list in the order of its names.
pub(super) fn services(database: &Value) -> Fallible<Vec<Service>> {
    let schema = &database["schema"];
    let definitions = entities(schema, "typeDefinition")?;
    let resources = entities(schema, "resource")?;
    let mut services = Vec::new();
    for (id, entity) in entities(schema, "service")? {
        let mut service = Service {
            module: text(entity, "shortName")?,
            namespace: text(entity, "cloudFormationNamespace")?,
            resources: Vec::new(),
        };
        for resource in related(schema, "hasResource", id) {
            let entity = *resources.get(resource).ok_or_else(|| format!("no resource {resource}"))?;
            let types = related(schema, "usesType", resource);
            let resource = distil_resource(entity, types, &definitions)
                .map_err(|error| format!("{}: {error}", entity["cloudFormationType"]))?;
            service.resources.push(resource);
        }
        service.resources.sort_by(|a, b| a.name.cmp(&b.name));
        services.push(service);
    }
    services.sort_by(|a, b| a.module.cmp(&b.module));
    Ok(services)
}

type Entities<'a> = BTreeMap<&'a str, &'a Value>;

fn entities<'a>(schema: &'a Value, kind: &str) -> Fallible<Entities<'a>> {
    let list = schema[kind]["entities"].as_array().ok_or_else(|| format!("the database has no {kind}"))?;
    list.iter()
        .map(|entity| Ok((entity["$id"].as_str().ok_or_else(|| format!("a {kind} without $id"))?, entity)))
        .collect()
}

fn related<'a>(schema: &'a Value, relation: &str, of: &str) -> impl Iterator<Item = &'a str> {
    schema[relation]["forward"][of].as_array().into_iter().flatten().filter_map(|entry| entry["$id"].as_str())
}

fn distil_resource<'a>(
    entity: &Value,
    types: impl Iterator<Item = &'a str>,
    definitions: &Entities<'_>,
) -> Fallible<Resource> {
    let mut resource = Resource::new(text(entity, "name")?);
    resource.identifier = texts(&entity["primaryIdentifier"])?;
    let reference = match &entity["cfnRefIdentifier"] {
        Value::Null => resource.identifier.clone(),
        explicit => texts(explicit)?,
    };
    if let [field] = &reference[..] {
        resource.reference = Some(field.clone());
    }
    resource.transform = entity["cloudFormationTransform"].as_str().map(str::to_owned);
    if let Value::Object(tags) = &entity["tagInformation"] {
        let shape = match tags["variant"].as_str() {
            Some("standard") => TagShape::List,
            Some("map") => TagShape::Map,
            Some("asg") => TagShape::AutoScaling,
            other => return Err(format!("unknown shape of tags {other:?}")),
        };
        resource.tags = Some(Tags { property: text(&entity["tagInformation"], "tagPropertyName")?, shape });
    }
    for (name, attribute) in object(entity, "attributes")? {
        let ty = distil_type(&attribute["type"], definitions).map_err(|error| format!("{name}: {error}"))?;
        resource.attributes.push(Attribute { name: name.clone(), ty, targets: targets(attribute)? });
    }
    resource.properties = properties(entity, definitions)?;
    for id in types {
        let entity = *definitions.get(id).ok_or_else(|| format!("no type {id}"))?;
        let name = text(entity, "name")?;
        let properties = properties(entity, definitions).map_err(|error| format!("{name}: {error}"))?;
        resource.types.push(Definition { name, properties });
    }
    resource.types.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(resource)
}

fn properties(entity: &Value, definitions: &Entities<'_>) -> Fallible<Vec<Property>> {
    let distil = |(name, fact): (&String, &Value)| {
        let mut property = Property::new(name, distil_type(&fact["type"], definitions)?);
        property.required = fact["required"] == true;
        property.replacement = match fact["causesReplacement"].as_str() {
            None | Some("no") => Replacement::No,
            Some("yes") => Replacement::Yes,
            Some("maybe") => Replacement::Maybe,
            Some(other) => return Err(format!("unknown replacement {other}")),
        };
        property.deprecated = match fact["deprecated"].as_str() {
            None | Some("NONE") => false,
            Some("WARN") => true,
            Some(other) => return Err(format!("unknown deprecation {other}")),
        };
        property.default = match &fact["defaultValue"] {
            Value::Null => None,
            Value::String(json) => {
                serde_json::from_str::<Value>(json).ok().and_then(literal).or(Some(json.clone()))
            }
            other => literal(other.clone()),
        };
        property.targets = targets(fact)?;
        Ok(property)
    };
    object(entity, "properties")?
        .iter()
        .map(|(name, fact)| distil((name, fact)).map_err(|error| format!("{name}: {error}")))
        .collect()
}

/// A default as a template would spell it; objects and lists are left out.
fn literal(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

fn targets(fact: &Value) -> Fallible<Vec<Target>> {
    let references = fact["relationshipRefs"].as_array().into_iter().flatten();
    references.map(|to| Ok(Target::new(text(to, "cloudFormationType")?, text(to, "propertyName")?))).collect()
}

fn distil_type(ty: &Value, definitions: &Entities<'_>) -> Fallible<Type> {
    let element = || Ok::<_, String>(Box::new(distil_type(&ty["element"], definitions)?));
    Ok(match ty["type"].as_str() {
        Some("string") => Type::String(values(ty)?),
        Some("integer") => Type::Integer(values(ty)?),
        Some("number") => Type::Number,
        Some("boolean") => Type::Boolean,
        Some("json") => Type::Json,
        Some("date-time") => Type::Timestamp,
        Some("tag") => Type::Tag,
        Some("array") => Type::List(element()?),
        Some("map") => Type::Map(element()?),
        Some("ref") => {
            let id = ty["reference"]["$ref"].as_str().ok_or("a reference without $ref")?;
            let definition = definitions.get(id).ok_or_else(|| format!("no type {id}"))?;
            Type::Defined(text(definition, "name")?)
        }
        Some("union") => {
            let types = ty["types"].as_array().ok_or("a union without types")?;
            let mut types: Vec<Type> =
                types.iter().map(|ty| distil_type(ty, definitions)).collect::<Fallible<_>>()?;
            types.sort_by_key(openness);
            Type::Union(types)
        }
        other => return Err(format!("unknown type {other:?}")),
    })
}

/// How little a type says. Upstream lists the alternatives of a union in no order that means anything; the one that
/// says most is the one to prefer.
fn openness(ty: &Type) -> u8 {
    match ty {
        Type::Defined(_) | Type::Tag => 0,
        Type::List(_) => 1,
        Type::Map(_) => 2,
        Type::Json => 3,
        Type::Integer(_) | Type::Number => 4,
        Type::Boolean => 5,
        Type::String(_) | Type::Timestamp => 6,
        Type::Union(_) => 7,
    }
}

fn values(ty: &Value) -> Fallible<Vec<String>> {
    let Value::Array(list) = &ty["allowedValues"] else { return Ok(Vec::new()) };
    list.iter()
        .map(|value| literal(value.clone()).ok_or_else(|| format!("odd allowed value {value}")))
        .collect()
}

fn text(of: &Value, key: &str) -> Fallible<String> {
    of[key].as_str().map(str::to_owned).ok_or_else(|| format!("no {key}"))
}

fn texts(list: &Value) -> Fallible<Vec<String>> {
    let list = list.as_array().into_iter().flatten();
    list.map(|entry| entry.as_str().map(str::to_owned).ok_or_else(|| format!("{entry} is no text"))).collect()
}

fn object<'a>(of: &'a Value, key: &str) -> Fallible<&'a Map<String, Value>> {
    of[key].as_object().ok_or_else(|| format!("no {key}"))
}
