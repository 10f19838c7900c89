//! What nodes have in common, whoever starts them.

use stackwright_aws::ids::kms::KeyArn;
use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Scope};

use super::cluster::Cluster;
use super::instance_type::InstanceType;
use super::node_image::NodeImage;
use super::node_label::{Label, Taint, check_labels, check_taints};
use crate::ec2::{SecurityGroup, Subnet, SubnetKind, SubnetSelection};
use crate::iam::{ManagedPolicyRef, Role};
use crate::line::Line;

/// How a node is made.
#[derive(Clone, Debug)]
pub(super) struct NodeSettings {
    pub(super) instance_types: Vec<InstanceType>,
    pub(super) image: NodeImage,
    pub(super) disk_gib: u32,
    pub(super) disk_key: Option<Value<KeyArn>>,
    pub(super) labels: Vec<Label>,
    pub(super) taints: Vec<Taint>,
    pub(super) subnets: Option<SubnetSelection>,
    pub(super) security_groups: Vec<SecurityGroup>,
    pub(super) role: Option<Role>,
    pub(super) managed_policies: Vec<ManagedPolicyRef>,
    pub(super) metadata_hops: u8,
    pub(super) max_pods: Option<u32>,
    /// How many interfaces are others' than the VPC CNI plugin's, where any may be.
    pub(super) interfaces_of_others: Option<u32>,
    /// In the order they run in.
    pub(super) setup: Vec<Value<String>>,
    pub(super) bootstrap: Option<BootstrapScript>,
    pub(super) detailed_monitoring: bool,
    pub(super) lines: Lines,
}

/// What nodes with Bottlerocket run at each start, in a container and before `kubelet`.
#[derive(Clone, Debug)]
pub(super) struct BootstrapScript {
    pub(super) name: &'static str,
    pub(super) script: Value<String>,
}

/// Where settings were given about which there may be findings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lines {
    pub(super) instance_types: Line,
    pub(super) image: Line,
    pub(super) disk_gib: Line,
    pub(super) managed_policy: Line,
    pub(super) metadata_hops: Line,
    pub(super) max_pods: Line,
    pub(super) setup_script: Line,
}

impl Default for NodeSettings {
    fn default() -> Self {
        Self {
            instance_types: vec![InstanceType::literal("t3.medium")],
            image: NodeImage::default(),
            disk_gib: 20,
            disk_key: None,
            labels: Vec::new(),
            taints: Vec::new(),
            subnets: None,
            security_groups: Vec::new(),
            role: None,
            managed_policies: Vec::new(),
            metadata_hops: 2,
            max_pods: None,
            interfaces_of_others: None,
            setup: Vec::new(),
            bootstrap: None,
            detailed_monitoring: false,
            lines: Lines::default(),
        }
    }
}

