//! Multus, networks and pods in charts.

use insta::assert_snapshot;
use stackwright_cfn::json;
use stackwright_constructs::cidr;
use stackwright_constructs::eks::{Cluster, ClusterAttributes};
use stackwright_constructs::multus::{
    AddressRange, Attachment, Attachments, Bridge, CniConfig, HostLocal, Installation, Ipvlan, Multus,
    Network, NetworkAttachmentDefinition, StaticAddresses, Whereabouts,
};
use stackwright_core::{
    App, Chart, ChartCluster, ChartProps, Diagnostic, Manifest, Manifests, Stack, StackProps, SynthOptions,
};

fn network(range: AddressRange) -> Network {
    Network::new(CniConfig::new("data", Ipvlan::new("ens6"), Whereabouts::new(range)))
}

fn range() -> AddressRange {
    AddressRange::new(cidr!("10.10.5.0/24"))
}

fn pod(chart: &Chart, name: &str) -> Manifest {
    chart.add(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name },
        "spec": { "containers": [{ "name": "main", "image": "busybox" }] },
    }))
}

/// The file of a chart; every finding, warnings too and without lines, where there is none.
fn synth(app: &App, chart: &str) -> String {
    match app.synth(&SynthOptions::new()) {
        Ok(assembly) => {
            let mut warnings = assembly.warnings.iter();
            assert!(warnings.all(|one| one.code == "public-endpoint"), "{}", assembly.warnings);
            String::from_utf8(assembly.file(&format!("{chart}.k8s.yaml")).unwrap().to_vec()).unwrap()
        }
        Err(findings) => {
            let lines = findings
                .iter()
                .map(|one| format!("{} at {}", one.code, one.path.as_deref().unwrap_or_default()));
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

#[test]
fn a_chart_holds_multus_and_its_networks() {
    let app = App::new();
    let chart = Chart::new(&app, "multus");
    let multus = Multus::new(&chart, "multus", Installation::in_region("eu-west-1"));
    multus.daemon_set().override_field("spec.template.spec.priorityClassName", "mine");
    let addresses = StaticAddresses::requested([cidr!("10.10.5.0/24")]);
    let data = Network::new(CniConfig::new("data", Ipvlan::new("ens6"), addresses));
    NetworkAttachmentDefinition::new(&chart, "data", data);
    let text = synth(&app, "multus");
    let kinds: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("kind: ")).collect();
    assert_eq!(
        kinds,
        [
            "CustomResourceDefinition",
            "ServiceAccount",
            "ClusterRole",
            "ClusterRoleBinding",
            "ConfigMap",
            "DaemonSet",
            "NetworkAttachmentDefinition",
        ]
    );
    assert!(text.contains("priorityClassName: mine\n"));
}

#[test]
fn the_image_comes_from_the_registry_of_the_clusters_region() {
    let image = |region: Option<&str>| {
        let app = App::new();
        let props = region.into_iter().fold(StackProps::new(), StackProps::region);
        let stack = Stack::with_props(&app, "shop", props);
        let cluster = Cluster::from_attributes(&stack, "cluster", ClusterAttributes::new("shop"));
        cluster.grant_admin("arn:aws:iam::111122223333:role/platform");
        let chart = Chart::for_cluster(&app, "multus", &cluster);
        Multus::new(&chart, "multus", Installation::for_cluster(&cluster));
        // Once made, the mapping is used again: a second one would have the same id.
        cluster.image_registry();
        let text = synth(&app, "multus");
        text.lines().find_map(|line| line.trim().strip_prefix("image: ").map(str::to_owned)).unwrap_or(text)
    };
    let known = "918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn/eks/multus-cni:v4.1.4-eksbuild.3_thick";
    assert_eq!(image(Some("cn-north-1")), known);
    assert!(image(None).starts_with("${stackwright:shop.ExportFindInMap"), "{}", image(None));
    assert_eq!(
        image(Some("moon-east-1")),
        "unknown-registry at shop/cluster\nunknown-registry at shop/cluster"
    );
}

#[test]
fn pods_and_workloads_say_their_networks() {
    let app = App::new();
    let chart = Chart::new(&app, "apps");
    let one = Attachments::new([Attachment::existing(&network(range()))]);
    one.attach_to(&pod(&chart, "one"));
    let containers =
        || json!({ "containers": [{ "name": "main", "image": "busybox" }], "restartPolicy": "Never" });
    one.attach_to(&chart.add(json!({
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": { "name": "nightly" },
        "spec": { "schedule": "0 0 * * *", "jobTemplate": { "spec": { "template": { "spec": containers() } } } },
    })));
    assert_snapshot!(synth(&app, "apps"));
}

#[test]
fn findings_are_told_at_the_construct_they_are_about() {
    let app = App::new();
    let chart = Chart::new(&app, "all");
    Multus::new(&chart, "multus", Installation::in_region("moon-east-1"));
    let data = NetworkAttachmentDefinition::new(&chart, "data", network(range().start([10, 10, 5, 2])));
    Attachments::new([Attachment::new(&data).interface("eth0")]).attach_to(&pod(&chart, "web"));
    let config = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a" } });
    Attachments::new([Attachment::new(&data)]).attach_to(&chart.add(config));
    assert_snapshot!(synth(&app, "all"));
}

/// The only error of an app.
#[track_caller]
fn finding(app: &App) -> Diagnostic {
    let found = app.synth(&SynthOptions::new()).unwrap_err();
    assert_eq!(found.iter().filter(|one| one.is_error()).count(), 1, "{found}");
    found.iter().next().unwrap().clone()
}

#[test]
fn pods_reach_networks_of_their_cluster_only() {
    let app = App::new();
    let here = Chart::for_cluster(&app, "here", ChartCluster::existing("here"));
    let there = Chart::for_cluster(&app, "there", ChartCluster::existing("there"));
    let data = NetworkAttachmentDefinition::new(&there, "data", network(range()));
    let (attachment, line) = (Attachment::new(&data).interface("net1"), line!());
    Attachments::new([attachment]).attach_to(&pod(&here, "web"));
    let found = finding(&app);
    assert_eq!((found.code.as_str(), found.path.as_deref()), ("unknown-network", Some("here/Pod-web")));
    assert_eq!(found.source.map(|source| source.line), Some(line), "the line of the attachment");
    assert_eq!(found.related[0].path.as_deref(), Some("there/data"));
}

/// What is found where a pod in namespace `apps` attaches to a network in `nets`, and the annotation of the pod.
fn across_namespaces(network: Network, ask: impl Fn(Attachment) -> Attachment) -> (String, String) {
    let app = App::new();
    let nets =
        Chart::with_props(&app, "nets", ChartProps::new().namespace("nets").existing_namespace("nets"));
    let apps =
        Chart::with_props(&app, "apps", ChartProps::new().namespace("apps").existing_namespace("apps"));
    let data = NetworkAttachmentDefinition::new(&nets, "data", network);
    let pod = pod(&apps, "web");
    Attachments::new([ask(Attachment::new(&data))]).attach_to(&pod);
    let annotation = pod.object().to_yaml();
    let annotation =
        annotation.lines().find_map(|line| line.trim().strip_prefix("k8s.v1.cni.cncf.io/networks: "));
    let annotation = annotation.unwrap_or_default().to_owned();
    match app.synth(&SynthOptions::new()) {
        Ok(assembly) => {
            assert_eq!(assembly.deployable("apps").unwrap().dependencies, ["nets"]);
            (String::new(), annotation)
        }
        Err(found) => (found.iter().map(|one| one.code.clone()).collect::<Vec<_>>().join(" "), annotation),
    }
}

#[test]
fn the_annotation_names_the_namespace_of_a_network_elsewhere() {
    let config =
        || CniConfig::new("data", Ipvlan::new("ens6"), StaticAddresses::requested([cidr!("10.10.5.0/24")]));
    let json = |attachment: Attachment| attachment.ip([10, 10, 5, 9]);
    let short = |attachment: Attachment| attachment;
    let refused = "network-in-other-namespace";
    assert_eq!(across_namespaces(network(range()), short), (refused.into(), "data".into()));
    assert_eq!(across_namespaces(Network::new(config()), json).0, refused);
    assert_eq!(
        across_namespaces(network(range()).namespace("nets"), short),
        (String::new(), "nets/data".into())
    );
    let (found, annotation) = across_namespaces(Network::new(config()).namespace("nets"), json);
    assert_eq!(found, "");
    assert!(annotation.contains("namespace\\\":\\\"nets"), "{annotation}");
}

/// The codes of findings about two networks of one cluster.
fn together(one: CniConfig, other: CniConfig) -> String {
    let app = App::new();
    let chart = Chart::new(&app, "networks");
    NetworkAttachmentDefinition::new(&chart, "one", Network::new(one).named("one"));
    NetworkAttachmentDefinition::new(&chart, "other", Network::new(other).named("other"));
    match app.synth(&SynthOptions::new()) {
        Ok(_) => String::new(),
        Err(found) => found.iter().filter(|one| one.is_error()).map(|one| one.message.clone()).collect(),
    }
}

#[test]
fn no_two_networks_hand_out_the_same_addresses() {
    let host_local = |name: &str, range: AddressRange| {
        CniConfig::new(name, Ipvlan::new("ens6"), HostLocal::new(range).single_node())
    };
    let whereabouts = |name: &str| CniConfig::new(name, Ipvlan::new("ens6"), Whereabouts::new(range()));
    let fixed = |last: u8| {
        let addresses = StaticAddresses::default().address([10, 10, 5, last], cidr!("10.10.5.0/24"));
        CniConfig::new("fixed", Ipvlan::new("ens6"), addresses)
    };
    let bridge =
        |bridge: &str, name: &str| CniConfig::new(name, Bridge::new(bridge), HostLocal::new(range()));
    let both = |shared: &str| format!("networks `one` and `other` both hand out {shared}");

    let halves = range().split(2);
    assert_eq!(together(host_local("a", halves[0].clone()), host_local("b", halves[1].clone())), "");
    assert_eq!(
        together(host_local("a", range()), host_local("b", halves[1].clone())),
        both("10.10.5.129 to 10.10.5.254")
    );
    assert_eq!(together(host_local("a", range()), whereabouts("b")), both("10.10.5.4 to 10.10.5.254"));
    assert_eq!(together(fixed(9), whereabouts("b")), both("10.10.5.9 to 10.10.5.9"));
    assert_eq!(together(bridge("br0", "a"), bridge("br0", "b")), both("10.10.5.4 to 10.10.5.254"));
    // Whereabouts knows what it handed out, host-local what a network of the name did; bridges know nothing of others.
    assert_eq!(together(whereabouts("a"), whereabouts("b")), "");
    assert_eq!(together(host_local("a", range()), host_local("a", range())), "");
    assert_eq!(together(bridge("br0", "a"), bridge("br1", "b")), "");
    assert_eq!(together(bridge("br0", "a"), whereabouts("b")), "");
}

#[test]
fn an_overlap_names_both_sides_and_their_lines() {
    let app = App::new();
    let (one, other) = (Chart::new(&app, "one"), Chart::new(&app, "other"));
    let config =
        |name: &str| CniConfig::new(name, Ipvlan::new("ens6"), HostLocal::new(range()).single_node());
    // An existing manifest counts as well.
    let existing = Network::new(config("a")).object().to_yaml();
    let (_, first) = (Manifests::read(&one, "existing", &existing), line!());
    let (_, second) = (NetworkAttachmentDefinition::new(&other, "b", Network::new(config("b"))), line!());
    let installation = Installation::in_region("eu-west-1");
    Multus::new(&other, "multus", installation);
    let found = finding(&app);
    assert_eq!((found.code.as_str(), found.path.as_deref()), ("networks-overlap", Some("other/b")));
    assert_eq!(found.source.map(|source| source.line), Some(second));
    assert_eq!(found.related[0].source.line, first);
}
