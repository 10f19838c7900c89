//! Pods that keep their addresses.

use std::net::Ipv4Addr;

use insta::assert_snapshot;
use stackwright_cfn::{Node, json};
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{SubnetSelection, Subnets, Vpc, VpcProps};
use stackwright_constructs::iam::{ServiceAccountIdentity, ServiceAccountName, ServiceAccountRole};
use stackwright_constructs::ip_plan::{
    InterfaceAddresses, IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes, Reservations,
};
use stackwright_constructs::multus::{
    AddressedPods, AddressedPodsProps, Attachments, CniConfig, Installation, Interface, Ipvlan, Macvlan,
    Multus, MultusNodes, Network, NetworkAttachmentDefinition, NetworkSelection, StartupTaint,
    StaticAddresses,
};
use stackwright_core::{App, Chart, Diagnostics, Stack, SynthOptions};

use crate::nodes::Site;
use crate::synthesis::manifest;

/// Two zones with `user` in both and `control` in the subnets of `user`, too.
struct Setting {
    app: App,
    plan: IpPlan,
    chart: Chart,
    user: NetworkAttachmentDefinition,
}

fn setting(ledger: &str) -> Setting {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let vpc = VpcProps::new(cidr!("10.10.0.0/16"))
        .availability_zones(["eu-west-1a", "eu-west-1b"])
        .subnets([Subnets::isolated("user", 24)]);
    let vpc = Vpc::new(&stack, "vpc", vpc);
    let network = |name: &str| PlannedNetwork::named(name, SubnetSelection::group("user"));
    let props = IpPlanProps::new()
        .nodes(PlannedNodes::per_zone("workers", 2))
        .network(network("user").pods_per_node("workers", 4))
        .network(network("control").pods_per_node("workers", 4))
        .reservations(Reservations::ByTemplate);
    let props = if ledger.is_empty() { props } else { props.ledger(ledger) };
    let plan = IpPlan::new(&stack, "addresses", &vpc, props);
    let chart = Chart::new(&app, "apps");
    Multus::new(&chart, "multus", Installation::in_region("eu-west-1"));
    let blocks = vpc.subnets().iter().filter_map(|subnet| subnet.cidr());
    let config = CniConfig::new("user", Ipvlan::new("ens6"), StaticAddresses::requested(blocks));
    let user = NetworkAttachmentDefinition::new(&chart, "user", Network::new(config));
    Setting { app, plan, chart, user }
}

fn stateful_set(name: &str) -> Node {
    json!({
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": { "name": name },
        "spec": {
            "serviceName": name,
            "selector": { "matchLabels": { "app": name } },
            "template": {
                "metadata": { "labels": { "app": name } },
                "spec": { "containers": [{ "name": "main", "image": "busybox" }] },
            },
        },
    })
}

/// The addresses of each pod of the sets, in order.
fn addresses(setting: &Setting, sets: &[(&str, u32)]) -> Vec<Vec<Ipv4Addr>> {
    let mut all = Vec::new();
    for (name, count) in sets {
        let props = AddressedPodsProps::new(&setting.plan, *count, stateful_set(name));
        let pods = AddressedPods::new(&setting.chart, name, props.interfaces(&setting.user, "user", 1));
        for set in pods.stateful_sets() {
            let object = set.object();
            let way = ["spec", "template", "metadata", "annotations"];
            let annotations = way.iter().try_fold(object.fields(), |map, field| map.get(field)?.as_map());
            let text = annotations.unwrap().get(Attachments::KEY).unwrap().as_str().unwrap();
            let asked = NetworkSelection::read(text).unwrap();
            all.push(
                asked.iter().flat_map(|one| &one.ips).map(|ip| ip.to_string().parse().unwrap()).collect(),
            );
        }
    }
    all
}

fn findings(app: &App) -> String {
    let findings: Diagnostics = match app.synth(&SynthOptions::new()) {
        Ok(assembly) => assembly.warnings,
        Err(findings) => findings,
    };
    let told = findings
        .iter()
        .map(|one| format!("{}: {}\n{}\n", one.code, one.message, one.hint.as_deref().unwrap_or_default()));
    told.collect()
}

fn ip(zone: u8, last: u8) -> Vec<Ipv4Addr> {
    vec![Ipv4Addr::new(10, 10, zone, last)]
}

