//! The tree as a template: its sections, and the resources in their own shape.

use stackwright_yaml::{Position, Tag};

use super::dialect::{Entry, Tree, Value};
use super::error::{ReadError, fail, problem};
use super::node::{argument, map, node};
use crate::template::FORMAT_VERSION;
use crate::{Function, Map, Resource, Template, Text};

pub(super) fn template(tree: Tree) -> Result<Template, ReadError> {
    let mut template = Template::default();
    for Entry { key, value, .. } in entries(tree, "the template", "a map of sections")? {
        match key.as_str() {
            "AWSTemplateFormatVersion" => template.format_version = Some(format_version(value)?),
            "Description" => template.description = Some(scalar(value, "Description", "text")?),
            "Transform" => template.transform = Some(node(value)?),
            "Metadata" => template.metadata = section(value, "section Metadata")?,
            "Parameters" => template.parameters = section(value, "section Parameters")?,
            "Rules" => template.rules = section(value, "section Rules")?,
            "Mappings" => template.mappings = section(value, "section Mappings")?,
            "Conditions" => template.conditions = section(value, "section Conditions")?,
            "Resources" => resources(value, &mut template)?,
            "Outputs" => template.outputs = section(value, "section Outputs")?,
            _ => template.others.push(key.into(), node(value)?),
        }
    }
    Ok(template)
}

fn format_version(value: Tree) -> Result<Text, ReadError> {
    let at = value.at;
    let version = scalar(value, "AWSTemplateFormatVersion", FORMAT_VERSION)?;
    if version == FORMAT_VERSION {
        return Ok(version);
    }
    Err(fail(
        at,
        problem(format!("AWSTemplateFormatVersion is {version:?}: allowed is {FORMAT_VERSION}"))
            .value(&*version)
            .allowed(FORMAT_VERSION),
    ))
}

/// A map of named elements; a macro that makes them stands among them under the key of its function.
fn section(tree: Tree, name: &str) -> Result<Map, ReadError> {
    match tree {
        Tree { tag: Tag::Own(function), value, .. } => {
            Ok(Map::from_iter([(function.key(), argument(value)?)]))
        }
        tree => map(entries(tree, name, "a map")?),
    }
}

fn resources(tree: Tree, template: &mut Template) -> Result<(), ReadError> {
    if tree.tag == Tag::Own(Function::Transform) {
        template.generated = section(tree, "section Resources")?;
        return Ok(());
    }
    for Entry { key, at, value } in entries(tree, "section Resources", "a map")? {
        let has = |name: &str| matches!(&value.value, Value::Map(entries) if entries.iter().any(|entry| entry.key == name));
        let is_generated = key.starts_with("Fn::")
            || (has("Fn::Transform") && !has("Type"))
            || value.tag == Tag::Own(Function::Transform);
        let key = Text::from(key);
        if is_generated {
            template.generated.push(key, node(value)?);
        } else {
            let resource = resource(&key, at, value)?;
            template.resources.push((key, resource));
        }
    }
    Ok(())
}

fn resource(name: &str, at: Position, tree: Tree) -> Result<Resource, ReadError> {
    let mut type_name = None;
    let mut properties = Map::new();
    let mut attributes = Map::new();
    for Entry { key, value, .. } in entries(tree, &format!("resource {name:?}"), "a map with the key Type")? {
        match key.as_str() {
            "Type" => type_name = Some(scalar(value, &format!("Type of resource {name:?}"), "text")?),
            "Properties" => properties = section(value, &format!("Properties of resource {name:?}"))?,
            _ => attributes.push(key.into(), node(value)?),
        }
    }
    let missing = || {
        fail(
            at,
            problem(format!("resource {name:?} has no Type: allowed is the name of a resource type"))
                .allowed("the name of a resource type")
                .hint("add a key Type, such as Type: AWS::SQS::Queue"),
        )
    };
    Ok(Resource { type_name: type_name.ok_or_else(missing)?, meta: None, properties, attributes })
}

fn entries(tree: Tree, what: &str, allowed: &str) -> Result<Vec<Entry>, ReadError> {
    let kind = tree.kind();
    match tree {
        Tree { tag: Tag::None, value: Value::Map(entries), .. } => Ok(entries),
        Tree { at, .. } => {
            let problem = problem(format!("{what} is {kind}: allowed is {allowed}")).allowed(allowed);
            Err(fail(
                at,
                match kind {
                    "null" => problem.hint("leave it out where there is nothing to say"),
                    _ => problem,
                },
            ))
        }
    }
}

/// A single value, as the text it is written as.
fn scalar(tree: Tree, what: &str, allowed: &str) -> Result<Text, ReadError> {
    let (at, kind) = (tree.at, tree.kind());
    match tree {
        Tree { tag: Tag::None | Tag::Text | Tag::Scalar, value: Value::Scalar { text, .. }, .. }
            if kind != "null" =>
        {
            Ok(text.into())
        }
        _ => Err(fail(at, problem(format!("{what} is {kind}: allowed is {allowed}")).allowed(allowed))),
    }
}
