//! Nodes with interfaces in further networks.

use stackwright_aws::autoscaling::auto_scaling_group as property;
use stackwright_aws::{lambda, sqs};
use stackwright_cfn::{Value, pseudo, sub};
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::demand::NodesOfNetwork;
use super::interface_function::{InterfaceFunction, OWNER};
use super::node_setup::{FailureAction, node_bootstrap, node_setup};
use super::{NodeNetwork, assigned_room, startup_taint};
use crate::ec2::ip_family::Family;
use crate::eks::{Cluster, InstanceType, LifecycleHook, SelfManagedNodes, SelfManagedNodesProps, Taint};
use crate::iam::Role;

/// The taint of nodes whose interfaces are not there yet. No pod is put on them that does not tolerate it.
pub(super) const PENDING: &str = "networks.stackwright/pending";

/// The label of all such nodes.
pub(super) const LABEL: &str = "multus.stackwright/node";

/// How long hooks hold an instance of which nothing is heard: long enough for an event to be tried three times.
const HEARTBEAT_SECONDS: u32 = 600;

/// Nodes that [`MultusNodes`] can give interfaces: [`SelfManagedNodesProps`], and no others.
///
/// The nodes of a managed node group start from its launch template, whose interfaces are all in the subnet of the node,
/// and nothing of one's own can hold them while others are attached: their group belongs to EKS.
///
/// Sources: [launch templates of managed nodes](https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html),
/// [subnets of groups](https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-in-vpc.html)
#[diagnostic::on_unimplemented(
    message = "these nodes cannot have interfaces in further networks: `{Self}`",
    label = "allowed are `SelfManagedNodesProps`",
    note = "the Auto Scaling group of a managed node group belongs to EKS: nothing can hold its instances while \
            interfaces are attached, and a launch template puts all of them into one subnet",
    note = "describe the nodes with `SelfManagedNodesProps`"
)]
pub trait HasLifecycleHooks {
    /// The settings of the nodes.
    fn into_self_managed(self) -> SelfManagedNodesProps;
}

impl HasLifecycleHooks for SelfManagedNodesProps {
    fn into_self_managed(self) -> SelfManagedNodesProps {
        self
    }
}

/// The settings of [`MultusNodes`].
#[derive(Clone, Debug)]
#[must_use]
pub struct MultusNodesProps {
    nodes: SelfManagedNodesProps,
    networks: Vec<NodeNetwork>,
    failure: FailureAction,
}

impl MultusNodesProps {
    /// Nodes with an interface in each of the networks, in this order. How many nodes there are is said for each zone.
    pub fn new(nodes: impl HasLifecycleHooks, networks: impl IntoIterator<Item = NodeNetwork>) -> Self {
        let (nodes, networks) = (nodes.into_self_managed(), networks.into_iter().collect());
        Self { nodes, networks, failure: FailureAction::default() }
    }

    /// Lets a node stay whose interfaces do not come up, for somebody to look at: it never joins the cluster, and its group
    /// takes it for healthy. Left out: it powers itself off, and its group has another take its place.
    pub fn keep_failed_nodes(mut self) -> Self {
        self.failure = FailureAction::None;
        self
    }
}

