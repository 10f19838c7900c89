//! The policies of resources, wherever they have them.

use stackwright_cfn::{Map, Node, Resource};

use crate::known::items;
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
    in_map(&resource.properties, form, &element.key("Properties"), show);
}

fn in_map<'n>(map: &'n Map, form: Form, way: &Way<'_>, show: &mut dyn FnMut(&Policy<'n>, &Way<'_>)) {
    for (key, value) in map.iter() {
        let form = if key.as_str() == "AssumeRolePolicyDocument" { Form::Trust } else { form };
        in_node(value, form, &way.key(key), show);
    }
}

fn in_node<'n>(node: &'n Node, form: Form, way: &Way<'_>, show: &mut dyn FnMut(&Policy<'n>, &Way<'_>)) {
    match node {
        Node::Map(map) if map.contains_key("Statement") => show(&Policy { form, map }, way),
        Node::Map(map) => in_map(map, form, way, show),
        Node::List(items) => {
            items.iter().enumerate().for_each(|(index, item)| in_node(item, form, &way.index(index), show));
        }
        Node::Call(call) => in_node(&call.argument, form, &way.key(call.function.key()), show),
        _ => {}
    }
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
