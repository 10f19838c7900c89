//! Traffic that is kept apart: the management, control and user planes of pods run on networks of their own, in two zones,
//! each by an interface of its own that every node has for it.
//!
//! `cargo run -p traffic-separation -- synth --out target/traffic-separation` writes its templates.

use std::process::ExitCode;

use stackwright::prelude::*;

/// The planes: the group of subnets, and the network of nodes and pods, of each.
const PLANES: [&str; 3] = ["management", "control", "user"];

fn main() -> ExitCode {
    let app = stackwright::app();
    app.tag(("project", "traffic-separation"));
    let vpc = network(&app);
    let stack = Stack::new(&app, "cluster");
    let cluster = cluster(&stack, &vpc);
    nodes(&stack, &vpc, &cluster);
    stackwright::run(app)
}

/// A VPC in two zones. What is on the networks of the planes reaches nothing but its own subnets.
fn network(app: &App) -> Vpc {
    let stack = Stack::new(app, "network");
    let tiers = [Subnets::public("edge", 26), Subnets::private("nodes", 22)];
    let planes = PLANES.map(|plane| Subnets::isolated(plane, 24));
    let props = VpcProps::new(cidr!("10.70.0.0/16"))
        .max_azs(2)
        .nat_gateways(1)
        .subnets(tiers.into_iter().chain(planes));
    Vpc::new(&stack, "vpc", props)
}

/// The cluster, with nodes of an ordinary kind for what runs anywhere.
fn cluster(stack: &Stack, vpc: &Vpc) -> Cluster {
    let cluster = Cluster::new(stack, "cluster", ClusterProps::new(KubernetesVersion::V1_35, vpc));
    let admin = Role::new(stack, "admin", RoleProps::new(Principal::own_account()));
    cluster.grant_admin(&admin);
    cluster.add_node_group("system", NodeGroupProps::new(2).instance_types([instance_type!("m7i.large")]));
    cluster
}

/// Nodes with an interface in each plane, one or two of them in each zone. The members of a plane reach each other alone.
fn nodes(stack: &Stack, vpc: &Vpc, cluster: &Cluster) -> MultusNodes {
    let networks = PLANES.map(|plane| {
        let props = SecurityGroupProps::new(vpc).description(format!("{plane} plane")).restrict_egress();
        let members = SecurityGroup::new(stack, plane, props);
        members.allow_members(Port::all_traffic(), "within the plane");
        members.allow_egress(&members, Port::all_traffic(), "within the plane");
        let subnets = vpc.select(SubnetSelection::group(plane));
        NodeNetwork::new(plane, subnets, [&members]).pods(pods_of(plane))
    });
    // Four interfaces: the first for the cluster, the others for the planes.
    let nodes = SelfManagedNodesProps::new(1..=2).instance_types([instance_type!("m7i.xlarge")]);
    MultusNodes::new(stack, cluster, "planes", MultusNodesProps::new(nodes, networks))
}

/// How pods get interfaces in a plane: by that of their node, with an address of its one prefix.
fn pods_of(plane: &str) -> CniConfig {
    CniConfig::new(plane, Ipvlan::new(plane), EniPrefix::new(1)).then(SourceRouting::new())
}
