//! Creation and update policies, by their types.

use stackwright_cfn::{Map, Node};

use crate::kind::Kind;
use crate::writer::Writer;

/// What a policy calls a setting, with the groups that it stands in; the setter for it; what that takes.
type Setting = (&'static str, &'static str, Wants);

/// What a setter takes.
#[derive(Clone, Copy)]
enum Wants {
    Bool,
    Int,
    Ints,
    Period,
    Text,
    Texts,
}

const CREATION: &[Setting] = &[
    ("ResourceSignal.Count", "signals", Wants::Int),
    ("ResourceSignal.Timeout", "timeout", Wants::Period),
    (
        "AutoScalingCreationPolicy.MinSuccessfulInstancesPercent",
        "min_successful_instances_percent",
        Wants::Int,
    ),
    ("StartFleet", "start_fleet", Wants::Bool),
];

const UPDATE: &[Setting] = &[
    ("AutoScalingReplacingUpdate.WillReplace", "replacing_update", Wants::Bool),
    ("AutoScalingScheduledAction.IgnoreUnmodifiedGroupSizeProperties", "scheduled_action", Wants::Bool),
    ("EnableVersionUpgrade", "enable_version_upgrade", Wants::Bool),
    ("UseOnlineResharding", "use_online_resharding", Wants::Bool),
    ("StopBeforeUpdate.Type", "stop_before_update", Wants::Bool),
    ("StartAfterUpdate.Type", "start_after_update", Wants::Bool),
];

const ROLLING_UPDATE: &[Setting] = &[
    ("MaxBatchSize", "max_batch_size", Wants::Int),
    ("MinActiveInstancesPercent", "min_active_instances_percent", Wants::Int),
    ("MinInstancesInService", "min_instances_in_service", Wants::Int),
    ("MinSuccessfulInstancesPercent", "min_successful_instances_percent", Wants::Int),
    ("PauseTime", "pause_time", Wants::Period),
    ("SuspendProcesses", "suspend_processes", Wants::Texts),
    ("WaitOnResourceSignals", "wait_on_resource_signals", Wants::Bool),
];

const INSTANCE_REFRESH: &[Setting] = &[
    ("Preferences.AlarmSpecification.Alarms", "alarms", Wants::Texts),
    ("Preferences.BakeTime", "bake_time_seconds", Wants::Int),
    ("Preferences.CheckpointDelay", "checkpoint_delay_seconds", Wants::Int),
    ("Preferences.CheckpointPercentages", "checkpoint_percentages", Wants::Ints),
    ("Preferences.InstanceWarmup", "instance_warmup_seconds", Wants::Int),
    ("Preferences.MaxHealthyPercentage", "max_healthy_percentage", Wants::Int),
    ("Preferences.MinHealthyPercentage", "min_healthy_percentage", Wants::Int),
    ("Preferences.ScaleInProtectedInstances", "scale_in_protected_instances", Wants::Text),
    ("Preferences.SkipMatching", "skip_matching", Wants::Bool),
    ("Preferences.StandbyInstances", "standby_instances", Wants::Text),
];

const ALIAS_UPDATE: &[Setting] = &[
    ("AfterAllowTrafficHook", "after_allow_traffic_hook", Wants::Text),
    ("BeforeAllowTrafficHook", "before_allow_traffic_hook", Wants::Text),
];

impl Wants {
    fn kind(self) -> Kind<'static> {
        match self {
            Wants::Bool => Kind::Bool,
            Wants::Int => Kind::Int,
            Wants::Ints => Kind::List(Box::new(Kind::Int)),
            Wants::Period => Kind::Id("Period".to_owned()),
            Wants::Text => Kind::TEXT,
            Wants::Texts => Kind::List(Box::new(Kind::TEXT)),
        }
    }
}

impl Writer<'_> {
    /// The value of `CreationPolicy`; `None` where it has what its type has not.
    pub(crate) fn creation_policy(&mut self, policy: &Map) -> Option<String> {
        self.built("CreationPolicy", &[], policy, CREATION)
    }

    /// The value of `UpdatePolicy`; `None` where it has what its type has not.
    pub(crate) fn update_policy(&mut self, policy: &Map) -> Option<String> {
        let mut plain = Map::new();
        let mut groups = String::new();
        for (key, value) in policy.iter() {
            let (setter, ty, required, settings): (_, _, &[&str], _) = match &**key {
                "AutoScalingRollingUpdate" => ("rolling_update", "RollingUpdate", &[], ROLLING_UPDATE),
                "AutoScalingInstanceRefresh" => {
                    ("instance_refresh", "InstanceRefresh", &["Strategy"], INSTANCE_REFRESH)
                }
                "CodeDeployLambdaAliasUpdate" => (
                    "code_deploy_lambda_alias_update",
                    "CodeDeployLambdaAliasUpdate",
                    &["ApplicationName", "DeploymentGroupName"],
                    ALIAS_UPDATE,
                ),
                _ => {
                    plain.push(key.clone(), value.clone());
                    continue;
                }
            };
            let group = self.below(key, |writer| writer.built(ty, required, value.as_map()?, settings))?;
            groups.push_str(&format!("\n.{setter}({group})"));
        }
        Some(self.built("UpdatePolicy", &[], &plain, UPDATE)? + &groups)
    }

    /// A value of a type that has arguments and setters; `None` where an argument is missing, or a setter.
    fn built(&mut self, ty: &str, required: &[&str], map: &Map, settings: &[Setting]) -> Option<String> {
        let mut arguments = Vec::new();
        for key in required {
            let argument = map.get(key)?;
            arguments.push(self.below(key, |writer| writer.value(argument, &Kind::TEXT)).code);
        }
        let mut code = format!("{ty}::new({})", arguments.join(", "));
        for (path, value) in leaves("", map).into_iter().filter(|(path, _)| !required.contains(&&**path)) {
            let (_, setter, wants) = settings.iter().find(|(known, ..)| *known == path)?;
            let value = self.below(&path, |writer| writer.value(value, &wants.kind())).code;
            code.push_str(&format!("\n.{setter}({value})"));
        }
        Some(code)
    }
}

/// What there is below a map, by its path; a map is not, unless it is empty, which no setter says.
fn leaves<'n>(prefix: &str, map: &'n Map) -> Vec<(String, &'n Node)> {
    let below = map.iter().flat_map(|(key, value)| match value {
        Node::Map(map) if !map.is_empty() => leaves(&format!("{prefix}{key}."), map),
        value => vec![(format!("{prefix}{key}"), value)],
    });
    below.collect()
}
