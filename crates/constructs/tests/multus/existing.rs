//! Networks and pods of existing manifests beside typed ones: all of a cluster is looked at together.

use insta::assert_snapshot;
use stackwright_cfn::json;
use stackwright_constructs::ec2::{
    SecurityGroup, SecurityGroupProps, SubnetSelection, Subnets, Vpc, VpcProps,
};
use stackwright_constructs::eks::{Cluster, ClusterProps, KubernetesVersion, SelfManagedNodesProps};
use stackwright_constructs::multus::{
    AddressRange, Attachment, Attachments, CniConfig, EniPrefix, HostLocal, Installation, Ipvlan, Multus,
    MultusNodes, MultusNodesProps, Network, NetworkAttachmentDefinition, NodeNetwork, StartupTaint,
    StaticAddresses, Whereabouts, WhereaboutsPlugin, WhereaboutsPluginProps,
};
use stackwright_constructs::{cidr, instance_type};
use stackwright_core::{App, Chart, ChartCluster, ChartProps, Manifests, Stack, SynthOptions};

fn range() -> AddressRange {
    AddressRange::new(cidr!("10.10.5.0/24"))
}

/// The findings of an app, without the lines of this suite.
fn findings(app: &App) -> String {
    let findings = match app.synth(&SynthOptions::new()) {
        Ok(assembly) => assembly.warnings,
        Err(findings) => findings,
    };
    let lines = findings.to_string();
    lines
        .lines()
        .filter(|line| !line.starts_with("  in "))
        .map(|line| line.split(" in crates/").next().unwrap_or(line).to_owned() + "\n")
        .collect()
}

/// A definition as it stands in a file.
fn definition(name: &str, config: &CniConfig) -> String {
    Network::new(config.clone()).named(name).object().to_yaml()
}

/// A pod as it stands in a file.
fn pod(name: &str, networks: &str) -> String {
    let object = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "annotations": { "k8s.v1.cni.cncf.io/networks": networks } },
        "spec": { "containers": [{ "name": "main", "image": "busybox" }] },
    });
    stackwright_k8s::Object::from_serialize(object).unwrap().to_yaml()
}

fn workload(kind: &str, name: &str, spec: &str, networks: &str) -> String {
    format!(
        "
apiVersion: apps/v1
kind: {kind}
metadata: {{name: {name}}}
spec:
  {spec}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}, annotations: {{k8s.v1.cni.cncf.io/networks: '{networks}'}}}}
    spec: {{containers: [{{name: main, image: busybox}}]}}
"
    )
}

/// A chart with Multus, `data` with addresses 10.10.5.100 to .199, and `fixed`, whose pods ask for theirs.
fn chart(app: &App) -> (Chart, NetworkAttachmentDefinition) {
    let chart = Chart::new(app, "all");
    Multus::new(&chart, "multus", Installation::in_region("eu-west-1"));
    WhereaboutsPlugin::new(&chart, "whereabouts", WhereaboutsPluginProps::new());
    let data = Whereabouts::new(range().start([10, 10, 5, 100]).end([10, 10, 5, 199]));
    let data = CniConfig::new("data", Ipvlan::new("ens6"), data);
    NetworkAttachmentDefinition::new(&chart, "data", Network::new(data));
    let fixed = StaticAddresses::requested([cidr!("10.10.5.0/24")]);
    let fixed = CniConfig::new("fixed", Ipvlan::new("ens6"), fixed);
    let fixed = NetworkAttachmentDefinition::new(&chart, "fixed", Network::new(fixed));
    (chart, fixed)
}

#[test]
fn definitions_of_manifests_are_checked_and_compared() {
    let app = App::new();
    let (chart, _) = chart(&app);
    let host_local = |range: AddressRange| CniConfig::new("old", Ipvlan::new("ens6"), HostLocal::new(range));
    let later = definition("later", &host_local(range().start([10, 10, 5, 2]).end([10, 10, 5, 120])));
    Manifests::read(&chart, "existing", &later);
    let broken = "{apiVersion: k8s.cni.cncf.io/v1, kind: NetworkAttachmentDefinition, metadata: {name: broken}, spec: {config: '{'}}";
    Manifests::read(&chart, "broken", broken);
    assert_snapshot!(findings(&app));
}

