//! The whereabouts plugin in charts.

use insta::assert_snapshot;
use stackwright_constructs::cidr;
use stackwright_constructs::multus::{
    AddressRange, CniConfig, Installation, Ipvlan, Multus, Network, NetworkAttachmentDefinition, Whereabouts,
    WhereaboutsPlugin, WhereaboutsPluginProps,
};
use stackwright_core::{App, Chart, ChartCluster};
use stackwright_k8s::{check, to_yaml};

use crate::codes;
use crate::synthesis::{findings, manifest};

#[test]
fn the_plugin_is_as_much_as_it_needs() {
    let objects = WhereaboutsPluginProps::new().objects();
    let problems: Vec<_> = objects.iter().flat_map(check::object).filter(|it| !it.is_warning).collect();
    assert!(problems.is_empty(), "{problems:?}");
    let text = to_yaml(&objects);
    assert!(!text.contains("privileged: true") && !text.contains("'*'"), "{text}");
    assert_snapshot!(text);
}

#[test]
fn settings_reach_every_place() {
    let props = WhereaboutsPluginProps::new().image("mirror.example:5000/whereabouts:v0.9.4-1");
    let text = to_yaml(&props.reconciler_schedule("0 * * * *").memory_limit("300Mi").objects());
    assert_eq!(text.matches("image: mirror.example:5000/whereabouts:v0.9.4-1\n").count(), 3);
    assert_eq!((text.matches(": 300Mi").count(), text.matches(": 0 * * * *\n").count()), (2, 1));
    for name in ["<image>", "<schedule>", "<memory-limit>", "<script>"] {
        assert!(!text.contains(name), "{name}");
    }
}

#[test]
fn settings_are_checked() {
    let props = WhereaboutsPluginProps::new;
    assert_eq!(codes(&props().check()), [""; 0]);
    assert_eq!(codes(&props().image("mirror.example:5000/whereabouts@sha256:0123").check()), [""; 0]);
    for image in ["mirror.example:5000/whereabouts", "whereabouts:latest", "white space:v1"] {
        assert_eq!(codes(&props().image(image).check()), ["image-without-version"], "{image}");
    }
    for schedule in ["", "daily", "0 0 * * * *", "@daily * * * *"] {
        assert_eq!(codes(&props().reconciler_schedule(schedule).check()), ["invalid-schedule"], "{schedule}");
    }
    assert_eq!(codes(&props().memory_limit("-1").check()), ["invalid-quantity"]);
}

/// An app with Multus in one cluster and the plugin in another or the same.
fn app(multus: &str, plugin: &str) -> App {
    let app = App::new();
    let chart = |name: &str, cluster: &str| Chart::for_cluster(&app, name, ChartCluster::existing(cluster));
    let networks = chart("networks", "mine");
    let addresses = Whereabouts::new(AddressRange::new(cidr!("10.10.5.0/24")));
    let data = Network::new(CniConfig::new("data", Ipvlan::new("data"), addresses));
    NetworkAttachmentDefinition::new(&networks, "data", data);
    Multus::new(&chart("multus", multus), "multus", Installation::in_region("eu-west-1"));
    WhereaboutsPlugin::new(&chart("whereabouts", plugin), "plugin", WhereaboutsPluginProps::new());
    app
}

#[test]
fn the_plugin_is_missed_where_the_app_brings_multus() {
    assert_eq!(findings(&app("mine", "mine")), "");
    assert_snapshot!(findings(&app("mine", "other")));
    // Who brings Multus may bring the plugin, too.
    assert_eq!(findings(&app("other", "other")), "");
}

#[test]
fn what_daemons_use_comes_before_them() {
    let text = manifest(&app("mine", "mine"), "whereabouts");
    let kinds: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("kind: ")).collect();
    assert_eq!(kinds[..3], ["CustomResourceDefinition"; 3]);
    assert_eq!(kinds.last(), Some(&"DaemonSet"));
}