/// Nodes of a cluster with an interface of their own in each of several networks, for pods that Multus attaches to them.
///
/// An interface is in the zone of its node. So there is an Auto Scaling group for each zone that the nodes run in, all of
/// them with the same settings and the same role, and each holds an instance that starts until a function has made its
/// interfaces and attached them: in the subnets and security groups of the networks, at device 1 and up, out of reach of
/// the VPC CNI plugin, and to be deleted with the instance. An instance that does not get all of them is given up, and
/// nothing is left behind; another one takes its place. What the function fails at three times stays for two weeks in a
/// [queue](Self::failures), and its log for a month.
///
/// A node starts with the taint `networks.stackwright/pending`, which [`StartupTaint`](super::StartupTaint) takes away once
/// pods can be attached. Later on, pods that have no taint in their way, as after a restart of the node, wait for Multus
/// too: without it no pod with an address of its own starts on such a node. It has the label of each network
/// ([`NodeNetwork::label`]) from its start. Its interfaces are up before `kubelet`, so that the node monitoring agent of EKS
/// finds none of them down.
///
/// A node tries for a quarter of an hour to bring its interfaces up, and then says on its console what is missing and powers
/// itself off. The group sees that it does not run, takes it away with its interfaces, and starts another. `aws ec2
/// get-console-output --instance-id ID` still tells why for an hour, and
/// [`keep_failed_nodes`](MultusNodesProps::keep_failed_nodes) lets such nodes stay.
///
/// Pods get fewer addresses of the cluster's own network on such nodes: without
/// [`max_pods`](SelfManagedNodesProps::max_pods), a node counts the interfaces that are left.
///
/// A node with Bottlerocket has no shell for the script that brings the interfaces up, and minds none of them but its first.
/// There a container runs it, at each start and before `kubelet`: by the image that Bottlerocket has for this from version
/// 1.35.0 on, which the node fetches from the ECR of its region each time. It shares the node's network and does what only
/// the node can by the node's own programs, the power off among it. How many pods there are addresses for follows from the
/// type of instance here, and has to be said for a type that is not known. What only an account can confirm: that the
/// container may do all of this, which Bottlerocket's source says, and that the first interface is still the first after a
/// restart with all of them, for Bottlerocket gives addresses to `eth0` alone.
///
/// ```
/// use stackwright_constructs::ec2::{
///     Port, SecurityGroup, SecurityGroupProps, SubnetSelection, Subnets, Vpc, VpcProps,
/// };
/// use stackwright_constructs::eks::{Cluster, ClusterProps, KubernetesVersion, SelfManagedNodesProps};
/// use stackwright_constructs::multus::{MultusNodes, MultusNodesProps, NodeNetwork};
/// use stackwright_constructs::{cidr, instance_type};
/// use stackwright_core::{App, Stack, SynthOptions};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "gateways");
/// let tiers = [Subnets::public("edge", 26), Subnets::private("nodes", 22), Subnets::isolated("user", 24)];
/// let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")).max_azs(2).subnets(tiers));
/// let cluster = Cluster::new(&stack, "cluster", ClusterProps::new(KubernetesVersion::V1_35, &vpc));
///
/// let members = SecurityGroup::new(&stack, "user-plane", SecurityGroupProps::new(&vpc));
/// members.allow_members(Port::all_traffic(), "within the user plane");
/// let user = NodeNetwork::new("user", vpc.select(SubnetSelection::group("user")), [&members]).prefixes(1);
///
/// // One to three nodes in each of the two zones.
/// let nodes = SelfManagedNodesProps::new(1..=3).instance_types([instance_type!("m7i.xlarge")]);
/// let nodes = MultusNodes::new(&stack, &cluster, "nodes", MultusNodesProps::new(nodes, [user]));
/// assert_eq!(nodes.groups().len(), 2);
/// assert!(app.synth(&SynthOptions::new()).is_ok());
/// ```
///
/// Sources: [Multus on EKS](https://docs.aws.amazon.com/eks/latest/userguide/pod-multus-network.html),
/// [lifecycle hooks](https://docs.aws.amazon.com/autoscaling/ec2/userguide/lifecycle-hooks.html),
/// [interfaces of instances](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html),
/// [bootstrap containers](https://bottlerocket.dev/en/os/latest/#/concepts/bootstrap-containers/),
/// [health of nodes](https://docs.aws.amazon.com/eks/latest/userguide/node-health.html),
/// [health of instances](https://docs.aws.amazon.com/autoscaling/ec2/userguide/health-checks-overview.html),
/// [console output](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-console.html)
#[derive(Clone, Debug)]
pub struct MultusNodes {
    construct: Construct,
    groups: Vec<SelfManagedNodes>,
    networks: Vec<NodeNetwork>,
    function: Resource<lambda::Function>,
    failures: Resource<sqs::Queue>,
    instances: Instances,
}

/// What is known of the instances of all zones together.
#[derive(Clone, Debug)]
pub(super) struct Instances {
    /// What their interfaces are tagged with, in templates of the stack.
    pub(super) owner: Value<String>,
    pub(super) most: u64,
    pub(super) instance_type: Option<InstanceType>,
    pub(super) shows_metadata_to_pods: bool,
}

