//! What is wrong with objects as a whole: one defined twice, a namespace that nobody creates.

use std::collections::{BTreeMap, BTreeSet};

use super::field::Field;
use crate::{Object, Problem, Scopes, has_placeholder};

/// Namespaces that every cluster has.
///
/// Source: <https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/#initial-namespaces>
const INITIAL: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];

/// A finding about one object among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The number of the object, in the order in which they were given.
    pub object: usize,
    /// The number of the other object it has to do with, where there is one.
    pub other: Option<usize>,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with the objects of one cluster as a whole. `namespaces` are there without being among them.
///
/// ```
/// let objects = stackwright_k8s::read("
/// {apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: default}}
/// ---
/// {apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}
/// ")?;
/// let conflicts = stackwright_k8s::check::together(&objects.iter().collect::<Vec<_>>(), &[]);
/// assert_eq!((conflicts[0].object, conflicts[0].other), (1, Some(0)));
/// # Ok::<(), stackwright_k8s::ReadError>(())
/// ```
pub fn together(objects: &[&Object], namespaces: &[&str]) -> Vec<Conflict> {
    let scopes = Scopes::new(objects.iter().copied());
    let mut conflicts = twice(objects, &scopes);
    conflicts.extend(homeless(objects, &scopes, namespaces));
    conflicts
}

/// Objects are told apart by group, kind, namespace and name; the version of the group does not matter.
fn twice(objects: &[&Object], scopes: &Scopes) -> Vec<Conflict> {
    let mut taken = BTreeMap::new();
    let mut conflicts = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        let Some(name) = object.name() else { continue };
        let namespace = scopes.is_namespaced(object).then(|| object.namespace().unwrap_or("default"));
        let Some(first) = taken.insert((object.group(), object.kind(), namespace, name), index) else {
            continue;
        };
        let message = format!("{object} is defined twice");
        let problem = Problem::new("duplicate-object", "metadata.name", message).value(name);
        let problem = problem.hint("give one of the two another name, or leave it out");
        conflicts.push(Conflict { object: index, other: Some(first), problem });
    }
    conflicts
}

fn homeless(objects: &[&Object], scopes: &Scopes, namespaces: &[&str]) -> Vec<Conflict> {
    let created =
        objects.iter().filter(|object| object.is("", "Namespace")).filter_map(|object| object.name());
    let known: BTreeSet<&str> = created.chain(INITIAL).chain(namespaces.iter().copied()).collect();
    if known.iter().any(|name| has_placeholder(name)) {
        return Vec::new();
    }
    let inhabitants = objects.iter().enumerate().filter(|(_, object)| scopes.is_namespaced(object));
    let homeless = inhabitants.filter_map(|(index, object)| {
        let field = Field::of(object, "metadata").get("namespace");
        let namespace = field.known().filter(|name| !known.contains(name))?;
        let message = format!("{namespace:?} is a namespace that nobody creates");
        let problem = field.problem("unknown-namespace", message).warning().value(namespace);
        let problem = problem.hint("add a Namespace of this name, or say that it is there");
        Some(Conflict { object: index, other: None, problem })
    });
    homeless.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str, namespaces: &[&str]) -> Vec<String> {
        let objects = crate::read(text).unwrap();
        let conflicts = together(&objects.iter().collect::<Vec<_>>(), namespaces);
        let code = |conflict: &Conflict| {
            format!("{} {} {:?}", conflict.object, conflict.problem.code, conflict.other)
        };
        conflicts.iter().map(code).collect()
    }

    #[test]
    fn an_object_is_defined_once() {
        let objects = "
{apiVersion: a.io/v1, kind: A, metadata: {name: a, namespace: default}}
---
{apiVersion: b.io/v1, kind: A, metadata: {name: a, namespace: default}}
---
{apiVersion: a.io/v1, kind: A, metadata: {name: a, namespace: kube-system}}
---
{apiVersion: a.io/v1, kind: B, metadata: {name: a}}
---
{apiVersion: a.io/v2, kind: A, metadata: {name: a}}
";
        assert_eq!(codes(objects, &[]), ["4 duplicate-object Some(0)"]);
        let cluster = "
{apiVersion: v1, kind: Node, metadata: {name: a}}
---
{apiVersion: v1, kind: Node, metadata: {name: a, namespace: default}}
";
        assert_eq!(codes(cluster, &[]), ["1 duplicate-object Some(0)"]);
    }

    #[test]
    fn a_namespace_is_created_or_known() {
        let pod = "{apiVersion: v1, kind: Pod, metadata: {name: a, namespace: apps}}";
        assert_eq!(codes(pod, &[]), ["0 unknown-namespace None"]);
        assert_eq!(codes(pod, &["apps"]), [""; 0]);
        assert_eq!(codes(&pod.replace("Pod", "Node"), &[]), [""; 0]);
        assert_eq!(codes(&pod.replace("apps", "kube-system"), &[]), [""; 0]);
        assert_eq!(codes(&pod.replace("apps", "'${stackwright:a.B}'"), &[]), [""; 0]);
        let created = format!("{pod}\n---\n{{apiVersion: v1, kind: Namespace, metadata: {{name: apps}}}}\n");
        assert_eq!(codes(&created, &[]), [""; 0]);
        assert!(crate::read(pod).is_ok_and(|objects| together(&[&objects[0]], &[])[0].problem.is_warning));
    }
}
