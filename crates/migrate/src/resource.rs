//! Resources.

use stackwright_cfn::{Node, Resource};
use stackwright_codegen::names;

use crate::facts::Known;
use crate::kind::Kind;
use crate::literal;
use crate::writer::{Space, What, Writer};

/// The code that makes a resource, and the lines that say more about it.
pub(crate) struct Statement {
    pub(crate) code: String,
    pub(crate) more: Vec<String>,
}

impl<'f> Writer<'f> {
    /// The program's lines for a resource, whose variable is `variable`.
    pub(crate) fn resource(&mut self, id: &str, variable: &str, resource: &Resource) -> Statement {
        let known = match self.variables.elements.get(id).map(|found| &found.what) {
            Some(What::Typed(known)) => Some(*known),
            _ => None,
        };
        let typed = known.and_then(|known| self.typed_resource(resource, known));
        let is_typed = typed.is_some();
        let mut more = Vec::new();
        let code = match typed {
            Some(code) => format!("Resource::new(&stack, {id:?}, {code})"),
            None => {
                let ty = literal::text(&resource.type_name);
                format!("Resource::raw(&stack, {id:?}, {ty}, Map::new())")
            }
        };
        for (key, value) in resource.properties.iter() {
            if is_typed && known.is_some_and(|known| has_property(known, key)) {
                continue;
            }
            let value = self.below(key, |writer| {
                if is_typed {
                    writer.has_no_type("it is not known of this type of resource");
                }
                writer.value(value, &Kind::Json).code
            });
            more.push(format!("{variable}.set_property({}, {value});", literal::text(key)));
        }
        for (key, value) in resource.attributes.iter() {
            self.below(key, |writer| writer.resource_attribute(variable, key, value, resource, &mut more));
        }
        Statement { code, more }
    }

    fn typed_resource(&mut self, resource: &Resource, known: Known<'f>) -> Option<String> {
        let path = format!("l1::{}::{}", known.service.module, names::camel(&known.resource.name));
        self.construction(&resource.properties, known, &path, &known.resource.properties)
    }

    fn resource_attribute(
        &mut self,
        variable: &str,
        key: &str,
        value: &Node,
        resource: &Resource,
        more: &mut Vec<String>,
    ) {
        match (key, value) {
            ("Condition", Node::Text(name)) => {
                if let Some(condition) = self.made(Space::Condition, name) {
                    more.push(format!("{variable}.condition(&{});", condition.name));
                    return;
                }
            }
            ("DependsOn", value) => {
                if let Some(dependencies) = self.dependencies(value, resource) {
                    let lines = dependencies.iter().map(|on| format!("{variable}.depends_on(&{on});"));
                    more.extend(lines);
                    return;
                }
            }
            ("DeletionPolicy" | "UpdateReplacePolicy", Node::Text(policy)) => {
                let known = ["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"].contains(&&**policy);
                if known {
                    more.push(format!("{variable}.{}(DeletionPolicy::{policy});", names::snake(key)));
                    return;
                }
            }
            ("CreationPolicy" | "UpdatePolicy", Node::Map(map)) => {
                let (setter, policy) = match key {
                    "CreationPolicy" => {
                        ("creation_policy", self.attempt(|writer| writer.creation_policy(map)))
                    }
                    _ => ("update_policy", self.attempt(|writer| writer.update_policy(map))),
                };
                if let Some(policy) = policy {
                    more.push(format!("{variable}.{setter}({policy});"));
                    return;
                }
                self.has_no_type("its type has not all of this");
            }
            ("Metadata", Node::Map(map)) => {
                for (key, value) in map.iter() {
                    let value = self.value(value, &Kind::Json).code;
                    more.push(format!("{variable}.add_metadata({}, {value});", literal::text(key)));
                }
                return;
            }
            _ => {}
        }
        let value = self.value(value, &Kind::Json).code;
        more.push(format!("{variable}.set_attribute({}, {value});", literal::text(key)));
    }

    /// The variables of what a resource says it depends on; `None` where a variable would not say it: of what is not
    /// made yet, and of what it refers to anyway, which the program would leave out.
    fn dependencies(&mut self, value: &Node, resource: &Resource) -> Option<Vec<String>> {
        let names: Vec<&str> = match value {
            Node::Text(name) => vec![name],
            Node::List(items) => items.iter().map(Node::as_str).collect::<Option<_>>()?,
            _ => return None,
        };
        let plain = Resource::raw("", resource.properties.clone());
        if plain.references().iter().any(|reference| names.contains(&reference.name)) {
            return None;
        }
        let elements = &self.variables.elements;
        let is_made = |name: &&str| elements.get(*name).is_some_and(|found| found.is_made);
        let is_twice = (1..names.len()).any(|at| names[..at].contains(&names[at]));
        if !names.iter().all(is_made) || is_twice {
            return None;
        }
        names.into_iter().map(|name| self.made(Space::Element, name).map(|found| found.name)).collect()
    }
}

fn has_property(known: Known<'_>, name: &str) -> bool {
    known.resource.properties.iter().any(|property| property.name == name)
}