#[test]
fn there_is_a_set_of_one_pod_for_each_number() {
    let setting = setting("");
    let props = AddressedPodsProps::new(&setting.plan, 2, stateful_set("gateway"));
    AddressedPods::new(&setting.chart, "gateway", props.interfaces(&setting.user, "user", 2));
    let assembly = setting.app.synth(&SynthOptions::new()).unwrap();
    let mut warnings = assembly.warnings.iter();
    assert!(warnings.all(|one| one.code == "public-endpoint"), "{}", assembly.warnings);
    let text = String::from_utf8(assembly.file("apps.k8s.yaml").unwrap().to_vec()).unwrap();
    let (_, text) = text.split_once("name: gateway-0").unwrap();
    assert_snapshot!(text);
}

/// Nodes with an interface in `user`, a network of the plan in the same subnets, and a role for the account `gateway`.
struct Assigning {
    site: Site,
    plan: IpPlan,
    chart: Chart,
    nodes: MultusNodes,
    role: ServiceAccountRole,
}

impl Assigning {
    fn new(pods_per_node: u32) -> Self {
        Self::in_subnets(pods_per_node, "user")
    }

    /// The interfaces of nodes are in the subnets of this group.
    fn in_subnets(pods_per_node: u32, group: &str) -> Self {
        let site = Site::new();
        let network = PlannedNetwork::named("user", SubnetSelection::group("user"));
        let props = IpPlanProps::new()
            .nodes(PlannedNodes::per_zone("nodes", 1..=3))
            .network(network.pods_per_node("nodes", pods_per_node))
            .reservations(Reservations::ByTemplate);
        let plan = IpPlan::new(&site.stack, "addresses", &site.vpc, props);
        let nodes = site.nodes([site.network("user", group)]);
        let account = ServiceAccountName::new("default", "gateway");
        let identity = ServiceAccountIdentity::pod_identity(site.cluster.name());
        let role = ServiceAccountRole::new(&site.stack, "gateway", account, identity);
        let chart = Chart::for_cluster(&site.app, "apps", &site.cluster);
        StartupTaint::new(&chart, "startup-taint");
        Self { site, plan, chart, nodes, role }
    }

    fn define(&self, name: &str, interface: impl Into<Interface>) -> NetworkAttachmentDefinition {
        let blocks = self.site.vpc.select(SubnetSelection::group("user"));
        let addresses = StaticAddresses::requested(blocks.iter().filter_map(|subnet| subnet.cidr()));
        let config = CniConfig::new(name, interface, addresses);
        NetworkAttachmentDefinition::new(&self.chart, name, Network::new(config))
    }

    fn add(&self, name: &str, count: u32, definition: &NetworkAttachmentDefinition, interfaces: u32) {
        let props = AddressedPodsProps::new(&self.plan, count, stateful_set(name));
        let props = props.interfaces(definition, "user", interfaces).assigned_to(&self.nodes, &self.role);
        AddressedPods::new(&self.chart, &format!("{name}-pods"), props);
    }
}

#[test]
fn addresses_that_pods_keep_are_assigned_to_their_nodes() {
    let setting = Assigning::new(4);
    setting.add("gateway", 3, &setting.define("user", Ipvlan::new("user")), 2);
    let text = manifest(&setting.site.app, "apps");
    let sets = text.split("---\n").filter(|object| object.contains("kind: StatefulSet"));
    let sets: Vec<&str> = sets.collect();
    let [_, second, _] = sets[..] else { panic!("{text}") };
    let (before, script) = second.split_once("        - |\n").unwrap();
    let (_, after) = script.split_once("        - assign-addresses\n").unwrap();
    assert_snapshot!(format!("{before}        - (templates/multus/assign-addresses.sh)\n{after}"));
}

#[test]
fn addresses_that_pods_keep_take_room_on_their_nodes() {
    // Fourteen addresses beside its own on each interface, three nodes in each of two zones.
    for (pods, expected) in [(67, ""), (68, "addresses-of-nodes-nearly-used-up")] {
        let setting = Assigning::new(14);
        setting.add("gateway", pods, &setting.define("user", Ipvlan::new("user")), 1);
        let assembly = setting.site.app.synth(&SynthOptions::new()).unwrap();
        let codes: Vec<&str> = assembly.warnings.iter().map(|one| one.code.as_str()).collect();
        assert_eq!(codes.join(" "), expected, "{pods}");
    }
}

