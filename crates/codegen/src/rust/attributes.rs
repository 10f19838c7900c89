//! The references that a resource hands out: `Ref` and `Fn::GetAtt`.

use super::types::{Scope, id_path};
use super::{Fallible, Taken, docs};
use crate::index::Id;
use crate::model::Target;
use crate::names;
use std::fmt::Write;

/// Writes the struct of a resource type's attributes.
pub(super) fn write(out: &mut String, type_name: &str, scope: Scope<'_>) -> Fallible<()> {
    let resource = scope.resource;
    let name = names::camel(&resource.name);
    _ = writeln!(
        out,
        "/// The references that {} hands out.\n\
         #[derive(Clone, Copy)]\npub struct {name}Attributes(cfn::Target);\n\
         impl From<cfn::Target> for {name}Attributes {{\n\
         #[inline]\nfn from(target: cfn::Target) -> Self {{ Self(target) }}\n}}\n\
         impl {name}Attributes {{",
        docs::link(&resource.name)
    );
    let (yields, held) = match &resource.reference {
        Some(field) => {
            let id = field_id(type_name, field, scope);
            (format!("`Ref`, which yields `{field}`."), id.map_or_else(|| "String".to_owned(), id_path))
        }
        None => ("`Ref`.".to_owned(), "String".to_owned()),
    };
    _ = writeln!(
        out,
        "/// {yields}\n#[inline]\npub fn ref_(&self) -> cfn::Value<{held}> {{ self.0.reference() }}"
    );
    let all = || resource.attributes.iter().map(|attribute| attribute.name.as_str());
    let mut taken = Taken::default();
    for attribute in &resource.attributes {
        let method = names::attribute(&attribute.name, all());
        taken.take(&method, &attribute.name)?;
        let held = scope
            .rust(&attribute.ty, field_id(type_name, &attribute.name, scope))
            .map_err(|error| error.within(&attribute.name))?;
        _ = writeln!(
            out,
            "/// `Fn::GetAtt` of `{0}`.\n#[inline]\npub fn {method}(&self) -> cfn::Value<{held}> \
             {{ self.0.attribute({0:?}) }}",
            attribute.name
        );
    }
    out.push_str("}\n");
    Ok(())
}

/// The id type of a property or attribute: that of what it is the same as, or its own.
fn field_id<'a>(type_name: &str, field: &str, scope: Scope<'a>) -> Option<&'a Id> {
    let attribute = scope.resource.attributes.iter().find(|attribute| attribute.name == field);
    match attribute {
        Some(attribute) if !attribute.targets.is_empty() => scope.id(&attribute.targets),
        _ => scope.id(&[Target::new(type_name, field)]),
    }
}
