//! Nodes: managed, of one's own, and Fargate.

use insta::assert_snapshot;
use stackwright_constructs::ec2::{SecurityGroup, SecurityGroupProps, SubnetSelection};
use stackwright_constructs::eks::{
    Addon, Cluster, CustomSystem, FargateProfileProps, FargateSelector, LifecycleHook, NodeGroup,
    NodeGroupProps, NodeImage, NodeRepair, NodeShare, SelfManagedNodesProps, Taint,
};
use stackwright_constructs::iam::ManagedPolicy;
use stackwright_constructs::instance_type;
use stackwright_core::{App, Stack};

use crate::{Resources, plain, waiting};

/// What a plain cluster and its nodes are made of.
fn with_nodes(add: impl FnOnce(&Stack, &Cluster)) -> Resources {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = plain(&stack, |props| props);
    add(&stack, &cluster);
    Resources::of(&app, "shop")
}

/// The beginnings of the logical ids of what nodes are made of.
const NODES: [&str; 2] = ["clusternodes", "clusteraccessshop"];

/// The user data of the only launch template, as text.
fn user_data(made: &Resources) -> &str {
    let encoded = &made.one("AWS::EC2::LaunchTemplate")["LaunchTemplateData"]["UserData"]["Fn::Base64"];
    encoded.as_str().or_else(|| encoded["Fn::Sub"].as_str()).expect("there is user data")
}

#[test]
fn a_managed_group_with_everything() {
    let made = with_nodes(|stack, cluster| {
        let vpc = cluster.vpc().unwrap();
        let group = SecurityGroup::new(stack, "group", SecurityGroupProps::new(vpc));
        cluster.add_node_group(
            "nodes",
            NodeGroupProps::new(0..=20)
                .name("batch")
                .desired(3)
                .instance_types([instance_type!("m7g.large"), instance_type!("c8g.xlarge")])
                .image(NodeImage::bottlerocket())
                .disk_gib(50)
                .disk_key("arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d")
                .label("shop.example/pool", "batch")
                .taint(Taint::no_schedule("shop.example/batch", "yes"))
                .taint(Taint::no_execute("drain", ""))
                .subnets(SubnetSelection::group("db"))
                .security_groups([&group])
                .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"))
                .metadata_hops(1)
                .max_pods(110)
                .detailed_monitoring()
                .spot()
                .max_unavailable(NodeShare::Percent(33))
                .repair(
                    NodeRepair::new()
                        .most_unhealthy(NodeShare::Percent(20))
                        .most_at_once(NodeShare::Nodes(1)),
                ),
        );
    });
    assert_snapshot!(made.text(&NODES));
    assert_eq!(user_data(&made), "[settings.kubernetes]\nmax-pods = 110\n");
}

#[test]
fn nodes_of_ones_own() {
    let made = with_nodes(|_, cluster| {
        cluster.add_self_managed_nodes(
            "nodes",
            SelfManagedNodesProps::new(2..=4)
                .instance_types([instance_type!("m7i.xlarge")])
                .label("pool", "edge")
                .taint(Taint::prefer_no_schedule("edge", "true"))
                .max_pods(58)
                .setup_script("#!/bin/bash\nset -eu\necho \"${HOSTNAME}\"\n")
                .lifecycle_hook(LifecycleHook::launching("attach-interfaces").heartbeat_seconds(300))
                .lifecycle_hook(LifecycleHook::terminating("detach").go_on_unheard()),
        );
    });
    assert_snapshot!(made.text(&NODES));
    assert_snapshot!(user_data(&made));
}

#[test]
fn an_image_of_ones_own_is_told_of_its_cluster() {
    let told = |system| {
        let made = with_nodes(|_, cluster| {
            let image = NodeImage::custom("ami-0a1b2c3d4e5f60718", system);
            let props = NodeGroupProps::new(2).image(image).label("pool", "own");
            cluster.add_node_group("nodes", props.taint(Taint::no_schedule("own", "1")));
        });
        let group = made.one("AWS::EKS::Nodegroup");
        assert_eq!((group.get("AmiType"), group.get("Version")), (None, None));
        let template = made.one("AWS::EC2::LaunchTemplate");
        assert_eq!(template["LaunchTemplateData"]["ImageId"], "ami-0a1b2c3d4e5f60718");
        user_data(&made).to_owned()
    };
    assert_snapshot!("al2023", told(CustomSystem::Al2023));
    assert_snapshot!("bottlerocket", told(CustomSystem::Bottlerocket));
}

