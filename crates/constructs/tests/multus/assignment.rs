//! Addresses of pods that are assigned to the interfaces of their nodes.

use insta::assert_snapshot;
use serde_json::Value;
use stackwright_cfn::{Node, json};
use stackwright_constructs::eks::SelfManagedNodesProps;
use stackwright_constructs::iam::{ServiceAccountIdentity, ServiceAccountName, ServiceAccountRole};
use stackwright_constructs::multus::{
    AddressRange, Attachment, Attachments, Bridge, CniConfig, EniPrefix, HostLocal, Interface, Ipvlan,
    Macvlan, MultusNodes, Network, NetworkAttachmentDefinition, NodeNetwork, StartupTaint, Whereabouts,
};
use stackwright_constructs::{cidr, instance_type, ipv6_cidr};
use stackwright_core::{Chart, Manifest, Stack, SynthOptions};

use crate::nodes::Site;
use crate::synthesis::{findings, manifest};

/// Nodes with interfaces in two networks, one of which has prefixes, and a chart of their cluster.
struct Pods {
    site: Site,
    nodes: MultusNodes,
    role: ServiceAccountRole,
    chart: Chart,
}

impl Pods {
    fn new() -> Self {
        Self::of(Site::new(), |network| network)
    }

    /// Where interfaces have addresses of both families, and those in one network a prefix of each.
    fn dual_stack() -> Self {
        Self::of(Site::dual_stack(), NodeNetwork::ipv6_prefix)
    }

    fn of(site: Site, more: impl Fn(NodeNetwork) -> NodeNetwork) -> Self {
        let networks = [site.network("control", "control"), more(site.network("user", "user").prefixes(2))];
        let nodes = site.nodes(networks);
        let role = role(&site, &site.stack, "gateway");
        let chart = Chart::for_cluster(&site.app, "apps", &site.cluster);
        StartupTaint::new(&chart, "startup-taint");
        Self { site, nodes, role, chart }
    }

    fn network(&self, name: &str, interface: impl Into<Interface>) -> NetworkAttachmentDefinition {
        // More addresses than nodes have room for.
        let third = if name == "user" { 5 } else { 4 };
        let range =
            AddressRange::new(cidr!("10.0.4.0/23")).start([10, 0, third, 32]).end([10, 0, third, 231]);
        let config = CniConfig::new(name, interface, Whereabouts::new(range));
        NetworkAttachmentDefinition::new(&self.chart, name, Network::new(config))
    }

    /// A network with addresses of IPv6 alone.
    fn ipv6_network(&self, name: &str) -> NetworkAttachmentDefinition {
        let addresses = Whereabouts::new(AddressRange::new(ipv6_cidr!("2001:db8:0:4::/64")));
        let config = CniConfig::new(name, Ipvlan::new(name), addresses);
        NetworkAttachmentDefinition::new(&self.chart, name, Network::new(config))
    }

    fn add(&self, version: &str, kind: &str, name: &str, spec: Node) -> Manifest {
        self.chart
            .add(json!({ "apiVersion": version, "kind": kind, "metadata": { "name": name }, "spec": spec }))
    }

    fn pod(&self, name: &str) -> Manifest {
        self.add("v1", "Pod", name, pod_spec())
    }

    fn deployment(&self, replicas: u32) -> Manifest {
        let labels = || json!({ "app": "gateway" });
        let template = json!({ "metadata": { "labels": labels() }, "spec": pod_spec() });
        let selector = json!({ "matchLabels": labels() });
        self.add(
            "apps/v1",
            "Deployment",
            "gateway",
            json!({ "replicas": replicas, "selector": selector, "template": template }),
        )
    }
}

fn pod_spec() -> Node {
    json!({ "containers": [{ "name": "main", "image": "busybox" }] })
}

fn role(site: &Site, stack: &Stack, account: &str) -> ServiceAccountRole {
    let identity = ServiceAccountIdentity::pod_identity(site.cluster.name());
    ServiceAccountRole::new(stack, account, ServiceAccountName::new("default", account), identity)
}

/// The statements about addresses of all policies in a template.
fn statements(template: &[u8]) -> Vec<Value> {
    let template: Value = serde_json::from_slice(template).unwrap();
    let resources = template["Resources"].as_object().unwrap().values();
    let policies = resources.filter_map(|one| one["Properties"]["PolicyDocument"]["Statement"].as_array());
    let is_such = |one: &&Value| {
        let one = one.to_string();
        one.contains("AssignPrivateIpAddresses") || one.contains("AssignIpv6Addresses")
    };
    policies.flatten().filter(is_such).cloned().collect()
}

