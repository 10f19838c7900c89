//! What is known of the resource types that a template uses.

use std::collections::BTreeMap;

use stackwright_codegen::index::Index;
use stackwright_codegen::model::{Resource, Service};
use stackwright_codegen::parse;

/// The facts of every service, by module.
static SERVICES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/services.rs"));
static INDEX: &str = include!(concat!(env!("OUT_DIR"), "/index.rs"));

/// The facts of some services.
pub(crate) struct Facts {
    pub(crate) index: Index,
    services: BTreeMap<String, Service>,
}

/// A resource type and its service.
#[derive(Clone, Copy)]
pub(crate) struct Known<'f> {
    pub(crate) service: &'f Service,
    pub(crate) resource: &'f Resource,
}

impl Facts {
    /// The facts of those services that have one of these types.
    pub(crate) fn of<'a>(types: impl IntoIterator<Item = &'a str>) -> Facts {
        let index = parse::index(INDEX).expect("the index is that of the generated types");
        let mut services = BTreeMap::new();
        for name in types {
            let Some((namespace, _)) = name.rsplit_once("::") else { continue };
            if services.contains_key(namespace) {
                continue;
            }
            let module = index.services.iter().find(|(_, entry)| entry.namespace == namespace);
            let text = module.and_then(|(module, _)| SERVICES.iter().find(|(name, _)| name == module));
            if let Some((_, text)) = text {
                let service = parse::service(text).expect("the facts are those of the generated types");
                services.insert(namespace.to_owned(), service);
            }
        }
        Facts { index, services }
    }

    /// The resource type of this name.
    pub(crate) fn find(&self, name: &str) -> Option<Known<'_>> {
        let (namespace, name) = name.rsplit_once("::")?;
        let service = self.services.get(namespace)?;
        let resource = service.resources.iter().find(|resource| resource.name == name)?;
        Some(Known { service, resource })
    }

    /// Whether the types of a service, given by its module, stand behind a cargo feature.
    pub(crate) fn is_gated(&self, module: &str) -> bool {
        self.index.services.get(module).is_some_and(|entry| entry.gated)
    }
}
