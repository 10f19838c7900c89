//! Clusters, their add-ons and what they tell.

use insta::assert_snapshot;
use serde_json::json;
use stackwright_cfn::json as node;
use stackwright_cfn::pseudo;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{SecurityGroup, SecurityGroupProps, SubnetSelection, Vpc, VpcProps};
use stackwright_constructs::eks::{
    Addon, AuthenticationMode, Cluster, ClusterAttributes, ClusterProps, ControlPlaneLog, EndpointAccess,
    IpFamily, KubernetesVersion, NodeGroupProps, UpgradePolicy,
};
use stackwright_constructs::iam::{ManagedPolicy, Principal, Role, RoleProps};
use stackwright_core::{App, Output, OutputProps, Scope, Stack, StackProps};
use stackwright_testing::{Found, Synthesis, absent, containing, exactly, not};

use crate::{Resources, plain, template, vpc, waiting};

#[test]
fn a_cluster_with_defaults() {
    let app = App::new();
    let network = Stack::new(&app, "network");
    let vpc = vpc(&network);
    let stack = Stack::new(&app, "shop");
    let cluster = Cluster::new(&stack, "cluster", ClusterProps::new(KubernetesVersion::V1_35, &vpc));
    cluster.add_node_group("workers", NodeGroupProps::new(2..=6));
    cluster.grant_admin("arn:aws:iam::111122223333:role/platform");
    assert_snapshot!(template(&app, "shop"));
}

#[test]
fn a_cluster_with_everything() {
    let app = App::new();
    let stack = Stack::with_props(&app, "shop", StackProps::new().region("eu-west-1"));
    let vpc = vpc(&stack);
    let role = Role::new(&stack, "role", RoleProps::new(Principal::service("eks")));
    let storage = RoleProps::new(Principal::service("pods.eks").tag_sessions())
        .managed_policy(ManagedPolicy::aws("service-role/AmazonEBSCSIDriverPolicyV2"));
    let storage = Role::new(&stack, "storage", storage);
    let group = SecurityGroup::new(&stack, "control-plane", SecurityGroupProps::new(&vpc));
    let props = ClusterProps::new(KubernetesVersion::V1_34, &vpc)
        .name("shop")
        .role(&role)
        .subnets([SubnetSelection::group("app"), SubnetSelection::group("db"), SubnetSelection::group("app")])
        .tag_subnets(false)
        .endpoint_access(EndpointAccess::public_and_private().public_cidrs([cidr!("203.0.113.0/24")]))
        .logging([ControlPlaneLog::Audit, ControlPlaneLog::Api, ControlPlaneLog::Audit])
        .secrets_encryption("arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d")
        .security_groups([&group])
        .service_cidr(cidr!("192.168.0.0/20"))
        .upgrade_policy(UpgradePolicy::Extended)
        .deletion_protection(true)
        .authentication(AuthenticationMode::ApiAndConfigMap)
        .bootstrap_creator_admin(true)
        .addons([
            Addon::vpc_cni()
                .version("v1.20.4-eksbuild.2")
                .configuration(
                    node!({ "env": { "ENABLE_PREFIX_DELEGATION": "true" }, "region": pseudo::region() }),
                )
                .service_account_role(&role)
                .overwrite(),
            Addon::pod_identity_agent(),
            Addon::ebs_csi_driver().pod_identity("ebs-csi-controller-sa", &storage).preserve_on_delete(),
        ]);
    let cluster = Cluster::new(&stack, "cluster", props);
    cluster.add_node_group("workers", NodeGroupProps::new(1));
    cluster.oidc_provider();
    assert_eq!(cluster.oidc_provider().path(), "shop/cluster/OidcProvider");
    assert_snapshot!(Resources::of(&app, "shop").text(&["cluster"]));
}

#[test]
fn an_ipv6_cluster_leaves_addresses_to_eks() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.0.0.0/16")).dual_stack());
    let props = ClusterProps::new(KubernetesVersion::V1_35, &vpc).ip_family(IpFamily::Ipv6).addons([]);
    let cluster = Cluster::new(&stack, "cluster", props);
    cluster.add_node_group("workers", NodeGroupProps::new(2));
    assert_eq!(
        serde_json::to_value(cluster.service_cidr().node()).unwrap()["Fn::GetAtt"][1],
        "KubernetesNetworkConfig.ServiceIpv6Cidr"
    );
    let synthesis = Synthesis::of(&app);
    let shop = synthesis.template("shop");
    let network = exactly(node!({ "IpFamily": "ipv6" }));
    shop.has_resource("AWS::EKS::Cluster", node!({ "KubernetesNetworkConfig": network }));
    let statement = node!({ "Action": containing(["ec2:AssignIpv6Addresses"]) });
    let policy = node!({ "PolicyDocument": { "Statement": containing([statement]) } });
    let cni = node!({ "Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AmazonEKS_CNI_Policy" });
    let policies = node!({ "Policies": [policy], "ManagedPolicyArns": not(containing([cni])) });
    shop.at("shop/cluster/workers/Role").is_like(policies);
}

