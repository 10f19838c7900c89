//! The installer of the SSM agent, as a cluster gets it.

#[path = "../synthesis/mod.rs"]
mod synthesis;

use insta::assert_snapshot;
use stackwright_cfn::{Map, pseudo, sub};
use stackwright_constructs::eks::{Cluster, ClusterAttributes, Taint};
use stackwright_constructs::ssm::{SsmAgentInstaller, SsmAgentInstallerProps};
use stackwright_core::{App, Chart, Resource, Stack, StackProps};
use synthesis::{findings, manifest};

/// The installer in the chart `agents` of a cluster in Ireland.
fn installed(props: SsmAgentInstallerProps) -> App {
    let app = App::new();
    let stack = Stack::with_props(&app, "shop", StackProps::new().region("eu-west-1"));
    let cluster = Cluster::from_attributes(&stack, "cluster", ClusterAttributes::new("shop"));
    Resource::raw(&stack, "Queue", "AWS::SQS::Queue", Map::new());
    SsmAgentInstaller::new(&Chart::for_cluster(&app, "agents", &cluster), "ssm", props);
    app
}

#[test]
fn the_installer_is_one_object_without_findings() {
    let props = SsmAgentInstallerProps::new;
    assert_eq!(findings(&installed(props())), "");
    assert_snapshot!(manifest(&installed(props()), "agents"));
}

#[test]
fn what_is_changed_need_not_be_acknowledged() {
    let app = App::new();
    let chart = Chart::new(&app, "agents");
    let installer = SsmAgentInstaller::new(&chart, "ssm", SsmAgentInstallerProps::new());
    installer.daemon_set().override_field("spec.template.spec.hostNetwork", false);
    assert_eq!(findings(&app), "");
}

#[test]
fn settings_reach_every_place() {
    let props = SsmAgentInstallerProps::new()
        .name("ssm-on-arm")
        .namespace("kube-public")
        .image(sub!(
            "1.dkr.ecr.{region}.{suffix}/busybox",
            region = pseudo::region(),
            suffix = pseudo::url_suffix()
        ))
        .package("https://example.com/agent.rpm")
        .cpu_request("20m")
        .memory_request("70Mi")
        .memory_limit("2Gi")
        .node_selector("kubernetes.io/arch", "arm64")
        .node_selector("example.com/image", "own")
        .tolerate_only([Taint::no_execute("gpu", ""), Taint::prefer_no_schedule("spot", "true")]);
    let (default, text) = (
        manifest(&installed(SsmAgentInstallerProps::new()), "agents"),
        manifest(&installed(props), "agents"),
    );
    let changed: Vec<&str> =
        text.lines().filter(|line| !default.lines().any(|other| other == *line)).collect();
    assert_snapshot!(changed.join("\n"));
}

#[test]
fn settings_are_checked() {
    let props = SsmAgentInstallerProps::new()
        .name("SSM")
        .namespace("kube_system")
        .image("")
        .package("--nogpgcheck agent")
        .cpu_request("little")
        .memory_limit("1Mi")
        .node_selector("a/b/c", "-");
    assert_snapshot!(findings(&installed(props)));
}
