//! Values of parameters in the place of references to them.

use std::collections::BTreeMap;

use stackwright_cfn::{Function, Map, Node, Template};

/// Puts the values of parameters, by name, in the place of what refers to them.
pub(crate) fn fill(template: &mut Template, values: &BTreeMap<String, Node>) {
    let mut fill = |node: &mut Node| {
        let Node::Call(call) = node else { return };
        let value = match &call.argument {
            Node::Text(name) if call.function == Function::Ref => values.get(&**name).cloned(),
            // What stands in its text is a reference too.
            _ => call.substitution().map(|pieces| Node::Sub(pieces.into())),
        };
        if let Some(value) = value {
            *node = value;
        }
    };
    let mut fill_map = |map: &mut Map| map.iter_mut().for_each(|(_, value)| value.visit_mut(&mut fill));
    for section in [&mut template.conditions, &mut template.outputs, &mut template.generated] {
        fill_map(section);
    }
    for (_, resource) in &mut template.resources {
        fill_map(&mut resource.properties);
        fill_map(&mut resource.attributes);
    }
}

#[cfg(test)]
mod tests {
    use stackwright_cfn::json;

    use super::*;

    #[test]
    fn references_to_a_parameter_are_its_value_wherever_they_stand() {
        let text = |name: &str, other: &str, sub: &str| {
            format!(
                "Conditions: {{IsA: !Equals [{name}, a]}}\n\
                 Resources: {{Q: {{Type: AWS::SQS::Queue, Metadata: {{k: {name}}}, \
                 Properties: {{QueueName: {sub}, Tags: [{{Key: {other}, Value: {name}}}]}}}}}}\n\
                 Outputs: {{O: {{Value: {name}}}}}"
            )
        };
        let read = |text: &str| stackwright_cfn::read(text).unwrap();
        let mut template = read(&text("!Ref Name", "!Ref Other", "!Sub '${Name}-${Other}'"));
        fill(&mut template, &BTreeMap::from([("Name".to_owned(), json!("x"))]));
        let wanted = read(&text("x", "!Ref Other", "!Sub 'x-${Other}'"));
        // Whichever form text with a value in it has by now.
        let comparison = super::super::Comparison::of(&template, &wanted);
        assert!(comparison.is_empty(), "{:?}", comparison.changes());
    }
}
