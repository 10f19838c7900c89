//! The ConfigMap `aws-auth` in charts, and what is in charts beside it.

use insta::assert_snapshot;
use stackwright_cfn::json;
use stackwright_constructs::eks::{
    AuthenticationMode, AwsAuthConfigMap, Cluster, ClusterAttributes, EmrNamespace, FargateProfileProps,
    FargateSelector, NodeGroupProps, NodeKind, SelfManagedNodesProps,
};
use stackwright_constructs::iam::{Principal, Role, RoleProps, User, UserProps};
use stackwright_constructs::instance_type;
use stackwright_core::{App, Chart, ChartProps, Manifest, Manifests, Stack, SynthOptions};

use crate::{findings, plain};

/// A cluster whose administrator is known by access entries where there are any, else by the ConfigMap.
fn cluster(app: &App, mode: AuthenticationMode) -> Cluster {
    plain(&Stack::new(app, "shop"), |props| props.authentication(mode))
}

fn own_nodes() -> SelfManagedNodesProps {
    SelfManagedNodesProps::new(1).instance_types([instance_type!("m7i.large")])
}

/// The file of a chart, which nothing is wrong with.
fn file(app: &App, chart: &str) -> String {
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    let mut warnings = assembly.warnings.iter();
    assert!(warnings.all(|one| one.code == "public-endpoint"), "{}", assembly.warnings);
    String::from_utf8(assembly.file(&format!("{chart}.k8s.yaml")).unwrap().to_vec()).unwrap()
}

/// An `aws-auth` that says this.
fn written_by_hand(scope: &Chart, id: &str, map_roles: &str) -> Manifest {
    let object = json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "aws-auth", "namespace": "kube-system" },
        "data": { "mapRoles": map_roles },
    });
    Manifest::new(scope, id, object)
}

#[test]
fn the_config_map_has_whatever_is_added_before_and_after() {
    let app = App::new();
    let cluster = cluster(&app, AuthenticationMode::ConfigMap);
    let stack = Stack::new(&app, "more");
    cluster.add_node_group("managed", NodeGroupProps::new(1));
    let chart = Chart::for_cluster(&app, "access", &cluster);
    AwsAuthConfigMap::new(&chart, "aws-auth", &cluster);
    cluster.add_self_managed_nodes("own", own_nodes());
    cluster
        .add_fargate_profile("serverless", FargateProfileProps::new([FargateSelector::namespace("batch")]));
    cluster.map_service_role("emr-containers", "AWSServiceRoleForAmazonEMRContainers");
    cluster.grant_groups(&User::new(&stack, "kim", UserProps::new()), ["readers", "yes"]);
    let role = RoleProps::new(Principal::own_account()).path("/teams/");
    cluster.grant_groups(&Role::new(&stack, "team", role), ["deployers"]);
    cluster
        .grant_admin("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1");
    assert_snapshot!(file(&app, "access"));
}

#[test]
fn with_entries_the_config_map_names_nodes_and_service_roles() {
    let app = App::new();
    let cluster = cluster(&app, AuthenticationMode::ApiAndConfigMap);
    AwsAuthConfigMap::new(&Chart::for_cluster(&app, "access", &cluster), "aws-auth", &cluster);
    cluster.map_service_role("emr-containers", "AWSServiceRoleForAmazonEMRContainers");
    cluster.add_node_group("managed", NodeGroupProps::new(1));
    let text = file(&app, "access");
    let names: Vec<&str> = text.lines().filter_map(|line| line.trim().strip_prefix("username: ")).collect();
    assert_eq!(names, ["system:node:{{EC2PrivateDNSName}}", "emr-containers"]);
}

#[test]
fn one_that_is_written_by_hand_may_be_complete() {
    let app = App::new();
    let cluster = cluster(&app, AuthenticationMode::ConfigMap);
    let nodes = cluster.add_node_group("managed", NodeGroupProps::new(1));
    let props = ChartProps::new().cluster(&cluster).namespace("kube-system");
    let chart = Chart::with_props(&app, "access", props);
    let roles = format!(
        "- roleARN: {}\n  username: system:node:{{{{EC2PrivateDNSName}}}}\n  groups: [system:nodes, system:bootstrappers]\n",
        nodes.role().role_arn().token(),
    );
    chart.add(json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "aws-auth" },
        "data": { "mapRoles": roles },
    }));
    assert_eq!(findings(&app), "");
}

#[test]
fn one_that_locks_nodes_out_is_refused() {
    let app = App::new();
    let cluster = cluster(&app, AuthenticationMode::ConfigMap);
    let managed = cluster.add_node_group("managed", NodeGroupProps::new(1));
    let chart = Chart::for_cluster(&app, "access", &cluster);
    let existing = "
apiVersion: v1
kind: ConfigMap
metadata: {name: aws-auth, namespace: kube-system}
data:
  mapRoles: |
    - rolearn: arn:aws:iam::111122223333:role/platform
      username: platform
      groups: [system:masters]
";
    Manifests::read(&chart, "existing", existing);
    // Of another namespace, it is none of EKS's business.
    Manifests::read(&chart, "copy", &existing.replace("kube-system", "default"));
    let without_group = format!(
        "- {{rolearn: {:?}, username: 'system:node:{{{{EC2PrivateDNSName}}}}', groups: [system:nodes]}}\n",
        managed.role().role_arn().token(),
    );
    let more = Chart::for_cluster(&app, "more", &cluster);
    written_by_hand(&more, "again", &without_group);
    cluster.add_self_managed_nodes("own", own_nodes());
    assert_snapshot!(findings(&app));
}

