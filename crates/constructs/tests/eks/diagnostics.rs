//! What is wrong with a cluster or its nodes is told all at once, and how to mend it.

use insta::assert_snapshot;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{SubnetSelection, Subnets, Vpc, VpcProps};
use stackwright_constructs::eks::{
    Addon, AuthenticationMode, Cluster, ClusterAttributes, ClusterProps, CustomSystem, EndpointAccess,
    FargateProfileProps, IpFamily, KubernetesVersion, LifecycleHook, NodeGroupProps, NodeImage, NodeRepair,
    NodeShare, SelfManagedNodesProps, Taint, UpgradePolicy,
};
use stackwright_constructs::iam::{ManagedPolicy, Principal, Role, RoleProps};
use stackwright_constructs::instance_type;
use stackwright_core::{App, Stack, SynthOptions};

use crate::{findings, plain, vpc, waiting};

#[test]
fn versions_that_cost_or_are_gone() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let vpc = vpc(&stack);
    let cluster = |id: &str, version, policy| {
        let props = ClusterProps::new(version, &vpc).addons([]).bootstrap_creator_admin(true);
        Cluster::new(&stack, id, props.upgrade_policy(policy));
    };
    cluster("gone", KubernetesVersion::other("1.20"), UpgradePolicy::Extended);
    cluster("gone-too", KubernetesVersion::other("1.30"), UpgradePolicy::Standard);
    cluster("none", KubernetesVersion::other("v1.35"), UpgradePolicy::Standard);
    cluster("paid", KubernetesVersion::V1_33, UpgradePolicy::Extended);
    cluster("raised", KubernetesVersion::V1_32, UpgradePolicy::Standard);
    cluster("new", KubernetesVersion::other("1.41"), UpgradePolicy::Standard);
    assert_snapshot!(findings(&app));
}

#[test]
fn clusters_that_cannot_be() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let vpc = vpc(&stack);
    let cluster = |id: &str, settings: fn(ClusterProps) -> ClusterProps| {
        let props =
            ClusterProps::new(KubernetesVersion::V1_35, &vpc).addons([]).bootstrap_creator_admin(true);
        Cluster::new(&stack, id, settings(props))
    };
    cluster("name", |props| props.name("the shop"));
    cluster("services", |props| props.service_cidr(cidr!("10.0.128.0/17")));
    cluster("public-services", |props| props.service_cidr(cidr!("203.0.113.0/24")));
    cluster("few-services", |props| props.service_cidr(cidr!("172.16.0.0/28")));
    cluster("ipv6", |props| props.ip_family(IpFamily::Ipv6).service_cidr(cidr!("172.16.0.0/16")));
    cluster("private", |props| {
        props.endpoint_access(EndpointAccess::private().public_cidrs([cidr!("203.0.113.0/24")]))
    });
    cluster("office", |props| {
        props.endpoint_access(EndpointAccess::public().public_cidrs([cidr!("192.168.1.0/24")]))
    });
    cluster("nobody", |props| {
        props.authentication(AuthenticationMode::ConfigMap).bootstrap_creator_admin(false)
    });
    cluster("twice", |props| props.addons([Addon::vpc_cni(), Addon::vpc_cni()]));
    let one_zone = [Subnets::private("app", 24), Subnets::public("public", 24)];
    let one_zone = VpcProps::new(cidr!("10.1.0.0/16")).max_azs(1).subnets(one_zone);
    let one_zone = Vpc::new(&stack, "one-zone", one_zone);
    let props =
        ClusterProps::new(KubernetesVersion::V1_35, &one_zone).addons([]).bootstrap_creator_admin(true);
    Cluster::new(&stack, "one", props);
    assert_snapshot!(findings(&app));
}

#[test]
fn clusters_that_nobody_can_use() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let props = ClusterProps::new(KubernetesVersion::V1_35, &vpc(&stack)).addons([waiting()]);
    Cluster::new(&stack, "cluster", props);
    assert_snapshot!(findings(&app));
}

