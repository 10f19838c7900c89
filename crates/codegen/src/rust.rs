//! The model as Rust.
//!
//! What is generated is a thin typed skin over `stackwright_cfn`: each type is a newtype over an untyped property map
//! with one setter a property, so that ten thousand types cost little to compile.

mod attributes;
mod docs;
mod fields;
mod resource;
mod types;

use crate::index::Index;
use crate::model::Service;
use crate::names;
use std::collections::BTreeMap;
use std::fmt;
use std::fmt::Write;

/// Facts that cannot become Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateError(String);

impl GenerateError {
    fn within(self, name: &str) -> Self {
        Self(format!("{name}: {}", self.0))
    }
}

impl fmt::Display for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GenerateError {}

type Fallible<T> = Result<T, GenerateError>;

/// The items of a service's module.
///
/// # Errors
///
/// Two facts that would have the same Rust name, or a property type that is not defined.
pub fn service(service: &Service, index: &Index) -> Fallible<String> {
    let mut out = String::from("use crate::cfn;\n");
    let mut types = Taken::default();
    let mut modules = Taken::default();
    let mut ids = index.ids.values().filter(|id| id.module == service.module).peekable();
    if ids.peek().is_some() {
        _ = writeln!(out, "#[doc(no_inline)]\npub use crate::ids::{}::*;", service.module);
    }
    for id in ids {
        types.take(&id.name, &format!("the id {}", id.name))?;
    }
    for resource in &service.resources {
        resource::write(&mut out, service, resource, index, &mut types, &mut modules)
            .map_err(|error| error.within(&format!("{}::{}", service.namespace, resource.name)))?;
    }
    Ok(out)
}

/// The items of the module `ids`: a module for each service that has id types, whatever features are on.
pub fn ids(index: &Index) -> String {
    let mut modules: BTreeMap<&str, Vec<(&str, String)>> = BTreeMap::new();
    for (target, id) in &index.ids {
        modules.entry(&id.module).or_default().push((&id.name, target.to_string()));
    }
    let mut out = String::new();
    for (module, ids) in modules {
        _ = writeln!(
            out,
            "/// What identifies the resources of `{module}`.\npub mod {module} {{\nuse crate::cfn;"
        );
        for (name, target) in ids {
            let (type_name, field) = target.split_once('.').unwrap_or((&target, ""));
            _ = writeln!(
                out,
                "/// Stands for the `{field}` of an [`{type_name}`]({}).\n\
                 #[derive(Clone, Copy, Debug)]\npub enum {name} {{}}\nimpl cfn::Id for {name} {{}}",
                docs::page(type_name, None),
            );
        }
        out.push_str("}\n");
    }
    out
}

/// The modules of the enabled services; each includes the file `<module>.rs` beside this one.
pub fn modules<'a>(index: &Index, enabled: impl IntoIterator<Item = &'a str>) -> String {
    let mut out = String::new();
    for module in enabled {
        let namespace = index.services.get(module).map_or(module, |entry| &entry.namespace);
        _ = writeln!(
            out,
            "/// The resource types of `{namespace}`.\npub mod {module} {{\n    \
             include!(concat!(env!(\"OUT_DIR\"), \"/{module}.rs\"));\n}}"
        );
    }
    out
}

/// Names already given in one namespace, with what they stand for.
#[derive(Default)]
struct Taken(BTreeMap<String, String>);

impl Taken {
    fn take(&mut self, name: &str, what: &str) -> Fallible<()> {
        match self.0.insert(name.to_owned(), what.to_owned()) {
            None => Ok(()),
            Some(other) => Err(GenerateError(format!("`{name}` would be both {other} and {what}"))),
        }
    }
}

/// A quoted, comma-separated list of names, as the facts about a resource type hold them.
fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("{name:?}")).collect();
    format!("&[{}]", quoted.join(", "))
}

/// The module of a resource's property types.
fn module(resource: &str) -> String {
    names::snake(resource)
}
