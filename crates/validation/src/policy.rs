//! The policies of resources, wherever they have them.

use stackwright_cfn::{Map, Resource};

use crate::known::items;
use crate::walk::walk_map;
use crate::{Document, Section, Way};

/// What a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Who may take on a role.
    Trust,
    /// What whoever has it may do.
    Identity,
    /// Who may do what with the resource that has it.
    Resource,
    /// What goes through an endpoint.
    Endpoint,
}

/// A policy of a resource.
pub(crate) struct Policy<'n> {
    pub(crate) form: Form,
    pub(crate) map: &'n Map,
}

/// Shows every policy of a resource that is a map.
pub(crate) fn policies<'n>(id: &str, resource: &'n Resource, show: &mut dyn FnMut(&Policy<'n>, &Way<'_>)) {
    let form = match resource.type_name.as_str() {
        "AWS::EC2::VPCEndpoint" => Form::Endpoint,
        "AWS::SSO::PermissionSet" => Form::Identity,
        name if name.starts_with("AWS::IAM::") => Form::Identity,
        _ => Form::Resource,
    };
    let element = Way::to(Section::Resource, id);
    walk_map(&resource.properties, &element.key("Properties"), &mut |node, way| {
        let Some(map) = node.as_map().filter(|map| map.contains_key("Statement")) else { return true };
        let form = if way.passes("AssumeRolePolicyDocument") { Form::Trust } else { form };
        show(&Policy { form, map }, way);
        false
    });
}

/// Shows every statement of a policy.
pub(crate) fn statements<'n>(
    document: &Document<'n>,
    policy: &Policy<'n>,
    way: &Way<'_>,
    show: &mut dyn FnMut(&'n Map, &Way<'_>),
) {
    let list = way.key("Statement");
    for (index, map) in items(document, policy.map.get("Statement")) {
        match index {
            Some(index) => show(map, &list.index(index)),
            None => show(map, &list),
        }
    }
}