#[test]
fn a_role_is_one_thing_only() {
    let app = App::new();
    let cluster = cluster(&app, AuthenticationMode::ConfigMap);
    let nodes = cluster.add_node_group("managed", NodeGroupProps::new(1));
    cluster.grant_admin(nodes.role());
    cluster.map_service_role("emr-containers", "AWSServiceRoleForAmazonEMRContainers");
    cluster.map_service_role("emr", "AWSServiceRoleForAmazonEMRContainers");
    AwsAuthConfigMap::new(&Chart::for_cluster(&app, "access", &cluster), "aws-auth", &cluster);
    assert_snapshot!(findings(&app));
}

#[test]
fn one_that_eks_cannot_read_is_refused() {
    let app = App::new();
    let cluster = cluster(&app, AuthenticationMode::ConfigMap);
    let other = Cluster::from_attributes(&Stack::new(&app, "beside"), "old", ClusterAttributes::new("old"));
    other.grant_admin("arn:aws:iam::111122223333:role/platform");
    written_by_hand(&Chart::for_cluster(&app, "one", &cluster), "auth", "- {rolearn: a\n");
    written_by_hand(&Chart::for_cluster(&app, "two", &cluster), "auth", "rolearn: a\n");
    AwsAuthConfigMap::new(&Chart::for_cluster(&app, "other", &other), "auth", &cluster);
    AwsAuthConfigMap::new(&Chart::new(&app, "any"), "auth", &cluster);
    assert_snapshot!(findings(&app));
}

#[test]
fn an_imported_cluster_needs_the_roles_of_its_nodes() {
    let app = App::new();
    let attributes = ClusterAttributes::new("old").authentication(AuthenticationMode::ConfigMap);
    let old = Cluster::from_attributes(&Stack::new(&app, "beside"), "old", attributes);
    // A group that the program adds says nothing of the others.
    old.add_node_group("more", NodeGroupProps::new(1));
    AwsAuthConfigMap::new(&Chart::for_cluster(&app, "access", &old), "aws-auth", &old);
    assert!(findings(&app).contains("error[node-roles-unknown]"));
}

#[test]
fn one_that_nobody_reads_is_warned_of() {
    let app = App::new();
    let cluster = cluster(&app, AuthenticationMode::Api);
    AwsAuthConfigMap::new(&Chart::for_cluster(&app, "access", &cluster), "aws-auth", &cluster);
    assert_snapshot!(findings(&app));
}

#[test]
fn it_is_missed_where_only_it_lets_somebody_in() {
    let missed = |mode, fill: fn(&Cluster)| {
        let app = App::new();
        let stack = Stack::new(&app, "shop");
        let attributes = ClusterAttributes::new("old")
            .authentication(mode)
            .node_roles([("arn:aws:iam::111122223333:role/nodes", NodeKind::Linux)])
            .vpc(&crate::vpc(&stack));
        fill(&Cluster::from_attributes(&stack, "old", attributes));
        findings(&app).contains("warning[no-aws-auth]")
    };
    use AuthenticationMode::{ApiAndConfigMap, ConfigMap};
    let own = |cluster: &Cluster| cluster.grant_nodes("arn:aws:iam::111122223333:role/own", NodeKind::Linux);
    let service = |cluster: &Cluster| cluster.map_service_role("batch", "AWSServiceRoleForBatch");
    let admin = |cluster: &Cluster| cluster.grant_admin("arn:aws:iam::111122223333:role/platform");
    let managed = |cluster: &Cluster| drop(cluster.add_node_group("managed", NodeGroupProps::new(1)));
    let shared = |cluster: &Cluster| {
        let role = Role::from_arn(cluster, "role", "arn:aws:iam::111122223333:role/own");
        cluster.grant_nodes(&role, NodeKind::Linux);
        cluster.add_node_group("managed", NodeGroupProps::new(1).role(&role));
    };
    assert!(missed(ConfigMap, own));
    assert!(missed(ConfigMap, admin));
    assert!(missed(ApiAndConfigMap, service));
    assert!(!missed(ConfigMap, managed));
    assert!(!missed(ConfigMap, shared));
    assert!(!missed(ApiAndConfigMap, own));
    assert!(!missed(ApiAndConfigMap, admin));
}

#[test]
fn its_absence_is_told_with_the_nodes_that_wait_for_it() {
    let app = App::new();
    let cluster = cluster(&app, AuthenticationMode::ConfigMap);
    cluster.add_self_managed_nodes("own", own_nodes());
    assert_snapshot!(findings(&app));
}

#[test]
fn emr_has_a_role_in_each_of_its_namespaces() {
    let app = App::new();
    let cluster = cluster(&app, AuthenticationMode::ApiAndConfigMap);
    cluster.add_node_group("managed", NodeGroupProps::new(1));
    let chart = Chart::for_cluster(&app, "emr", &cluster);
    AwsAuthConfigMap::new(&chart, "aws-auth", &cluster);
    EmrNamespace::new(&chart, "nightly", &cluster, "nightly-jobs");
    EmrNamespace::existing(&chart, "default", &cluster, "default");
    assert_eq!(cluster.aws_auth().roles.len(), 2, "the nodes and, once, EMR");
    assert_snapshot!(file(&app, "emr"));
}

#[test]
fn emr_is_not_let_in_by_entries_alone() {
    let app = App::new();
    let cluster = cluster(&app, AuthenticationMode::Api);
    EmrNamespace::new(&Chart::for_cluster(&app, "emr", &cluster), "jobs", &cluster, "jobs");
    assert!(findings(&app).contains("error[service-linked-role]"));
}