#[test]
fn images_follow_from_types_of_instances() {
    for (image, kind, expected) in [
        (NodeImage::al2023(), "t3.medium", "AL2023_x86_64_STANDARD"),
        (NodeImage::al2023(), "t4g.medium", "AL2023_ARM_64_STANDARD"),
        (NodeImage::al2023(), "g6.xlarge", "AL2023_x86_64_NVIDIA"),
        (NodeImage::al2023(), "g5g.xlarge", "AL2023_ARM_64_NVIDIA"),
        (NodeImage::al2023(), "inf2.xlarge", "AL2023_x86_64_NEURON"),
        (NodeImage::bottlerocket(), "m7g.large", "BOTTLEROCKET_ARM_64"),
        (NodeImage::bottlerocket(), "p5.48xlarge", "BOTTLEROCKET_x86_64_NVIDIA"),
        (NodeImage::bottlerocket_fips(), "m7i.large", "BOTTLEROCKET_x86_64_FIPS"),
        (NodeImage::bottlerocket_fips(), "g5g.xlarge", "BOTTLEROCKET_ARM_64_NVIDIA_FIPS"),
    ] {
        let made = with_nodes(|_, cluster| {
            let kind = stackwright_constructs::eks::InstanceType::new(kind).unwrap();
            cluster.add_node_group("nodes", NodeGroupProps::new(1).image(image).instance_types([kind]));
        });
        assert_eq!(made.one("AWS::EKS::Nodegroup")["AmiType"], expected);
    }
}

#[test]
fn ids_of_images_come_from_public_parameters() {
    for (image, kind, expected) in [
        (
            NodeImage::al2023(),
            "m7g.large",
            "eks/optimized-ami/1.35/amazon-linux-2023/arm64/standard/recommended",
        ),
        (
            NodeImage::al2023(),
            "trn1.2xlarge",
            "eks/optimized-ami/1.35/amazon-linux-2023/x86_64/neuron/recommended",
        ),
        (
            NodeImage::al2023(),
            "g6.xlarge",
            "eks/optimized-ami/1.35/amazon-linux-2023/x86_64/nvidia/recommended",
        ),
        (NodeImage::bottlerocket(), "m7g.large", "bottlerocket/aws-k8s-1.35/arm64/latest"),
        (NodeImage::bottlerocket_fips(), "g6.xlarge", "bottlerocket/aws-k8s-1.35-nvidia-fips/x86_64/latest"),
    ] {
        let made = with_nodes(|_, cluster| {
            let kind = stackwright_constructs::eks::InstanceType::new(kind).unwrap();
            cluster.add_self_managed_nodes(
                "nodes",
                SelfManagedNodesProps::new(1).image(image).instance_types([kind]),
            );
        });
        let template = made.one("AWS::EC2::LaunchTemplate");
        assert_eq!(
            template["LaunchTemplateData"]["ImageId"],
            format!("{{{{resolve:ssm:/aws/service/{expected}/image_id}}}}")
        );
    }
}

#[test]
fn pods_on_fargate() {
    let made = with_nodes(|_, cluster| {
        let small = FargateSelector::namespace("batch").label("size", "small").label("team", "orders");
        let profile = FargateProfileProps::new([small, FargateSelector::namespace("jobs-*")]);
        cluster.add_fargate_profile("nodes", profile);
    });
    assert_snapshot!(made.text(&NODES));
}

#[test]
fn nodes_in_a_stack_of_their_own_come_after_the_cluster_with_its_addons() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = plain(&stack, |props| props.addons([Addon::vpc_cni(), waiting()]));
    let more = Stack::new(&app, "more");
    NodeGroup::new(&more, &cluster, "nodes", NodeGroupProps::new(1));
    let made = Resources::of(&app, "more");
    let group = made.one("AWS::EKS::Nodegroup");
    assert!(group["ClusterName"]["Fn::ImportValue"].is_string(), "{group}");
}

#[test]
fn a_change_of_the_template_reaches_the_nodes() {
    let made = with_nodes(|_, cluster| {
        let group = cluster.add_node_group("nodes", NodeGroupProps::new(1));
        group.launch_template().set_property("VersionDescription", "by hand");
    });
    let group = made.one("AWS::EKS::Nodegroup");
    assert_eq!(group["LaunchTemplate"]["Version"]["Fn::GetAtt"][1], "LatestVersionNumber");
}
