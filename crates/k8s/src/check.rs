//! Checks: what an API server refuses and schemas do not tell.
//!
//! Texts with [placeholders](crate::placeholder()) in them are not checked, for what they will be is not known.

mod config;
mod definition;
mod field;
mod metadata;
mod pod;
mod rbac;
mod resources;
mod security;
mod selector;
mod service;
mod together;
mod volume;
mod workload;

use crate::{Object, Problem, Scopes};

pub use security::SECURITY;
pub use together::{Conflict, together};

/// What is wrong with an object by itself.
///
/// ```
/// let objects = stackwright_k8s::read("
/// apiVersion: v1
/// kind: Pod
/// metadata: {name: web}
/// spec:
///   containers:
///     - {name: web, image: nginx, volumeMounts: [{name: data, mountPath: /data}]}
/// ")?;
/// let problems = stackwright_k8s::check::object(&objects[0]);
/// assert_eq!(problems[0].code, "unknown-volume");
/// assert_eq!(problems[0].path, "spec.containers.0.volumeMounts.0.name");
/// # Ok::<(), stackwright_k8s::ReadError>(())
/// ```
pub fn object(object: &Object) -> Vec<Problem> {
    let mut found = Vec::new();
    metadata::check(object, &mut found);
    workload::check(object, &mut found);
    service::check(object, &mut found);
    rbac::check(object, &mut found);
    definition::check(object, &mut found);
    config::check(object, &mut found);
    resources::check(object, &mut found);
    security::object(object, &mut found);
    found
}

/// Whether the object's namespace fits what its kind belongs to.
pub fn scope(object: &Object, scopes: &Scopes) -> Option<Problem> {
    metadata::scope(object, scopes)
}

#[cfg(test)]
mod testing {
    //! What the tests of the checks share.

    /// The codes and paths of what is wrong with the only object of a text.
    #[track_caller]
    pub(super) fn found(text: &str) -> Vec<String> {
        let objects = crate::read(text).unwrap();
        assert_eq!(objects.len(), 1, "one object at a time");
        let problems = super::object(&objects[0]);
        problems.iter().map(|problem| format!("{} {}", problem.code, problem.path)).collect()
    }

    /// What is wrong with the only object of a text, in words.
    #[track_caller]
    pub(super) fn told(text: &str) -> Vec<String> {
        let objects = crate::read(text).unwrap();
        super::object(&objects[0]).iter().map(ToString::to_string).collect()
    }
}
