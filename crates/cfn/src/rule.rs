//! Rules: what the parameters must fulfil together before anything is deployed.

use crate::{Function, Map, Node, Predicate, Problem, Text, Value};

/// What is asserted of the parameters, always or where a condition holds.
///
/// ```
/// use stackwright_cfn::{Node, Rule, functions::{contains, equals}, json};
///
/// let rule = Rule::new()
///     .condition(equals::<String>("prod", "prod"))
///     .assert(contains(["m5.large", "m5.xlarge"], "m5.large"), "production needs large instances");
/// assert!(rule.check().is_empty());
/// assert_eq!(
///     Node::from(rule),
///     json!({
///         "RuleCondition": { "Fn::Equals": ["prod", "prod"] },
///         "Assertions": [{
///             "Assert": { "Fn::Contains": [["m5.large", "m5.xlarge"], "m5.large"] },
///             "AssertDescription": "production needs large instances",
///         }],
///     }),
/// );
/// ```
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html>
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Rule {
    condition: Option<Node>,
    assertions: Vec<Node>,
}

/// The functions that a rule may use.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-rules.html>
const FUNCTIONS: [Function; 11] = [
    Function::And,
    Function::Contains,
    Function::EachMemberEquals,
    Function::EachMemberIn,
    Function::Equals,
    Function::Not,
    Function::Or,
    Function::Ref,
    Function::RefAll,
    Function::ValueOf,
    Function::ValueOfAll,
];

impl Rule {
    /// A rule without assertions; it needs one at least.
    pub fn new() -> Self {
        Rule::default()
    }

    /// Asserts only where `predicate` holds. Left out, always.
    pub fn condition(mut self, predicate: Value<Predicate>) -> Self {
        self.condition = Some(predicate.into_node());
        self
    }

    /// Adds an assertion, and what is told where it does not hold.
    pub fn assert(mut self, predicate: Value<Predicate>, description: impl Into<Text>) -> Self {
        let mut assertion = Map::new();
        assertion.set("Assert", predicate);
        assertion.set("AssertDescription", description.into());
        self.assertions.push(assertion.into());
        self
    }

    /// What CloudFormation would refuse.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.assertions.is_empty() {
            problems.push(problem("a rule asserts nothing: allowed are one or more assertions".to_owned()));
        }
        for node in self.condition.iter().chain(&self.assertions) {
            node.visit(&mut |node| {
                let given = match node {
                    Node::Call(call) if !FUNCTIONS.contains(&call.function) => call.function,
                    Node::GetAtt(..) => Function::GetAtt,
                    Node::Sub(_) => Function::Sub,
                    _ => return,
                };
                let allowed = FUNCTIONS.map(Function::key).join(", ");
                let message = format!("a rule uses {}: allowed are {allowed}", given.key());
                problems.push(problem(message).value(given.key()).allowed(allowed));
            });
        }
        problems
    }
}

impl From<Rule> for Node {
    fn from(rule: Rule) -> Node {
        let mut map = Map::new();
        if let Some(condition) = rule.condition {
            map.set("RuleCondition", condition);
        }
        map.set("Assertions", rule.assertions);
        map.into()
    }
}

fn problem(message: String) -> Problem {
    Problem::new("invalid-rule", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::functions::{each_member_in, equals, if_, not, ref_all, value_of_all};
    use crate::{functions, pseudo};

    #[test]
    fn functions_of_rules_may_be_used_at_any_depth() {
        let subnets = value_of_all("AWS::EC2::Subnet::Id", "VpcId");
        let rule = Rule::new()
            .assert(not(not(each_member_in(subnets, ref_all("AWS::EC2::VPC::Id")))), "one network");
        assert_eq!(rule.check(), []);
    }

    #[test]
    fn other_functions_are_told() {
        let either = if_::<String>(functions::condition("IsProd"), "a", pseudo::region());
        let rule = Rule::new().condition(equals(either, "a"));
        let told: Vec<_> = rule.check().into_iter().map(|problem| problem.message).collect();
        assert_eq!(told.len(), 2, "{told:?}");
        assert_eq!(told[0], "a rule asserts nothing: allowed are one or more assertions");
        assert!(told[1].starts_with("a rule uses Fn::If: allowed are Fn::And, Fn::Contains,"), "{told:?}");
    }
}
