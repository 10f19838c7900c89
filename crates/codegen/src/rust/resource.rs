//! A resource type: its struct, its attributes, its facts, and the module of its property types.

use super::fields::Fields;
use super::types::Scope;
use super::{Fallible, Taken, attributes, docs, list, module};
use crate::index::Index;
use crate::model::{Definition, Property, Replacement, Resource, Service, TagShape, Type};
use crate::names;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Writes everything that a resource type becomes.
pub(super) fn write(
    out: &mut String,
    service: &Service,
    resource: &Resource,
    index: &Index,
    types: &mut Taken,
    modules: &mut Taken,
) -> Fallible<()> {
    let type_name = format!("{}::{}", service.namespace, resource.name);
    let name = names::camel(&resource.name);
    let scope = Scope { index, resource, nested: false };
    let fields = Fields {
        name: &name,
        cloudformation: &format!("`{type_name}`"),
        properties: &resource.properties,
        derived: "Clone, Debug",
        scope,
    };
    take_names(types, &fields, &type_name)?;
    types.take(&format!("{name}Attributes"), &format!("the attributes of {type_name}"))?;

    _ = writeln!(out, "/// [`{type_name}`]({}).", docs::page(&type_name, None));
    write_summary(out, resource);
    fields.write(out)?;
    write_facts(out, &type_name, resource);
    attributes::write(out, &type_name, scope)?;

    if !resource.types.is_empty() {
        let module = module(&resource.name);
        modules.take(&module, &type_name)?;
        _ = writeln!(out, "/// The property types of {}.\npub mod {module} {{", docs::link(&resource.name));
        out.push_str("use crate::cfn;\n");
        let mut types = Taken::default();
        for definition in &resource.types {
            write_type(out, &type_name, definition, Scope { nested: true, ..scope }, &mut types)
                .map_err(|error| error.within(&definition.name))?;
        }
        out.push_str("}\n");
    }
    Ok(())
}

fn take_names(types: &mut Taken, fields: &Fields<'_>, what: &str) -> Fallible<()> {
    types.take(fields.name, what)?;
    if fields.has_required() {
        types.take(&format!("{}Required", fields.name), &format!("what {what} requires"))?;
    }
    Ok(())
}

fn write_summary(out: &mut String, resource: &Resource) {
    if !resource.identifier.is_empty() {
        _ = writeln!(
            out,
            "///\n/// Identified by {}.",
            docs::codes(resource.identifier.iter().map(String::as_str))
        );
    }
    if let Some(tags) = &resource.tags {
        _ = writeln!(out, "///\n/// Takes tags in `{}`.", tags.property);
    }
    if let Some(transform) = &resource.transform {
        _ = writeln!(out, "///\n/// A template with it needs the transform `{transform}`.");
    }
}

fn write_facts(out: &mut String, type_name: &str, resource: &Resource) {
    let name = names::camel(&resource.name);
    let having = |condition: &dyn Fn(&Property) -> bool| {
        list(
            resource
                .properties
                .iter()
                .filter(|property| condition(property))
                .map(|property| property.name.as_str()),
        )
    };
    let tagging = match &resource.tags {
        None => "None".to_owned(),
        Some(tags) => {
            let shape = match tags.shape {
                TagShape::List => "List",
                TagShape::Map => "Map",
                TagShape::AutoScaling => "AutoScaling",
            };
            format!("Some(cfn::Tagging {{ property: {:?}, shape: cfn::TagShape::{shape} }})", tags.property)
        }
    };
    let lists = resource.attributes.iter().filter(|attribute| matches!(attribute.ty, Type::List(_)));
    _ = writeln!(
        out,
        "impl cfn::ResourceType for {name} {{\n\
         const META: &'static cfn::ResourceMeta = &cfn::ResourceMeta {{\n\
         type_name: {type_name:?},\nproperties: {},\nrequired: {},\ncreate_only: {},\nconditional: {},\n\
         attributes: {},\nlist_attributes: {},\nprimary_identifier: {},\ntagging: {tagging},\n}};\n\
         type Attributes = {name}Attributes;\n\
         #[inline]\nfn from_properties(properties: cfn::Map) -> Self {{ Self(properties) }}\n\
         #[inline]\nfn into_properties(self) -> cfn::Map {{ self.0 }}\n}}",
        having(&|_| true),
        having(&|property| property.required),
        having(&|property| property.replacement == Replacement::Yes),
        having(&|property| may_replace(resource, property)),
        list(resource.attributes.iter().map(|attribute| attribute.name.as_str())),
        list(lists.map(|attribute| attribute.name.as_str())),
        list(resource.identifier.iter().map(String::as_str)),
    );
}

/// Whether a change of a property replaces the resource only under some conditions, or only if the change is at some
/// place below it.
fn may_replace(resource: &Resource, property: &Property) -> bool {
    match property.replacement {
        Replacement::Yes => false,
        Replacement::Maybe => true,
        Replacement::No => replaces_below(resource, &property.ty, &mut BTreeSet::new()),
    }
}

fn replaces_below<'a>(resource: &'a Resource, ty: &'a Type, seen: &mut BTreeSet<&'a str>) -> bool {
    match ty {
        Type::List(element) | Type::Map(element) => replaces_below(resource, element, seen),
        Type::Union(types) => types.iter().any(|ty| replaces_below(resource, ty, seen)),
        Type::Defined(name) if seen.insert(name) => {
            let definition = resource.types.iter().find(|definition| definition.name == *name);
            definition.into_iter().flat_map(|definition| &definition.properties).any(|property| {
                property.replacement != Replacement::No || replaces_below(resource, &property.ty, seen)
            })
        }
        _ => false,
    }
}

fn write_type(
    out: &mut String,
    type_name: &str,
    definition: &Definition,
    scope: Scope<'_>,
    types: &mut Taken,
) -> Fallible<()> {
    let name = names::camel(&definition.name);
    let cloudformation = format!("{type_name}.{}", definition.name);
    let fields = Fields {
        name: &name,
        cloudformation: &format!("`{cloudformation}`"),
        properties: &definition.properties,
        derived: "Clone",
        scope,
    };
    take_names(types, &fields, &cloudformation)?;
    _ = writeln!(out, "/// [`{cloudformation}`]({}).", docs::page(type_name, Some(&definition.name)));
    fields.write(out)?;
    _ = writeln!(
        out,
        "impl cfn::PropertyType for {name} {{\n\
         #[inline]\nfn from_properties(properties: cfn::Map) -> Self {{ Self(properties) }}\n\
         #[inline]\nfn into_properties(self) -> cfn::Map {{ self.0 }}\n}}"
    );
    Ok(())
}
