//! Manifests: the Kubernetes objects of a chart, one each.

use std::panic::Location;

use serde::Serialize;
use stackwright_assembly::Diagnostic;
use stackwright_cfn::has_token;
use stackwright_k8s::{Data, Object};

use crate::chart::{ChartData, chart};
use crate::construct::{Construct, Scope};
use crate::tree::{Change, Entry, Kind, NodeId};

/// A Kubernetes object of a chart: a handle.
///
/// Values of any stack may stand in it: as they are, where anything that serializes may stand, and as their
/// [token](stackwright_cfn::Value::token) where a type wants text. When the app is synthesized they become placeholders
/// of the form `${stackwright:STACK.OUTPUT}`, which are filled in when the chart is deployed; the chart is deployed after
/// their stacks. What a stack tells is text: a number is to be given as a literal.
///
/// What a server would refuse and no schema tells (a mount without a volume, a selector that does not match, …) is told
/// when the app is synthesized.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    construct: Construct,
}

impl Manifest {
    /// An object with a construct id of its own choice, in a chart or a construct within one.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, object: impl Serialize) -> Self {
        add(scope, Some(id), object, Location::caller())
    }

    pub(crate) fn from_construct(construct: Construct) -> Self {
        Manifest { construct }
    }

    /// The object as it is now: the chart's namespace and labels come later, and values are still tokens.
    ///
    /// Empty where what was given is no object.
    pub fn object(&self) -> Object {
        self.construct.reads(|tree| match &tree.entry(self.construct.id).kind {
            Kind::Manifest(object) => Object::clone(object),
            _ => Object::default(),
        })
    }

    /// The namespace the object is in, where its kind belongs to one: its own, else the chart's, else `default`.
    pub fn namespace(&self) -> String {
        let own = |object: &Object| object.namespace().map(str::to_owned);
        let named = self.construct.reads(|tree| {
            let entry = tree.entry(self.construct.id);
            match (&entry.kind, &tree.entry(entry.deployable).kind) {
                (Kind::Manifest(object), Kind::Chart(chart)) => own(object).or(chart.namespace.clone()),
                (Kind::Manifest(object), _) => own(object),
                _ => None,
            }
        });
        named.unwrap_or_else(|| "default".to_owned())
    }

    /// The objects of a kind such as `Pod` in all charts of its cluster, in the order of their definition. Charts that
    /// name no cluster are all of one.
    pub fn same_cluster(&self, kind: &str) -> Vec<Manifest> {
        self.construct.reads(|tree| {
            let cluster = chart(tree, self.construct.id).map(ChartData::cluster_key);
            let is_such = |(id, entry): &(usize, &Entry)| match &entry.kind {
                Kind::Manifest(object) if object.kind() == kind => {
                    chart(tree, *id as NodeId).map(ChartData::cluster_key) == cluster
                }
                _ => false,
            };
            let found = tree.nodes.iter().enumerate().filter(is_such);
            found.map(|(id, _)| Manifest::from_construct(self.construct.at(id as NodeId))).collect()
        })
    }

    /// Whether the charts of both are for one cluster. Charts that name no cluster are all of one.
    pub fn is_with(&self, other: &Manifest) -> bool {
        self.construct.reads(|tree| {
            let key = |manifest: &Manifest| chart(tree, manifest.construct.id).map(ChartData::cluster_key);
            key(self) == key(other)
        })
    }

    /// The construct of the chart's cluster; `None` where the chart names none, or one that is there already.
    pub fn cluster(&self) -> Option<Construct> {
        let cluster = self.construct.reads(|tree| chart(tree, self.construct.id)?.cluster_node);
        cluster.map(|id| self.construct.at(id))
    }

    /// Changes the object.
    pub fn edit(&self, change: impl FnOnce(&mut Object)) {
        // A copy, because the change may look around in the tree.
        let mut changed = self.object();
        change(&mut changed);
        self.construct.changes(|tree| {
            if let Kind::Manifest(object) = &mut tree.entry_mut(self.construct.id).kind {
                **object = changed;
            }
        });
    }

    /// Sets the field at a path such as `spec.containers.0.image` after everything else.
    ///
    /// The way to what a construct hides, and to change existing objects. A dot within a name is written `\.`. The path
    /// is listed in the manifest, so that a review sees it.
    #[track_caller]
    pub fn override_field(&self, path: &str, value: impl Serialize) {
        match Data::from_serialize(value) {
            Ok(value) => self.construct.add_override(path, Change::SetData(value), "spec.containers.0.image"),
            Err(problem) => self.report(
                Diagnostic::error("unusable-object", format!("field {path} cannot be set: {problem}"))
                    .value(path),
            ),
        }
    }

    /// Deletes the field at a path such as `spec.replicas` after everything else; one that is not there is an error.
    #[track_caller]
    pub fn delete_field(&self, path: &str) {
        self.construct.add_override(path, Change::Delete, "spec.containers.0.image");
    }
}

impl Scope for Manifest {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}

/// Adds an object, or tells why it is none.
pub(crate) fn add(
    scope: &impl Scope,
    id: Option<&str>,
    object: impl Serialize,
    location: &'static Location<'static>,
) -> Manifest {
    match Object::from_serialize(object) {
        Ok(object) => {
            let id = id.map_or_else(|| id_of(&object), str::to_owned);
            Manifest { construct: scope.construct().add(&id, location, Kind::Manifest(Box::new(object))) }
        }
        Err(problem) => {
            let construct = scope.construct().add(id.unwrap_or("object"), location, Kind::Group);
            let message = format!("this cannot be a Kubernetes object: {problem}");
            construct
                .report(Diagnostic::error("unusable-object", message).allowed("maps that JSON can write"));
            Manifest { construct }
        }
    }
}

/// The kind and the name, with the namespace where there is one: what the object is in the cluster.
pub(crate) fn id_of(object: &Object) -> String {
    let known = |text: &&str| !has_token(text) && !text.contains('/');
    let parts = [Some(object.kind()), object.namespace(), object.name()];
    let parts: Vec<&str> =
        parts.into_iter().flatten().filter(known).filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { "object".to_owned() } else { parts.join("-") }
}

#[cfg(test)]
mod tests {
    use super::id_of;

    #[test]
    fn ids_tell_what_the_object_is_in_the_cluster() {
        let id = |text: &str| id_of(&stackwright_k8s::read(text).unwrap()[0]);
        assert_eq!(id("{kind: Pod, metadata: {name: web}}"), "Pod-web");
        assert_eq!(id("{kind: Pod, metadata: {name: web, namespace: apps}}"), "Pod-apps-web");
        assert_eq!(id("{kind: ClusterRole, metadata: {name: 'system:node'}}"), "ClusterRole-system:node");
        assert_eq!(id("{kind: Role, metadata: {name: a/b}}"), "Role");
        assert_eq!(id("{metadata: {}}"), "object");
    }
}