#[test]
fn services_have_addresses_apart_from_the_vpc() {
    for (block, services) in [
        (cidr!("10.0.0.0/16"), "172.20.0.0/16"),
        (cidr!("172.20.0.0/16"), "10.100.0.0/16"),
        (cidr!("192.168.0.0/16"), "10.100.0.0/16"),
    ] {
        let app = App::new();
        let stack = Stack::new(&app, "shop");
        let vpc = Vpc::new(&stack, "vpc", VpcProps::new(block));
        let props =
            ClusterProps::new(KubernetesVersion::V1_35, &vpc).addons([]).bootstrap_creator_admin(true);
        Cluster::new(&stack, "cluster", props);
        let network = node!({ "KubernetesNetworkConfig": { "ServiceIpv4Cidr": services } });
        Synthesis::of(&app).template("shop").has_resource("AWS::EKS::Cluster", network);
    }
}

#[test]
fn subnets_are_tagged_for_load_balancers_once() {
    for (by_vpc, by_cluster, expected) in
        [(false, true, 1), (true, true, 1), (true, false, 1), (false, false, 0)]
    {
        let app = App::new();
        let stack = Stack::new(&app, "shop");
        let props = VpcProps::new(cidr!("10.0.0.0/16"));
        let props = if by_vpc { props.kubernetes_role_tags() } else { props };
        let vpc = Vpc::new(&stack, "vpc", props);
        let props =
            ClusterProps::new(KubernetesVersion::V1_35, &vpc).addons([]).bootstrap_creator_admin(true);
        Cluster::new(&stack, "cluster", props.tag_subnets(by_cluster));
        let synthesis = Synthesis::of(&app);
        for subnet in synthesis.template("shop").resources("AWS::EC2::Subnet") {
            let kind = if subnet.id().contains("ublic") { "elb" } else { "internal-elb" };
            let tag = node!({ "Key": format!("kubernetes.io/role/{kind}") });
            let tags = |count| containing(vec![tag.clone(); count]);
            subnet
                .is_like(node!({ "Tags": tags(expected) }))
                .is_like(node!({ "Tags": not(tags(expected + 1)) }));
        }
    }
}

#[test]
fn addons_stand_on_their_side_of_the_nodes_in_any_order() {
    let depends = |order: fn(&Cluster)| {
        let app = App::new();
        let stack = Stack::new(&app, "shop");
        order(&plain(&stack, |props| props));
        let synthesis = Synthesis::of(&app);
        let shop = synthesis.template("shop");
        let addon = |name: &str| shop.has_resource("AWS::EKS::Addon", node!({ "AddonName": name }));
        let (early, late) = (addon("vpc-cni"), addon("metrics-server"));
        let nodes = shop.at("shop/cluster/workers");
        let after = |it: &Found<'_>| containing([it.id()]);
        nodes.clone().has_attribute("DependsOn", after(&early)).has_attribute("DependsOn", not(after(&late)));
        late.has_attribute("DependsOn", node!([nodes.id()]));
        early.has_attribute("DependsOn", absent());
    };
    depends(|cluster| {
        cluster.add_addon(waiting());
        cluster.add_addon(Addon::vpc_cni());
        cluster.add_node_group("workers", NodeGroupProps::new(1));
    });
    depends(|cluster| {
        cluster.add_node_group("workers", NodeGroupProps::new(1));
        cluster.add_addon(Addon::vpc_cni());
        cluster.add_addon(waiting());
    });
}

#[test]
fn an_imported_cluster_is_used_without_being_made() {
    let app = App::new();
    let stack = Stack::new(&app, "team");
    let attributes = ClusterAttributes::new("shop")
        .version(KubernetesVersion::V1_35)
        .vpc(&vpc(&stack))
        .subnets(SubnetSelection::group("app"))
        .endpoint("https://0123.gr7.eu-west-1.eks.amazonaws.com")
        .certificate_authority("Y2VydGlmaWNhdGU=")
        .issuer("https://oidc.eks.eu-west-1.amazonaws.com/id/0123")
        .security_group_id("sg-0a1b2c3d")
        .service_cidr("10.100.0.0/16");
    let cluster = Cluster::from_attributes(&stack, "cluster", attributes);
    cluster.grant_admin("arn:aws:iam::111122223333:role/platform");
    cluster.add_node_group("more", NodeGroupProps::new(1));
    Output::new(&stack, "Arn", OutputProps::new(cluster.arn()));
    assert_eq!(
        serde_json::to_value(cluster.config_command().node()).unwrap(),
        json!({ "Fn::Sub": "aws eks update-kubeconfig --name shop --region ${AWS::Region}" })
    );
    let group = node!({ "ClusterName": "shop", "Version": "1.35" });
    Synthesis::of(&app).template("team").has_resource("AWS::EKS::Nodegroup", group);
}
