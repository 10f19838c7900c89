//! Instance refreshes of Auto Scaling groups.

use crate::{Map, Node, Value};

/// How an Auto Scaling group refreshes its instances by itself.
///
/// Source: <https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html>
#[derive(Clone, Debug)]
#[must_use]
pub struct InstanceRefresh {
    pub(super) settings: Map,
}

macro_rules! preferences {
    ($($(#[doc = $doc:literal])+ $name:ident($type:ty) = $key:literal;)*) => {
        $(
            $(#[doc = $doc])+
            pub fn $name(self, value: impl Into<Value<$type>>) -> Self {
                self.prefer($key, value.into())
            }
        )*
    };
}

impl InstanceRefresh {
    /// A refresh by `Rolling` replacement of instances, or by `ReplaceRootVolume`.
    pub fn new(strategy: impl Into<Value<String>>) -> Self {
        InstanceRefresh { settings: Map::from_iter([("Strategy", strategy.into())]) }
    }

    fn prefer(mut self, key: &'static str, value: impl Into<Node>) -> Self {
        let preferences = self.settings.get_or_insert_with("Preferences", || Node::Map(Map::new()));
        if let Node::Map(preferences) = preferences {
            preferences.set(key, value);
        }
        self
    }

    preferences! {
        /// Of a hundred instances that are wanted, how many stay healthy meanwhile, up to 100. Left out, it is 90, or
        /// what the group's own maintenance policy says.
        min_healthy_percentage(i64) = "MinHealthyPercentage";
        /// How many instances there may be meanwhile for a hundred that are wanted, 100 to 200. Left out, it is 100,
        /// or what the group's own maintenance policy says.
        max_healthy_percentage(i64) = "MaxHealthyPercentage";
        /// The seconds a new instance takes to be ready. Left out, it is the group's default.
        instance_warmup_seconds(i64) = "InstanceWarmup";
        /// The seconds for which alarms are watched at the end, up to 172,800. Left out, none.
        bake_time_seconds(i64) = "BakeTime";
        /// The seconds to wait at each checkpoint, up to 172,800. Left out, an hour.
        checkpoint_delay_seconds(i64) = "CheckpointDelay";
        /// The percentages at which the refresh waits, rising, the last of them 100. Left out, it never does.
        checkpoint_percentages(Vec<i64>) = "CheckpointPercentages";
        /// Whether instances that match already are left alone. Left out, all are replaced.
        skip_matching(bool) = "SkipMatching";
        /// What becomes of instances protected from scale in: `Ignore`, `Refresh` or `Wait`. Left out, `Wait`.
        scale_in_protected_instances(String) = "ScaleInProtectedInstances";
        /// What becomes of instances on standby: `Ignore`, `Terminate` or `Wait`. Left out, `Wait`.
        standby_instances(String) = "StandbyInstances";
    }

    /// The alarms that stop the refresh, up to ten. Left out, none do.
    pub fn alarms(self, names: impl Into<Value<Vec<String>>>) -> Self {
        self.prefer("AlarmSpecification", Map::from_iter([("Alarms", names.into())]))
    }
}
