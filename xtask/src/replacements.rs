//! `cargo xtask replacements`: from the facts of resource types to the one file that a comparison of templates needs.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use stackwright_codegen::model::{Property, Replacement, Resource, Service, Type};
use stackwright_codegen::parse;

use crate::Outcome;
use crate::facts::Mode;

const FACTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/aws/facts");
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/deploy/facts/replacements");

const GRAMMAR: &str = "\
# What a change of a property does to its resource: one service a paragraph, its namespace first, then its resource
# types, each with the properties that matter. Properties of properties are joined by dots, `*` is any key of a map.
# `Name` replaces the resource, `Name?` may replace it, and below `Name=` text and numbers are not the same.
# `cargo xtask replacements` writes this file from crates/aws/facts; `--check` compares.
";

pub(crate) fn run(mode: Mode) -> Outcome {
    let text = text()?;
    match mode {
        Mode::Write => std::fs::write(FILE, text).map_err(|error| format!("cannot write {FILE}: {error}")),
        Mode::Check if std::fs::read_to_string(FILE).ok().as_ref() == Some(&text) => Ok(()),
        Mode::Check => Err("crates/deploy/facts/replacements is not what crates/aws/facts says: run \
                            `cargo xtask replacements`"
            .to_owned()),
    }
}

fn text() -> Result<String, String> {
    let read = |name: &str| {
        let path = Path::new(FACTS).join(name);
        std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))
    };
    let index = parse::index(&read("index")?).map_err(|error| format!("index: {error}"))?;
    // Two modules may share a namespace.
    let mut namespaces = BTreeMap::<String, Vec<String>>::new();
    for module in index.services.keys() {
        let name = format!("{module}.facts");
        let service = parse::service(&read(&name)?).map_err(|error| format!("{name}: {error}"))?;
        let Service { namespace, resources, .. } = service;
        namespaces.entry(namespace).or_default().extend(resources.iter().map(line));
    }
    let mut text = GRAMMAR.to_owned();
    for (namespace, mut lines) in namespaces {
        lines.sort_unstable();
        _ = write!(text, "\n{namespace}\n{}\n", lines.join("\n"));
    }
    Ok(text)
}

/// The line of a resource type: its name, and the properties that matter.
fn line(resource: &Resource) -> String {
    let mut line = Line { resource, open: Vec::new(), words: vec![resource.name.clone()] };
    line.properties("", &resource.properties, Replacement::No);
    line.words.join(" ")
}

struct Line<'a> {
    resource: &'a Resource,
    /// The property types that are being looked through.
    open: Vec<&'a str>,
    words: Vec<String>,
}

impl<'a> Line<'a> {
    /// What matters below `prefix`, beyond that all of it is of the kind `above`.
    fn properties(&mut self, prefix: &str, properties: &'a [Property], above: Replacement) {
        for property in properties {
            let path = format!("{prefix}{}", property.name);
            let replacement = match (above, property.replacement) {
                (Replacement::Yes, _) | (Replacement::Maybe, Replacement::Maybe | Replacement::No) => above,
                (_, Replacement::Yes) => {
                    self.words.push(path.clone());
                    Replacement::Yes
                }
                (_, Replacement::Maybe) => {
                    self.words.push(format!("{path}?"));
                    Replacement::Maybe
                }
                (Replacement::No, Replacement::No) => Replacement::No,
            };
            self.within(&path, &property.ty, replacement);
        }
    }

    fn within(&mut self, path: &str, ty: &'a Type, above: Replacement) {
        match ty {
            Type::Json => self.words.push(format!("{path}=")),
            Type::List(item) => self.within(path, item, above),
            Type::Map(item) => self.within(&format!("{path}.*"), item, above),
            Type::Union(types) => types.iter().for_each(|ty| self.within(path, ty, above)),
            // A type within itself says nothing new, and has no end.
            Type::Defined(name) if !self.open.contains(&name.as_str()) => {
                let resource = self.resource;
                let Some(definition) = resource.types.iter().find(|known| known.name == *name) else {
                    return;
                };
                self.open.push(name);
                self.properties(&format!("{path}."), &definition.properties, above);
                self.open.pop();
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_what_the_facts_say() {
        run(Mode::Check).unwrap();
    }

    #[test]
    fn what_matters_is_found_at_any_depth() {
        let facts = "\
service thing AWS::Thing

resource Box
  property Name string replaces
  property Color string
  property Sides [Side] may-replace
  property Policy json|string
  property Slots {Slot}
  property Lid Lid replaces
  type Side
    property Kind string replaces
    property Hue string may-replace
    property Next Side
  type Slot
    property Data {json}
    property Size integer may-replace
  type Lid
    property Hinge string replaces
";
        let service = parse::service(facts).unwrap();
        assert_eq!(
            line(&service.resources[0]),
            "Box Name Sides? Sides.Kind Policy= Slots.*.Data.*= Slots.*.Size? Lid"
        );
    }
}
