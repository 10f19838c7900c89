//! `cargo xtask constraints`: from cfn-lint's schemas of resource types to the one file that templates are checked with.
//!
//! The schemas say what a value has to look like, and sometimes lag behind; crates/aws/facts say which properties there
//! are, and sometimes are ahead. What either of them lets pass is let pass.

mod additions;
mod conditions;
mod extensions;
mod facts;
mod object;
mod pattern;
mod repairs;
mod written;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::Outcome;
use crate::facts::Mode;

use object::Paragraph;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/validation/facts/constraints");

/// What the head of the file says after its date and its source. `crates/validation/facts/README.md` has the grammar.
const GRAMMAR: &str = "\
# What values CloudFormation's resource types take: one type a paragraph. README.md explains the words.
# `cargo xtask constraints --package DIR` writes this file; `--check` compares.
";

pub(crate) fn run(package: &str, mode: Mode) -> Outcome {
    let text = text(Path::new(package))?;
    match mode {
        Mode::Write => std::fs::write(FILE, text).map_err(|error| format!("cannot write {FILE}: {error}")),
        Mode::Check if std::fs::read_to_string(FILE).ok().as_ref() == Some(&text) => Ok(()),
        Mode::Check => Err("crates/validation/facts/constraints is not what the package says".to_owned()),
    }
}

/// What could not be taken over.
#[derive(Default)]
struct Left {
    patterns: usize,
    conditions: usize,
}

fn text(package: &Path) -> Result<String, String> {
    let schemas = package.join("cfnlint/data/schemas");
    let date = json(&schemas.join("version.json"))?;
    let day = date["schema_date"].as_str().and_then(|date| date.split('T').next()).unwrap_or_default();
    let version = version(package)?;

    let known = facts::Facts::read()?;
    let mut conditions = extensions::read(&schemas.join("extensions"))?;
    for (type_name, term, _) in additions::ADDITIONS {
        conditions.entry(type_name.to_owned()).or_default().push(term.to_owned());
    }
    let mut left = Left::default();
    let mut paragraphs = BTreeMap::new();
    for (type_name, hash) in types(&schemas.join("providers"))? {
        let mut schema = json(&schemas.join(format!("resources/{hash}.json")))?;
        repairs::repair(&type_name, &mut schema)?;
        let extra = conditions.remove(&type_name).unwrap_or_default();
        let paragraph = object::paragraph(&type_name, &schema, &extra, known.resource(&type_name), &mut left);
        paragraphs.insert(type_name, paragraph);
    }
    if let Some(type_name) = conditions.keys().next() {
        return Err(format!("{type_name} has conditions, but there is no such type"));
    }
    for (type_name, resource) in known.resources() {
        let missing = || object::paragraph(type_name, &Value::Null, &[], Some(resource), &mut left);
        paragraphs.entry(type_name.clone()).or_insert_with(missing);
    }

    let Left { patterns, conditions } = left;
    let mut text = format!(
        "# as of {day}\n# package cfn-lint version {version} licence MIT-0, with crates/aws/facts\n\
         # left out: {patterns} patterns that look around, {conditions} conditions that no word says\n{GRAMMAR}"
    );
    let shared = shared(&mut paragraphs);
    paragraphs.extend(shared);
    // In order of their names, so that one is found without reading the others.
    for paragraph in paragraphs.values() {
        _ = write!(text, "\n{paragraph}");
    }
    Ok(text)
}

/// Takes out the objects that several types of a service have in common, such as tags, and gives each service a
/// paragraph of them. What a type has under the same name goes before it.
fn shared(paragraphs: &mut BTreeMap<String, Paragraph>) -> BTreeMap<String, Paragraph> {
    let mut uses: BTreeMap<(String, String), BTreeMap<Vec<String>, usize>> = BTreeMap::new();
    let namespace = |type_name: &str| type_name.rsplit_once("::").map(|(namespace, _)| namespace.to_owned());
    for (type_name, paragraph) in paragraphs.iter() {
        for (name, lines) in &paragraph.objects {
            let key = (namespace(type_name).unwrap_or_default(), name.clone());
            *uses.entry(key).or_default().entry(lines.clone()).or_default() += 1;
        }
    }
    let mut shared: BTreeMap<String, Paragraph> = BTreeMap::new();
    for ((namespace, name), uses) in uses {
        let most = uses.into_iter().max_by_key(|(_, count)| *count);
        if let Some((lines, 2..)) = most {
            let none = || Paragraph { resource: (namespace.clone(), Vec::new()), objects: BTreeMap::new() };
            shared.entry(namespace.clone()).or_insert_with(none).objects.insert(name, lines);
        }
    }
    for (type_name, paragraph) in paragraphs {
        let shared = namespace(type_name).and_then(|namespace| shared.get(&namespace));
        paragraph
            .objects
            .retain(|name, lines| shared.and_then(|shared| shared.objects.get(name)) != Some(lines));
    }
    shared
}

fn json(path: &Path) -> Result<Value, String> {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// The version that the package says it has.
fn version(package: &Path) -> Result<String, String> {
    let path = package.join("cfnlint/version.py");
    let text =
        std::fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    let version = text.lines().find_map(|line| line.strip_prefix("__version__ = \"")?.strip_suffix('"'));
    version.map(str::to_owned).ok_or_else(|| format!("{} has no __version__", path.display()))
}

/// Every resource type with the name of its schema: that of us-east-1, which has most of them, or else of the first
/// region that has one.
fn types(providers: &Path) -> Result<BTreeMap<String, String>, String> {
    let entries = std::fs::read_dir(providers)
        .map_err(|error| format!("cannot list {}: {error}", providers.display()))?;
    let names = entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".json") && name != "sam.json").collect();
    names.sort_by_key(|name| (name != "us-east-1.json", name.clone()));
    let mut types = BTreeMap::new();
    for name in names {
        let region = json(&providers.join(&name))?;
        for (type_name, hash) in region.as_object().ok_or_else(|| format!("{name} is no map"))? {
            let hash = hash.as_str().ok_or_else(|| format!("{name}: {type_name} is no text"))?;
            types.entry(type_name.clone()).or_insert_with(|| hash.to_owned());
        }
    }
    Ok(types)
}
