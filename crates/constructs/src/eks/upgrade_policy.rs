//! What becomes of a cluster when standard support of its version ends.

use stackwright_core::{Construct, Diagnostic, Scope};

use super::version::{Age, CALENDAR_OF, KubernetesVersion};

/// What becomes of a cluster when standard support of its version ends. It can be changed at any time before that.
///
/// AWS's own default is extended support, which is paid for by the hour.
///
/// Source: [cluster upgrade policy](https://docs.aws.amazon.com/eks/latest/userguide/view-upgrade-policy.html)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UpgradePolicy {
    /// EKS updates it to the next version, at no cost.
    #[default]
    Standard,
    /// It keeps its version for up to twelve more months, which costs extra for every hour.
    Extended,
}

impl UpgradePolicy {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Standard => "STANDARD",
            Self::Extended => "EXTENDED",
        }
    }
}

/// Tells what the version is going to cost, or that there is no such version.
pub(super) fn check(cluster: &Construct, version: &KubernetesVersion, policy: UpgradePolicy) {
    if version.minor().is_none() {
        let finding =
            format!("{:?} is no version of Kubernetes: allowed are versions such as 1.35", version.as_str());
        cluster.report(Diagnostic::error("kubernetes-version", finding).value(version.as_str()));
        return;
    }
    match (version.age(), policy) {
        (Age::Current, _) => {}
        (Age::Gone, _) => {
            let finding = format!("Kubernetes {version} is not offered by EKS any more, as of {CALENDAR_OF}");
            cluster.report(
                Diagnostic::error("kubernetes-version-gone", finding)
                    .value(version.as_str())
                    .hint("use a version in standard support, such as KubernetesVersion::V1_35"),
            );
        }
        (Age::Extended(support), policy) => {
            let what = match policy {
                UpgradePolicy::Standard => {
                    "EKS does not keep a cluster on it without extended support".to_owned()
                }
                UpgradePolicy::Extended => {
                    format!("extended support, until {}, costs extra for every hour", support.extended_until)
                }
            };
            let finding = format!(
                "standard support of Kubernetes {version} ended on {}: {what}",
                support.standard_until
            );
            cluster.report(
                Diagnostic::warning("kubernetes-version-old", finding)
                    .value(version.as_str())
                    .hint("use a version in standard support, such as KubernetesVersion::V1_35"),
            );
        }
    }
}