#[test]
fn annotations_written_by_hand_are_checked() {
    let app = App::new();
    let (chart, fixed) = chart(&app);
    let elsewhere = ChartProps::new().namespace("nets").existing_namespace("nets");
    let elsewhere = Chart::with_props(&app, "nets", elsewhere);
    let far = CniConfig::new(
        "far",
        Ipvlan::new("ens7"),
        Whereabouts::new(AddressRange::new(cidr!("10.10.6.0/24"))),
    );
    NetworkAttachmentDefinition::new(&elsewhere, "far", Network::new(far));
    let typed = Manifests::read(&chart, "typed", &pod("typed", "")).get("Pod", "typed");
    Attachments::new([Attachment::new(&fixed).ip([10, 10, 5, 9])]).attach_to(&typed);
    for (name, networks) in [
        ("fine", "data, nets/far@n3"),
        ("fine-too", r#"[{"name":"fixed","ips":["10.10.5.8/24"]}]"#),
        ("unreadable", "data,,fixed"),
        ("unknown", "dada"),
        ("far-away", "far"),
        ("twice", "data@net1, data@net1"),
        ("outside", r#"[{"name":"fixed","ips":["10.10.6.8/24"]}]"#),
        ("kept", r#"[{"name":"fixed","ips":["10.10.5.1/24"]}]"#),
        ("none", "fixed"),
        ("not-asked", r#"[{"name":"data","ips":["10.10.5.120/24"]}]"#),
        ("again", r#"[{"name":"fixed","ips":["10.10.5.9/24"]}]"#),
        ("handed-out", r#"[{"name":"fixed","ips":["10.10.5.150/24"]}]"#),
    ] {
        Manifests::read(&chart, name, &pod(name, networks));
    }
    assert_snapshot!(findings(&app));
}

#[test]
fn an_address_is_one_pods() {
    let app = App::new();
    let (chart, _) = chart(&app);
    let asking = |last: u8| format!(r#"[{{"name":"fixed","ips":["10.10.5.{last}/24"]}}]"#);
    for (kind, name, spec, last) in [
        ("Deployment", "three", "replicas: 3", 20),
        ("Deployment", "one", "replicas: 1", 21),
        ("Deployment", "recreated", "strategy: {type: Recreate}", 22),
        ("StatefulSet", "single", "replicas: 1", 23),
        ("Deployment", "resting", "replicas: 0", 24),
        ("DaemonSet", "everywhere", "minReadySeconds: 1", 25),
    ] {
        Manifests::read(&chart, name, &workload(kind, name, spec, &asking(last)));
    }
    assert_snapshot!(findings(&app));
}

#[test]
fn networks_have_addresses_for_all_pods() {
    let with = |replicas: u32, more: bool| {
        let app = App::new();
        let (chart, _) = chart(&app);
        let spec = format!("replicas: {replicas}");
        Manifests::read(&chart, "web", &workload("Deployment", "web", &spec, "data"));
        if more {
            Manifests::read(&chart, "db", &workload("StatefulSet", "db", "replicas: 11", "data, data"));
        }
        findings(&app)
    };
    assert_eq!(with(79, false), "");
    assert_snapshot!("nearly", with(80, false));
    assert_snapshot!("too_many", with(79, true));
}

#[test]
fn nodes_have_addresses_for_all_pods() {
    let synth = |replicas: u32, daemons: &str| {
        let app = App::new();
        let stack = Stack::new(&app, "nodes");
        let tiers =
            [Subnets::public("edge", 26), Subnets::private("nodes", 22), Subnets::isolated("user", 24)];
        let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")).max_azs(2).subnets(tiers));
        let cluster = ClusterProps::new(KubernetesVersion::V1_35, &vpc).bootstrap_creator_admin(true);
        let cluster = Cluster::new(&stack, "cluster", cluster);
        stackwright_core::Scope::acknowledge(&cluster, "public-endpoint", "the suite is about other things");
        let members = SecurityGroup::new(&stack, "user-plane", SecurityGroupProps::new(&vpc));
        let pods = || CniConfig::new("user", Ipvlan::new("user"), EniPrefix::new(1));
        let subnets = vpc.select(SubnetSelection::group("user"));
        let user = NodeNetwork::new("user", subnets, [&members]).pods(pods());
        // Two zones with up to two nodes, each with 16 addresses.
        let nodes = SelfManagedNodesProps::new(1..=2).instance_types([instance_type!("m7i.xlarge")]);
        MultusNodes::new(&stack, &cluster, "planes", MultusNodesProps::new(nodes, [user]));
        let chart = Chart::for_cluster(&app, "all", &cluster);
        Multus::new(&chart, "multus", Installation::for_cluster(&cluster));
        StartupTaint::new(&chart, "taint");
        NetworkAttachmentDefinition::new(&chart, "user", Network::new(pods()));
        let spec = format!("replicas: {replicas}");
        Manifests::read(&chart, "web", &workload("Deployment", "web", &spec, "user"));
        Manifests::read(&chart, "agent", &workload("DaemonSet", "agent", "minReadySeconds: 1", daemons));
        findings(&app)
    };
    assert_eq!(synth(47, "user"), "");
    assert_snapshot!("of_nodes", synth(57, "user, user"));
    // An interface of this type has room for 14 prefixes, and one of m7i.4xlarge for 29.
    for (replicas, expected) in [
        (700, "give each node 14 prefixes (`EniPrefix::new`), or have more nodes"),
        (
            740,
            "m7i.4xlarge is the smallest of its family with room for the 15 prefixes (`EniPrefix::new`) that do; or have \
             more nodes",
        ),
        (2600, "have more nodes"),
    ] {
        let told = synth(replicas, "user");
        let hint = told.lines().find_map(|line| line.strip_prefix("hint: "));
        assert_eq!(hint, Some(expected), "{replicas}");
    }
}

#[test]
fn clusters_are_apart() {
    let app = App::new();
    for name in ["here", "there"] {
        let chart = Chart::for_cluster(&app, name, ChartCluster::existing(name));
        Multus::new(&chart, "multus", Installation::in_region("eu-west-1"));
        let fixed = StaticAddresses::requested([cidr!("10.10.5.0/24")]);
        let fixed = CniConfig::new("fixed", Ipvlan::new("ens6"), fixed);
        NetworkAttachmentDefinition::new(&chart, "fixed", Network::new(fixed));
        Manifests::read(&chart, "pod", &pod("pod", r#"[{"name":"fixed","ips":["10.10.5.9/24"]}]"#));
    }
    assert_eq!(findings(&app), "");
}