impl NodeSettings {
    /// Tells what cannot be.
    pub(super) fn check(&self, nodes: &Construct, cluster: &Cluster) {
        check_labels(nodes, &self.labels);
        check_taints(nodes, &self.taints);
        let lines = self.lines;
        self.image.check(nodes, cluster.version(), lines.image);
        for unknown in self.instance_types.iter().filter_map(InstanceType::unknown) {
            nodes.report(lines.instance_types.mark(unknown));
        }
        let limits = [
            ("disk-size", "the volume of a node", "GiB", self.disk_gib, 1..=65_536, lines.disk_gib),
            (
                "metadata-hops",
                "the way to the metadata of a node",
                "hops",
                self.metadata_hops.into(),
                1..=64,
                lines.metadata_hops,
            ),
            ("max-pods", "the most of a node", "pods", self.max_pods.unwrap_or(1), 1..=1_000, lines.max_pods),
        ];
        for (code, what, unit, given, allowed, line) in limits {
            if !allowed.contains(&given) {
                let (least, most) = (allowed.start(), allowed.end());
                let finding = format!("{what} cannot be {given} {unit}: allowed are {least} to {most}");
                let finding = Diagnostic::error(code, finding)
                    .value(given.to_string())
                    .allowed(format!("{least} to {most} {unit}"));
                nodes.report(line.mark(finding));
            }
        }
        if !self.setup.is_empty() && self.image.is_bottlerocket() {
            let finding = "a node with Bottlerocket runs no setup script: it has no shell";
            let finding = Diagnostic::error("setup-without-shell", finding)
                .hint("use NodeImage::al2023(), or a DaemonSet");
            nodes.report(lines.setup_script.mark(finding));
        }
        let is_counted = self.interfaces_of_others.is_none()
            || self.max_pods.or_else(|| self.pods_beside_others()).is_some();
        if let Some(kind) = self.instance_types.first()
            && self.image.is_bottlerocket()
            && !is_counted
        {
            let finding = format!(
                "Bottlerocket has to be told how many pods a node has addresses for, which is not known of {kind}"
            );
            let finding = Diagnostic::error("max-pods-unknown", finding)
                .value(kind.as_str())
                .hint("say it with max_pods(), and leave out the interfaces of further networks");
            nodes.report(lines.instance_types.mark(finding));
        }
        if self.role.is_some() && !self.managed_policies.is_empty() {
            let finding = "policies are given for the nodes' own role, and another role as well";
            let finding = Diagnostic::error("policies-without-role", finding)
                .hint("attach them with Role::add_managed_policy(), or leave the role out");
            nodes.report(lines.managed_policy.mark(finding));
        }
    }

    /// How many pods there are addresses for beside the interfaces that are others', as far as that is known.
    pub(super) fn pods_beside_others(&self) -> Option<u32> {
        self.instance_types.first()?.max_pods_beside(self.interfaces_of_others?)
    }

    /// The subnets nodes run in: private ones of the cluster, if it has any, unless something else is said.
    #[track_caller]
    pub(super) fn subnets(&self, nodes: &Construct, cluster: &Cluster) -> Vec<Subnet> {
        let subnets = match (&self.subnets, cluster.vpc()) {
            (Some(selection), Some(vpc)) => vpc.select(selection.clone()),
            _ => {
                let all = cluster.subnets();
                let is_private = |subnet: &&Subnet| subnet.kind() == SubnetKind::Private;
                let private: Vec<Subnet> = all.iter().filter(is_private).cloned().collect();
                if private.is_empty() { all.to_vec() } else { private }
            }
        };
        if cluster.vpc().is_none() {
            let finding = "where nodes can run is not known: the cluster is imported without its VPC";
            nodes.report(
                Diagnostic::error("cluster-fact-unknown", finding)
                    .hint("say ClusterAttributes::vpc() where the cluster is imported"),
            );
        }
        subnets
    }
}

