//! What a place of the program wants: the Rust type, and what the facts say of it.

use stackwright_codegen::index::Id;
use stackwright_codegen::model::{Attribute, Definition, Property, Target, Type};
use stackwright_codegen::names;

use crate::facts::{Facts, Known};

/// The type of a value.
#[derive(Clone)]
pub(crate) enum Kind<'f> {
    /// Text, with the constants there are for it: value and path.
    Text(Vec<(String, String)>),
    Int,
    Float,
    Bool,
    Json,
    Id(String),
    Tag,
    Property(Struct<'f>),
    List(Box<Kind<'f>>),
    Map(Box<Kind<'f>>),
}

/// A property type.
#[derive(Clone)]
pub(crate) struct Struct<'f> {
    pub(crate) known: Known<'f>,
    pub(crate) definition: &'f Definition,
    /// Its path in the program.
    pub(crate) path: String,
}

impl<'f> Kind<'f> {
    /// Text of which nothing is known.
    pub(crate) const TEXT: Kind<'static> = Kind::Text(Vec::new());

    /// What a property holds, whose type is `owner` in the program.
    pub(crate) fn of_property(
        facts: &Facts,
        known: Known<'f>,
        owner: &str,
        property: &'f Property,
    ) -> Kind<'f> {
        Kind::of_type(facts, known, owner, property, &property.ty)
    }

    /// One of the types that a property takes.
    pub(crate) fn of_type(
        facts: &Facts,
        known: Known<'f>,
        owner: &str,
        property: &Property,
        ty: &'f Type,
    ) -> Kind<'f> {
        let constants = constants(owner, property);
        Kind::new(known, ty, facts.index.id(&property.targets), &constants)
    }

    /// What an attribute yields.
    pub(crate) fn of_attribute(facts: &Facts, known: Known<'f>, attribute: &'f Attribute) -> Kind<'f> {
        Kind::new(known, &attribute.ty, field_id(facts, known, &attribute.name), &[])
    }

    /// What `Ref` of a resource yields.
    pub(crate) fn of_reference(facts: &Facts, known: Known<'f>) -> Kind<'f> {
        let field = known.resource.reference.as_deref();
        field.and_then(|field| field_id(facts, known, field)).map_or(Kind::TEXT, |id| Kind::Id(id_path(id)))
    }

    fn new(known: Known<'f>, ty: &'f Type, id: Option<&Id>, constants: &[(String, String)]) -> Kind<'f> {
        let below = |ty: &'f Type| Box::new(Kind::new(known, ty, id, constants));
        match ty {
            Type::String(_) => match id {
                Some(id) => Kind::Id(id_path(id)),
                None => Kind::Text(constants.to_vec()),
            },
            Type::Timestamp => Kind::TEXT,
            Type::Integer(_) => Kind::Int,
            Type::Number => Kind::Float,
            Type::Boolean => Kind::Bool,
            Type::Json | Type::Union(_) => Kind::Json,
            Type::Tag => Kind::Tag,
            Type::List(element) => Kind::List(below(element)),
            Type::Map(element) => Kind::Map(below(element)),
            Type::Defined(name) => {
                let definition = known.resource.types.iter().find(|definition| definition.name == *name);
                definition.map_or(Kind::Json, |definition| {
                    let module = names::snake(&known.resource.name);
                    let path = format!("l1::{}::{module}::{}", known.service.module, names::camel(name));
                    Kind::Property(Struct { known, definition, path })
                })
            }
        }
    }

    /// The type `T` of its `Value<T>`.
    pub(crate) fn rust(&self) -> String {
        match self {
            Kind::Text(_) => "String".to_owned(),
            Kind::Int => "i64".to_owned(),
            Kind::Float => "f64".to_owned(),
            Kind::Bool => "bool".to_owned(),
            Kind::Json => "Json".to_owned(),
            Kind::Id(path) => path.clone(),
            Kind::Tag => "l1::Tag".to_owned(),
            Kind::Property(structure) => structure.path.clone(),
            Kind::List(item) => format!("Vec<{}>", item.rust()),
            Kind::Map(value) => format!("std::collections::BTreeMap<String, {}>", value.rust()),
        }
    }
}

/// The constants of a property, where its type has them.
fn constants(owner: &str, property: &Property) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    if matches!(property.ty, Type::Integer(_)) {
        return found;
    }
    for value in property.ty.allowed() {
        let path = format!("{owner}::{}", names::constant(&property.name, value));
        if !found.iter().any(|(_, taken)| *taken == path) {
            found.push((value.clone(), path));
        }
    }
    found
}

/// The id type of a field: that of what it is the same as, or its own.
fn field_id<'a>(facts: &'a Facts, known: Known<'_>, field: &str) -> Option<&'a Id> {
    let attribute = known.resource.attributes.iter().find(|attribute| attribute.name == field);
    match attribute {
        Some(attribute) if !attribute.targets.is_empty() => facts.index.id(&attribute.targets),
        _ => {
            let type_name = format!("{}::{}", known.service.namespace, known.resource.name);
            facts.index.id(&[Target::new(type_name, field)])
        }
    }
}

fn id_path(id: &Id) -> String {
    format!("l1::ids::{}::{}", id.module, id.name)
}
