//! Sections of a template that was read: which there are, and whether there is anything in it.

use stackwright_assembly::Diagnostic;

use crate::near::{nearest, slip};
use crate::{Document, Finding, Section, Way};

/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html>
const SECTIONS: [&str; 11] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    // A macro may read sections of its own, and make resources.
    if document.is_open() {
        return;
    }
    for key in document.sections().filter(|key| !SECTIONS.contains(key)) {
        let allowed = SECTIONS.join(", ");
        let message = format!("{key:?} is no section that is known: allowed are {allowed}");
        let finding = slip("unknown-section", message, nearest(key, SECTIONS.into_iter()));
        found
            .push(Finding::new(Way::to(Section::Template, key).place(), finding.value(key).allowed(allowed)));
    }
    if document.resources().next().is_none() {
        let message = "the template has no resources: at least one is needed";
        let finding = Diagnostic::warning("empty-template", message).value("0").allowed("1 to 500 resources");
        found.push(Finding::new(Way::to(Section::Template, "Resources").place(), finding));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn sections_are_those_that_there_are() {
        let one = "Resources: {A: {Type: 'AWS::EC2::EIP'}}";
        check(super::check, &format!("{{{one}, Description: a, Hooks: {{}}}}"), &[]);
        check(super::check, &format!("{{{one}, Condition: {{}}}}"), &["unknown-section Condition"]);
        check(super::check, &format!("{{{one}, Globals: {{}}}}"), &["unknown-section Globals"]);
        check(
            super::check,
            &format!("{{{one}, Globals: {{}}, Transform: 'AWS::Serverless-2016-10-31'}}"),
            &[],
        );
    }

    #[test]
    fn there_are_resources() {
        check(super::check, "{Resources: {}}", &["empty-template Resources"]);
        check(super::check, "{Resources: {'Fn::ForEach::X': [x, [a], {}]}}", &[]);
    }
}
