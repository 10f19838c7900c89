//! What differs between two sets of Kubernetes objects.

use std::collections::BTreeMap;

use stackwright_cfn::{Map, Node};
use stackwright_k8s::{Data, Map as Fields, Object};

use super::change::{Change, Kind, Section};
use super::edit;
use super::facts::Facts;
use super::path::{Path, Step};

/// Compares the objects of a chart, before and after, field by field. An object is known by its API group, its kind and
/// its name; what an API server adds to objects of its own is a difference.
///
/// ```
/// use stackwright_deploy::compare::objects;
///
/// let before = stackwright_k8s::read("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: '1'}}")?;
/// let after = stackwright_k8s::read("{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: '2'}}")?;
/// let changes = objects(&before, &after, &[], &[]);
/// assert_eq!((&*changes[0].id, changes[0].edits[0].path.to_string()), ("ConfigMap a", "data.x".to_owned()));
/// # Ok::<(), stackwright_k8s::ReadError>(())
/// ```
///
/// The source maps tell where objects come from; either may be empty. Of a `Secret` is told what differs, and no value.
pub fn objects(
    before: &[Object],
    after: &[Object],
    sources_before: &[stackwright_assembly::SourceEntry],
    sources_after: &[stackwright_assembly::SourceEntry],
) -> Vec<Change> {
    let known: BTreeMap<Key, &Object> = before.iter().map(|object| (key(object), object)).collect();
    let mut changes = Vec::new();
    for object in after {
        let mut change = Change::new(Section::Objects, &object.to_string(), Kind::Added);
        let old = known.get(&key(object));
        let (before, after) =
            (old.map_or_else(Map::new, |old| fields(old.fields())), fields(object.fields()));
        edit::between_maps(&before, &after, &Path::default(), &Facts::EXACT, &mut change.edits);
        if old.is_some() {
            change.kind = Kind::Changed;
            if change.edits.is_empty() {
                continue;
            }
        }
        changes.push(change);
    }
    let stays: Vec<Key> = after.iter().map(key).collect();
    for object in before.iter().filter(|object| !stays.contains(&key(object))) {
        let mut change = Change::new(Section::Objects, &object.to_string(), Kind::Removed);
        let before = fields(object.fields());
        edit::between_maps(&before, &Map::new(), &Path::default(), &Facts::EXACT, &mut change.edits);
        changes.push(change);
    }
    super::change::locate(&mut changes, sources_before, sources_after);
    changes.iter_mut().filter(|change| change.id.starts_with("Secret ")).for_each(mask);
    changes
}

/// Shows of a secret only that it differs.
fn mask(change: &mut Change) {
    for edit in &mut change.edits {
        if let Some(Step::Key(field)) = edit.path.steps().first()
            && (field == "data" || field == "stringData")
        {
            edit.before = edit.before.take().map(|_| "*** (before)".into());
            edit.after = edit.after.take().map(|_| "*** (after)".into());
        }
    }
}

/// What an object is known by. Its version is none of it: a version of an API shows all objects of its group.
type Key = (String, String, Option<String>, Option<String>);

fn key(object: &Object) -> Key {
    let [group, kind] = [object.group(), object.kind()].map(str::to_owned);
    (group, kind, object.namespace().map(str::to_owned), object.name().map(str::to_owned))
}

fn fields(fields: &Fields) -> Map {
    fields.iter().map(|(key, value)| (key, node(value))).collect()
}

/// The data as a value of the kind that is compared; functions of templates mean nothing in it.
fn node(data: &Data) -> Node {
    match data {
        Data::Null => Node::Null,
        Data::Bool(value) => Node::Bool(*value),
        Data::Int(value) => Node::Int(*value),
        Data::Float(value) => Node::Float(*value),
        Data::Text(text) => text.as_str().into(),
        Data::List(items) => Node::List(items.iter().map(node).collect()),
        Data::Map(map) => Node::Map(fields(map)),
    }
}
