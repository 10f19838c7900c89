//! The model as facts text. [`crate::parse`] reads back exactly what was written.

use crate::index::Index;
use crate::model::{Definition, Property, Replacement, Resource, Service, TagShape, Target, Type};
use std::fmt::Write;

/// The facts file of a service, without its header comment.
pub fn service(service: &Service) -> String {
    let mut out = format!("service {} {}\n", service.module, service.namespace);
    for resource in &service.resources {
        write_resource(&mut out, resource);
    }
    out
}

/// The index of all services and ids, without its header comment.
pub fn index(index: &Index) -> String {
    let mut out = String::new();
    for (module, entry) in &index.services {
        let when = if entry.gated { "feature" } else { "always" };
        _ = writeln!(out, "service {module} {} {when}", entry.namespace);
    }
    out.push('\n');
    for (target, id) in &index.ids {
        _ = writeln!(out, "id {target} {}::{}", id.module, id.name);
    }
    out
}

fn write_resource(out: &mut String, resource: &Resource) {
    _ = writeln!(out, "\nresource {}", resource.name);
    if let Some(transform) = &resource.transform {
        _ = writeln!(out, "  transform {transform}");
    }
    if !resource.identifier.is_empty() {
        _ = writeln!(out, "  identifier {}", resource.identifier.join(" "));
    }
    if let Some(reference) = &resource.reference {
        _ = writeln!(out, "  ref {reference}");
    }
    if let Some(tags) = &resource.tags {
        let shape = match tags.shape {
            TagShape::List => "list",
            TagShape::Map => "map",
            TagShape::AutoScaling => "autoscaling",
        };
        _ = writeln!(out, "  tags {} {shape}", tags.property);
    }
    for attribute in &resource.attributes {
        _ = write!(out, "  attribute {} {}", attribute.name, ty(&attribute.ty));
        write_targets(out, &attribute.targets);
        out.push('\n');
    }
    for property in &resource.properties {
        write_property(out, "  ", property);
    }
    for Definition { name, properties } in &resource.types {
        _ = writeln!(out, "  type {name}");
        for property in properties {
            write_property(out, "    ", property);
        }
    }
}

fn write_property(out: &mut String, indent: &str, property: &Property) {
    _ = write!(out, "{indent}property {} {}", property.name, ty(&property.ty));
    if property.required {
        out.push_str(" required");
    }
    match property.replacement {
        Replacement::No => {}
        Replacement::Yes => out.push_str(" replaces"),
        Replacement::Maybe => out.push_str(" may-replace"),
    }
    if property.deprecated {
        out.push_str(" deprecated");
    }
    if let Some(default) = &property.default {
        _ = write!(out, " default {}", word(default));
    }
    write_targets(out, &property.targets);
    out.push('\n');
}

fn write_targets(out: &mut String, targets: &[Target]) {
    for (position, target) in targets.iter().enumerate() {
        _ = write!(out, "{} {target}", if position == 0 { " ->" } else { " or" });
    }
}

/// A type as the facts spell it: `[string(a,b)]`, `json|string`, `{BlockDeviceMapping}`.
pub fn ty(of: &Type) -> String {
    let with_values = |name: &str, values: &[String]| {
        if values.is_empty() {
            return name.to_owned();
        }
        let values: Vec<String> = values.iter().map(|value| word(value)).collect();
        format!("{name}({})", values.join(","))
    };
    match of {
        Type::String(values) => with_values("string", values),
        Type::Integer(values) => with_values("integer", values),
        Type::Number => "number".to_owned(),
        Type::Boolean => "boolean".to_owned(),
        Type::Json => "json".to_owned(),
        Type::Timestamp => "timestamp".to_owned(),
        Type::Tag => "tag".to_owned(),
        Type::List(element) => format!("[{}]", ty(element)),
        Type::Map(element) => format!("{{{}}}", ty(element)),
        Type::Defined(name) => name.clone(),
        Type::Union(types) => types.iter().map(ty).collect::<Vec<_>>().join("|"),
    }
}

/// A value as it stands in a line: bare where that is clear, else between double quotes.
fn word(value: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || "_.:/-+*".contains(c);
    if !value.is_empty() && value.chars().all(bare) { value.to_owned() } else { format!("\"{value}\"") }
}
