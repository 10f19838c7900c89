//! Nodes that an Auto Scaling group of one's own starts.

use std::collections::BTreeSet;

use stackwright_aws::autoscaling as l1;
use stackwright_aws::autoscaling::auto_scaling_group as property;
use stackwright_aws::{ec2, iam};
use stackwright_cfn::{RollingUpdate, UpdatePolicy, Value};
use stackwright_core::{Construct, Diagnostic, Resource, Scope, Tag};

use super::access_principal::AccessPrincipal;
use super::aws_auth::NodeKind;
use super::cluster::Cluster;
use super::instance_type::InstanceType;
use super::launch_template::{Extras, launch_template};
use super::lifecycle_hook::LifecycleHook;
use super::node_count::{GroupSize, NodeCount};
use super::node_image::Image;
use super::node_role::node_role;
use super::node_settings::{BootstrapScript, NodeSettings, node_setters};
use super::user_data::{Told, user_data};
use crate::ec2::{Subnet, SubnetSelection};
use crate::iam::Role;

/// The settings of [`SelfManagedNodes`].
#[derive(Clone, Debug)]
#[must_use]
pub struct SelfManagedNodesProps {
    size: GroupSize,
    nodes: NodeSettings,
    hooks: Vec<LifecycleHook>,
    /// Where several groups have it in common.
    start: Option<Start>,
}

/// What nodes start from.
#[derive(Clone, Debug)]
struct Start {
    role: Role,
    launch_template: Resource<ec2::LaunchTemplate>,
}

impl SelfManagedNodesProps {
    /// As many nodes: `2..=6`, or `3` for always three.
    #[track_caller]
    pub fn new(count: impl Into<NodeCount>) -> Self {
        Self { size: GroupSize::new(count), nodes: NodeSettings::default(), hooks: Vec::new(), start: None }
    }

    /// How many nodes to begin with. Left out: the group decides between the fewest and the most, and an update leaves
    /// it at that.
    #[track_caller]
    pub fn desired(mut self, count: u32) -> Self {
        self.size.begin_with(count);
        self
    }

    node_setters!();

    /// Holds instances while they start or are terminated. Left out: nothing does.
    pub fn lifecycle_hook(mut self, hook: LifecycleHook) -> Self {
        self.hooks.push(hook);
        self
    }

    /// Leaves so many interfaces of each node to others than the VPC CNI plugin, which has addresses for fewer pods then,
    /// unless the most pods are said.
    pub(crate) fn leave_interfaces(mut self, count: u32) -> Self {
        self.nodes.interfaces_of_others = Some(count);
        self
    }

    /// Has nodes with Bottlerocket run a script at each start, before `kubelet`: in a container of this name, by the image
    /// that comes with the system.
    pub(crate) fn bootstrap_script(mut self, name: &'static str, script: Value<String>) -> Self {
        self.nodes.bootstrap = Some(BootstrapScript { name, script });
        self
    }

    /// A copy for each zone that the nodes run in, all with one role and one launch template within `nodes`.
    #[track_caller]
    pub(crate) fn by_zone(mut self, nodes: &Construct, cluster: &Cluster) -> Vec<(usize, Self)> {
        let subnets = self.nodes.subnets(nodes, cluster);
        self.start = Some(self.start(nodes, cluster));
        let zones: BTreeSet<usize> = subnets.iter().map(Subnet::zone).collect();
        let of_zone = |zone: usize| subnets.iter().filter(move |subnet| subnet.zone() == zone).cloned();
        zones
            .into_iter()
            .map(|zone| (zone, self.clone().subnets(SubnetSelection::these(of_zone(zone)))))
            .collect()
    }

    /// Makes what the nodes start from, within `nodes`, and tells what cannot be.
    #[track_caller]
    fn start(&self, nodes: &Construct, cluster: &Cluster) -> Start {
        let settings = &self.nodes;
        settings.check(nodes, cluster);
        if settings.image.0 == Image::Al2 {
            let finding = "nodes of one's own cannot start from Amazon Linux 2 here";
            let finding = Diagnostic::error("image-without-updates", finding).hint("use NodeImage::al2023()");
            nodes.report(settings.lines.image.mark(finding));
        }
        if settings.instance_types.len() != 1 {
            let given = settings.instance_types.len();
            let finding = format!("nodes of one's own name {given} types of instances: allowed is one");
            let finding =
                Diagnostic::error("instance-type-count", finding).value(given.to_string()).allowed("one");
            nodes.report(settings.lines.instance_types.mark(finding));
        }
        self.size.check(nodes);
        let role = node_role(nodes, settings, cluster.ip_family());
        let profile =
            iam::InstanceProfile::new(iam::InstanceProfileRequired { roles: [role.role_name()].into() });
        let profile = Resource::new(nodes, "InstanceProfile", profile);
        let extras = Extras {
            image_id: settings.image.id(
                nodes,
                cluster.version(),
                &settings.instance_types,
                settings.lines.instance_types,
            ),
            user_data: user_data(cluster, settings, Told::ByUs),
            instance_type: settings.instance_types.first().map(Into::into),
            instance_profile: Some(profile.ref_()),
            names_cluster_group: true,
        };
        Start { role, launch_template: launch_template(nodes, cluster, settings, extras) }
    }

    /// The type of the instances; `None` where none is named, which is an error.
    pub(crate) fn instance_type(&self) -> Option<&InstanceType> {
        self.nodes.instance_types.first()
    }

