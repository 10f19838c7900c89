//! Waiting while instances come and go.

use stackwright_aws::autoscaling::auto_scaling_group as property;
use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Scope};

use crate::line::Line;

/// Holds an instance before it counts as started, or before it is terminated, until something says that it may go on.
///
/// ```
/// use stackwright_constructs::eks::LifecycleHook;
///
/// let attach = LifecycleHook::launching("attach-interfaces").heartbeat_seconds(300);
/// ```
///
/// Source: [lifecycle hooks](https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html)
#[derive(Clone, Debug)]
#[must_use]
pub struct LifecycleHook {
    name: String,
    is_launching: bool,
    heartbeat_seconds: u32,
    heartbeat_line: Line,
    goes_on: bool,
    metadata: Option<Value<String>>,
}

impl LifecycleHook {
    /// Holds instances that start. Its name is unique in the group.
    pub fn launching(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_launching: true,
            heartbeat_seconds: 3_600,
            heartbeat_line: Line::default(),
            goes_on: false,
            metadata: None,
        }
    }

    /// Holds instances that are to be terminated. Its name is unique in the group.
    pub fn terminating(name: impl Into<String>) -> Self {
        Self { is_launching: false, ..Self::launching(name) }
    }

    /// How long it holds an instance of which nothing is heard, 30 to 7,200 seconds. Left out: an hour.
    #[track_caller]
    pub fn heartbeat_seconds(mut self, seconds: u32) -> Self {
        self.heartbeat_seconds = seconds;
        self.heartbeat_line = Line::of_caller();
        self
    }

    /// Goes on as if all were well if nothing is heard. Left out: an instance that starts is given up.
    pub fn go_on_unheard(mut self) -> Self {
        self.goes_on = true;
        self
    }

    /// What the events of the hook carry along, up to 1,023 characters, by which rules can tell them from others'. Left
    /// out: nothing.
    pub fn metadata(mut self, text: impl Into<Value<String>>) -> Self {
        self.metadata = Some(text.into());
        self
    }

    pub(super) fn to_property(&self, nodes: &Construct) -> property::LifecycleHookSpecification {
        if !(30..=7_200).contains(&self.heartbeat_seconds) {
            let finding = format!(
                "the hook {:?} cannot wait {} seconds: allowed are 30 to 7,200",
                self.name, self.heartbeat_seconds
            );
            let finding = Diagnostic::error("lifecycle-hook", finding)
                .value(self.heartbeat_seconds.to_string())
                .allowed("30 to 7,200 seconds");
            nodes.report(self.heartbeat_line.mark(finding));
        }
        let transition = if self.is_launching {
            "autoscaling:EC2_INSTANCE_LAUNCHING"
        } else {
            "autoscaling:EC2_INSTANCE_TERMINATING"
        };
        let required = property::LifecycleHookSpecificationRequired {
            lifecycle_hook_name: (&self.name).into(),
            lifecycle_transition: transition.into(),
        };
        let hook = property::LifecycleHookSpecification::new(required)
            .default_result(if self.goes_on { "CONTINUE" } else { "ABANDON" })
            .heartbeat_timeout(self.heartbeat_seconds);
        match &self.metadata {
            Some(text) => hook.notification_metadata(text),
            None => hook,
        }
    }
}
