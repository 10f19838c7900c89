//! References to what is there only under a condition, from where it may be missing.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Function, Node};

use crate::conditions::{facts, is_possible};
use crate::walk::{walk, walk_map};
use crate::{Document, Finding, Section, Way};

/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html>
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    let is_conditional =
        |(_, resource): (&str, &stackwright_cfn::Resource)| resource.attributes.contains_key("Condition");
    if !document.resources().any(is_conditional) {
        return;
    }
    for (id, resource) in document.resources() {
        let element = Way::to(Section::Resource, id);
        walk_map(&resource.properties, &element.key("Properties"), &mut |node, way| {
            look(document, node, way, found)
        });
    }
    for (id, output) in document.elements(Section::Output) {
        walk(output, &Way::to(Section::Output, id), &mut |node, way| look(document, node, way, found));
    }
}

fn look(document: &Document<'_>, node: &Node, way: &Way<'_>, found: &mut Vec<Finding>) -> bool {
    found.extend(missing(document, node, way));
    if let Node::Call(call) = node
        && call.function == Function::Sub
    {
        let pieces = call.substitution().unwrap_or_default();
        found.extend(pieces.iter().filter_map(|piece| missing(document, piece, way)));
    }
    true
}

/// A finding, if a reference leads to what may not be there.
fn missing(document: &Document<'_>, node: &Node, way: &Way<'_>) -> Option<Finding> {
    let used = document.follow(node)?.id;
    let condition = document.name(document.resource(used)?.attributes.get("Condition")?)?;
    let mut facts = facts(document, &way.place());
    facts.push((condition, false));
    if !is_possible(document, &facts) {
        return None;
    }
    let message = format!("{used:?} is there only under condition {condition:?}, and may be missing here");
    let finding = Diagnostic::warning("conditional-reference", message).value(used);
    let hint = format!("refer to it within Fn::If, or under condition {condition:?} as well");
    Some(Finding::new(way.place(), finding.hint(hint)))
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(resource: &str, expected: &[&str]) {
        let head = "Parameters: {P: {Type: String}}, Conditions: {C: {'Fn::Equals': [{Ref: P}, a]}, D: {'Fn::Equals': [{Ref: P}, b]}}";
        let used = "A: {Type: 'Custom::A', Condition: C}, B: {Type: 'Custom::B'}";
        testing::check(
            super::check,
            &format!("{{{head}, Resources: {{{used}, X: {{Type: 'Custom::X', {resource}}}}}}}"),
            expected,
        );
    }

    #[test]
    fn what_may_be_missing_is_told() {
        let finding = ["conditional-reference X.P"];
        check("Properties: {P: {Ref: B}}", &[]);
        check("Properties: {P: {Ref: A}}", &finding);
        check("Properties: {P: {'Fn::GetAtt': [A, B]}}", &finding);
        check("Properties: {P: {'Fn::Sub': '${A.B}/${B}'}}", &finding);
        check("Condition: C, Properties: {P: {Ref: A}}", &[]);
        check("Condition: D, Properties: {P: {Ref: A}}", &finding);
        check("Properties: {P: {'Fn::If': [C, {Ref: A}, x]}}", &[]);
        check("Properties: {P: {'Fn::If': [C, x, {Ref: A}]}}", &["conditional-reference X.P.Fn::If.2"]);
        check("DependsOn: A", &[]);
    }

    #[test]
    fn outputs_have_conditions_too() {
        let check = |output: &str, expected: &[&str]| {
            let head = "Conditions: {C: {'Fn::Equals': [{Ref: 'AWS::Region'}, a]}}, Resources: {A: {Type: 'Custom::A', Condition: C}}";
            testing::check(super::check, &format!("{{{head}, Outputs: {{O: {{{output}}}}}}}"), expected);
        };
        check("Value: {Ref: A}", &["conditional-reference O.Value"]);
        check("Value: {Ref: A}, Condition: C", &[]);
    }
}
