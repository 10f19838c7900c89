//! Traffic that is kept apart: the management, control and user planes of pods run on networks of their own, in two zones,
//! each by an interface of its own that every node has for it.
//!
//! A plane has a subnet in each zone, a security group whose members reach each other alone, and an interface on each node
//! with a prefix of 16 addresses for pods. Each node writes the configuration of its own addresses, so one network serves
//! both zones. A pod reaches its plane's subnet by the plane's interface, and by source routing the plane's subnet in the
//! other zone, too, when it is bound to its address; the cluster's own network is as it always is.
//!
//! `cargo run -p traffic-separation -- synth --out target/traffic-separation` writes its templates.

use std::process::ExitCode;

use stackwright::prelude::*;

/// The planes: the group of subnets, and the network of nodes and pods, of each.
const PLANES: [&str; 3] = ["management", "control", "user"];

fn main() -> ExitCode {
    let app = stackwright::app();
    app.tag(("project", "traffic-separation"));
    let (vpc, members) = network(&app);
    let stack = Stack::new(&app, "cluster");
    let cluster = cluster(&stack, &vpc);
    nodes(&stack, &vpc, &members, &cluster);
    charts(&app, &cluster);
    stackwright::run(app)
}

/// A VPC in two zones, and a security group for each plane, whose members reach each other alone.
fn network(app: &App) -> (Vpc, [SecurityGroup; 3]) {
    let stack = Stack::new(app, "network");
    let tiers = [Subnets::public("edge", 26), Subnets::private("nodes", 22)];
    let planes = PLANES.map(|plane| Subnets::isolated(plane, 24));
    let props = VpcProps::new(cidr!("10.70.0.0/16"))
        .max_azs(2)
        .nat_gateways(1)
        .subnets(tiers.into_iter().chain(planes));
    let vpc = Vpc::new(&stack, "vpc", props);
    let members = PLANES.map(|plane| {
        let props = SecurityGroupProps::new(&vpc).description(format!("{plane} plane")).restrict_egress();
        let members = SecurityGroup::new(&stack, plane, props);
        members.allow_members(Port::all_traffic(), "within the plane");
        members.allow_egress(&members, Port::all_traffic(), "within the plane");
        members
    });
    (vpc, members)
}

/// The cluster, with nodes of an ordinary kind for what runs anywhere.
fn cluster(stack: &Stack, vpc: &Vpc) -> Cluster {
    let cluster = Cluster::new(stack, "cluster", ClusterProps::new(KubernetesVersion::V1_35, vpc));
    let why = "whoever tries it out comes from an address that nobody knows; access needs credentials of IAM";
    cluster.acknowledge("public-endpoint", why);
    let admin = Role::new(stack, "admin", RoleProps::new(Principal::own_account()));
    cluster.grant_admin(&admin);
    cluster.add_node_group("system", NodeGroupProps::new(2).instance_types([instance_type!("m7i.large")]));
    cluster
}

/// Nodes with an interface in each plane, one or two of them in each zone.
fn nodes(stack: &Stack, vpc: &Vpc, members: &[SecurityGroup; 3], cluster: &Cluster) {
    let networks = PLANES.iter().zip(members).map(|(plane, members)| {
        let subnets = vpc.select(SubnetSelection::group(*plane));
        NodeNetwork::new(*plane, subnets, [members]).pods(pods_of(plane))
    });
    // Four interfaces: the first for the cluster, the others for the planes.
    let nodes = SelfManagedNodesProps::new(1..=2).instance_types([instance_type!("m7i.xlarge")]);
    MultusNodes::new(stack, cluster, "planes", MultusNodesProps::new(nodes, networks));
}

/// How pods get interfaces in a plane: by that of their node, with an address of its one prefix.
fn pods_of(plane: &str) -> CniConfig {
    CniConfig::new(plane, Ipvlan::new(plane), EniPrefix::new(1)).then(SourceRouting::new())
}

/// Multus, the networks of the planes, and pods that are in two of them: a gateway has the user plane twice.
fn charts(app: &App, cluster: &Cluster) {
    let networks = Chart::for_cluster(app, "networks", cluster);
    Multus::new(&networks, "multus", Installation::for_cluster(cluster));
    StartupTaint::new(&networks, "startup-taint");
    let [_, control, user] = PLANES.map(|plane| {
        let network = Network::new(pods_of(plane)).namespace("planes");
        NetworkAttachmentDefinition::new(&networks, plane, network)
    });
    networks.add(json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "planes" } }));

    let apps = Chart::for_cluster(app, "apps", cluster);
    apps.depends_on(&networks);
    let gateway = apps.add(json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": "gateway", "namespace": "planes" },
        "spec": {
            "replicas": 2,
            "selector": { "matchLabels": { "app": "gateway" } },
            "template": {
                "metadata": { "labels": { "app": "gateway" } },
                "spec": {
                    "nodeSelector": { "networks.stackwright/control": "true", "networks.stackwright/user": "true" },
                    "containers": [{
                        "name": "gateway",
                        "image": "public.ecr.aws/docker/library/busybox:1.37.0",
                        "command": ["sleep", "infinity"],
                    }],
                },
            },
        },
    }));
    Attachments::new([
        Attachment::new(&control).interface("n4"),
        Attachment::new(&user).interface("n3"),
        Attachment::new(&user).interface("n6"),
    ])
    .attach_to(&gateway);
}
