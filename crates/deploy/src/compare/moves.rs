//! Resources that are the same but for their logical ids: to CloudFormation one is new and the other is gone.

use std::collections::BTreeMap;

use stackwright_cfn::{Function, Node, Resource, Template};

use super::change::{Change, Kind};
use super::edit::same_map;

/// Marks new resources and resources that are gone as each other's twins, where they are the same but for references to
/// other such resources.
pub(super) fn find(before: &Template, after: &Template, changes: &mut [Change]) {
    let of_kind = |kind: Kind| -> Vec<usize> {
        (0..changes.len()).filter(|&index| changes[index].kind == kind).collect()
    };
    let (new, gone) = (of_kind(Kind::Added), of_kind(Kind::Removed));
    if new.is_empty() || gone.is_empty() {
        return;
    }
    let blank = |template: &Template, indexes: &[usize]| {
        let types: BTreeMap<&str, &str> = indexes
            .iter()
            .map(|&index| (&*changes[index].id, changes[index].type_name.as_deref().unwrap_or_default()))
            .collect();
        let resources = template.resources.iter().filter(|(id, _)| types.contains_key(&**id));
        let blanked = resources.map(|(id, resource)| (id.to_string(), blanked(resource, &types)));
        blanked.collect::<BTreeMap<String, Resource>>()
    };
    let (old, fresh) = (blank(before, &gone), blank(after, &new));

    let mut free = gone;
    let mut pairs = Vec::new();
    for index in new {
        let Some(resource) = fresh.get(&changes[index].id) else { continue };
        let is_twin = |&other: &usize| {
            old.get(&changes[other].id).is_some_and(|other| {
                resource.type_name == other.type_name
                    && same_map(&resource.properties, &other.properties)
                    && same_map(&resource.attributes, &other.attributes)
            })
        };
        if let Some(place) = free.iter().position(is_twin) {
            pairs.push((index, free.remove(place)));
        }
    }
    for (new, gone) in pairs {
        changes[new].twin = Some(changes[gone].id.clone());
        changes[gone].twin = Some(changes[new].id.clone());
    }
}

/// The resource, with every reference to one of `types` as if it were to any resource of that type.
fn blanked(resource: &Resource, types: &BTreeMap<&str, &str>) -> Resource {
    let mut resource = Resource::raw(resource.type_name.clone(), resource.properties.clone());
    let blank = |text: &mut Node| {
        if let Some(type_name) = text.as_str().and_then(|name| types.get(name)) {
            *text = Node::from(*type_name);
        }
    };
    for node in resource.nodes_mut() {
        node.visit_mut(&mut |node| {
            let Node::Call(call) = node else { return };
            match (call.function, &mut call.argument) {
                (Function::Ref, name) => blank(name),
                (Function::GetAtt, Node::List(names)) => names.iter_mut().take(1).for_each(blank),
                _ => {}
            }
        });
    }
    resource
}
