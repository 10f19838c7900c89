//! What there is: a network, a cluster in it, nodes, and pods with an interface in a network of their own.

use stackwright::prelude::*;

/// Everything; the names of stacks and charts begin with `name`.
pub(crate) fn describe(app: &App, name: &str) {
    app.tag(("project", name));
    let vpc = network(app, name);
    let cluster = cluster(app, name, &vpc);
    nodes(&cluster);
    gateway_nodes(&cluster, &vpc);
    addresses(&vpc);
    let data = pod_networks(app, name, &cluster);
    gateways(app, name, &cluster, &data);
}

/// Subnets of three kinds in two zones, and one way out for the private ones.
fn network(app: &App, name: &str) -> Vpc {
    let stack = Stack::new(app, &format!("{name}-network"));
    let props = VpcProps::new(cidr!("10.20.0.0/16"))
        .max_azs(2)
        .nat_gateways(1)
        .subnets([
            Subnets::public("edge", 24),
            Subnets::private("nodes", 20),
            Subnets::isolated("data", 24),
        ]);
    Vpc::new(&stack, "vpc", props)
}

/// A cluster that people of the account administer by taking on a role.
fn cluster(app: &App, name: &str, vpc: &Vpc) -> Cluster {
    let stack = Stack::new(app, &format!("{name}-cluster"));
    let props = ClusterProps::new(KubernetesVersion::V1_35, vpc);
    let cluster = Cluster::new(&stack, "cluster", props);
    // Better: ClusterProps::endpoint_access with the blocks that you come from.
    cluster.acknowledge("public-endpoint", "to start with; IAM guards it");

    let admin = Role::new(&stack, "admin", RoleProps::new(Principal::own_account()));
    admin.allow_actions(["eks:DescribeCluster"], [cluster.arn()]);
    cluster.grant_admin(&admin);
    cluster.deploy_charts_as(admin.role_arn());

    let command = cluster.config_command_as(&admin);
    let command = OutputProps::new(command).description("lets kubectl know the cluster");
    Output::new(&stack, "ConfigCommand", command);
    cluster
}

/// Two nodes, and up to six.
fn nodes(cluster: &Cluster) {
    let props = NodeGroupProps::new(2..=6)
        .instance_types([instance_type!("m7i.large")])
        .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"));
    cluster.add_node_group("workers", props);
}

/// Nodes for the gateways, one or two in each zone. Each has an interface in the `data` subnets, whose members reach
/// one another there and nothing else.
fn gateway_nodes(cluster: &Cluster, vpc: &Vpc) {
    let props = SecurityGroupProps::new(vpc).description("the data network");
    let members = SecurityGroup::new(cluster, "data", props.restrict_egress());
    members.allow_members(Port::all_traffic(), "within the network");
    members.allow_egress(&members, Port::all_traffic(), "within the network");

    let subnets = vpc.select(SubnetSelection::group("data"));
    let data = NodeNetwork::new("data", subnets, [&members]).pods(data());
    let nodes = SelfManagedNodesProps::new(1..=2).instance_types([instance_type!("m7i.xlarge")]);
    let props = MultusNodesProps::new(nodes, [data]);
    MultusNodes::new(cluster, cluster, "gateways", props);
}

/// How pods get interfaces in the `data` network: by that of their node, with one of the 16 addresses that it has for
/// them. What came in by this interface is answered by it.
fn data() -> CniConfig {
    CniConfig::new("data", Ipvlan::new("data"), EniPrefix::new(1)).then(SourceRouting::new())
}

/// Whose addresses of the `data` subnets are whose, for as many nodes as there will ever be: two in each zone, and room
/// for two more.
fn addresses(vpc: &Vpc) {
    let nodes = PlannedNodes::per_zone("gateways", 1..=2).growth(2);
    let nodes = nodes.instance_type(instance_type!("m7i.xlarge"));
    let data = PlannedNetwork::prefixes("data", SubnetSelection::group("data"));
    let props = IpPlanProps::new()
        .nodes(nodes)
        .network(data.pods_per_node("gateways", 16))
        .reservations(Reservations::ByCommand);
    IpPlan::new(vpc, "addresses", vpc, props);
}

/// Multus on every node, and the network that pods can ask for.
fn pod_networks(app: &App, name: &str, cluster: &Cluster) -> NetworkAttachmentDefinition {
    let chart = Chart::for_cluster(app, &format!("{name}-networks"), cluster);
    Multus::new(&chart, "multus", Installation::for_cluster(cluster));
    StartupTaint::new(&chart, "startup-taint");
    NetworkAttachmentDefinition::new(&chart, "data", Network::new(data()))
}

/// Two pods with an interface in the `data` network.
fn gateways(app: &App, name: &str, cluster: &Cluster, data: &NetworkAttachmentDefinition) {
    let chart = Chart::for_cluster(app, &format!("{name}-gateways"), cluster);
    let gateways = chart.add(json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": "gateway" },
        "spec": {
            "replicas": 2,
            "selector": { "matchLabels": { "app": "gateway" } },
            "template": {
                "metadata": { "labels": { "app": "gateway" } },
                "spec": {
                    "nodeSelector": { "networks.stackwright/data": "true" },
                    "containers": [{
                        "name": "gateway",
                        "image": "public.ecr.aws/docker/library/busybox:1.37.0",
                        "command": ["sleep", "infinity"],
                        "resources": { "limits": { "memory": "16Mi" } },
                    }],
                },
            },
        },
    }));
    Attachments::new([Attachment::new(data)]).attach_to(&gateways);
}
