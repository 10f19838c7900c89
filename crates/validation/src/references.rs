//! What a template refers to: whether it is there, and whether it goes round in a circle.
//!
//! Only templates that were read are looked at: an app tells the same with the lines of its own program.

mod cycle;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Function, Node, Resource};

use crate::near::{nearest, slip};
use crate::schema::Schema;
use crate::walk::walk;
use crate::{Document, Finding, Section, Way};

/// What a value refers to.
enum Target<'n> {
    /// `Ref`, or a name in `Fn::Sub`.
    Element(&'n str),
    Attribute(&'n str, &'n str),
    /// `DependsOn`.
    Order(&'n str),
    Condition(&'n str),
    Mapping(&'n str, [Option<&'n str>; 2]),
}

/// Looks at every reference.
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    if document.is_open() {
        return;
    }
    let mut used = BTreeSet::new();
    let mut edges = Vec::new();
    for (id, resource) in document.resources() {
        let mut direct = BTreeSet::new();
        let mut orders = Vec::new();
        of_resource(id, resource, &mut |target, way| {
            if let Target::Element(to) | Target::Attribute(to, _) | Target::Order(to) = &target {
                edges.push((id, *to));
                match &target {
                    Target::Order(_) => orders.push((*to, way.place())),
                    _ => drop(direct.insert(*to)),
                }
            }
            look(document, &target, way, &mut used, found);
        });
        for (to, place) in orders.into_iter().filter(|(to, _)| direct.contains(to)) {
            let message = format!("{id:?} depends on {to:?} already, as it refers to it");
            let finding = Diagnostic::warning("redundant-depends-on", message).value(to);
            found.push(Finding::new(place, finding.hint("take it out of DependsOn")));
        }
    }
    for section in [Section::Condition, Section::Rule, Section::Output] {
        for (id, element) in document.elements(section) {
            let way = Way::to(section, id);
            if let Some(Node::Text(name)) = element.as_map().and_then(|map| map.get("Condition")) {
                look(document, &Target::Condition(name), &way.key("Condition"), &mut used, found);
            }
            of_node(element, &way, &mut |target, way| {
                if section != Section::Output {
                    found.extend(settled_before(document, &target, way));
                }
                look(document, &target, way, &mut used, found);
            });
        }
    }
    unused(document, &used, found);
    cycle::check(document, &edges, found);
}

/// Shows what a resource refers to, in its properties and beside them.
fn of_resource<'n>(id: &str, resource: &'n Resource, show: &mut dyn FnMut(Target<'n>, &Way<'_>)) {
    let element = Way::to(Section::Resource, id);
    let properties = element.key("Properties");
    resource.properties.iter().for_each(|(key, value)| of_node(value, &properties.key(key), show));
    for (key, value) in resource.attributes.iter() {
        let way = element.key(key);
        match (key.as_str(), value) {
            ("DependsOn", Node::Text(name)) => show(Target::Order(name), &way),
            ("DependsOn", Node::List(names)) => {
                for (index, name) in names.iter().enumerate() {
                    if let Node::Text(name) = name {
                        show(Target::Order(name), &way.index(index));
                    }
                }
            }
            ("Condition", Node::Text(name)) => show(Target::Condition(name), &way),
            _ => of_node(value, &way, show),
        }
    }
}

/// Shows what a value refers to, at any depth.
fn of_node<'n>(node: &'n Node, way: &Way<'_>, show: &mut dyn FnMut(Target<'n>, &Way<'_>)) {
    walk(node, way, &mut |node, way| {
        if let Node::Call(call) = node {
            function(call.function, &call.argument, &way.key(call.function.key()), show);
        }
        true
    });
}

fn function<'n>(
    function: Function,
    argument: &'n Node,
    way: &Way<'_>,
    show: &mut dyn FnMut(Target<'n>, &Way<'_>),
) {
    let items = argument.as_list().unwrap_or_default();
    match (function, argument, items) {
        (Function::Ref, Node::Text(id), _) => show(Target::Element(id), way),
        (Function::Condition, Node::Text(name), _) => show(Target::Condition(name), way),
        (Function::GetAtt, _, [Node::Text(id), Node::Text(attribute)]) => {
            show(Target::Attribute(id, attribute), way);
        }
        (Function::If, _, [Node::Text(name), ..]) => show(Target::Condition(name), &way.index(0)),
        (Function::FindInMap, _, [Node::Text(name), first, second, ..]) => {
            show(Target::Mapping(name, [first.as_str(), second.as_str()]), way);
        }
        (Function::Sub, Node::Text(text), _) => names(text, &[], way, show),
        (Function::Sub, _, [Node::Text(text), Node::Map(own)]) => {
            let own: Vec<&str> = own.keys().map(|key| key.as_str()).collect();
            names(text, &own, &way.index(0), show);
        }
        _ => {}
    }
}

/// Shows what a text of `Fn::Sub` names, apart from what is given beside it.
fn names<'n>(text: &'n str, own: &[&str], way: &Way<'_>, show: &mut dyn FnMut(Target<'n>, &Way<'_>)) {
    for part in text.split("${").skip(1) {
        let Some((name, _)) = part.split_once('}') else { continue };
        let name = name.trim();
        if name.starts_with('!') || name.starts_with("AWS::") || own.contains(&name) {
            continue;
        }
        match name.split_once('.') {
            Some((id, attribute)) => show(Target::Attribute(id, attribute), way),
            None => show(Target::Element(name), way),
        }
    }
}

