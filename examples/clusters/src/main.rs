//! Clusters of every kind: with managed nodes, Bottlerocket, nodes of one's own, nodes in further networks, Fargate, IPv6,
//! users in a ConfigMap, and imported ones.
//!
//! `cargo run -p clusters -- synth --out target/clusters` writes their templates and manifests.

use std::process::ExitCode;

use stackwright::prelude::*;

fn main() -> ExitCode {
    let app = stackwright::app();
    app.tag(("project", "clusters"));
    let why = "whoever tries it out comes from an address that nobody knows; access needs credentials of IAM";
    app.acknowledge("public-endpoint", why);
    let vpc = network(&app);
    let shop = shop(&app, &vpc);
    batch_nodes(&app, &shop);
    edge(&app, &vpc);
    signalling(&app);
    serverless(&app, &vpc);
    ipv6(&app);
    analytics(&app, &vpc);
    beside_an_existing_cluster(&app);
    stackwright::run(app)
}

fn network(app: &App) -> Vpc {
    let stack = Stack::new(app, "network");
    let props = VpcProps::new(cidr!("10.60.0.0/16"))
        .max_azs(2)
        .nat_gateways(1)
        .subnets([Subnets::public("edge", 26), Subnets::private("nodes", 20)]);
    Vpc::new(&stack, "vpc", props)
}

/// A cluster for production: reached from the office, logged, encrypted, with storage and two groups of nodes.
fn shop(app: &App, vpc: &Vpc) -> Cluster {
    let stack = Stack::new(app, "shop");
    let key = json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Effect": "Allow",
            "Principal": { "AWS": Arn::new("iam", "root").without_region().of::<String>(&stack) },
            "Action": "kms:*",
            "Resource": "*",
        }],
    });
    let key = l1::kms::Key::new().enable_key_rotation(true).key_policy(key);
    let key = Resource::new(&stack, "Key", key);
    let props = ClusterProps::new(KubernetesVersion::V1_35, vpc)
        .endpoint_access(EndpointAccess::public_and_private().public_cidrs([cidr!("203.0.113.0/24")]))
        .logging([ControlPlaneLog::Audit, ControlPlaneLog::Authenticator])
        .secrets_encryption(key.attr_arn())
        .deletion_protection(true);
    let cluster = Cluster::new(&stack, "cluster", props);

    let admin = admin(&stack);
    cluster.grant_admin(&admin);
    let team = Role::new(&stack, "orders-team", RoleProps::new(Principal::own_account()));
    cluster.grant(&team, AccessPolicy::EDIT, AccessScope::namespaces(["orders"]));
    cluster.grant_groups(&team, ["log-readers"]);

    let workers = NodeGroupProps::new(2..=6)
        .instance_types([instance_type!("m7i.large")])
        .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"))
        .max_unavailable(NodeShare::Percent(33))
        .repair(NodeRepair::new().most_unhealthy(NodeShare::Percent(20)));
    cluster.add_node_group("workers", workers);

    let storage = ServiceAccountName::new("kube-system", "ebs-csi-controller-sa");
    let identity = ServiceAccountIdentity::irsa(&cluster.oidc_provider());
    let storage = ServiceAccountRole::with_role(&stack, "storage", storage, identity, |role| {
        role.managed_policy(ManagedPolicy::aws("service-role/AmazonEBSCSIDriverPolicyV2"))
    });
    cluster.add_addon(Addon::ebs_csi_driver().service_account_role(storage.role()));
    Output::new(&stack, "ConfigCommand", OutputProps::new(cluster.config_command_as(&admin)));
    cluster
}

/// Spot instances on Graviton with Bottlerocket, in a stack of their own: they come and go without the cluster's.
fn batch_nodes(app: &App, cluster: &Cluster) {
    let stack = Stack::new(app, "shop-batch");
    let props = NodeGroupProps::new(0..=20)
        .instance_types([
            instance_type!("m7g.large"),
            instance_type!("m8g.large"),
            instance_type!("c7g.xlarge"),
        ])
        .image(NodeImage::bottlerocket())
        .spot()
        .max_pods(58)
        .label("shop.example/pool", "batch")
        .taint(Taint::no_schedule("shop.example/batch", "true"));
    NodeGroup::new(&stack, cluster, "nodes", props);
}

/// Nodes of one's own, which wait until something has attached their second network interface.
fn edge(app: &App, vpc: &Vpc) {
    let stack = Stack::new(app, "edge");
    let props =
        ClusterProps::new(KubernetesVersion::V1_36, vpc).authentication(AuthenticationMode::ApiAndConfigMap);
    let cluster = Cluster::new(&stack, "cluster", props);
    cluster.grant_admin(&admin(&stack));
    let nodes = SelfManagedNodesProps::new(2..=4)
        .instance_types([instance_type!("m7i.xlarge")])
        .setup_script("#!/bin/bash\nset -eu\nsysctl --write net.ipv4.conf.all.rp_filter=2\n")
        .label("edge.example/pool", "gateways")
        .lifecycle_hook(LifecycleHook::launching("attach-interfaces").heartbeat_seconds(300));
    cluster.add_self_managed_nodes("gateways", nodes);
    let image = NodeImage::custom("ami-0a1b2c3d4e5f60718", CustomSystem::Al2023);
    cluster.add_node_group(
        "hardened",
        NodeGroupProps::new(1).image(image).taint(Taint::no_execute("hardened", "")),
    );
}

