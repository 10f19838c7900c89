//! What there is: a network, a cluster in it, and the nodes of the cluster.

use stackwright::prelude::*;

/// Everything; the names of stacks begin with `name`.
pub(crate) fn describe(app: &App, name: &str) {
    app.tag(("project", name));
    let vpc = network(app, name);
    let cluster = cluster(app, name, &vpc);
    nodes(&cluster);
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
