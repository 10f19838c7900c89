//! Creation policies: when a resource counts as created.

use crate::limits::Limits;
use crate::{Map, Node, Period, Problem, Value};

/// The longest that CloudFormation waits for signals, in seconds: 12 hours.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-creationpolicy.html>
const MAX_TIMEOUT: u64 = 12 * 3600;

/// What CloudFormation waits for before a resource counts as created, for the attribute `CreationPolicy`.
///
/// ```
/// use std::time::Duration;
/// use stackwright_cfn::{CreationPolicy, Node};
///
/// let policy = CreationPolicy::new().signals(3).timeout(Duration::from_secs(15 * 60));
/// assert!(policy.check().is_empty());
/// assert_eq!(
///     serde_json::to_string(&Node::from(policy)).unwrap(),
///     r#"{"ResourceSignal":{"Count":3,"Timeout":"PT15M"}}"#,
/// );
/// ```
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-creationpolicy.html>
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct CreationPolicy {
    settings: Map,
}

impl CreationPolicy {
    /// A policy that waits for nothing.
    pub fn new() -> Self {
        CreationPolicy::default()
    }

    fn set(mut self, group: &'static str, key: &'static str, value: impl Into<Node>) -> Self {
        if let Node::Map(map) = self.settings.get_or_insert_with(group, || Node::Map(Map::new())) {
            map.set(key, value);
        }
        self
    }

    /// How many signals of success an Auto Scaling group, an instance or a wait condition must get. Left out, it is
    /// one where there is a timeout, and none otherwise.
    pub fn signals(self, count: impl Into<Value<i64>>) -> Self {
        self.set("ResourceSignal", "Count", count.into())
    }

    /// How long the signals may take, up to 12 hours. Left out, it is five minutes.
    pub fn timeout(self, time: impl Into<Value<Period>>) -> Self {
        self.set("ResourceSignal", "Timeout", time.into())
    }

    /// Of a hundred instances of an Auto Scaling group that is replaced, how many must signal success. Left out, all.
    pub fn min_successful_instances_percent(self, percent: impl Into<Value<i64>>) -> Self {
        self.set("AutoScalingCreationPolicy", "MinSuccessfulInstancesPercent", percent.into())
    }

    /// Whether an AppStream fleet is started once it is created. Left out, it is not.
    pub fn start_fleet(mut self, start: impl Into<Value<bool>>) -> Self {
        self.settings.set("StartFleet", start.into());
        self
    }

    /// What CloudFormation would refuse.
    pub fn check(&self) -> Vec<Problem> {
        let mut limits = Limits::new("invalid-creation-policy", &self.settings);
        limits.whole_number(&["ResourceSignal", "Count"], 1, i64::MAX);
        limits.period(&["ResourceSignal", "Timeout"], MAX_TIMEOUT, "12 hours");
        limits.whole_number(&["AutoScalingCreationPolicy", "MinSuccessfulInstancesPercent"], 0, 100);
        limits.problems
    }
}

impl From<CreationPolicy> for Node {
    fn from(policy: CreationPolicy) -> Node {
        Node::Map(policy.settings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pseudo;

    #[test]
    fn settings_gather_in_their_groups() {
        let policy = CreationPolicy::new().timeout("PT1H").min_successful_instances_percent(50).signals(2);
        assert_eq!(policy.check(), []);
        assert_eq!(
            serde_json::to_string(&Node::from(policy)).unwrap(),
            concat!(
                r#"{"ResourceSignal":{"Timeout":"PT1H","Count":2},"#,
                r#""AutoScalingCreationPolicy":{"MinSuccessfulInstancesPercent":50}}"#,
            ),
        );
        let fleet = CreationPolicy::new().start_fleet(true);
        assert_eq!(serde_json::to_string(&Node::from(fleet)).unwrap(), r#"{"StartFleet":true}"#);
    }

    #[test]
    fn limits_are_checked_where_the_value_is_known() {
        let policy =
            CreationPolicy::new().signals(0).timeout("PT12H1S").min_successful_instances_percent(101);
        let told: Vec<_> = policy.check().into_iter().map(|problem| problem.message).collect();
        assert_eq!(
            told,
            [
                "Count is 0: allowed are 1 or more",
                "Timeout is \"PT12H1S\": allowed are up to 12 hours, as PT1H2M3S",
                "MinSuccessfulInstancesPercent is 101: allowed are 0 to 100",
            ],
        );
        assert_eq!(CreationPolicy::new().timeout("5 minutes").check().len(), 1);
        let unknown = CreationPolicy::new().signals(pseudo::region().assume::<i64>());
        assert_eq!(unknown.check(), []);
    }
}
