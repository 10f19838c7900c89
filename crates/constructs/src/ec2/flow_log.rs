//! Flow logs: a record of a VPC's traffic in CloudWatch Logs.

use stackwright_aws::{ec2 as l1, logs};
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::line::Line;
use super::vpc::Vpc;
use crate::iam::{PolicyStatement, Principal, Role, RoleProps};

/// The numbers of days CloudWatch Logs can keep what it is told.
///
/// Source: [PutRetentionPolicy](https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html)
const RETENTION_DAYS: [u16; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// Which traffic is recorded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Traffic {
    /// All of it.
    #[default]
    All,
    /// What security groups and network ACLs let through.
    Accepted,
    /// What they do not.
    Rejected,
}

/// A record of traffic in a log group of its own, with a role that may write to it.
///
/// Source: [publish flow logs to CloudWatch Logs](https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-cwl.html)
///
/// ```
/// use stackwright_constructs::ec2::{FlowLogs, Traffic};
///
/// let logs = FlowLogs::new().traffic(Traffic::Rejected).retention_days(90);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct FlowLogs {
    traffic: Traffic,
    retention_days: u16,
    retention_line: Line,
    every_minute: bool,
    format: Option<String>,
}

impl Default for FlowLogs {
    fn default() -> Self {
        Self::new()
    }
}

impl FlowLogs {
    /// All traffic, kept for 30 days.
    pub fn new() -> Self {
        Self {
            traffic: Traffic::All,
            retention_days: 30,
            retention_line: Line::default(),
            every_minute: false,
            format: None,
        }
    }

    /// Which traffic to record. Left out: all of it.
    pub fn traffic(mut self, traffic: Traffic) -> Self {
        self.traffic = traffic;
        self
    }

    /// For how many days to keep the record, one of the numbers CloudWatch Logs knows, such as 7, 30, 90 or 365. Left
    /// out: 30.
    #[track_caller]
    pub fn retention_days(mut self, days: u16) -> Self {
        self.retention_line = Line::of_caller();
        self.retention_days = days;
        self
    }

    /// Sums traffic up every minute. Left out: every ten minutes.
    pub fn every_minute(mut self) -> Self {
        self.every_minute = true;
        self
    }

    /// The fields of a line, such as `${version} ${vpc-id} ${srcaddr}`. Left out: the fields of version 2.
    ///
    /// Source: [flow log records](https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html)
    pub fn format(mut self, format: impl Into<String>) -> Self {
        self.format = Some(format.into());
        self
    }
}

/// Makes the flow log, its log group and its role.
#[track_caller]
pub(super) fn add(vpc: &Vpc, id: &str, settings: FlowLogs) -> Resource<l1::FlowLog> {
    let construct = Construct::new(vpc, id);
    construct.tag(("Name", construct.path()));
    if !RETENTION_DAYS.contains(&settings.retention_days) {
        let allowed = RETENTION_DAYS.map(|days| days.to_string()).join(", ");
        let finding =
            format!("flow logs cannot be kept for {} days: allowed are {allowed}", settings.retention_days);
        let finding = Diagnostic::error("log-retention", finding)
            .value(settings.retention_days.to_string())
            .allowed(allowed);
        vpc.report(settings.retention_line.mark(finding));
    }
    let group = logs::LogGroup::new().retention_in_days(settings.retention_days);
    let group = Resource::new(&construct, "LogGroup", group);
    let write = PolicyStatement::allow()
        .actions([
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
        ])
        .resources([group.attr_arn()]);
    let role = RoleProps::new(Principal::service("vpc-flow-logs").only_for_own_account())
        .inline_policy("allowed", [write]);
    let role = Role::new(&construct, "Role", role);
    let log = l1::FlowLog::new(l1::FlowLogRequired {
        resource_id: vpc.vpc_id().into(),
        resource_type: "VPC".into(),
    })
    .traffic_type(match settings.traffic {
        Traffic::All => l1::FlowLog::TRAFFIC_TYPE_ALL,
        Traffic::Accepted => l1::FlowLog::TRAFFIC_TYPE_ACCEPT,
        Traffic::Rejected => l1::FlowLog::TRAFFIC_TYPE_REJECT,
    })
    .log_destination_type(l1::FlowLog::LOG_DESTINATION_TYPE_CLOUD_WATCH_LOGS)
    .log_group_name(group.ref_())
    .deliver_logs_permission_arn(role.role_arn())
    .max_aggregation_interval(if settings.every_minute { 60 } else { 600 });
    let log = match settings.format {
        Some(format) => log.log_format(format),
        None => log,
    };
    Resource::new(&construct, "Resource", log)
}
