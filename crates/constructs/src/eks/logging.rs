//! What the control plane of a cluster tells CloudWatch Logs.

/// A kind of log of the control plane. Each costs what CloudWatch Logs costs.
///
/// Source: [control plane logs](https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ControlPlaneLog {
    /// What the API server does.
    Api,
    /// Who did what.
    Audit,
    /// How IAM credentials became users of Kubernetes; EKS only.
    Authenticator,
    /// What the controllers do.
    ControllerManager,
    /// Why pods are where they are.
    Scheduler,
}

impl ControlPlaneLog {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Api, Self::Audit, Self::Authenticator, Self::ControllerManager, Self::Scheduler];

    /// The name AWS has for it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Audit => "audit",
            Self::Authenticator => "authenticator",
            Self::ControllerManager => "controllerManager",
            Self::Scheduler => "scheduler",
        }
    }
}
