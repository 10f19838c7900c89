//! Who may use a cluster.

use insta::{assert_debug_snapshot, assert_snapshot};
use serde_json::json;
use stackwright_cfn::{Node, json as node};
use stackwright_constructs::eks::{
    AccessPolicy, AccessPrincipal, AccessScope, AuthenticationMode, AwsAuthConfigMap, Cluster,
    ClusterAttributes, FargateProfileProps, FargateSelector, NodeGroupProps, NodeKind, SelfManagedNodesProps,
};
use stackwright_constructs::iam::{Principal, Role, RoleProps, User, UserProps};
use stackwright_core::{App, Chart, Stack};
use stackwright_testing::{Synthesis, exactly};

use crate::{Resources, findings, plain};

/// The properties of the access entries of the stack.
fn entries(app: &App) -> Vec<serde_json::Value> {
    let made = Resources::of(app, "shop");
    made.all("AWS::EKS::AccessEntry").into_iter().map(|(_, entry)| entry["Properties"].clone()).collect()
}

#[test]
fn what_is_granted_to_one_principal_is_one_entry() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = plain(&stack, |props| props);
    let team = Role::new(&stack, "team", RoleProps::new(Principal::own_account()));
    cluster.grant(&team, AccessPolicy::EDIT, AccessScope::namespaces(["orders"]));
    cluster.grant(&team, AccessPolicy::EDIT, AccessScope::namespaces(["stock", "orders"]));
    cluster.grant(&team, AccessPolicy::VIEW, AccessScope::namespaces(["orders"]));
    cluster.grant(&team, AccessPolicy::VIEW, AccessScope::Cluster);
    cluster.grant(&team, AccessPolicy::VIEW, AccessScope::namespaces(["stock"]));
    cluster.grant_groups(&team, ["deployers", "readers"]);
    cluster.grant_groups(&team, ["readers"]);
    let synthesis = Synthesis::of(&app);
    let shop = synthesis.template("shop");
    shop.has_count("AWS::EKS::AccessEntry", 2);
    let policy = |name: &str, scope: Node| {
        let arn = format!("arn:${{AWS::Partition}}:eks::aws:cluster-access-policy/{name}");
        node!({ "PolicyArn": { "Fn::Sub": arn }, "AccessScope": exactly(scope) })
    };
    let stock = node!({ "Type": "namespace", "Namespaces": ["orders", "stock"] });
    let policies =
        [policy("AmazonEKSEditPolicy", stock), policy("AmazonEKSViewPolicy", node!({ "Type": "cluster" }))];
    shop.has_resource(
        "AWS::EKS::AccessEntry",
        node!({
            "PrincipalArn": team.role_arn(),
            "AccessPolicies": policies,
            "KubernetesGroups": ["deployers", "readers"],
        }),
    );
}

#[test]
fn nodes_of_ones_own_have_an_entry_and_managed_ones_have_none() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = plain(&stack, |props| props);
    cluster.add_node_group("managed", NodeGroupProps::new(1));
    cluster.add_self_managed_nodes("own", SelfManagedNodesProps::new(1));
    cluster
        .grant_nodes(AccessPrincipal::role("karpenter", "arn:aws:iam::111122223333:role/k"), NodeKind::Linux);
    let kinds: Vec<_> = entries(&app).into_iter().map(|entry| entry["Type"].clone()).collect();
    assert_eq!(kinds, [json!(null), json!("EC2_LINUX"), json!("EC2_LINUX")]);
    assert_eq!(cluster.aws_auth(), Default::default());
}

#[test]
fn without_entries_everything_is_in_the_config_map() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = plain(&stack, |props| props.authentication(AuthenticationMode::ConfigMap));
    cluster.grant_groups("arn:aws:iam::111122223333:role/platform", ["auditors"]);
    let user = User::new(&stack, "user", UserProps::new());
    cluster.grant_groups(&user, ["readers"]);
    cluster.map_service_role("emr-containers", "AWSServiceRoleForAmazonEMRContainers");
    let nodes = Role::new(&stack, "nodes", RoleProps::new(Principal::service("ec2")));
    cluster.add_node_group("managed", NodeGroupProps::new(1).role(&nodes));
    cluster.add_node_group("more", NodeGroupProps::new(1).role(&nodes));
    cluster.add_self_managed_nodes("own", SelfManagedNodesProps::new(1));
    cluster
        .add_fargate_profile("serverless", FargateProfileProps::new([FargateSelector::namespace("batch")]));
    let auth = cluster.aws_auth();
    let text =
        |value: &stackwright_cfn::Value<String>| value.as_str().unwrap_or("known when deployed").to_owned();
    let lines = |mappings: &[stackwright_constructs::eks::AccessMapping]| -> Vec<String> {
        let line = |mapping: &stackwright_constructs::eks::AccessMapping| {
            format!("{} is {} in {}", text(&mapping.arn), text(&mapping.username), mapping.groups.join(", "))
        };
        mappings.iter().map(line).collect()
    };
    assert_debug_snapshot!((lines(&auth.roles), lines(&auth.users)));
    assert_eq!(entries(&app).len(), 0);
}

#[test]
fn grants_that_cannot_be() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = plain(&stack, |props| props);
    let nodes = Role::new(&stack, "nodes", RoleProps::new(Principal::service("ec2")));
    cluster.grant_nodes(&nodes, NodeKind::Linux);
    cluster.grant(&nodes, AccessPolicy::VIEW, AccessScope::Cluster);
    cluster.grant_groups("arn:aws:iam::111122223333:user/kim", ["system:masters"]);
    cluster.grant(
        "arn:aws:iam::111122223333:user/kim",
        AccessPolicy::ADMIN,
        AccessScope::Namespaces(Vec::new()),
    );
    cluster.map_service_role("emr-containers", "AWSServiceRoleForAmazonEMRContainers");
    let attributes = ClusterAttributes::new("old").authentication(AuthenticationMode::ConfigMap);
    let old = Cluster::from_attributes(&stack, "old", attributes);
    old.grant_admin("arn:aws:iam::111122223333:role/platform");
    old.grant("arn:aws:iam::111122223333:role/platform", AccessPolicy::VIEW, AccessScope::Cluster);
    assert_snapshot!(findings(&app));
}

#[test]
fn an_imported_config_map_is_complete_with_the_roles_of_its_nodes() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let attributes = ClusterAttributes::new("old")
        .authentication(AuthenticationMode::ConfigMap)
        .node_roles([("arn:aws:iam::111122223333:role/nodes", NodeKind::Windows)]);
    Role::new(&stack, "something", RoleProps::new(Principal::own_account()));
    let old = Cluster::from_attributes(&stack, "old", attributes);
    old.grant_admin("arn:aws:iam::111122223333:role/platform");
    let auth = old.aws_auth();
    assert_eq!(auth.roles[0].groups, ["system:bootstrappers", "system:nodes", "eks:kube-proxy-windows"]);
    assert_eq!(auth.roles[1].groups, ["system:masters"]);
    AwsAuthConfigMap::new(&Chart::for_cluster(&app, "old-access", &old), "aws-auth", &old);
    assert_eq!(findings(&app), "");
}