    /// How many nodes there are in a zone at most.
    pub(crate) fn most_nodes(&self) -> u32 {
        self.size.count.max
    }

    /// Whether pods get answers from the metadata of their instance.
    pub(crate) fn shows_metadata_to_pods(&self) -> bool {
        self.nodes.metadata_hops > 1
    }

    /// Points a finding at the line that says the type of the instances.
    pub(crate) fn mark_instance_type(&self, finding: Diagnostic) -> Diagnostic {
        self.nodes.lines.instance_types.mark(finding)
    }

    /// Whether scripts can run on the nodes.
    pub(crate) fn has_shell(&self) -> bool {
        !self.nodes.image.is_bottlerocket()
    }
}

/// Nodes that an Auto Scaling group starts, which belongs to the stack: for what managed node groups do not let one do,
/// such as lifecycle hooks.
///
/// An update replaces nodes one by one; pods are not drained unless something in the cluster does so. Prefer
/// [`NodeGroup`](super::NodeGroup) otherwise.
///
/// Source: [self-managed nodes](https://docs.aws.amazon.com/eks/latest/userguide/worker.html)
#[derive(Clone, Debug)]
pub struct SelfManagedNodes {
    construct: Construct,
    role: Role,
    launch_template: Resource<ec2::LaunchTemplate>,
    resource: Resource<l1::AutoScalingGroup>,
}

impl Cluster {
    /// Adds nodes that an Auto Scaling group starts.
    ///
    /// ```
    /// use stackwright_constructs::ec2::{Vpc, VpcProps};
    /// use stackwright_constructs::eks::{
    ///     Cluster, ClusterProps, KubernetesVersion, LifecycleHook, SelfManagedNodesProps,
    /// };
    /// use stackwright_constructs::{cidr, instance_type};
    /// use stackwright_core::{App, Stack};
    ///
    /// let stack = Stack::new(&App::new(), "shop");
    /// let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")));
    /// let cluster = Cluster::new(&stack, "cluster", ClusterProps::new(KubernetesVersion::V1_35, &vpc));
    /// cluster.add_self_managed_nodes(
    ///     "edge",
    ///     SelfManagedNodesProps::new(2..=4)
    ///         .instance_types([instance_type!("m7i.xlarge")])
    ///         .lifecycle_hook(LifecycleHook::launching("attach-interfaces").heartbeat_seconds(300)),
    /// );
    /// ```
    #[track_caller]
    pub fn add_self_managed_nodes(&self, id: &str, props: SelfManagedNodesProps) -> SelfManagedNodes {
        SelfManagedNodes::new(self, self, id, props)
    }
}

impl SelfManagedNodes {
    /// Nodes for `cluster`, within any construct of its stack: where the cluster has access entries, it names the role of
    /// the nodes, and they name the cluster.
    #[track_caller]
    pub fn new(scope: &impl Scope, cluster: &Cluster, id: &str, props: SelfManagedNodesProps) -> Self {
        let construct = Construct::new(scope, id);
        let Start { role, launch_template } = match props.start.clone() {
            Some(start) => start,
            None => props.start(&construct, cluster),
        };
        let subnets = props.nodes.subnets(&construct, cluster);
        let template =
            property::LaunchTemplateSpecification::new(property::LaunchTemplateSpecificationRequired {
                version: launch_template.attr_latest_version_number(),
            })
            .launch_template_id(launch_template.ref_());
        let mut group = l1::AutoScalingGroup::new(l1::AutoScalingGroupRequired {
            max_size: props.size.count.max.to_string().into(),
            min_size: props.size.count.min.to_string().into(),
        })
        .launch_template(template)
        .vpc_zone_identifier(subnets.iter().map(Subnet::subnet_id).collect::<Vec<_>>());
        if let Some(count) = props.size.desired {
            group = group.desired_capacity(count.to_string());
        }
        if !props.hooks.is_empty() {
            let hooks: Vec<_> = props.hooks.iter().map(|hook| hook.to_property(&construct)).collect();
            group = group.lifecycle_hook_specification_list(hooks);
        }
        let resource = Resource::new(&construct, "Resource", group);
        // One at a time; what an autoscaler has made of the size stays.
        let rolling = RollingUpdate::new()
            .min_instances_in_service(props.size.count.min.min(props.size.count.max.saturating_sub(1)))
            .suspend_processes(["AZRebalance", "AlarmNotification", "ScheduledActions"]);
        resource.update_policy(UpdatePolicy::new().rolling_update(rolling).scheduled_action(true));
        if let Some(name) = cluster.name().as_str() {
            resource.tag(
                Tag::new(format!("kubernetes.io/cluster/{name}"), "owned")
                    .only(["AWS::AutoScaling::AutoScalingGroup"]),
            );
        }
        subnets.iter().for_each(|subnet| resource.depends_on(subnet));
        if let Some(entry) = cluster.admit_nodes(&construct, AccessPrincipal::from(&role), NodeKind::Linux) {
            resource.depends_on(&entry);
        }
        cluster.join(resource.construct());
        Self { construct, role, launch_template, resource }
    }

    /// The role of the nodes.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// The launch template of the nodes, for what this construct has no word for.
    pub fn launch_template(&self) -> &Resource<ec2::LaunchTemplate> {
        &self.launch_template
    }

    /// The Auto Scaling group, for what this construct has no word for.
    pub fn resource(&self) -> &Resource<l1::AutoScalingGroup> {
        &self.resource
    }
}

impl Scope for SelfManagedNodes {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