#[test]
fn a_pod_gets_a_container_that_assigns() {
    let pods = Pods::new();
    let (control, user) =
        (pods.network("control", Ipvlan::new("control")), pods.network("user", Ipvlan::new("user")));
    let spec = json!({
        "containers": [{ "name": "main", "image": "busybox" }],
        "initContainers": [{ "name": "first", "image": "busybox" }],
        "volumes": [{ "name": "data", "emptyDir": {} }],
        "nodeSelector": { "disk": "fast" },
    });
    let attachments =
        [Attachment::new(&control), Attachment::new(&user).interface("n3"), Attachment::new(&user)];
    Attachments::new(attachments)
        .assigned_to(&pods.nodes, &pods.role)
        .attach_to(&pods.add("v1", "Pod", "gateway", spec));
    let text = manifest(&pods.site.app, "apps");
    let pod = text.split("---\n").find(|object| object.contains("kind: Pod\n")).unwrap_or(&text);
    assert_snapshot!(pod);
}

#[test]
fn the_role_may_change_addresses_of_these_nodes_alone() {
    let pods = Pods::new();
    let network = pods.network("control", Ipvlan::new("control"));
    let other = Stack::new(&pods.site.app, "accounts");
    let elsewhere = role(&pods.site, &other, "elsewhere");
    // Twice by one role, which says it once.
    for role in [&pods.role, &pods.role, &elsewhere] {
        let _ = Attachments::new([Attachment::new(&network)]).assigned_to(&pods.nodes, role);
    }
    let assembly = pods.site.app.synth(&SynthOptions::new()).unwrap();
    for stack in ["site", "accounts"] {
        let template = assembly.file(&format!("{stack}.template.json")).unwrap();
        assert_snapshot!(stack, serde_json::to_string_pretty(&statements(template)).unwrap());
    }
}

#[test]
fn a_role_for_addresses_of_both_families_may_find_who_has_one() {
    let pods = Pods::dual_stack();
    let network = pods.ipv6_network("control");
    let _ = Attachments::new([Attachment::new(&network)]).assigned_to(&pods.nodes, &pods.role);
    let assembly = pods.site.app.synth(&SynthOptions::new()).unwrap();
    let template = assembly.file("site.template.json").unwrap();
    let template: Value = serde_json::from_slice(template).unwrap();
    let policies = template["Resources"].as_object().unwrap().values();
    let policy = policies.filter_map(|one| one["Properties"].get("PolicyDocument"));
    let policy = policy.filter(|one| one.to_string().contains("UnassignIpv6Addresses")).collect::<Vec<_>>();
    assert_snapshot!(serde_json::to_string_pretty(&policy).unwrap());
}

#[test]
fn what_cannot_be_assigned_is_told() {
    let pods = Pods::new();
    let assign = |attachment: Attachment, pod: &Manifest| {
        Attachments::new([attachment]).assigned_to(&pods.nodes, &pods.role).attach_to(pod);
    };
    let prefixes = CniConfig::new("prefixes", Ipvlan::new("user"), EniPrefix::new(2));
    let addresses = HostLocal::new(AddressRange::new(cidr!("192.168.7.0/24")));
    let bridge = CniConfig::new("bridge", Bridge::new("local0"), addresses);
    for config in [prefixes, bridge] {
        let pod = pods.pod(config.name());
        assign(Attachment::existing(&Network::new(config)), &pod);
    }
    assert_snapshot!(findings(&pods.site.app));
}

#[test]
fn room_is_what_all_nodes_have() {
    // Fourteen addresses beside its own on each interface, of which two are prefixes in the network `user`; three nodes in
    // each of two zones.
    for (network, replicas, expected) in [
        ("control", 67, ""),
        ("control", 68, "addresses-of-nodes-nearly-used-up"),
        ("control", 84, "addresses-of-nodes-nearly-used-up"),
        ("control", 85, "addresses-of-nodes-used-up"),
        ("user", 57, ""),
        ("user", 72, "addresses-of-nodes-nearly-used-up"),
        ("user", 73, "addresses-of-nodes-used-up"),
    ] {
        let pods = Pods::new();
        let network = pods.network(network, Ipvlan::new(network));
        let deployment = pods.deployment(replicas);
        Attachments::new([Attachment::new(&network)])
            .assigned_to(&pods.nodes, &pods.role)
            .attach_to(&deployment);
        let found = match pods.site.app.synth(&SynthOptions::new()) {
            Ok(assembly) => assembly.warnings,
            Err(findings) => findings,
        };
        let codes: Vec<&str> = found.iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(codes.join(" "), expected, "{replicas} in {}", network.network().name());
        // An interface of m7i.4xlarge has room for 29.
        let better = "m7i.4xlarge is the smallest of its family that does; or let there be more nodes";
        assert!(found.iter().all(|finding| finding.hint.as_deref() == Some(better)), "{found}");
    }
}

