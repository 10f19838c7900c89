//! A network whose addresses the cluster hands out as a whole: planned, reserved in the VPC, handed out by whereabouts, and
//! assigned to the interfaces of nodes.
//!
//! It is for addresses that are scarce, or that must be those of one small range wherever pods run: a firewall elsewhere
//! names them. A node has no share of its own, so a pod costs a call to EC2 when it starts and when it ends.
//!
//! `cargo run -p address-pool -- synth --out target/address-pool` writes its templates and manifests.

use std::net::Ipv4Addr;
use std::process::ExitCode;

use stackwright::prelude::*;

/// The group of subnets, the network of nodes, and the interface that pods are on top of.
const NAME: &str = "shared";

/// How many pods a node has room for: one address of each interface is the interface's own.
const PODS: u32 = 12;

fn main() -> ExitCode {
    let app = stackwright::app();
    app.tag(("project", "address-pool"));
    let (vpc, plan) = network(&app);
    let subnets = vpc.select(SubnetSelection::group(NAME));
    let stack = Stack::with_props(&app, "nodes", StackProps::new().region("us-west-2"));
    let cluster = cluster(&stack, &vpc);
    let nodes = nodes(&stack, &vpc, &cluster, subnets.clone());

    let account = ServiceAccountName::new(NAME, "gateway");
    let identity = ServiceAccountIdentity::pod_identity(cluster.name());
    let role = ServiceAccountRole::new(&stack, "gateway", account.clone(), identity);

    let networks = Chart::for_cluster(&app, "networks", &cluster);
    Multus::new(&networks, "multus", Installation::for_cluster(&cluster));
    StartupTaint::new(&networks, "startup-taint");
    WhereaboutsPlugin::new(&networks, "whereabouts", WhereaboutsPluginProps::new());
    networks.add(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAME } }));
    networks.add(json!({
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": { "name": account.name(), "namespace": account.namespace() },
    }));
    let gateways = Chart::for_cluster(&app, "gateways", &cluster);
    let blocks: Vec<Cidr> = subnets.iter().filter_map(Subnet::cidr).collect();
    for (subnet, block) in subnets.iter().zip(&blocks) {
        // A subnet is in one zone, and so is the network of its addresses.
        let zone = subnet.zone();
        let Some(range) = plan.pool(NAME, zone) else { continue };
        let router = Ipv4Addr::from_bits(block.first().to_bits() + 1);
        let elsewhere =
            blocks.iter().filter(|other| *other != block).map(|other| Route::to(*other).via(router));
        let addresses = elsewhere.fold(Whereabouts::new(range.gateway(router)), Whereabouts::route);
        let name = format!("{NAME}-{}", zone + 1);
        let config = CniConfig::new(&name, Ipvlan::new(NAME), addresses);
        let network = Network::new(config.then(SourceRouting::new())).namespace(NAME);
        let network = NetworkAttachmentDefinition::new(&networks, &name, network);
        let gateway = gateways.add(gateway(&format!("gateway-{}", zone + 1), subnet.availability_zone()));
        Attachments::new([Attachment::new(&network)]).assigned_to(&nodes, &role).attach_to(&gateway);
    }
    stackwright::run(app)
}

/// A VPC, and where the addresses are in it: reserved, so that EC2 gives them to nothing that does not name them.
fn network(app: &App) -> (Vpc, IpPlan) {
    let stack = Stack::with_props(app, "network", StackProps::new().region("us-west-2"));
    let tiers = [Subnets::public("edge", 26), Subnets::private("nodes", 24), Subnets::isolated(NAME, 26)];
    let props = VpcProps::new(cidr!("10.40.0.0/20")).max_azs(2).nat_gateways(1).subnets(tiers);
    let vpc = Vpc::new(&stack, "vpc", props);
    let plan = IpPlanProps::new()
        .nodes(PlannedNodes::per_zone("workers", 1..=2).instance_type(instance_type!("m7i.xlarge")))
        .network(PlannedNetwork::pool(NAME, SubnetSelection::group(NAME)).pods_per_node("workers", PODS))
        .pods(PlannedPods::on_nodes("gateway", "workers", 16).interfaces(NAME, 1));
    let plan = IpPlan::new(&stack, "addresses", &vpc, plan);
    (vpc, plan)
}

/// A cluster whose pods get roles by Pod Identity.
fn cluster(stack: &Stack, vpc: &Vpc) -> Cluster {
    let addons = [Addon::vpc_cni(), Addon::kube_proxy(), Addon::coredns(), Addon::pod_identity_agent()];
    let props = ClusterProps::new(KubernetesVersion::V1_35, vpc).addons(addons);
    let cluster = Cluster::new(stack, "cluster", props);
    let why = "whoever tries it out comes from an address that nobody knows; access needs credentials of IAM";
    cluster.acknowledge("public-endpoint", why);
    let admin = Role::new(stack, "admin", RoleProps::new(Principal::own_account()));
    cluster.grant_admin(&admin);
    cluster.add_node_group("system", NodeGroupProps::new(2).instance_types([instance_type!("m7i.large")]));
    cluster
}

/// One or two nodes in each zone, with an interface in the network.
fn nodes(stack: &Stack, vpc: &Vpc, cluster: &Cluster, subnets: Vec<Subnet>) -> MultusNodes {
    let props = SecurityGroupProps::new(vpc).description("The shared network");
    let members = SecurityGroup::new(stack, "members", props);
    members.allow_members(Port::all_traffic(), "within the network");
    let nodes = SelfManagedNodesProps::new(1..=2).instance_types([instance_type!("m7i.xlarge")]);
    let network = NodeNetwork::new(NAME, subnets, [&members]);
    MultusNodes::new(stack, cluster, "nodes", MultusNodesProps::new(nodes, [network]))
}

/// The gateways of a zone, no more of them on a node than its interface has addresses for.
fn gateway(name: &str, zone: Value<String>) -> Node {
    let spread = json!({
        "maxSkew": 1,
        "topologyKey": "kubernetes.io/hostname",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": { "matchLabels": { "app": name } },
    });
    json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": name, "namespace": NAME },
        "spec": {
            "replicas": 8,
            "selector": { "matchLabels": { "app": name } },
            "template": {
                "metadata": { "labels": { "app": name } },
                "spec": {
                    "nodeSelector": { "topology.kubernetes.io/zone": zone },
                    "topologySpreadConstraints": [spread],
                    "containers": [{
                        "name": "gateway",
                        "image": "public.ecr.aws/docker/library/busybox:1.37.0",
                        "command": ["sleep", "infinity"],
                    }],
                },
            },
        },
    })
}