impl MultusNodes {
    /// Nodes for `cluster`, within any construct of its stack: where the cluster has access entries, it names the role of
    /// the nodes, and they name the cluster.
    #[track_caller]
    pub fn new(scope: &impl Scope, cluster: &Cluster, id: &str, props: MultusNodesProps) -> Self {
        let construct = Construct::new(scope, id);
        let MultusNodesProps { mut nodes, networks, failure } = props;
        for finding in beyond(&nodes, &networks) {
            construct.report(nodes.mark_instance_type(finding));
        }
        for (at, network) in networks.iter().enumerate() {
            if !is_twice(&networks, at) {
                nodes = nodes.label(network.label(), "true");
            }
        }
        nodes = nodes.label(LABEL, "true");
        nodes = if nodes.has_shell() {
            nodes.setup_script(node_setup(&networks, failure))
        } else {
            nodes.bootstrap_script("multus-interfaces", node_bootstrap(&networks, failure))
        };
        let count = u32::try_from(networks.len()).unwrap_or(u32::MAX);
        nodes = nodes.taint(Taint::no_schedule(PENDING, "")).leave_interfaces(count);
        let (most, instance_type) = (u64::from(nodes.most_nodes()), nodes.instance_type().cloned());
        let shows_metadata_to_pods = nodes.shows_metadata_to_pods();
        let (zones, props): (Vec<usize>, Vec<_>) = nodes.by_zone(&construct, cluster).into_iter().unzip();
        check(&construct, &networks, &zones);
        for network in networks.iter().filter(|network| network.addresses_of_prefixes() > 0) {
            construct.tell(NodesOfNetwork {
                cluster: cluster.construct().clone(),
                network: network.name().to_owned(),
                most: most.saturating_mul(zones.len() as u64),
                addresses: network.addresses_of_prefixes(),
                interfaces: count.saturating_add(1),
                instance_type: instance_type.clone(),
            });
        }

        let owner = sub!("{stack}/{path}", stack = pseudo::stack_name(), path = path_in_stack(&construct));
        let carried =
            |place: usize| sub!("{owner}/{place}", owner = owner.clone(), place = place.to_string());
        let all_carried = (0..zones.len()).map(carried).collect();
        let function = InterfaceFunction::new(&construct, &owner, &networks, &zones, all_carried);
        let mut groups = Vec::new();
        for (place, (zone, props)) in zones.iter().zip(props).enumerate() {
            let hook =
                |hook: LifecycleHook| hook.heartbeat_seconds(HEARTBEAT_SECONDS).metadata(carried(place));
            let props = props
                .lifecycle_hook(hook(LifecycleHook::launching("attach-interfaces")))
                .lifecycle_hook(hook(LifecycleHook::terminating("release-interfaces").go_on_unheard()));
            let group = SelfManagedNodes::new(&construct, cluster, &format!("zone-{}", zone + 1), props);
            // The first instances start with the group, and events that nothing listens to are lost.
            group.resource().depends_on(&function.construct);
            group.resource().edit(|group| group.tags([owned(&owner)]));
            groups.push(group);
        }
        warn_of_taint(cluster);
        let InterfaceFunction { function, failures, .. } = function;
        let most = most.saturating_mul(zones.len() as u64);
        let instances = Instances { owner, most, instance_type, shows_metadata_to_pods };
        let nodes = Self { construct, groups, networks, function, failures, instances };
        let checked = nodes.clone();
        nodes.validate(move |check| assigned_room::check(&checked, check));
        nodes
    }

    /// The nodes of each zone.
    pub fn groups(&self) -> &[SelfManagedNodes] {
        &self.groups
    }

    /// The role of all nodes; `None` where there are no nodes, which is an error.
    pub fn role(&self) -> Option<&Role> {
        self.groups.first().map(SelfManagedNodes::role)
    }

    /// The networks, in the order of the nodes' devices.
    pub fn networks(&self) -> &[NodeNetwork] {
        &self.networks
    }

