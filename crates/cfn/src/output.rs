//! Outputs: what a stack tells, and other stacks may import.

use crate::{Function, Map, Node, Predicate, Problem, Text, Value};

/// The most bytes of an output's description.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html>
const MAX_DESCRIPTION: usize = 1024;

/// The most characters of an export's name.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html>
const MAX_NAME: usize = 255;

/// A value that can be seen once the stack is deployed.
///
/// ```
/// use stackwright_cfn::{Node, Output, json, pseudo, sub};
///
/// let output = Output::new(pseudo::stack_id())
///     .description("the stack itself")
///     .export(sub!("{name}:id", name = pseudo::stack_name()));
/// assert!(output.check().is_empty());
/// assert_eq!(
///     serde_json::to_string(&Node::from(output)).unwrap(),
///     r#"{"Description":"the stack itself","Value":{"Ref":"AWS::StackId"},"Export":{"Name":{"Fn::Sub":"${AWS::StackName}:id"}}}"#,
/// );
/// ```
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/outputs-section-structure.html>
#[derive(Clone, Debug)]
#[must_use]
pub struct Output {
    value: Node,
    description: Option<Text>,
    export: Option<Node>,
    condition: Option<Node>,
}

impl Output {
    /// An output of `value`. A list needs [`join`](crate::functions::join), for outputs are texts.
    pub fn new(value: impl Into<Value<String>>) -> Self {
        Output { value: value.into().into_node(), description: None, export: None, condition: None }
    }

    /// What the value is; at most 1,024 bytes.
    pub fn description(mut self, text: impl Into<Text>) -> Self {
        self.description = Some(text.into());
        self
    }

    /// Lets other stacks of the account and region [import](crate::functions::import_value) the value by this name:
    /// up to 255 letters, digits, colons and hyphens, and no other export may have it. Left out, none can.
    pub fn export(mut self, name: impl Into<Value<String>>) -> Self {
        self.export = Some(name.into().into_node());
        self
    }

    /// Leaves the output out where `condition`, which must be a named one, does not hold. Left out, it is always there.
    pub fn condition(mut self, condition: Value<Predicate>) -> Self {
        self.condition = Some(match condition.into_node() {
            Node::Call(named) if named.function == Function::Condition => named.argument,
            other => other,
        });
        self
    }

    /// What CloudFormation would refuse.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let length = self.description.as_deref().map_or(0, str::len);
        if length > MAX_DESCRIPTION {
            let message = format!("a description has {length} bytes: allowed are {MAX_DESCRIPTION}");
            problems.push(problem(message).value(length.to_string()).allowed(MAX_DESCRIPTION.to_string()));
        }
        if matches!(self.value, Node::Null | Node::List(_) | Node::Map(_)) {
            let message = "the value of an output is a list or map: allowed is text".to_owned();
            problems.push(problem(message).allowed("text").hint("write it as text, such as with Fn::Join"));
        }
        let is_allowed = |char: char| char.is_ascii_alphanumeric() || char == ':' || char == '-';
        if let Some(name) = self.export.as_ref().and_then(Node::as_str)
            && !((1..=MAX_NAME).contains(&name.len()) && name.chars().all(is_allowed))
        {
            let allowed = format!("1 to {MAX_NAME} letters, digits, colons and hyphens");
            let message = format!("{name:?} is no name of an export: allowed are {allowed}");
            problems.push(problem(message).value(name).allowed(allowed));
        }
        if self.condition.as_ref().is_some_and(|name| !matches!(name, Node::Text(_) | Node::Name(_))) {
            let message =
                "the condition of an output is a function: allowed is the name of a condition".to_owned();
            problems.push(problem(message).allowed("the name of a condition"));
        }
        problems
    }
}

impl From<Output> for Node {
    fn from(output: Output) -> Node {
        let mut map = Map::new();
        if let Some(condition) = output.condition {
            map.set("Condition", condition);
        }
        if let Some(description) = output.description {
            map.set("Description", description);
        }
        map.set("Value", output.value);
        if let Some(name) = output.export {
            map.set("Export", Map::from_iter([("Name", name)]));
        }
        map.into()
    }
}

fn problem(message: String) -> Problem {
    Problem::new("invalid-output", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions;

    fn told(output: &Output) -> Vec<String> {
        output.check().into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn a_condition_is_named_and_comes_first() {
        let output = Output::new("a").condition(functions::condition("IsProd"));
        assert_eq!(told(&output), [""; 0]);
        assert_eq!(
            serde_json::to_string(&Node::from(output)).unwrap(),
            r#"{"Condition":"IsProd","Value":"a"}"#
        );
        let unnamed = Output::new("a").condition(functions::equals::<String>("a", "b"));
        assert_eq!(
            told(&unnamed),
            ["the condition of an output is a function: allowed is the name of a condition"]
        );
    }

    #[test]
    fn names_of_exports_are_checked_where_they_are_known() {
        let allowed = "allowed are 1 to 255 letters, digits, colons and hyphens";
        assert_eq!(told(&Output::new("a").export("vpc:Id-1")), [""; 0]);
        assert_eq!(
            told(&Output::new("a").export("vpc/id")),
            [format!("\"vpc/id\" is no name of an export: {allowed}")]
        );
        assert_eq!(told(&Output::new("a").export("")), [format!("\"\" is no name of an export: {allowed}")]);
        assert_eq!(told(&Output::new("a").export("x".repeat(256))).len(), 1);
    }

    #[test]
    fn outputs_are_texts() {
        let list: Value<Vec<String>> = ["a"].into();
        assert_eq!(
            told(&Output::new(list.assume::<String>()).description("x".repeat(1025))),
            [
                "a description has 1025 bytes: allowed are 1024",
                "the value of an output is a list or map: allowed is text",
            ],
        );
    }
}
