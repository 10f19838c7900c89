//! Which Rust type stands for which CloudFormation type.

use super::{Fallible, GenerateError, module};
use crate::index::{Id, Index};
use crate::model::{Resource, Target, Type};
use crate::names;

/// What type names mean at one place in the generated code.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub(super) index: &'a Index,
    pub(super) resource: &'a Resource,
    /// Whether the place is inside the module of the resource's property types.
    pub(super) nested: bool,
}

impl<'a> Scope<'a> {
    /// The id type of a field: what all its references agree on.
    pub(super) fn id(&self, targets: &[Target]) -> Option<&'a Id> {
        self.index.id(targets)
    }

    /// What `Value<…>` holds for a type. Text becomes the id where there is one; a union that is not at the top is JSON.
    pub(super) fn rust(&self, ty: &Type, id: Option<&Id>) -> Fallible<String> {
        Ok(match ty {
            Type::String(_) => id.map_or_else(|| "String".to_owned(), id_path),
            Type::Timestamp => "String".to_owned(),
            Type::Integer(_) => "i64".to_owned(),
            Type::Number => "f64".to_owned(),
            Type::Boolean => "bool".to_owned(),
            Type::Json | Type::Union(_) => "cfn::Json".to_owned(),
            Type::Tag => "crate::Tag".to_owned(),
            Type::List(element) => format!("Vec<{}>", self.rust(element, id)?),
            Type::Map(element) => format!("std::collections::BTreeMap<String, {}>", self.rust(element, id)?),
            Type::Defined(name) => {
                if !self.resource.types.iter().any(|ty| ty.name == *name) {
                    return Err(GenerateError(format!("there is no type `{name}`")));
                }
                let camel = names::camel(name);
                if self.nested { camel } else { format!("{}::{camel}", module(&self.resource.name)) }
            }
        })
    }
}

pub(super) fn id_path(id: &Id) -> String {
    format!("crate::ids::{}::{}", id.module, id.name)
}