#[test]
fn nodes_that_cannot_be() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = plain(&stack, |props| props);
    let group = |id: &str, props: NodeGroupProps| cluster.add_node_group(id, props);
    #[expect(clippy::reversed_empty_ranges, reason = "this is the mistake")]
    group("backwards", NodeGroupProps::new(6..=2));
    group("none", NodeGroupProps::new(0));
    group("outside", NodeGroupProps::new(2..=6).desired(7).name("-"));
    let mixed = [instance_type!("m7g.large"), instance_type!("m7i.large")];
    group("mixed", NodeGroupProps::new(1).instance_types(mixed));
    group("typeless", NodeGroupProps::new(1).instance_types([]));
    let neuron = NodeGroupProps::new(1).instance_types([instance_type!("inf2.xlarge")]);
    group("neuron", neuron.image(NodeImage::bottlerocket()));
    group("misspelt", NodeGroupProps::new(1).instance_types([instance_type!("m7i.largee")]));
    group("old", NodeGroupProps::new(1).image(NodeImage::al2()));
    group("image", NodeGroupProps::new(1).image(NodeImage::custom("al2023", CustomSystem::Al2023)));
    group("script", NodeGroupProps::new(1).image(NodeImage::bottlerocket()).setup_script("#!/bin/sh\n"));
    group("limits", NodeGroupProps::new(1).disk_gib(0).metadata_hops(65).max_pods(0));
    let labels = NodeGroupProps::new(1)
        .label("kubernetes.io/role", "worker")
        .label("node.kubernetes.io/pool", "fine")
        .label("my.k8s.io/pool", "x")
        .label("Team!", "orders")
        .label("team", "a b")
        .label("team", "c");
    group("labels", labels.taint(Taint::no_execute("-", "")));
    let repair = NodeRepair::new().most_unhealthy(NodeShare::Percent(101)).most_at_once(NodeShare::Nodes(0));
    group("shares", NodeGroupProps::new(1).max_unavailable(NodeShare::Nodes(101)).repair(repair));
    let role = Role::new(&stack, "role", RoleProps::new(Principal::service("ec2")));
    let policy = ManagedPolicy::aws("AmazonSSMManagedInstanceCore");
    group("role", NodeGroupProps::new(1).role(&role).managed_policy(policy));
    let own = SelfManagedNodesProps::new(1)
        .instance_types([instance_type!("m7i.large"), instance_type!("m7i.xlarge")])
        .lifecycle_hook(LifecycleHook::launching("attach").heartbeat_seconds(10));
    cluster.add_self_managed_nodes("own", own);
    let public = FargateProfileProps::new([]).subnets(SubnetSelection::public());
    cluster.add_fargate_profile("serverless", public);
    assert_snapshot!(findings(&app));
}

#[test]
fn what_is_not_known_of_an_imported_cluster() {
    let app = App::new();
    let stack = Stack::new(&app, "team");
    let cluster = Cluster::from_attributes(&stack, "cluster", ClusterAttributes::new("no such name"));
    cluster.add_self_managed_nodes("own", SelfManagedNodesProps::new(1));
    cluster.oidc_provider();
    assert_snapshot!(findings(&app));
}

#[test]
fn findings_point_at_the_line_of_the_setting() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = plain(&stack, |props| {
        props
            .bootstrap_creator_admin(true)
            .service_cidr(cidr!("203.0.113.0/24")) // here
            .endpoint_access(EndpointAccess::public_and_private())
            .name("the shop") // here
    });
    let nodes = NodeGroupProps::new(2..=6)
        .label("team", "orders")
        .label("Team!", "orders") // here
        .disk_gib(0) // here
        .desired(7) // here
        .max_unavailable(NodeShare::Nodes(0)); // here
    cluster.add_node_group("nodes", nodes);

    let source = include_str!("diagnostics.rs");
    let start = source.lines().position(|line| line.starts_with("fn findings_point_at")).unwrap();
    let marked = source.lines().enumerate().skip(start).filter(|(_, line)| line.ends_with("// here"));
    let expected: Vec<usize> = marked.map(|(index, _)| index + 1).collect();
    let findings = app.synth(&SynthOptions::new()).unwrap_err();
    let mut told: Vec<usize> =
        findings.iter().map(|finding| finding.source.as_ref().unwrap().line as usize).collect();
    told.sort_unstable();
    assert_eq!((told, expected.len()), (expected.clone(), 6));
}