/// Notes that something is used, and tells if it is not there.
fn look<'n>(
    document: &Document<'n>,
    target: &Target<'n>,
    way: &Way<'_>,
    used: &mut BTreeSet<(Section, &'n str)>,
    found: &mut Vec<Finding>,
) {
    let ids = || document.resources().map(|(id, _)| id);
    let named = |section| document.elements(section).map(|(id, _)| id);
    match *target {
        Target::Element(id) => {
            used.insert((Section::Parameter, id));
            if document.resource(id).is_none() && document.parameter(id).is_none() {
                let near = nearest(id, ids().chain(named(Section::Parameter)));
                found.push(dangling(way, "resource or parameter", id, near));
            }
        }
        Target::Attribute(id, attribute) => match document.resource(id) {
            Some(resource) => found.extend(unknown_attribute(resource, id, attribute, way)),
            None => found.push(dangling(way, "resource", id, nearest(id, ids()))),
        },
        Target::Order(id) => {
            if document.resource(id).is_none() {
                found.push(dangling(way, "resource", id, nearest(id, ids())));
            }
        }
        Target::Condition(name) => {
            used.insert((Section::Condition, name));
            if !named(Section::Condition).any(|id| id == name) {
                let near = nearest(name, named(Section::Condition));
                found.push(dangling(way, "condition", name, near));
            }
        }
        Target::Mapping(name, keys) => {
            used.insert((Section::Mapping, name));
            let mapping = document.elements(Section::Mapping).find(|(id, _)| *id == name);
            match mapping {
                None => {
                    found.push(dangling(way, "mapping", name, nearest(name, named(Section::Mapping))));
                }
                Some((_, mapping)) => found.extend(unknown_key(mapping, name, keys, way)),
            }
        }
    }
}

/// Conditions and rules are settled before any resource is made.
fn settled_before(document: &Document<'_>, target: &Target<'_>, way: &Way<'_>) -> Option<Finding> {
    let (Target::Element(id) | Target::Attribute(id, _)) = *target else { return None };
    document.resource(id)?;
    let allowed = "parameters, pseudo parameters, mappings and literals";
    let message = format!("resource {id:?} is used where only parameters are known: allowed are {allowed}");
    let finding = Diagnostic::error("resource-in-condition", message).value(id).allowed(allowed);
    Some(Finding::new(way.place(), finding))
}

fn dangling(way: &Way<'_>, what: &str, id: &str, near: Option<&str>) -> Finding {
    let finding =
        Diagnostic::error("dangling-reference", format!("there is no {what} {id:?} in the template"));
    Finding::new(way.place(), finding.value(id).meant(near))
}

/// What is known of attributes is behind what AWS has: only a slip of the pen is certainly wrong.
fn unknown_attribute(resource: &Resource, id: &str, attribute: &str, way: &Way<'_>) -> Option<Finding> {
    let type_name = resource.type_name.as_str();
    let schema = Schema::of(type_name)?;
    let known = schema.attributes();
    // A nested stack's outputs and a custom resource's data are their own business, and the attributes of what a macro
    // makes resources of are theirs.
    let is_open =
        ["AWS::CloudFormation::", "AWS::Serverless::"].iter().any(|start| type_name.starts_with(start))
            || attribute.starts_with("Outputs.");
    if is_open || known.contains(&attribute) {
        return None;
    }
    let allowed = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let message = format!("{type_name} {id:?} has no attribute {attribute:?}: allowed are {allowed}");
    let finding = slip("unknown-attribute", message, nearest(attribute, known.iter().copied()));
    Some(Finding::new(way.place(), finding.value(attribute).allowed(allowed)))
}

fn unknown_key(mapping: &Node, name: &str, keys: [Option<&str>; 2], way: &Way<'_>) -> Option<Finding> {
    let mapping = mapping.as_map()?;
    if mapping.keys().any(|key| key.starts_with("Fn::")) {
        return None;
    }
    let rows: Vec<_> = match keys[0] {
        Some(first) => match mapping.get(first) {
            Some(row) => vec![row],
            None => {
                return Some(missing_key(way.index(1), name, first, mapping.keys().map(|key| key.as_str())));
            }
        },
        None => mapping.values().collect(),
    };
    let second = keys[1]?;
    let mut rows = rows.into_iter().filter_map(Node::as_map);
    let has = |row: &stackwright_cfn::Map| {
        row.contains_key(second) || row.keys().any(|key| key.starts_with("Fn::"))
    };
    let row = rows.find(|row| !has(row))?;
    Some(missing_key(way.index(2), name, second, row.keys().map(|key| key.as_str())))
}

fn missing_key<'k>(way: Way<'_>, mapping: &str, key: &str, keys: impl Iterator<Item = &'k str>) -> Finding {
    let allowed = keys.collect::<Vec<_>>().join(", ");
    let message = format!("mapping {mapping:?} has no key {key:?}: allowed are {allowed}");
    Finding::new(way.place(), Diagnostic::error("unknown-mapping-key", message).value(key).allowed(allowed))
}

fn unused(document: &Document<'_>, used: &BTreeSet<(Section, &str)>, found: &mut Vec<Finding>) {
    let sections =
        [(Section::Parameter, "parameter"), (Section::Mapping, "mapping"), (Section::Condition, "condition")];
    for (section, what) in sections {
        for (id, _) in document.elements(section).filter(|(id, _)| !used.contains(&(section, *id))) {
            let finding = Diagnostic::warning("unused-element", format!("{what} {id:?} is used by nothing"));
            found.push(Finding::new(Way::to(section, id).place(), finding.value(id)));
        }
    }
}
