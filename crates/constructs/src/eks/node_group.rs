//! Managed node groups: nodes that EKS starts, updates and drains.

use std::collections::BTreeMap;

use stackwright_aws::eks as l1;
use stackwright_aws::eks::nodegroup as property;
use stackwright_aws::{ec2, eks};
use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::access_principal::AccessPrincipal;
use super::aws_auth::NodeKind;
use super::cluster::Cluster;
use super::launch_template::{Extras, launch_template};
use super::mappings::Admitted;
use super::node_group_props::NodeGroupProps;
use super::node_image::Image;
use super::node_repair::NodeShare;
use super::node_role::node_role;
use super::user_data::{Told, user_data};
use crate::ec2::Subnet;
use crate::iam::Role;
use crate::line::Line;

/// A managed node group: nodes that EKS starts, updates and drains.
///
/// It always has a launch template of its own, so that nodes can be changed without replacing the group. Its metadata
/// service wants tokens, its volumes are encrypted.
///
/// Source: [managed node groups](https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html)
#[derive(Clone, Debug)]
pub struct NodeGroup {
    construct: Construct,
    role: Role,
    launch_template: Resource<ec2::LaunchTemplate>,
    resource: Resource<eks::Nodegroup>,
}

impl Cluster {
    /// Adds a managed node group.
    ///
    /// ```
    /// use stackwright_constructs::ec2::{Vpc, VpcProps};
    /// use stackwright_constructs::eks::{Cluster, ClusterProps, KubernetesVersion, NodeGroupProps, NodeImage, Taint};
    /// use stackwright_constructs::{cidr, instance_type};
    /// use stackwright_core::{App, Stack};
    ///
    /// let stack = Stack::new(&App::new(), "shop");
    /// let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")));
    /// let cluster = Cluster::new(&stack, "cluster", ClusterProps::new(KubernetesVersion::V1_35, &vpc));
    /// cluster.add_node_group(
    ///     "batch",
    ///     NodeGroupProps::new(0..=20)
    ///         .instance_types([instance_type!("m7g.large"), instance_type!("m8g.large")])
    ///         .image(NodeImage::bottlerocket())
    ///         .spot()
    ///         .label("shop.example/pool", "batch")
    ///         .taint(Taint::no_schedule("shop.example/batch", "")),
    /// );
    /// ```
    #[track_caller]
    pub fn add_node_group(&self, id: &str, props: NodeGroupProps) -> NodeGroup {
        NodeGroup::new(self, self, id, props)
    }
}