/// Nodes with Bottlerocket that have an interface of their own in each of two further networks, for pods: of IPv6 alone
/// for signals, and of both families for users.
fn signalling(app: &App) {
    let network = Stack::new(app, "signalling-network");
    let tiers = [
        Subnets::public("edge", 26),
        Subnets::private("nodes", 22),
        Subnets::isolated("control", 24),
        Subnets::isolated("user", 24),
    ];
    let props = VpcProps::new(cidr!("10.62.0.0/16")).max_azs(2).nat_gateways(1).subnets(tiers).dual_stack();
    let vpc = Vpc::new(&network, "vpc", props);
    let planes = [("control", EniPrefix::ipv6()), ("user", EniPrefix::new(1).and_ipv6())];
    let pods_of = |(plane, addresses): (&str, EniPrefix)| {
        CniConfig::new(plane, Ipvlan::new(plane), addresses).then(SourceRouting::new())
    };
    let networks = planes.clone().map(|(plane, addresses)| {
        let members = SecurityGroup::new(&network, plane, SecurityGroupProps::new(&vpc).restrict_egress());
        members.allow_members(Port::all_traffic(), "within the plane");
        members.allow_egress(&members, Port::all_traffic(), "within the plane");
        NodeNetwork::new(plane, vpc.select(SubnetSelection::group(plane)), [&members])
            .pods(pods_of((plane, addresses)))
    });

    let stack = Stack::new(app, "signalling");
    let cluster = Cluster::new(&stack, "cluster", ClusterProps::new(KubernetesVersion::V1_35, &vpc));
    cluster.grant_admin(&admin(&stack));
    let nodes = SelfManagedNodesProps::new(1..=3)
        .instance_types([instance_type!("m7g.xlarge")])
        .image(NodeImage::bottlerocket());
    MultusNodes::new(&stack, &cluster, "nodes", MultusNodesProps::new(nodes, networks));

    let chart = Chart::for_cluster(app, "signalling-networks", &cluster);
    Multus::new(&chart, "multus", Installation::for_cluster(&cluster));
    StartupTaint::new(&chart, "startup-taint");
    for plane in planes {
        NetworkAttachmentDefinition::new(&chart, plane.0, Network::new(pods_of(plane)));
    }
}

/// No nodes at all.
fn serverless(app: &App, vpc: &Vpc) {
    let stack = Stack::new(app, "serverless");
    let dns = Addon::coredns().configuration(json!({ "computeType": "Fargate" }));
    let props =
        ClusterProps::new(KubernetesVersion::V1_35, vpc).addons([Addon::vpc_cni(), Addon::kube_proxy(), dns]);
    let cluster = Cluster::new(&stack, "cluster", props);
    cluster.grant_admin(&admin(&stack));
    let selectors = [FargateSelector::namespace("kube-system"), FargateSelector::namespace("default")];
    cluster.add_fargate_profile("everything", FargateProfileProps::new(selectors));
}

/// Pods with IPv6 addresses.
fn ipv6(app: &App) {
    let stack = Stack::new(app, "ipv6");
    let vpc =
        Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.61.0.0/16")).max_azs(2).nat_gateways(1).dual_stack());
    let props = ClusterProps::new(KubernetesVersion::V1_35, &vpc).ip_family(IpFamily::Ipv6);
    let cluster = Cluster::new(&stack, "cluster", props);
    cluster.grant_admin(&admin(&stack));
    cluster.add_node_group("workers", NodeGroupProps::new(2));
}

/// A cluster that knows its users by the ConfigMap alone, and where EMR runs jobs in two namespaces.
fn analytics(app: &App, vpc: &Vpc) {
    let stack = Stack::new(app, "analytics");
    let props =
        ClusterProps::new(KubernetesVersion::V1_35, vpc).authentication(AuthenticationMode::ConfigMap);
    let cluster = Cluster::new(&stack, "cluster", props);
    cluster.grant_admin(&admin(&stack));
    let chart = Chart::for_cluster(app, "analytics-access", &cluster);
    AwsAuthConfigMap::new(&chart, "aws-auth", &cluster);
    EmrNamespace::new(&chart, "nightly", &cluster, "nightly-jobs");
    EmrNamespace::new(&chart, "reports", &cluster, "reports");
    // It is in the ConfigMap, although it is added after it.
    cluster.add_node_group("workers", NodeGroupProps::new(2..=6));
}

/// A role that people of the account take on to administer a cluster.
fn admin(stack: &Stack) -> Role {
    Role::new(stack, "admin", RoleProps::new(Principal::own_account()))
}

/// Users and nodes of a cluster that something else made.
fn beside_an_existing_cluster(app: &App) {
    let stack = Stack::new(app, "beside");
    let ids = VpcIds::new("vpc-0a1b2c3d4e5f60718", ["eu-west-1a", "eu-west-1b"])
        .subnets([SubnetIds::private("app", ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"])]);
    let vpc = Vpc::from_ids(&stack, "vpc", ids);
    let attributes = ClusterAttributes::new("legacy").version(KubernetesVersion::V1_34).vpc(&vpc);
    let cluster = Cluster::from_attributes(&stack, "cluster", attributes);
    let auditors = ParameterProps::<String>::new().description("the ARN of the auditors' role");
    let auditors = Parameter::new(&stack, "AuditorsRoleArn", auditors);
    cluster.grant(
        AccessPrincipal::role("auditors", auditors.value()),
        AccessPolicy::VIEW,
        AccessScope::Cluster,
    );
    cluster.add_node_group("more", NodeGroupProps::new(1..=3).subnets(SubnetSelection::group("app")));
}
