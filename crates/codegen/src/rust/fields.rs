//! What resource types and property types have in common: required arguments, setters, constants of allowed values.

use super::types::Scope;
use super::{Fallible, Taken, docs};
use crate::model::{Property, Type};
use crate::names;
use std::collections::BTreeSet;
use std::fmt::Write;

/// A struct to be written: its Rust name, what it is in CloudFormation's words, and its properties.
pub(super) struct Fields<'a> {
    pub(super) name: &'a str,
    pub(super) cloudformation: &'a str,
    pub(super) properties: &'a [Property],
    /// The derived traits, beside `Default` where nothing is required. Each costs a tenth of the time it takes to check
    /// the generated code, so there are few.
    pub(super) derived: &'static str,
    pub(super) scope: Scope<'a>,
}

impl Fields<'_> {
    fn required(&self) -> impl Iterator<Item = &Property> {
        self.properties.iter().filter(|property| property.required)
    }

    /// Whether anything is required: then there is a struct of required arguments, and no `Default`.
    pub(super) fn has_required(&self) -> bool {
        self.required().next().is_some()
    }

    /// The struct itself, the struct of required arguments, and the inherent methods.
    pub(super) fn write(&self, out: &mut String) -> Fallible<()> {
        let name = self.name;
        let derived = self.derived;
        let default = if self.has_required() { "" } else { ", Default" };
        _ = writeln!(out, "#[derive({derived}{default})]\npub struct {name}(cfn::Map);");
        if self.has_required() {
            _ = writeln!(out, "/// What [`{name}`] requires.\npub struct {name}Required {{");
            let mut taken = Taken::default();
            for property in self.required() {
                docs::property(out, property, self.scope);
                let field = names::snake(&property.name);
                taken.take(&field, &property.name)?;
                _ = writeln!(out, "pub {field}: cfn::Value<{}>,", self.held(property)?);
            }
            out.push_str("}\n");
        }
        _ = writeln!(out, "impl {name} {{");
        self.write_new(out);
        let mut taken = Taken::default();
        for property in self.properties.iter().filter(|property| !property.required) {
            self.write_setters(out, property, &mut taken)?;
        }
        for property in self.properties {
            self.write_constants(out, property, &mut taken)?;
        }
        out.push_str("}\n");
        Ok(())
    }

    fn write_new(&self, out: &mut String) {
        let (name, cloudformation) = (self.name, self.cloudformation);
        if !self.has_required() {
            _ = writeln!(
                out,
                "/// An {cloudformation} of which nothing is set; nothing is required.\n\
                 #[inline]\npub const fn new() -> Self {{ Self(cfn::Map::new()) }}"
            );
            return;
        }
        _ = writeln!(
            out,
            "/// An {cloudformation} with what is required.\n\
             #[inline]\npub fn new(required: {name}Required) -> Self {{\nlet mut properties = cfn::Map::new();"
        );
        for property in self.required() {
            let field = names::snake(&property.name);
            _ = writeln!(out, "properties.set({:?}, required.{field}.into_node());", property.name);
        }
        out.push_str("Self(properties)\n}\n");
    }

    fn write_setters(&self, out: &mut String, property: &Property, taken: &mut Taken) -> Fallible<()> {
        let method = names::snake(&property.name);
        let Type::Union(alternatives) = &property.ty else {
            return self.write_setter(out, property, &method, &self.held(property)?, taken);
        };
        let id = self.scope.id(&property.targets);
        for (position, alternative) in alternatives.iter().enumerate() {
            let held = self.scope.rust(alternative, id)?;
            if position == 0 {
                self.write_setter(out, property, &method, &held, taken)?;
            } else {
                let method = names::alternative(&property.name, alternative);
                self.write_setter(out, property, &method, &held, taken)?;
            }
        }
        Ok(())
    }

    fn write_setter(
        &self,
        out: &mut String,
        property: &Property,
        method: &str,
        held: &str,
        taken: &mut Taken,
    ) -> Fallible<()> {
        taken.take(method, &property.name)?;
        docs::property(out, property, self.scope);
        _ = writeln!(
            out,
            "#[inline]\npub fn {method}(self, value: impl Into<cfn::Value<{held}>>) -> Self \
             {{ Self(crate::with(self.0, {:?}, value)) }}",
            property.name
        );
        Ok(())
    }

    fn write_constants(&self, out: &mut String, property: &Property, taken: &mut Taken) -> Fallible<()> {
        if let Type::Integer(_) = property.ty {
            return Ok(());
        }
        let mut written = BTreeSet::new();
        for value in property.ty.allowed() {
            let constant = names::constant(&property.name, value);
            // Some services list a value in two spellings, `lowest-price` and `lowestPrice`: the first is enough.
            if !written.insert(constant.clone()) {
                continue;
            }
            taken.take(&constant, &format!("`{value}` of {}", property.name))?;
            _ = writeln!(
                out,
                "/// {} for `{}`.\npub const {constant}: &'static str = {value:?};",
                docs::code(value),
                property.name
            );
        }
        Ok(())
    }

    /// What `Value<…>` holds for a property. One setter cannot stand for a required union, so that holds any JSON.
    fn held(&self, property: &Property) -> Fallible<String> {
        self.scope
            .rust(&property.ty, self.scope.id(&property.targets))
            .map_err(|error| error.within(&property.name))
    }
}
