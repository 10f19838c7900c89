//! What becomes of one element.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;
use stackwright_assembly::{Source, SourceEntry};

use super::edit::Edit;
use super::facts::Replacement;
use super::path::{Path, Step};

/// The part of a template that an element stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// What a stack has beside its template: tags, protection from termination.
    Stack,
    /// What stands in none: the description, macros, sections that are not known.
    Template,
    /// `Metadata`.
    Metadata,
    /// `Parameters`.
    Parameters,
    /// `Mappings`.
    Mappings,
    /// `Conditions`.
    Conditions,
    /// `Rules`.
    Rules,
    /// `Resources`.
    Resources,
    /// `Outputs`.
    Outputs,
    /// The objects of a chart.
    Objects,
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Section::Stack => "stack",
            Section::Template => "template",
            Section::Metadata => "metadata",
            Section::Parameters => "parameters",
            Section::Mappings => "mappings",
            Section::Conditions => "conditions",
            Section::Rules => "rules",
            Section::Resources => "resources",
            Section::Outputs => "outputs",
            Section::Objects => "objects",
        })
    }
}

/// What happens to an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It is new.
    Added,
    /// It is there before and after.
    Changed,
    /// It is gone.
    Removed,
}

/// A property that changes without being edited: what it refers to is replaced, or has another value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Consequence {
    /// The property.
    pub path: Path,
    /// The name in the template of what it refers to; absent where CloudFormation says that it changes, and not why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// What the change of the property does.
    pub replacement: Replacement,
}

/// What becomes of one element.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// Where it stands.
    pub section: Section,
    /// Its logical id or name; of an object, its kind and name.
    pub id: String,
    /// What happens to it.
    pub kind: Kind,
    /// The type of a resource, after the change where it stays.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub type_name: Option<String>,
    /// The path of its construct; absent where no source map tells.
    #[serde(rename = "construct", skip_serializing_if = "Option::is_none")]
    pub construct: Option<String>,
    /// The line of the program that makes it, or made it; absent where no source map tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What differs in it; of an element that comes or goes, all it has.
    pub edits: Vec<Edit>,
    /// What changes without being edited, as far as that may replace the resource.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consequences: Vec<Consequence>,
    /// The element that is the same but for its logical id: of a new one that which is gone, and the other way round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
}

impl Change {
    pub(super) fn new(section: Section, id: &str, kind: Kind) -> Self {
        Change {
            section,
            id: id.to_owned(),
            kind,
            type_name: None,
            construct: None,
            source: None,
            edits: Vec::new(),
            consequences: Vec::new(),
            twin: None,
        }
    }

    /// What all of it does to the resource. What comes or goes is not replaced.
    pub fn replacement(&self) -> Replacement {
        if self.kind != Kind::Changed {
            return Replacement::No;
        }
        let edits = self.edits.iter().map(|edit| edit.replacement);
        edits.chain(self.consequences.iter().map(|it| it.replacement)).max().unwrap_or_default()
    }

    /// The type before, where it is another: CloudFormation refuses to change the type of a resource.
    pub fn retyped_from(&self) -> Option<&str> {
        let of_type = |edit: &&Edit| self.section == Section::Resources && edit.path.to_string() == "Type";
        let edit = self.edits.iter().find(of_type).filter(|_| self.kind == Kind::Changed)?;
        edit.before.as_ref()?.as_str()
    }
}

/// Tells where elements come from and what is overridden in them.
pub(super) fn locate(changes: &mut [Change], before: &[SourceEntry], after: &[SourceEntry]) {
    let [before, after] = [before, after].map(|entries| {
        entries.iter().map(|entry| (&*entry.id, entry)).collect::<BTreeMap<&str, &SourceEntry>>()
    });
    for change in changes {
        let entry = match change.kind {
            Kind::Removed => before.get(&*change.id),
            _ => after.get(&*change.id).or_else(|| before.get(&*change.id)),
        };
        let Some(entry) = entry else { continue };
        change.construct = Some(entry.path.clone());
        change.source = Some(entry.source.clone());
        let overrides: Vec<Vec<String>> = entry.overrides.iter().map(|path| parts(path)).collect();
        for edit in &mut change.edits {
            let path = edit.path.without("Properties");
            edit.is_override = overrides.iter().any(|parts| touches(parts, path.steps()));
        }
    }
}

/// The parts of the path of an override: a dot within a name has a backslash before it.
fn parts(path: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = path.chars().peekable();
    while let Some(character) = characters.next() {
        let last = parts.last_mut().expect("there is always a part");
        match character {
            '\\' if characters.peek() == Some(&'.') => last.extend(characters.next()),
            '.' => parts.push(String::new()),
            other => last.push(other),
        }
    }
    parts
}

/// Whether one path leads to the other. Which item of a list an override means is known by its index only.
fn touches(parts: &[String], steps: &[Step]) -> bool {
    parts.iter().zip(steps).all(|(part, step)| match step {
        Step::Key(key) => key == part,
        Step::Index(index) => part.parse() == Ok(*index),
        Step::Item(_) => part.parse::<usize>().is_ok(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_shows_above_and_below_its_place() {
        let path = |text: &str| {
            text.split('.').fold(Path::default(), |path, part| match part.parse() {
                Ok(index) => path.then(Step::Index(index)),
                Err(_) => path.key(part),
            })
        };
        let check = |of: &str, place: &str| touches(&parts(of), path(place).steps());
        assert!(check("Tags.0.Value", "Tags.0.Value"));
        assert!(check("Tags.0.Value", "Tags"));
        assert!(check("Tags", "Tags.1"));
        assert!(!check("Tags.0", "Tags.1"));
        assert!(!check("Tags", "TagSet"));
        let dotted = Path::default().key("metadata").key("a.b/c");
        assert!(touches(&parts("metadata.a\\.b/c"), dotted.steps()));
        let item = Path::default().key("Tags").then(Step::Item("Name".to_owned()));
        assert!(touches(&parts("Tags.3"), item.steps()));
    }
}
