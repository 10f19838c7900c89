//! How many elements a template may have, and what these may be called.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{LogicalId, Map, Node, Output};

use crate::{Document, Finding, Section, Way, element_diagnostic};

/// How many of each a template may have, with what to do where there are more.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
pub const LIMITS: [(Section, usize, &str); 4] = [
    (Section::Resource, 500, "split the stack: constructs keep their references across stacks"),
    (Section::Parameter, 200, "give values that the program knows as literals"),
    (Section::Output, 200, "leave out outputs that nobody reads"),
    (Section::Mapping, 200, "let the program choose instead of the template"),
];

/// Looks at every section that has a limit.
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (section, most, _) in LIMITS {
        let ids: Vec<&str> = match section {
            Section::Resource => document.resources().map(|(id, _)| id).collect(),
            section => document.elements(section).map(|(id, _)| id).collect(),
        };
        if let Some(beyond) = ids.get(most) {
            let what = section.key().to_ascii_lowercase();
            let message = format!("the template has {} {what}: allowed are {most}", ids.len());
            let finding = Diagnostic::error("too-many-elements", message).value(ids.len().to_string());
            let finding = finding.allowed(format!("up to {most}"));
            found.push(Finding::new(Way::to(section, beyond).place(), finding));
        }
        // A macro may read names as it likes.
        for id in ids.into_iter().filter(|_| !document.is_open()) {
            if let Err(error) = LogicalId::new(id.to_owned()) {
                let finding = Diagnostic::error("invalid-logical-id", error.to_string()).value(id);
                let finding = finding.allowed("1 to 255 letters and digits");
                found.push(Finding::new(Way::to(section, id).place(), finding));
            }
        }
    }
    for (id, output) in document.elements(Section::Output) {
        let Some(output) = output.as_map() else { continue };
        let problems = of_output(output).check().into_iter().map(element_diagnostic);
        let place = Way::to(Section::Output, id).place();
        found.extend(problems.map(|problem| Finding::new(place.clone(), problem)));
    }
}

/// The description of an output and the name of its export, with a value that is sound.
fn of_output(output: &Map) -> Output {
    let mut sound = Output::new("");
    if let Some(Node::Text(description)) = output.get("Description") {
        sound = sound.description(description.clone());
    }
    let export = output.get("Export").and_then(|export| export.as_map()?.get("Name"));
    match export.and_then(Node::as_str) {
        Some(name) => sound.export(name.to_owned()),
        None => sound,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(template: &str, expected: &[&str]) {
        testing::check(super::check, template, expected);
    }

    #[test]
    fn sections_are_full_at_some_time() {
        let outputs = |count: usize| {
            let outputs: Vec<String> = (0..count).map(|index| format!("O{index}: {{Value: a}}")).collect();
            format!("{{Resources: {{A: {{Type: 'AWS::EC2::EIP'}}}}, Outputs: {{{}}}}}", outputs.join(", "))
        };
        check(&outputs(200), &[]);
        check(&outputs(202), &["too-many-elements O200"]);
    }

    #[test]
    fn names_are_of_letters_and_digits_and_not_too_long() {
        let resource = |id: &str| format!("{{Resources: {{{id}: {{Type: 'AWS::EC2::EIP'}}}}}}");
        check(&resource(&"a".repeat(255)), &[]);
        check(&resource(&"a".repeat(256)), &[&format!("invalid-logical-id {}", "a".repeat(256))]);
        check(&resource("a-b"), &["invalid-logical-id a-b"]);
        let output =
            |id: &str, more: &str| format!("{{Resources: {{}}, Outputs: {{{id}: {{Value: a, {more}}}}}}}");
        check(&output("A", "Description: b, Export: {Name: 'a:b-1'}"), &[]);
        check(&output("a_b", ""), &["invalid-logical-id a_b"]);
        check(&output("A", "Export: {Name: a b}"), &["invalid-output A"]);
        check(&output("A", &format!("Description: {}", "a".repeat(1025))), &["invalid-output A"]);
        check(&output("A", "Export: {Name: {'Fn::Sub': '${AWS::StackName}_a'}}"), &[]);
        check("{Transform: X, Resources: {a-b: {Type: 'AWS::EC2::Volume'}}}", &[]);
    }
}
