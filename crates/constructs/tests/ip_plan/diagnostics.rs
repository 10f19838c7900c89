//! What is wrong with a plan is told all at once, with both sides and how to mend it.

use insta::assert_snapshot;
use stackwright_cfn::json;
use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{Cidr, SubnetIds, SubnetSelection, Vpc, VpcIds};
use stackwright_constructs::eks::{Cluster, ClusterProps, KubernetesVersion};
use stackwright_constructs::instance_type;
use stackwright_constructs::ip_plan::{
    IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes, PlannedPods, Reservations,
};
use stackwright_constructs::multus::{
    AddressRange, Attachment, Attachments, CniConfig, HostLocal, Ipvlan, Network,
    NetworkAttachmentDefinition, StaticAddresses, Whereabouts,
};
use stackwright_core::{App, Chart, ChartCluster, Manifests, Stack, SynthOptions};

use crate::{findings, vpc};

fn user() -> SubnetSelection {
    SubnetSelection::group("user")
}

fn props() -> IpPlanProps {
    IpPlanProps::new().nodes(PlannedNodes::per_zone("workers", 1..=2)).reservations(Reservations::ByTemplate)
}

#[test]
fn names_that_are_nobodys() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let plan = props()
        .nodes(PlannedNodes::per_zone("workers", 1))
        .nodes(PlannedNodes::per_zone("none", 0))
        .network(PlannedNetwork::pool("user", user()).pods_per_node("workers", 4))
        .network(PlannedNetwork::pool("user", SubnetSelection::group("control")).pods_per_node("worker", 4))
        .network(PlannedNetwork::pool("empty", user()))
        .network(PlannedNetwork::pool("twice", user()).pods_per_node("none", 1).pods_per_node("none", 2))
        .pods(PlannedPods::on_nodes("web", "nodes", 1))
        .pods(PlannedPods::on_nodes("gateway", "workers", 1).interfaces("empty", 1));
    IpPlan::new(&stack, "addresses", &vpc(&stack), plan);
    assert_snapshot!(findings(&app));
}

#[test]
fn ranges_that_collide_or_do_not_fit() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let exact = |name: &str, ranges: [Cidr; 2]| {
        PlannedNetwork::prefixes(name, user()).pods_per_node("workers", 4).ranges(ranges)
    };
    let plan = props()
        .network(exact("kept", [cidr!("10.10.2.0/28"), cidr!("10.10.3.240/28")]))
        .network(exact("first", [cidr!("10.10.2.32/27"), cidr!("10.10.3.32/27")]))
        .network(exact("second", [cidr!("10.10.2.32/28"), cidr!("10.10.9.0/27")]))
        .network(exact("small", [cidr!("10.10.2.64/28"), cidr!("10.10.3.64/29")]))
        .network(
            PlannedNetwork::pool("one", user()).pods_per_node("workers", 1).ranges([cidr!("10.10.2.96/27")]),
        )
        .network(
            PlannedNetwork::pool("large", SubnetSelection::group("control")).pods_per_node("workers", 17),
        );
    IpPlan::new(&stack, "addresses", &vpc(&stack), plan);
    assert_snapshot!(findings(&app));
}

#[test]
fn interfaces_need_addresses_too() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let network = PlannedNetwork::prefixes("user", SubnetSelection::group("control"));
    let plan = IpPlanProps::new()
        .nodes(PlannedNodes::per_zone("workers", 2).growth(42))
        .network(PlannedNetwork::pool("small", SubnetSelection::group("control")).pods_per_node("few", 16))
        .nodes(PlannedNodes::per_zone("few", 1))
        .network(network.pods_per_node("few", 1))
        .network(PlannedNetwork::pool("wide", SubnetSelection::group("control")).pods_per_node("workers", 0))
        .reservations(Reservations::ByTemplate);
    IpPlan::new(&stack, "addresses", &vpc(&stack), plan);
    let many = PlannedNetwork::pool("many", user()).pods_per_node("many", 1);
    let plan = IpPlanProps::new().nodes(PlannedNodes::per_zone("many", 130)).network(many);
    IpPlan::new(
        &stack,
        "other",
        &vpc(&Stack::new(&app, "net2")),
        plan.reservations(Reservations::ByTemplate),
    );
    assert_snapshot!(findings(&app));
}