#[test]
fn what_cannot_be_assigned_to_nodes_is_told() {
    let setting = Assigning::new(4);
    setting.add("macvlan", 2, &setting.define("macvlan", Macvlan::new("user")), 1);
    setting.add("elsewhere", 1, &setting.define("elsewhere", Ipvlan::new("control")), 1);
    assert_snapshot!("not_assigned", crate::synthesis::findings(&setting.site.app));
    let setting = Assigning::in_subnets(4, "control");
    setting.add("gateway", 3, &setting.define("user", Ipvlan::new("user")), 1);
    assert_snapshot!("nodes_elsewhere", crate::synthesis::findings(&setting.site.app));
}

#[test]
fn without_a_ledger_addresses_follow_from_the_order() {
    let setting = setting("");
    let found = addresses(&setting, &[("a", 3), ("b", 1)]);
    assert_eq!(found, [ip(0, 8), ip(1, 8), ip(0, 9), ip(0, 10)]);
    let allotted = |addresses: Vec<InterfaceAddresses>| addresses.into_iter().map(InterfaceAddresses::ipv4);
    let again = allotted(setting.plan.allot_to("a-0", "user", 0, 1));
    assert!(again.eq(ip(0, 8)), "the same for the same name");
    assert!(allotted(setting.plan.allot("user", 0, 1)).eq(ip(0, 11)));
    assert_eq!(findings(&setting.app), "");
}

const RANGES: &str = "\
[net/addresses] ranges
10.10.0.8/29   1  user
10.10.0.16/29  1  control
10.10.1.8/29   2  user
10.10.1.16/29  2  control
";

#[test]
fn with_a_ledger_what_grows_moves_nothing() {
    // As it was once: a with two pods, b with one, which was put into the second zone by hand.
    let ledger = format!(
        "{RANGES}[net/addresses] addresses\n10.10.0.8/32 1 user a-0\n10.10.1.8/32 2 user a-1\n10.10.1.9/32 2 user b-0\n"
    );
    let before = setting(&ledger);
    assert_eq!(addresses(&before, &[("a", 2), ("b", 1)]), [ip(0, 8), ip(1, 8), ip(1, 9)]);
    assert_eq!(findings(&before.app), "");
    let grown = setting(&ledger);
    let found = addresses(&grown, &[("a", 4), ("b", 2)]);
    assert_eq!(found, [ip(0, 8), ip(1, 8), ip(0, 9), ip(1, 10), ip(1, 9), ip(1, 11)]);
    assert_snapshot!("grown", findings(&grown.app));
}

#[test]
fn what_the_ledger_keeps_in_vain_is_told() {
    let ledger = format!(
        "{RANGES}[net/addresses] addresses\n10.10.0.8/32 1 user old-0\n10.10.0.99/32 1 user a-0\n10.10.1.8/30 2 user a-1\n"
    );
    let setting = setting(&ledger);
    assert_eq!(addresses(&setting, &[("a", 1)]), [ip(0, 9)], "what is kept is nobody else's");
    assert_snapshot!("stale", findings(&setting.app));
}

#[test]
fn what_cannot_be_is_told() {
    let setting = setting("");
    let Setting { plan, chart, user, .. } = &setting;
    let pods =
        |id: &str, count, object: Node| AddressedPodsProps::new(plan, count, object).interfaces(user, id, 1);
    let mut fields = stateful_set("fields");
    if let Node::Map(map) = &mut fields
        && let Some(Node::Map(spec)) = map.get_mut("spec")
    {
        spec.set("replicas", 3);
    }
    AddressedPods::new(chart, "fields", pods("user", 1, fields));
    AddressedPods::new(chart, "kind", pods("user", 1, json!({ "kind": "Deployment" })));
    AddressedPods::new(chart, "none", AddressedPodsProps::new(plan, 1, stateful_set("none")));
    AddressedPods::new(chart, "unknown", pods("dada", 1, stateful_set("unknown")));
    AddressedPods::new(chart, "many", pods("user", 17, stateful_set("many")));
    AddressedPods::new(chart, "no-object", AddressedPodsProps::new(plan, 1, 7));
    assert_snapshot!("refused", findings(&setting.app));
}
