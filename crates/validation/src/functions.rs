//! Functions: whether they are any, how many arguments they have, and numbers among these.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Function, Map, Node};

use crate::near::{nearest, slip};
use crate::view::scalar;
use crate::walk::{walk, walk_map};
use crate::{Document, Finding, Section, Way};

/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>
pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    let mut visit = |node: &Node, way: &Way<'_>| {
        match node {
            Node::Call(call) => look(call.function, &call.argument, &way.key(call.function.key()), found),
            Node::Map(map) if !document.is_open() => unknown(map, way, found),
            _ => {}
        }
        true
    };
    for (id, resource) in document.resources() {
        let element = Way::to(Section::Resource, id);
        walk_map(&resource.properties, &element.key("Properties"), &mut visit);
    }
    for section in [Section::Condition, Section::Output] {
        for (id, element) in document.elements(section) {
            walk(element, &Way::to(section, id), &mut visit);
        }
    }
}

/// A map with one key that is nearly a function's. Functions may be newer than what is known here.
fn unknown(map: &Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let Some(key) = map.keys().next().filter(|key| map.len() == 1 && key.starts_with("Fn::")) else { return };
    if key.starts_with("Fn::ForEach::") {
        return;
    }
    let message = format!("{key:?} is no function that is known");
    let meant = nearest(key, Function::ALL.iter().map(|function| function.key()));
    let finding = slip("unknown-function", message, meant).value(key.as_str());
    found.push(Finding::new(way.key(key).place(), finding));
}

fn look(function: Function, argument: &Node, way: &Way<'_>, found: &mut Vec<Finding>) {
    let Some(items) = argument.as_list() else { return };
    let name = function.key();
    let mut tell = |value: String, allowed: &str, way: &Way<'_>| {
        let message = format!("{name} has {value}: allowed is {allowed}");
        let finding = Diagnostic::error("invalid-argument", message).value(value).allowed(allowed);
        found.push(Finding::new(way.place(), finding));
    };
    let number = |index: usize| scalar(items.get(index)?)?.parse::<i64>().ok();
    match (function, items) {
        (Function::Equals | Function::Join | Function::Select | Function::Split, _) if items.len() != 2 => {
            tell(format!("{} arguments", items.len()), "a list of two", way);
        }
        (Function::Join, [Node::List(_) | Node::Map(_), _]) => {
            tell("no text between the parts".to_owned(), "a text, then a list", &way.index(0));
        }
        (Function::Select, [_, Node::List(list)]) => {
            // An item that is left out by a condition moves those after it.
            if let Some(index) = number(0).filter(|index| !(0..list.len() as i64).contains(index)) {
                let allowed = format!("an index below {}", list.len());
                tell(format!("the index {index}"), &allowed, &way.index(0));
            }
        }
        (Function::Cidr, _) => {
            if let Some(count) = number(1).filter(|count| !(1..=256).contains(count)) {
                tell(format!("a count of {count}"), "1 to 256", &way.index(1));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(call: &str, expected: &[&str]) {
        testing::check(
            super::check,
            &format!("{{Resources: {{A: {{Type: 'Custom::A', Properties: {{P: {{{call}}}}}}}}}}}"),
            expected,
        );
    }

    #[test]
    fn functions_have_the_arguments_that_they_take() {
        check("'Fn::Join': ['-', [a, b]]", &[]);
        check("'Fn::Join': ['-', {'Fn::GetAZs': ''}]", &[]);
        check("'Fn::Join': [[a, b]]", &["invalid-argument A.P.Fn::Join"]);
        check("'Fn::Join': [[a, b], '-']", &["invalid-argument A.P.Fn::Join.0"]);
        check("'Fn::Select': ['1', [a, b]]", &[]);
        check("'Fn::Select': ['2', [a, b]]", &["invalid-argument A.P.Fn::Select.0"]);
        check("'Fn::Select': [-1, [a, b]]", &["invalid-argument A.P.Fn::Select.0"]);
        check("'Fn::Cidr': [10.0.0.0/16, 256, 8]", &[]);
        check("'Fn::Cidr': [10.0.0.0/16, 257, 8]", &["invalid-argument A.P.Fn::Cidr.1"]);
        check("'Fn::Cidr': [10.0.0.0/16, 0, 8]", &["invalid-argument A.P.Fn::Cidr.1"]);
        check("Q: {'Fn::Equals': [a]}", &["invalid-argument A.P.Q.Fn::Equals"]);
        check("'Fn::Jion': ['-', [a]]", &["unknown-function A.P.Fn::Jion"]);
        check("'Fn::Novelty': a", &["unknown-function A.P.Fn::Novelty"]);
        check("'Fn::Novelty': a, Other: b", &[]);
        check("'Fn::ForEach::X': [x, [a], {b: {Ref: x}}]", &[]);
    }
}
