//! What the documentation of generated items says: facts and links, none of AWS's prose.

use super::types::Scope;
use crate::model::{Property, Replacement, Type};
use crate::names;
use std::fmt::Write;

const REFERENCE: &str = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference";

/// AWS's page of a resource type or of one of its property types.
pub(super) fn page(type_name: &str, property_type: Option<&str>) -> String {
    let mut parts = type_name.split("::").skip(1).map(str::to_ascii_lowercase);
    let (service, resource) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    match property_type {
        None => format!("{REFERENCE}/aws-resource-{service}-{resource}.html"),
        Some(name) => {
            format!("{REFERENCE}/aws-properties-{service}-{resource}-{}.html", name.to_ascii_lowercase())
        }
    }
}

/// The lines about a property, without their indentation.
pub(super) fn property(out: &mut String, property: &Property, scope: Scope<'_>) {
    _ = write!(out, "/// `{}`", property.name);
    out.push_str(match property.replacement {
        Replacement::No => ".",
        Replacement::Yes => ". A change replaces the resource.",
        Replacement::Maybe => ". A change may replace the resource.",
    });
    if property.deprecated {
        out.push_str(" AWS advises against it.");
    }
    if let Some(default) = &property.default {
        _ = write!(out, " Default: {}.", code(default));
    }
    if let Type::Timestamp = property.ty {
        out.push_str(" A point in time in ISO 8601.");
    }
    out.push('\n');
    let allowed = property.ty.allowed();
    if !allowed.is_empty() {
        let allowed: Vec<String> = allowed.iter().map(|value| code(value)).collect();
        _ = writeln!(out, "///\n/// Allowed values: {}.", allowed.join(", "));
    }
    if !property.targets.is_empty() && scope.id(&property.targets).is_none() {
        let targets: Vec<String> = property.targets.iter().map(|target| format!("`{target}`")).collect();
        _ = writeln!(out, "///\n/// Refers to: {}.", targets.join(", "));
    }
}

/// A list of names as the documentation shows them, or nothing.
pub(super) fn codes<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(code).collect::<Vec<_>>().join(", ")
}

/// The link to a resource's struct.
pub(super) fn link(resource: &str) -> String {
    format!("[`{}`]", names::camel(resource))
}

/// A value as the documentation shows it.
pub(super) fn code(value: &str) -> String {
    if value.is_empty() { "the empty text".to_owned() } else { format!("`{value}`") }
}