    pub(super) fn instances(&self) -> &Instances {
        &self.instances
    }

    /// The function, for what this construct has no word for.
    pub fn function(&self) -> &Resource<lambda::Function> {
        &self.function
    }

    /// The queue of events that the function failed at three times. Each of them is an instance whose interfaces may be
    /// left behind, until the function runs for another: an alarm should watch it.
    pub fn failures(&self) -> &Resource<sqs::Queue> {
        &self.failures
    }
}

/// Tells where nothing in the app takes the taint from the nodes.
fn warn_of_taint(cluster: &Cluster) {
    cluster.construct().validate(|check| {
        if check.manifests("DaemonSet", startup_taint::NAME).is_empty() {
            let finding =
                "nodes with further networks keep their startup taint: no chart of the cluster takes it away";
            check.report(
                Diagnostic::warning("startup-taint-stays", finding)
                    .value(PENDING)
                    .hint("put a StartupTaint into a chart that is made by Chart::for_cluster()"),
            );
        }
    });
}

/// The tag of a group and its instances, by which the function's role knows them.
fn owned(owner: &Value<String>) -> property::TagProperty {
    property::TagProperty::new(property::TagPropertyRequired {
        key: OWNER.into(),
        propagate_at_launch: true.into(),
        value: owner.clone(),
    })
}

/// The path without the stack's id, whose name may be another.
pub(super) fn path_in_stack(construct: &Construct) -> String {
    let path = construct.path();
    path.split_once('/').map_or(path.clone(), |(_, rest)| rest.to_owned())
}

/// What the networks ask of the type of the instances beyond what it has, as far as that is known.
fn beyond(nodes: &SelfManagedNodesProps, networks: &[NodeNetwork]) -> Vec<Diagnostic> {
    let Some(instance_type) = nodes.instance_type() else { return Vec::new() };
    let mut found = Vec::new();
    let wanted = networks.len() + 1;
    if let Some(has) = instance_type.interfaces().filter(|has| wanted > *has as usize) {
        let finding = format!(
            "nodes with {} further networks need {wanted} interfaces, {instance_type} has {has}",
            networks.len()
        );
        let finding = Diagnostic::error("too-many-interfaces", finding).value(instance_type.as_str());
        found.push(finding.hint("choose a larger type, or fewer networks"));
    }
    for network in networks {
        let (name, count) = (network.name(), network.places(Family::V4));
        // One is the interface's own.
        let room = instance_type.addresses_per_interface().map(|all| all.saturating_sub(1));
        if let Some(room) = room.filter(|room| count > *room) {
            let finding = format!(
                "an interface of {instance_type} has room for {room} prefixes or addresses beside its own, the network \
                 `{name}` asks for {count}"
            );
            let finding = Diagnostic::error("too-many-addresses", finding).value(count.to_string());
            found.push(finding.allowed(format!("up to {room}")));
        }
        if network.has_prefixes() && instance_type.takes_prefixes() == Some(false) {
            let finding =
                format!("the network `{name}` asks for prefixes, which {instance_type} does not take");
            let finding = Diagnostic::error("prefixes-without-nitro", finding).value(instance_type.as_str());
            found.push(finding.hint("choose a type that is built on Nitro"));
        }
    }
    found
}

/// Whether an earlier network has the name of the one at this place.
fn is_twice(networks: &[NodeNetwork], at: usize) -> bool {
    networks[..at].iter().any(|other| other.name() == networks[at].name())
}

fn check(nodes: &Construct, networks: &[NodeNetwork], zones: &[usize]) {
    if networks.is_empty() {
        let finding = "nodes without further networks need no interfaces";
        nodes.report(
            Diagnostic::error("no-networks", finding).hint("use SelfManagedNodes, or a managed node group"),
        );
    }
    for (at, network) in networks.iter().enumerate() {
        network.check(nodes, zones);
        if is_twice(networks, at) {
            let finding =
                format!("there are two networks `{}`: an interface has the name of one", network.name());
            nodes.report(network.mark(Diagnostic::error("duplicate-network", finding).value(network.name())));
        }
    }
}

impl Scope for MultusNodes {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