#[test]
fn nodes_without_enough_interfaces_or_addresses() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let control = || SubnetSelection::group("control");
    let nodes = |name: &str, kind| PlannedNodes::per_zone(name, 1).instance_type(kind);
    let plan = IpPlanProps::new()
        .nodes(nodes("large", instance_type!("m5.large")))
        .nodes(nodes("old", instance_type!("t2.medium")))
        .nodes(nodes("misspelt", instance_type!("m5.lage")))
        .nodes(nodes("full", instance_type!("t3.medium")))
        .network(PlannedNetwork::prefixes("user", user()).pods_per_node("large", 20).pods_per_node("old", 4))
        .network(PlannedNetwork::pool("control", control()).pods_per_node("large", 4))
        .network(PlannedNetwork::pool("data", control()).pods_per_node("large", 12).pods_per_node("full", 5))
        .pods(PlannedPods::on_nodes("gateway", "large", 9).interfaces("control", 1))
        .pods(PlannedPods::on_nodes("wide", "large", 1).interfaces("data", 13))
        .pods(PlannedPods::on_nodes("pair", "full", 4).interfaces("data", 2))
        .pods(PlannedPods::on_nodes("single", "full", 20))
        .reservations(Reservations::ByTemplate);
    IpPlan::new(&stack, "addresses", &vpc(&stack), plan);
    assert_snapshot!(findings(&app));
}

#[test]
fn peers_and_services_in_the_way() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let vpc = vpc(&stack);
    let network = PlannedNetwork::pool("user", user()).pods_per_node("workers", 4);
    let plan = props()
        .network(network)
        .peer("office", cidr!("10.10.128.0/17"))
        .peer("datacenter", cidr!("172.16.0.0/12"))
        .peer("branch", cidr!("172.31.0.0/16"));
    IpPlan::new(&stack, "addresses", &vpc, plan.clone());
    let cluster = ClusterProps::new(KubernetesVersion::V1_35, &vpc).addons([]).bootstrap_creator_admin(true);
    Cluster::new(&Stack::new(&app, "eks"), "cluster", cluster);
    IpPlan::new(
        &stack,
        "again",
        &vpc,
        props().network(PlannedNetwork::pool("x", user()).pods_per_node("workers", 1)),
    );
    assert_snapshot!(findings(&app));
}

fn attached(chart: &Chart, name: &str, network: &Network, ip: [u8; 4]) {
    let pod = chart.add(json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name },
        "spec": { "containers": [{ "name": "main", "image": "busybox" }] },
    }));
    Attachments::new([Attachment::existing(network).ip(ip)]).attach_to(&pod);
}

#[test]
fn charts_that_take_the_addresses_of_others() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let plan = props()
        .network(PlannedNetwork::pool("user", user()).pods_per_node("workers", 16))
        .network(PlannedNetwork::named("named", user()).pods_per_node("workers", 16));
    let plan = IpPlan::new(&stack, "addresses", &vpc(&stack), plan);
    let chart = Chart::new(&app, "networks");
    let pool = |name: &str, range| {
        let network = Network::new(CniConfig::new(name, Ipvlan::new("ens6"), Whereabouts::new(range)));
        NetworkAttachmentDefinition::new(&chart, name, network);
    };
    // The range of the plan is right, and may be used twice.
    pool("right", plan.ranges("user", 0)[0].clone());
    pool("right-too", plan.ranges("user", 0)[0].clone());
    let subnet = AddressRange::new(cidr!("10.10.2.0/24"));
    pool("all", subnet.clone());
    pool("interfaces", subnet.clone().start([10, 10, 2, 200]).end([10, 10, 2, 210]));
    pool("others", subnet.start([10, 10, 2, 64]).end([10, 10, 2, 70]));
    pool("unplanned", AddressRange::new(cidr!("10.10.0.0/24")));
    pool("elsewhere", AddressRange::new(cidr!("192.168.0.0/24")));
    let node = |name: &str, share: &AddressRange| {
        let addresses = HostLocal::new(share.clone()).single_node();
        let network = Network::new(CniConfig::new(name, Ipvlan::new("ens6"), addresses));
        NetworkAttachmentDefinition::new(&chart, name, network);
    };
    let shares = plan.ranges("user", 1)[0].split(2);
    node("node-1", &shares[0]);
    node("node-2", &shares[1]);
    node("node-3", &shares[1]);
    let requested = StaticAddresses::requested([cidr!("10.10.2.0/24")]);
    let requested = Network::new(CniConfig::new("requested", Ipvlan::new("ens6"), requested));
    NetworkAttachmentDefinition::new(&chart, "requested", requested.clone());
    let fixed = StaticAddresses::default().address([10, 10, 2, 33], cidr!("10.10.2.0/24"));
    let fixed = Network::new(CniConfig::new("fixed", Ipvlan::new("ens6"), fixed));
    NetworkAttachmentDefinition::new(&chart, "fixed", fixed);
    let [first] = plan.allot("named", 0, 1)[..] else { panic!("there is one") };
    attached(&chart, "one", &requested, first.ipv4().octets());
    attached(&chart, "two", &requested, first.ipv4().octets());
    attached(&chart, "three", &requested, [10, 10, 2, 33]);
    attached(&chart, "four", &requested, [10, 10, 2, 250]);
    assert_snapshot!(findings(&app));
}

