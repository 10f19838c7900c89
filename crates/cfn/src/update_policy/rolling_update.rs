//! Rolling updates of Auto Scaling groups.

use crate::{Map, Period, Value};

/// The processes of an Auto Scaling group that an update can suspend.
///
/// Source: <https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html>
pub(super) const PROCESSES: [&str; 9] = [
    "Launch",
    "Terminate",
    "AddToLoadBalancer",
    "AlarmNotification",
    "AZRebalance",
    "HealthCheck",
    "InstanceRefresh",
    "ReplaceUnhealthy",
    "ScheduledActions",
];

/// How the instances of an Auto Scaling group are replaced batch by batch.
///
/// Source: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html#cfn-attributes-updatepolicy-rollingupdate>
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct RollingUpdate {
    pub(super) settings: Map,
}

impl RollingUpdate {
    /// One instance at a time, without a pause.
    pub fn new() -> Self {
        RollingUpdate::default()
    }

    settings! {
        /// The most instances that are replaced at a time. Left out, it is one.
        max_batch_size(i64) = "MaxBatchSize";
        /// Of a hundred instances, how many stay in service meanwhile. Left out, all that are not replaced just now.
        min_active_instances_percent(i64) = "MinActiveInstancesPercent";
        /// How many instances stay in service meanwhile; fewer than the group's greatest size. Left out, none need to.
        min_instances_in_service(i64) = "MinInstancesInService";
        /// Of a hundred new instances, how many must signal success; needs
        /// [`wait_on_resource_signals`](Self::wait_on_resource_signals). Left out, all.
        min_successful_instances_percent(i64) = "MinSuccessfulInstancesPercent";
        /// How long each batch may take to signal, or is waited for where none signals, up to an hour. Left out, it
        /// is five minutes where signals are waited for, and no time otherwise.
        pause_time(Period) = "PauseTime";
        /// The processes of the group that rest meanwhile, such as `AZRebalance` and `AlarmNotification`. Left out,
        /// none.
        suspend_processes(Vec<String>) = "SuspendProcesses";
        /// Whether every new instance must signal before the next batch. Left out, none need to.
        wait_on_resource_signals(bool) = "WaitOnResourceSignals";
    }
}
