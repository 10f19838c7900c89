//! The index of all facts files: which services there are, and which fields are ids.

use crate::model::{Service, Target};
use crate::names;
use std::collections::BTreeMap;

/// A service with at most this many structs is always compiled: crates.io allows a crate no more than 300 features, and
/// such services are together 42 of 11,705 structs.
pub const ALWAYS_ON: usize = 2;

/// Which services there are and which fields are ids. Reading it spares a build the services it does not use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// The services by module name, with their namespace and whether they stand behind a cargo feature.
    pub services: BTreeMap<String, Entry>,
    /// Each field that some property refers to, with the module and name of its id type.
    pub ids: BTreeMap<Target, Id>,
}

/// A service in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The namespace, `AWS::EC2`.
    pub namespace: String,
    /// Whether the service is compiled only when its cargo feature is on.
    pub gated: bool,
}

impl Entry {
    /// The entry of a service.
    pub fn of(service: &Service) -> Self {
        Self { namespace: service.namespace.clone(), gated: service.structs() > ALWAYS_ON }
    }
}

/// An id type: `ec2::SubnetId`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id {
    /// The module of the service whose resources it identifies.
    pub module: String,
    /// The name of the type.
    pub name: String,
}

impl Id {
    /// The id type of a field; `module` is that of the service which has the field.
    pub fn of(target: &Target, module: &str) -> Self {
        let resource = target.type_name.rsplit("::").next().unwrap_or_default();
        Self { module: module.to_owned(), name: names::id(resource, &target.field) }
    }
}

impl Index {
    /// The id type that a set of references means: the one that all agree on, if they do.
    pub fn id(&self, targets: &[Target]) -> Option<&Id> {
        let (first, rest) = targets.split_first()?;
        let id = self.ids.get(first)?;
        rest.iter().all(|target| self.ids.get(target) == Some(id)).then_some(id)
    }
}
