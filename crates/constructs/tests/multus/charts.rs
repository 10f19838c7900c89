//! Multus, networks and pods in charts.

use insta::assert_snapshot;
use stackwright_cfn::json;
use stackwright_constructs::cidr;
use stackwright_constructs::eks::{Cluster, ClusterAttributes};
use stackwright_constructs::multus::{
    AddressRange, Attachment, Attachments, CniConfig, Installation, Ipvlan, Multus, Network,
    NetworkAttachmentDefinition, Whereabouts,
};
use stackwright_core::{App, Chart, Manifest, Stack, StackProps, SynthOptions};

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
            assert!(assembly.warnings.is_empty(), "{}", assembly.warnings);
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
    NetworkAttachmentDefinition::new(&chart, "data", network(range()));
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
    let one = Attachments::new([Attachment::new(&network(range()))]);
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
    Attachments::new([Attachment::new(data.network()).interface("eth0")]).attach_to(&pod(&chart, "web"));
    let config = json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "a" } });
    Attachments::new([Attachment::new(data.network())]).attach_to(&chart.add(config));
    assert_snapshot!(synth(&app, "all"));
}