/// A network as it stands in a file.
fn existing(chart: &Chart, name: &str, config: &str) {
    let head = "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition";
    Manifests::read(
        chart,
        name,
        &format!("{head}\nmetadata: {{name: {name}}}\nspec: {{config: '{config}'}}\n"),
    );
}

#[test]
fn objects_that_take_the_addresses_of_others() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let plan = props()
        .network(PlannedNetwork::pool("user", user()).pods_per_node("workers", 16))
        .network(PlannedNetwork::named("named", user()).pods_per_node("workers", 16));
    IpPlan::new(&stack, "addresses", &vpc(&stack), plan);
    let chart = Chart::new(&app, "networks");
    // Right: all of the pool of the first zone.
    existing(
        &chart,
        "right",
        r#"{"type":"ipvlan","ipam":{"type":"whereabouts","range":"10.10.2.32/27","range_start":"10.10.2.32","range_end":"10.10.2.63"}}"#,
    );
    // Of a kind that is not known here, with what is no address, and with an address of the block for its first.
    existing(
        &chart,
        "sriov",
        r#"{"type":"sriov","vlan":7,"ipam":{"type":"whereabouts","range":"10.10.2.9/24","log_level":"debug"}}"#,
    );
    existing(
        &chart,
        "chained",
        r#"{"plugins":[{"type":"macvlan","ipam":{"type":"host-local","subnet":"10.10.3.64/27"}},{"type":"tuning"}]}"#,
    );
    existing(
        &chart,
        "elsewhere",
        r#"{"type":"macvlan","ipam":{"type":"host-local","subnet":"192.168.3.0/24"}}"#,
    );
    chart.add(json!({
        "apiVersion": "k8s.cni.cncf.io/v1",
        "kind": "NetworkAttachmentDefinition",
        "metadata": { "name": "fixed" },
        "spec": { "config": r#"{"type":"bridge","ipam":{"type":"static","addresses":[{"address":"10.10.2.200/24"}]}}"# },
    }));
    for (name, ip) in [("one", "10.10.2.33/24"), ("two", "10.10.2.70/24"), ("three", "10.10.2.70/24")] {
        chart.add(json!({
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name,
                "annotations": { "k8s.v1.cni.cncf.io/networks": format!(r#"[{{"name":"fixed","ips":["{ip}"]}}]"#) },
            },
            "spec": { "containers": [{ "name": "main", "image": "busybox" }] },
        }));
    }
    assert_snapshot!(findings(&app));
}

#[test]
fn pools_that_whereabouts_cannot_have() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let plan = props()
        .network(PlannedNetwork::pool("pool", user()).pods_per_node("workers", 8))
        .network(PlannedNetwork::prefixes("prefixes", user()).pods_per_node("workers", 16));
    let plan = IpPlan::new(&stack, "addresses", &vpc(&stack), plan);
    for cluster in ["blue", "green"] {
        let chart = Chart::for_cluster(&app, cluster, ChartCluster::existing(cluster));
        // Of each pool, whereabouts of one cluster hands out all; the other zone's is the other cluster's.
        let zone = usize::from(cluster == "green");
        for (name, network, zone) in
            [("shared", "pool", 0), ("own", "pool", zone), ("whole", "prefixes", zone)]
        {
            let addresses = Whereabouts::new(plan.pool(network, zone).unwrap());
            let network = Network::new(CniConfig::new(name, Ipvlan::new("ens6"), addresses));
            NetworkAttachmentDefinition::new(&chart, name, network);
        }
    }
    assert_snapshot!(findings(&app));
}

