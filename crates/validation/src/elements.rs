//! Elements of a template that was read: their names, and what stands beside the properties of a resource.

use std::collections::BTreeMap;

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Function, Node, Resource};

use crate::known::texts_of;
use crate::near::nearest;
use crate::{Document, Finding, Place, Section, Way};

/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-product-attribute-reference.html>
const KEYS: [&str; 9] = [
    "Type",
    "Properties",
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "UpdatePolicy",
    "UpdateReplacePolicy",
];

/// Looks at every resource and output.
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    // A macro may read whatever it likes.
    if document.is_open() {
        return;
    }
    for (id, resource) in document.resources() {
        let way = Way::to(Section::Resource, id);
        if document.elements(Section::Parameter).any(|(parameter, _)| parameter == id) {
            let message = format!("{id:?} is the logical id of a resource and of a parameter");
            let finding = Diagnostic::error("duplicate-logical-id", message).value(id);
            let parameter = Way::to(Section::Parameter, id).place();
            found.push(Finding::new(way.place(), finding).related("the parameter", parameter));
        }
        attributes(resource, &way, found);
    }
    exports(document, found);
    for (id, output) in document.elements(Section::Output) {
        let way = Way::to(Section::Output, id);
        match output.as_map().map(|map| map.get("Value")) {
            Some(None) => {
                let finding = Diagnostic::error("missing-value", format!("output {id:?} has no Value"));
                found.push(Finding::new(way.place(), finding));
            }
            Some(Some(value)) if is_list(value) => {
                let message = format!("the value of output {id:?} is a list: allowed is a text");
                let finding = Diagnostic::error("wrong-type", message).value("a list").allowed("a text");
                found.push(Finding::new(way.key("Value").place(), finding.hint("use Fn::Join")));
            }
            _ => {}
        }
    }
}

/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html>
fn exports(document: &Document<'_>, found: &mut Vec<Finding>) {
    let mut taken = BTreeMap::new();
    for (id, output) in document.elements(Section::Output) {
        let export = output.as_map().and_then(|output| output.get("Export")?.as_map());
        for name in export.map(|export| texts_of(document, export, "Name")).unwrap_or_default() {
            let place = |id| Place::new(Section::Output, id).at("Export").at("Name");
            if let Some(first) = taken.insert(name.clone(), id) {
                let message =
                    format!("export {name:?} is used twice: allowed is once in an account and region");
                let finding = Diagnostic::error("duplicate-export", message).value(name);
                found.push(Finding::new(place(id), finding).related("used first", place(first)));
            }
        }
    }
}

/// Whether a value is a list for certain.
fn is_list(node: &Node) -> bool {
    match node {
        Node::List(_) => true,
        Node::Call(call) => matches!(call.function, Function::GetAzs | Function::Split | Function::Cidr),
        _ => false,
    }
}

fn attributes(resource: &Resource, way: &Way<'_>, found: &mut Vec<Finding>) {
    for (key, value) in resource.attributes.iter() {
        let way = way.key(key);
        let of_policy: &[&str] = match key.as_str() {
            "DeletionPolicy" => &["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"],
            "UpdateReplacePolicy" => &["Delete", "Retain", "Snapshot"],
            known if KEYS.contains(&known) => continue,
            unknown => {
                let message = format!("a resource has no {unknown:?}: allowed are {}", KEYS.join(", "));
                let finding = Diagnostic::error("unknown-key", message).value(unknown);
                let finding = finding.allowed(KEYS.join(", ")).meant(nearest(unknown, KEYS.into_iter()));
                found.push(Finding::new(way.place(), finding));
                continue;
            }
        };
        let Some(policy) = value.as_str() else { continue };
        if !of_policy.contains(&policy) {
            let allowed = of_policy.join(", ");
            let message = format!("{key} is {policy:?}: allowed are {allowed}");
            let finding = Diagnostic::error("invalid-value", message).value(policy).allowed(allowed);
            found.push(Finding::new(way.place(), finding));
        } else if policy == "Snapshot" && has_no_snapshots(&resource.type_name) {
            let message = format!("{} cannot be kept as a snapshot", resource.type_name);
            let finding = Diagnostic::error("invalid-value", message).value(policy);
            found.push(Finding::new(way.place(), finding.hint("Retain keeps it as it is")));
        }
    }
}

/// Services of which nothing has snapshots: others may learn it for another type.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html>
fn has_no_snapshots(type_name: &str) -> bool {
    let with = ["DocDB", "EC2", "ElastiCache", "MemoryDB", "Neptune", "RDS", "Redshift"];
    let service = type_name.strip_prefix("AWS::").and_then(|rest| rest.split("::").next());
    service.is_some_and(|service| !with.iter().any(|known| service.starts_with(known)))
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(template: &str, expected: &[&str]) {
        testing::check(super::check, template, expected);
    }

    #[test]
    fn resources_have_names_and_keys_that_there_are() {
        let resource = |id: &str, more: &str, expected: &[&str]| {
            check(&format!("{{Resources: {{{id}: {{Type: 'AWS::S3::Bucket', {more}}}}}}}"), expected);
        };
        resource("A1", "DeletionPolicy: RetainExceptOnCreate, UpdateReplacePolicy: Delete", &[]);
        resource("A", "Dependson: B", &["unknown-key A.Dependson"]);
        resource("A", "DeletionPolicy: Keep", &["invalid-value A.DeletionPolicy"]);
        resource("A", "DeletionPolicy: Snapshot", &["invalid-value A.DeletionPolicy"]);
        resource("A", "UpdateReplacePolicy: RetainExceptOnCreate", &["invalid-value A.UpdateReplacePolicy"]);
        check("{Resources: {A: {Type: 'AWS::EC2::Volume', DeletionPolicy: Snapshot}}}", &[]);
        check(
            "{Parameters: {A: {Type: String}}, Resources: {A: {Type: 'AWS::EC2::EIP'}}}",
            &["duplicate-logical-id A"],
        );
    }

    #[test]
    fn outputs_are_texts() {
        let output = |output: &str, expected: &[&str]| {
            check(
                &format!("{{Resources: {{A: {{Type: 'AWS::EC2::EIP'}}}}, Outputs: {{O: {{{output}}}}}}}"),
                expected,
            );
        };
        output("Value: {'Fn::Select': [0, {'Fn::GetAZs': ''}]}", &[]);
        output("Value: 5", &[]);
        output("Description: a", &["missing-value O"]);
        output("Value: {'Fn::GetAZs': ''}", &["wrong-type O.Value"]);
        output("Value: [a]", &["wrong-type O.Value"]);
        output("Value: a, Export: {Name: a}}, P: {Value: a, Export: {Name: b}", &[]);
        output(
            "Value: a, Export: {Name: a}}, P: {Value: a, Export: {Name: a}",
            &["duplicate-export P.Export.Name"],
        );
    }
}
