//! `ssm-agent-installer-daemonset-stack-001`: the SSM agent on the nodes.
//!
//! What differs from the walkthrough, and why:
//!
//! - It can be left out. The images of EKS have had the agent since v20210621, where this finds it and does nothing; what
//!   sessions and commands do need is `AmazonSSMManagedInstanceCore` on the role of the nodes, in `cluster.rs`.
//! - The walkthrough lets `cron` of the node install the agent, which Amazon Linux 2023 does not have, by
//!   `yum install - y https: //…`, which no `yum` understands; it logs a success and deletes the file whatever came of it.
//!   Here the pod installs the agent itself, and is ready when, and only when, the agent runs.
//! - The package is that of the node's own repositories, which are signed, for every architecture and region.
//! - There are neither roles nor `rbac.authorization.k8s.io/v1beta1`, which Kubernetes 1.22 removed: the pod does not talk
//!   to Kubernetes, and has no token to do so. Nor is it privileged.
//! - The ConfigMap `aws-auth` is here, which the walkthrough writes from the cluster's stack by a Lambda function. Nothing
//!   but a chart can have it, and it goes with the first: who may use the cluster comes before what runs in it.

use stackwright::prelude::*;

/// One pod for each node of the cluster, and who the cluster knows beside those with access entries.
pub(crate) fn add(app: &App, cluster: &Cluster) {
    let chart = Chart::for_cluster(app, "ssm-agent-installer-daemonset-stack-001", cluster);
    AwsAuthConfigMap::new(&chart, "aws-auth", cluster);
    SsmAgentInstaller::new(&chart, "installer", SsmAgentInstallerProps::new());
}