#[test]
fn questions_that_have_no_answer() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let plan = props()
        .network(PlannedNetwork::pool("user", user()).pods_per_node("workers", 2))
        .network(PlannedNetwork::named("named", user()).pods_per_node("workers", 2));
    let plan = IpPlan::new(&stack, "addresses", &vpc(&stack), plan);
    assert!(plan.blocks("user", 2).is_empty());
    assert!(plan.ranges("other", 0).is_empty());
    plan.ranges("named", 0);
    assert!(plan.allot("user", 0, 1).is_empty());
    assert_eq!(plan.allot("named", 0, 3).len(), 3);
    assert_eq!(plan.allot("named", 0, 3).len(), 1);
    assert_eq!(plan.allot("named", 1, 4).len(), 4);
    assert_snapshot!(findings(&app));
}

#[test]
fn subnets_that_are_not_known_well_enough() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let subnets = |name: &str| SubnetIds::isolated(name, ["subnet-0a1b2c3d4e5f60711"]);
    let ids = VpcIds::new("vpc-0a1b2c3d4e5f60718", ["eu-west-1a"]).subnets([
        subnets("bare"),
        subnets("known").blocks([cidr!("10.50.1.0/24")]),
        subnets("known-too").blocks([cidr!("10.50.2.0/24")]),
    ]);
    let vpc = Vpc::from_ids(&stack, "vpc", ids);
    let network = |name: &str, selection| PlannedNetwork::pool(name, selection).pods_per_node("workers", 1);
    let plan = props()
        .network(network("bare", SubnetSelection::group("bare")))
        .network(network("both", SubnetSelection::isolated()))
        .network(network("none", SubnetSelection::public()));
    IpPlan::new(&stack, "addresses", &vpc, plan);
    assert_snapshot!(findings(&app));
}

#[test]
fn findings_point_at_the_line_of_the_setting() {
    let app = App::new();
    let stack = Stack::new(&app, "net");
    let plan = IpPlanProps::new()
        .nodes(
            PlannedNodes::per_zone("workers", 0) // here
                .instance_type(instance_type!("t3.nano")), // here
        )
        .network(
            PlannedNetwork::pool("user", user())
                .pods_per_node("worker", 4) // here
                .pods_per_node("workers", 4), // here
        )
        .network(
            PlannedNetwork::pool("user-too", user())
                .pods_per_node("workers", 1)
                .ranges([cidr!("10.10.2.0/28"), cidr!("10.10.3.32/28")]), // here
        )
        .pods(PlannedPods::on_nodes("web", "nodes", 1)) // here
        .peer("office", cidr!("10.10.0.0/24")) // here
        .reservations(Reservations::ByCommand);
    IpPlan::new(&stack, "addresses", &vpc(&stack), plan);

    let source = include_str!("diagnostics.rs");
    let start = source.lines().position(|line| line.starts_with("fn findings_point_at")).unwrap();
    let marked = source.lines().enumerate().skip(start).filter(|(_, line)| line.ends_with("// here"));
    let expected: Vec<usize> = marked.map(|(index, _)| index + 1).collect();
    let findings = app.synth(&SynthOptions::new()).unwrap_err();
    let mut told: Vec<usize> =
        findings.iter().map(|finding| finding.source.as_ref().unwrap().line as usize).collect();
    told.sort_unstable();
    assert_eq!((told, expected.len()), (expected.clone(), 7), "{findings}");
}