impl NodeGroup {
    /// A group of nodes for `cluster`, anywhere in the app: nodes in a stack of their own come and go without it.
    #[track_caller]
    pub fn new(scope: &impl Scope, cluster: &Cluster, id: &str, props: NodeGroupProps) -> Self {
        let construct = Construct::new(scope, id);
        let settings = &props.nodes;
        settings.check(&construct, cluster);
        if let Some((name, line)) = &props.name {
            check_name(&construct, name, *line);
        }
        if settings.instance_types.is_empty() || settings.instance_types.len() > 20 {
            let given = settings.instance_types.len();
            let finding = format!("a group names {given} types of instances: allowed are 1 to 20");
            let finding =
                Diagnostic::error("instance-type-count", finding).value(given.to_string()).allowed("1 to 20");
            construct.report(settings.lines.instance_types.mark(finding));
        }
        props.size.check(&construct);
        let subnets = settings.subnets(&construct, cluster);
        let role = node_role(&construct, settings, cluster.ip_family());
        let (image_id, told) = match &settings.image.0 {
            Image::Custom { id, .. } => (Some(id.clone()), Told::ByUs),
            _ => (None, Told::ByEks),
        };
        let is_custom = image_id.is_some();
        let extras = Extras { image_id, user_data: user_data(cluster, settings, told), ..Extras::default() };
        let launch_template = launch_template(&construct, cluster, settings, extras);
        let required = l1::NodegroupRequired {
            cluster_name: cluster.name(),
            node_role: role.role_arn(),
            subnets: subnets.iter().map(Subnet::subnet_id).collect(),
        };
        let template = property::LaunchTemplateSpecification::new()
            .id(launch_template.ref_())
            .version(launch_template.attr_latest_version_number());
        let scaling = property::ScalingConfig::new()
            .desired_size(props.size.desired.unwrap_or(props.size.count.min))
            .max_size(props.size.count.max)
            .min_size(props.size.count.min);
        let mut group = l1::Nodegroup::new(required)
            .capacity_type(if props.spot { "SPOT" } else { "ON_DEMAND" })
            .instance_types(
                settings.instance_types.iter().map(|kind| kind.as_str().to_owned()).collect::<Vec<_>>(),
            )
            .launch_template(template)
            .scaling_config(scaling);
        if let Some(ami_type) =
            settings.image.ami_type(&construct, &settings.instance_types, settings.lines.instance_types)
        {
            group = group.ami_type(ami_type);
        }
        if let Some(version) = cluster.version().filter(|_| !is_custom) {
            group = group.version(version);
        }
        if !settings.labels.is_empty() {
            let labels = settings.labels.iter().map(|label| (label.key.clone(), label.value.clone()));
            let labels: Value<BTreeMap<String, String>> = labels.collect();
            group = group.labels(labels);
        }
        if !settings.taints.is_empty() {
            let taint = |taint: &super::Taint| {
                let property = property::Taint::new().effect(taint.effect.of_eks()).key(&taint.key);
                if taint.value.is_empty() { property } else { property.value(&taint.value) }
            };
            group = group.taints(settings.taints.iter().map(taint).collect::<Vec<_>>());
        }
        if let Some((share, line)) = props.unavailable {
            share.check(&construct, "the most nodes updated at once", 100, line);
            let config = property::UpdateConfig::new();
            group = group.update_config(match share {
                NodeShare::Nodes(count) => config.max_unavailable(whole(count)),
                NodeShare::Percent(percent) => config.max_unavailable_percentage(whole(percent)),
            });
        }
        if let Some(repair) = props.repair {
            group = group.node_repair_config(repair.to_property(&construct));
        }
        if let Some((name, _)) = props.name {
            group = group.nodegroup_name(name);
        }
        let resource = Resource::new(&construct, "Resource", group);
        // Nodes that come up before their way to the internet is there never join.
        subnets.iter().for_each(|subnet| resource.depends_on(subnet));
        cluster.map_nodes(&construct, &AccessPrincipal::from(&role), NodeKind::Linux, Admitted::ByEks);
        cluster.join(resource.construct());
        Self { construct, role, launch_template, resource }
    }

    /// The role of its nodes.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// The launch template of its nodes, for what this construct has no word for.
    pub fn launch_template(&self) -> &Resource<ec2::LaunchTemplate> {
        &self.launch_template
    }

    /// The resource itself, for what this construct has no word for.
    pub fn resource(&self) -> &Resource<eks::Nodegroup> {
        &self.resource
    }
}

/// A whole number where CloudFormation's type is any number.
fn whole(number: u32) -> Value<f64> {
    Value::from_node(number.into())
}

/// Reports a name that EKS does not take.
///
/// Source: [CreateNodegroup](https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html)
fn check_name(group: &Construct, name: &str, line: Line) {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let starts_well = name.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    if name.len() > 63 || !starts_well || !name.bytes().all(is_allowed) {
        let allowed =
            "1 to 63 letters, digits, hyphens and underscores, of which the first is a letter or a digit";
        let finding = format!("{name:?} cannot be the name of a node group: allowed are {allowed}");
        let finding = Diagnostic::error("node-group-name", finding).value(name).allowed(allowed);
        group.report(line.mark(finding));
    }
}

impl Scope for NodeGroup {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
