//! Multus, networks and pods in charts.

use insta::assert_snapshot;
use stackwright_cfn::json;
use stackwright_constructs::cidr;
use stackwright_constructs::multus::{
    AddressRange, Attachment, Attachments, CniConfig, Installation, Ipvlan, Multus, Network,
    NetworkAttachmentDefinition, Whereabouts,
};
use stackwright_core::{App, Chart, Manifest, SynthOptions};

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