/// The setters of settings that all nodes have, for props with a field `nodes`.
macro_rules! node_setters {
    () => {
        /// The types of instances, which need one processor architecture and one kind of accelerator. Left out:
        /// `t3.medium`, as EKS does.
        #[track_caller]
        pub fn instance_types(mut self, types: impl IntoIterator<Item = $crate::eks::InstanceType>) -> Self {
            self.nodes.lines.instance_types = $crate::line::Line::of_caller();
            self.nodes.instance_types = types.into_iter().collect();
            self
        }

        /// The image nodes start from. Left out: Amazon Linux 2023.
        #[track_caller]
        pub fn image(mut self, image: $crate::eks::NodeImage) -> Self {
            self.nodes.lines.image = $crate::line::Line::of_caller();
            self.nodes.image = image;
            self
        }

        /// The size of the encrypted gp3 volume for images, logs and what pods write, in GiB. Left out: 20.
        #[track_caller]
        pub fn disk_gib(mut self, size: u32) -> Self {
            self.nodes.lines.disk_gib = $crate::line::Line::of_caller();
            self.nodes.disk_gib = size;
            self
        }

        /// The KMS key that encrypts the volume, which has to let the service-linked role of EC2 Auto Scaling use it. Left
        /// out: the account's default key for EBS.
        ///
        /// Source: [keys of encrypted volumes](https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html)
        pub fn disk_key(
            mut self,
            key: impl Into<stackwright_cfn::Value<stackwright_aws::ids::kms::KeyArn>>,
        ) -> Self {
            self.nodes.disk_key = Some(key.into());
            self
        }

        /// A label of the nodes in Kubernetes. Left out: only those that Kubernetes and EKS give.
        #[track_caller]
        pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
            let line = $crate::line::Line::of_caller();
            self.nodes.labels.push($crate::eks::node_label::Label {
                key: key.into(),
                value: value.into(),
                line,
            });
            self
        }

        /// A taint of the nodes in Kubernetes. Left out: none.
        pub fn taint(mut self, taint: $crate::eks::Taint) -> Self {
            self.nodes.taints.push(taint);
            self
        }

        /// The subnets nodes run in. Left out: the private subnets of the cluster; if it has none, all its subnets. A
        /// change replaces a managed node group.
        pub fn subnets(mut self, selection: $crate::ec2::SubnetSelection) -> Self {
            self.nodes.subnets = Some(selection);
            self
        }

        /// Further security groups of the nodes. Left out: only the one the cluster shares with its nodes, which they
        /// always have: EKS itself would leave it out once there is another.
        ///
        /// Source: [security groups in launch templates](https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html#launch-template-security-groups)
        pub fn security_groups<'a>(
            mut self,
            groups: impl IntoIterator<Item = &'a $crate::ec2::SecurityGroup>,
        ) -> Self {
            self.nodes.security_groups = groups.into_iter().cloned().collect();
            self
        }

        /// The role of the nodes. Left out: one of the group's own, with the policies that nodes need. A change replaces a
        /// managed node group.
        ///
        /// Source: [node role](https://docs.aws.amazon.com/eks/latest/userguide/create-node-role.html)
        pub fn role(mut self, role: &$crate::iam::Role) -> Self {
            self.nodes.role = Some(role.clone());
            self
        }

        /// A policy that the nodes' own role has besides what nodes need, such as
        /// `ManagedPolicy::aws("AmazonSSMManagedInstanceCore")`. Every pod can use it unless its service account has a
        /// role of its own. Left out: none.
        #[track_caller]
        pub fn managed_policy(mut self, policy: impl Into<$crate::iam::ManagedPolicyRef>) -> Self {
            self.nodes.lines.managed_policy = $crate::line::Line::of_caller();
            self.nodes.managed_policies.push(policy.into());
            self
        }

        /// How many hops away the answers of the instance metadata service reach, 1 to 64; it always wants a token. Left
        /// out: 2, so that pods with their own network get there; with 1 they do not.
        ///
        /// Source: [instance metadata](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html)
        #[track_caller]
        pub fn metadata_hops(mut self, hops: u8) -> Self {
            self.nodes.lines.metadata_hops = $crate::line::Line::of_caller();
            self.nodes.metadata_hops = hops;
            self
        }

        /// The most pods of a node. Left out: as many as the VPC CNI plugin has addresses for on such an instance.
        ///
        /// Source: [most pods](https://docs.aws.amazon.com/eks/latest/userguide/choosing-instance-type.html)
        #[track_caller]
        pub fn max_pods(mut self, count: u32) -> Self {
            self.nodes.lines.max_pods = $crate::line::Line::of_caller();
            self.nodes.max_pods = Some(count);
            self
        }

        /// A script that a node runs when it starts first, as root, before it joins the cluster; not with Bottlerocket. Said
        /// more than once, they run in that order. Left out: none.
        #[track_caller]
        pub fn setup_script(mut self, script: impl Into<stackwright_cfn::Value<String>>) -> Self {
            self.nodes.lines.setup_script = $crate::line::Line::of_caller();
            self.nodes.setup.push(script.into());
            self
        }

        /// Has EC2 measure instances every minute, which costs extra. Left out: every five minutes.
        pub fn detailed_monitoring(mut self) -> Self {
            self.nodes.detailed_monitoring = true;
            self
        }
    };
}
pub(super) use node_setters;