#[test]
fn there_may_be_no_type_with_room() {
    let pods = Pods::new();
    let network = pods.network("control", Ipvlan::new("control"));
    let deployment = pods.deployment(300);
    Attachments::new([Attachment::new(&network)]).assigned_to(&pods.nodes, &pods.role).attach_to(&deployment);
    let told = findings(&pods.site.app);
    assert!(told.contains("hint: let there be more nodes: no type of the family m7i does"), "{told}");
}

/// Addresses of IPv6 have places of their own, one of which is the prefix in the network `user`.
#[test]
fn room_is_for_each_family() {
    for (network, replicas, expected) in [
        ("control", 67, ""),
        ("control", 85, "addresses-of-nodes-used-up"),
        ("user", 62, ""),
        ("user", 78, "addresses-of-nodes-nearly-used-up"),
        ("user", 79, "addresses-of-nodes-used-up"),
    ] {
        let pods = Pods::dual_stack();
        let network = pods.ipv6_network(network);
        let deployment = pods.deployment(replicas);
        Attachments::new([Attachment::new(&network)])
            .assigned_to(&pods.nodes, &pods.role)
            .attach_to(&deployment);
        // The template of both families is a large one.
        let found: Vec<String> =
            codes_of(&pods).into_iter().filter(|code| code != "template-needs-bucket").collect();
        assert_eq!(found.join(" "), expected, "{replicas} in {}", network.network().name());
    }
}

/// The codes of all findings.
fn codes_of(pods: &Pods) -> Vec<String> {
    let found = pods
        .site
        .app
        .synth(&SynthOptions::new())
        .map_or_else(|findings| findings, |assembly| assembly.warnings.clone());
    found.iter().map(|finding| finding.code.clone()).collect()
}

#[test]
fn all_pods_of_a_network_count_with_each_of_their_interfaces() {
    let pods = Pods::new();
    let network = pods.network("control", Ipvlan::new("control"));
    let attach = |manifest: &Manifest, count: usize| {
        Attachments::new(vec![Attachment::new(&network); count])
            .assigned_to(&pods.nodes, &pods.role)
            .attach_to(manifest);
    };
    attach(&pods.deployment(20), 2);
    attach(&pods.pod("wide"), 15);
    assert_snapshot!(findings(&pods.site.app));
}

#[test]
fn pods_ask_the_metadata_and_ec2_for_their_addresses() {
    let site = Site::new();
    let nodes = SelfManagedNodesProps::new(2).instance_types([instance_type!("m7i.xlarge")]).metadata_hops(1);
    let nodes = site.with("nodes", nodes, [site.network("control", "control")]);
    let role = role(&site, &site.stack, "default");
    let chart = Chart::for_cluster(&site.app, "apps", &site.cluster);
    let pods = Pods { site, nodes, role, chart };
    StartupTaint::new(&pods.chart, "startup-taint");
    let macvlan = pods.network("macvlan", Macvlan::new("control"));
    let both = Whereabouts::new(AddressRange::new(cidr!("10.0.6.0/24")))
        .and(AddressRange::new(ipv6_cidr!("2001:db8::/64")));
    let both = Network::new(CniConfig::new("both", Ipvlan::new("control"), both));
    let user = pods.network("user", Ipvlan::new("user"));
    let spec =
        json!({ "serviceAccountName": "mine", "containers": [{ "name": "main", "image": "busybox" }] });
    let pod = pods.add("v1", "Pod", "gateway", spec);
    let user = Attachment::new(&user).default_route([10, 0, 5, 1]);
    Attachments::new([Attachment::new(&macvlan), user, Attachment::existing(&both)])
        .assigned_to(&pods.nodes, &pods.role)
        .attach_to(&pod);
    assert_snapshot!(findings(&pods.site.app));
}
