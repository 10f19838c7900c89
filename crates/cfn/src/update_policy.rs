//! Update policies: how a resource is brought from one state to the next.

use crate::limits::Limits;
use crate::{Map, Node, Problem, Value};

/// The longest pause between batches, in seconds: one hour.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html>
const MAX_PAUSE: u64 = 3600;

/// The longest delay of an instance refresh, in seconds: two days.
///
/// Source: <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html>
const MAX_DELAY: i64 = 172_800;

macro_rules! settings {
    ($($(#[doc = $doc:literal])+ $name:ident($type:ty) = $key:literal;)*) => {
        $(
            $(#[doc = $doc])+
            pub fn $name(mut self, value: impl Into<Value<$type>>) -> Self {
                self.settings.set($key, value.into());
                self
            }
        )*
    };
}

mod code_deploy;
mod instance_refresh;
mod rolling_update;

pub use code_deploy::CodeDeployLambdaAliasUpdate;
pub use instance_refresh::InstanceRefresh;
pub use rolling_update::RollingUpdate;

/// How CloudFormation updates a resource, for the attribute `UpdatePolicy`. Left out, it does so as for any resource.
///
/// ```
/// use std::time::Duration;
/// use stackwright_cfn::{Node, RollingUpdate, UpdatePolicy, json};
///
/// let rolling = RollingUpdate::new().min_instances_in_service(1).pause_time(Duration::from_secs(60));
/// let policy = UpdatePolicy::new().rolling_update(rolling);
/// assert!(policy.check().is_empty());
/// assert_eq!(
///     Node::from(policy),
///     json!({ "AutoScalingRollingUpdate": { "MinInstancesInService": 1, "PauseTime": "PT1M" } }),
/// );
/// ```
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html>
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct UpdatePolicy {
    settings: Map,
}

impl UpdatePolicy {
    /// A policy without settings.
    pub fn new() -> Self {
        UpdatePolicy::default()
    }

    fn group(mut self, name: &'static str, settings: Map) -> Self {
        self.settings.set(name, settings);
        self
    }

    /// Replaces the instances of an Auto Scaling group batch by batch.
    pub fn rolling_update(self, update: RollingUpdate) -> Self {
        self.group("AutoScalingRollingUpdate", update.settings)
    }

    /// Replaces the instances of an Auto Scaling group by an instance refresh, which the group itself carries out;
    /// not together with a rolling update.
    pub fn instance_refresh(self, refresh: InstanceRefresh) -> Self {
        self.group("AutoScalingInstanceRefresh", refresh.settings)
    }

    /// Whether an Auto Scaling group is replaced as a whole; where it is, that goes before a rolling update. Left out,
    /// it is not.
    pub fn replacing_update(self, will_replace: impl Into<Value<bool>>) -> Self {
        self.group("AutoScalingReplacingUpdate", Map::from_iter([("WillReplace", will_replace.into())]))
    }

    /// Whether the sizes of an Auto Scaling group that scheduled actions have set stay, unless the template changes
    /// them. Left out, every update sets them back.
    pub fn scheduled_action(self, ignore_unmodified_group_sizes: impl Into<Value<bool>>) -> Self {
        let ignore = ignore_unmodified_group_sizes.into();
        self.group(
            "AutoScalingScheduledAction",
            Map::from_iter([("IgnoreUnmodifiedGroupSizeProperties", ignore)]),
        )
    }

    /// Shifts the traffic of a Lambda alias to the new version by CodeDeploy.
    pub fn code_deploy_lambda_alias_update(self, update: CodeDeployLambdaAliasUpdate) -> Self {
        self.group("CodeDeployLambdaAliasUpdate", update.settings)
    }

    settings! {
        /// Whether an OpenSearch domain is upgraded in place to a new version. Left out, it is replaced.
        enable_version_upgrade(bool) = "EnableVersionUpgrade";
        /// Whether shards are added to and taken from an ElastiCache replication group in place. Left out, the group
        /// is replaced.
        use_online_resharding(bool) = "UseOnlineResharding";
    }

    /// Whether an AppStream fleet is stopped before it is updated. Left out, it is not.
    pub fn stop_before_update(self, stop: impl Into<Value<bool>>) -> Self {
        self.group("StopBeforeUpdate", Map::from_iter([("Type", stop.into())]))
    }

    /// Whether an AppStream fleet is started after it is updated. Left out, it is not.
    pub fn start_after_update(self, start: impl Into<Value<bool>>) -> Self {
        self.group("StartAfterUpdate", Map::from_iter([("Type", start.into())]))
    }

    /// What CloudFormation would refuse.
    pub fn check(&self) -> Vec<Problem> {
        let mut limits = Limits::new("invalid-update-policy", &self.settings);
        let rolling = "AutoScalingRollingUpdate";
        let refresh = "AutoScalingInstanceRefresh";
        limits.whole_number(&[rolling, "MaxBatchSize"], 1, i64::MAX);
        limits.whole_number(&[rolling, "MinInstancesInService"], 0, i64::MAX);
        limits.whole_number(&[rolling, "MinActiveInstancesPercent"], 0, 100);
        limits.whole_number(&[rolling, "MinSuccessfulInstancesPercent"], 0, 100);
        limits.period(&[rolling, "PauseTime"], MAX_PAUSE, "1 hour");
        limits.words(&[rolling, "SuspendProcesses"], &rolling_update::PROCESSES);
        limits.words(&[refresh, "Strategy"], &["Rolling", "ReplaceRootVolume"]);
        limits.words(&[refresh, "Preferences", "ScaleInProtectedInstances"], &["Ignore", "Refresh", "Wait"]);
        limits.words(&[refresh, "Preferences", "StandbyInstances"], &["Ignore", "Terminate", "Wait"]);
        limits.whole_number(&[refresh, "Preferences", "MinHealthyPercentage"], 0, 100);
        limits.whole_number(&[refresh, "Preferences", "MaxHealthyPercentage"], 100, 200);
        limits.whole_number(&[refresh, "Preferences", "InstanceWarmup"], 0, i64::MAX);
        limits.whole_number(&[refresh, "Preferences", "BakeTime"], 0, MAX_DELAY);
        limits.whole_number(&[refresh, "Preferences", "CheckpointDelay"], 0, MAX_DELAY);

        let waits = limits.get(&[rolling, "WaitOnResourceSignals"]);
        let never_waits = matches!(waits, None | Some(Node::Bool(false)));
        if never_waits && limits.get(&[rolling, "MinSuccessfulInstancesPercent"]).is_some() {
            let key = "MinSuccessfulInstancesPercent";
            let allowed = "together with WaitOnResourceSignals";
            limits.problem(
                format!("{key} is set, and no signal is waited for: allowed is it {allowed}"),
                key,
                allowed,
            );
        }
        if self.settings.contains_key(rolling) && self.settings.contains_key(refresh) {
            let allowed = "one of them";
            let message = format!("both {rolling} and {refresh} are set: allowed is {allowed}");
            limits.problem(message, refresh, allowed);
        }
        limits.problems
    }
}

impl From<UpdatePolicy> for Node {
    fn from(policy: UpdatePolicy) -> Node {
        Node::Map(policy.settings)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{json, pseudo};

    fn told(policy: &UpdatePolicy) -> Vec<String> {
        policy.check().into_iter().map(|problem| problem.message).collect()
    }

    #[test]
    fn every_kind_of_update_has_its_group() {
        let refresh =
            InstanceRefresh::new("Rolling").min_healthy_percentage(90).alarms(["high"]).skip_matching(true);
        let deploy = CodeDeployLambdaAliasUpdate::new("app", "group").before_allow_traffic_hook("check");
        let policy = UpdatePolicy::new()
            .instance_refresh(refresh)
            .replacing_update(true)
            .scheduled_action(true)
            .code_deploy_lambda_alias_update(deploy)
            .enable_version_upgrade(true)
            .use_online_resharding(false)
            .stop_before_update(true)
            .start_after_update(true);
        assert_eq!(told(&policy), [""; 0]);
        assert_eq!(
            Node::from(policy),
            json!({
                "AutoScalingInstanceRefresh": {
                    "Strategy": "Rolling",
                    "Preferences": {
                        "MinHealthyPercentage": 90,
                        "AlarmSpecification": { "Alarms": ["high"] },
                        "SkipMatching": true,
                    },
                },
                "AutoScalingReplacingUpdate": { "WillReplace": true },
                "AutoScalingScheduledAction": { "IgnoreUnmodifiedGroupSizeProperties": true },
                "CodeDeployLambdaAliasUpdate": {
                    "ApplicationName": "app",
                    "DeploymentGroupName": "group",
                    "BeforeAllowTrafficHook": "check",
                },
                "EnableVersionUpgrade": true,
                "UseOnlineResharding": false,
                "StopBeforeUpdate": { "Type": true },
                "StartAfterUpdate": { "Type": true },
            }),
        );
    }

    #[test]
    fn what_cannot_be_is_told() {
        let rolling = RollingUpdate::new()
            .max_batch_size(0)
            .min_successful_instances_percent(101)
            .pause_time(Duration::from_secs(3601))
            .suspend_processes(["AZRebalance", "Lunch"]);
        let policy =
            UpdatePolicy::new().rolling_update(rolling).instance_refresh(InstanceRefresh::new("Slow"));
        let told = told(&policy);
        assert_eq!(told[0], "MaxBatchSize is 0: allowed are 1 or more");
        assert_eq!(told[1], "MinSuccessfulInstancesPercent is 101: allowed are 0 to 100");
        assert_eq!(told[2], "PauseTime is \"PT1H1S\": allowed are up to 1 hour, as PT1H2M3S");
        assert!(
            told[3].starts_with("SuspendProcesses is \"Lunch\": allowed are Launch, Terminate,"),
            "{told:?}"
        );
        assert_eq!(told[4], "Strategy is \"Slow\": allowed are Rolling, ReplaceRootVolume");
        assert_eq!(
            told[5],
            "MinSuccessfulInstancesPercent is set, and no signal is waited for: allowed is it together with WaitOnResourceSignals",
        );
        assert_eq!(
            told[6],
            "both AutoScalingRollingUpdate and AutoScalingInstanceRefresh are set: allowed is one of them",
        );
        assert_eq!(told.len(), 7, "{told:?}");
    }

    #[test]
    fn what_is_known_only_later_is_trusted() {
        let rolling = RollingUpdate::new()
            .min_successful_instances_percent(50)
            .wait_on_resource_signals(pseudo::region().assume::<bool>())
            .max_batch_size(pseudo::region().assume::<i64>());
        assert_eq!(told(&UpdatePolicy::new().rolling_update(rolling)), [""; 0]);
    }
}
