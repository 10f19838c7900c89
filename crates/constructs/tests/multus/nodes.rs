//! Nodes with interfaces in further networks.

use insta::assert_snapshot;
use serde_json::{Value, json};
use stackwright_constructs::ec2::{
    SecurityGroup, SecurityGroupProps, SubnetSelection, Subnets, Vpc, VpcProps,
};
use stackwright_constructs::eks::{
    Cluster, ClusterProps, KubernetesVersion, NodeImage, SelfManagedNodesProps,
};
use stackwright_constructs::multus::{
    AddressRange, CniConfig, EniPrefix, HostLocal, Ipvlan, Macvlan, MultusNodes, MultusNodesProps,
    NodeNetwork, SourceRouting, StartupTaint,
};
use stackwright_constructs::{cidr, instance_type};
use stackwright_core::{App, Chart, Stack};

use crate::synthesis::{findings, manifest, template};

/// A cluster in two zones, whose VPC has two groups of subnets beside those of nodes.
pub(crate) struct Site {
    pub(crate) app: App,
    pub(crate) stack: Stack,
    pub(crate) vpc: Vpc,
    pub(crate) cluster: Cluster,
    members: SecurityGroup,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self::with_vpc(VpcProps::new(cidr!("10.0.0.0/16")))
    }

    /// One whose subnets have addresses of both families.
    pub(crate) fn dual_stack() -> Self {
        Self::with_vpc(VpcProps::new(cidr!("10.0.0.0/16")).dual_stack())
    }

    fn with_vpc(props: VpcProps) -> Self {
        let app = App::new();
        let stack = Stack::new(&app, "site");
        let tiers = [
            Subnets::public("edge", 26),
            Subnets::private("app", 24),
            Subnets::isolated("control", 24),
            Subnets::isolated("user", 24),
        ];
        let vpc = Vpc::new(&stack, "vpc", props.max_azs(2).nat_gateways(1).subnets(tiers));
        let props = ClusterProps::new(KubernetesVersion::V1_35, &vpc).addons([]);
        let cluster = Cluster::new(&stack, "cluster", props);
        stackwright_core::Scope::acknowledge(&cluster, "public-endpoint", "the suite is about other things");
        cluster.grant_admin("arn:aws:iam::111122223333:role/platform");
        let members = SecurityGroup::new(&stack, "members", SecurityGroupProps::new(&vpc));
        Self { app, stack, vpc, cluster, members }
    }

    pub(crate) fn network(&self, name: &str, group: &str) -> NodeNetwork {
        NodeNetwork::new(name, self.vpc.select(SubnetSelection::group(group)), [&self.members])
    }

    pub(crate) fn nodes(&self, networks: impl IntoIterator<Item = NodeNetwork>) -> MultusNodes {
        let nodes = SelfManagedNodesProps::new(1..=3).instance_types([instance_type!("m7i.xlarge")]);
        self.with("nodes", nodes, networks)
    }

    pub(crate) fn with(
        &self,
        id: &str,
        nodes: SelfManagedNodesProps,
        networks: impl IntoIterator<Item = NodeNetwork>,
    ) -> MultusNodes {
        MultusNodes::new(&self.stack, &self.cluster, id, MultusNodesProps::new(nodes, networks))
    }

    /// The resources beneath the nodes, without user data and code.
    fn resources(&self) -> Value {
        let mut template: Value = serde_json::from_str(&template(&self.app, "site")).unwrap();
        let resources = template["Resources"].as_object_mut().unwrap();
        resources.retain(|id, _| id.starts_with("nodes"));
        for resource in resources.values_mut() {
            if let Some(code) = resource.pointer_mut("/Properties/Code/ZipFile") {
                *code = "(templates/multus/interfaces.py)".into();
            }
            if let Some(data) = resource.pointer_mut("/Properties/LaunchTemplateData/UserData") {
                *data = "(below)".into();
            }
        }
        template["Resources"].take()
    }
}

#[test]
fn there_is_a_group_for_each_zone_and_one_function_for_all() {
    let site = Site::new();
    site.nodes([site.network("control", "control").addresses(4), site.network("user", "user").prefixes(2)]);
    assert_snapshot!(serde_json::to_string_pretty(&site.resources()).unwrap());
}

/// What the first launch template's user data encodes.
fn encoded(site: &Site) -> Value {
    let template: Value = serde_json::from_str(&template(&site.app, "site")).unwrap();
    let mut resources = template["Resources"].as_object().unwrap().values();
    let found = resources.find(|resource| resource["Type"] == "AWS::EC2::LaunchTemplate").unwrap();
    found["Properties"]["LaunchTemplateData"]["UserData"]["Fn::Base64"]["Fn::Sub"].clone()
}

/// The text of it, with the placeholders of CloudFormation.
fn user_data(site: &Site) -> String {
    let text = encoded(site);
    text.as_str().or(text[0].as_str()).unwrap().to_owned()
}

/// What nodes are told of their networks, their labels, their taint and their pods.
#[test]
fn nodes_know_their_networks() {
    let site = Site::new();
    let config = CniConfig::new("user", Ipvlan::new("user"), EniPrefix::new(2)).then(SourceRouting::new());
    site.nodes([site.network("control", "control"), site.network("user", "user").pods(config)]);
    let text = user_data(&site);
    let table = text.split_once("cat >/etc/multus-interfaces <<'END'\n").unwrap().1;
    assert_snapshot!(table.split_once("END\n").unwrap().0);
    let spec = text.lines().find(|line| line.starts_with("spec:")).unwrap();
    assert_snapshot!(spec);
    // EC2 takes no more.
    assert!(text.len() < 16_384, "{}", text.len());
}

/// A node asks EC2 for prefixes of the families that its pods are to have addresses of.
#[test]
fn nodes_have_prefixes_of_either_family() {
    let site = || {
        let site = Site::dual_stack();
        let pods = |name: &str, addresses| {
            site.network(name, name).pods(CniConfig::new(name, Ipvlan::new(name), addresses))
        };
        site.nodes([
            pods("control", EniPrefix::ipv6()),
            pods("user", EniPrefix::new(2).and_ipv6()),
            site.network("bare", "user").addresses(3).ipv6_prefix(),
        ]);
        site
    };
    let text = user_data(&site());
    let table = text.split_once("cat >/etc/multus-interfaces <<'END'\n").unwrap().1;
    assert_snapshot!(table.split_once("END\n").unwrap().0);
    let resources = site().resources();
    let mut resources = resources.as_object().unwrap().values();
    let function = resources.find(|resource| resource["Type"] == "AWS::Lambda::Function").unwrap();
    let told = &function["Properties"]["Environment"]["Variables"]["NETWORKS"]["Fn::Sub"];
    let told: Value = serde_json::from_str(told.as_str().or(told[0].as_str()).unwrap()).unwrap();
    let asked: Vec<&Value> = told.as_array().unwrap().iter().map(|network| &network["addresses"]).collect();
    let expected = [
        json!({ "Ipv6PrefixCount": 1 }),
        json!({ "Ipv4PrefixCount": 2, "Ipv6PrefixCount": 1 }),
        json!({ "SecondaryPrivateIpAddressCount": 3, "Ipv6PrefixCount": 1 }),
    ];
    assert_eq!(asked, expected.iter().collect::<Vec<_>>());
}

/// A node whose interfaces do not come up powers itself off, unless somebody wants to look at it.
#[test]
fn failed_nodes_go_or_stay() {
    for (image, is_kept, expected) in [
        (NodeImage::al2023(), false, r"\nFailureAction=poweroff\n"),
        (NodeImage::al2023(), true, r"\nFailureAction=none\n"),
        (NodeImage::bottlerocket(), false, r"\nfailure_action=poweroff\n"),
        (NodeImage::bottlerocket(), true, r"\nfailure_action=none\n"),
    ] {
        let site = Site::new();
        let nodes = SelfManagedNodesProps::new(1).instance_types([instance_type!("m7i.xlarge")]);
        let props = MultusNodesProps::new(nodes.image(image), [site.network("user", "user")]);
        let props = if is_kept { props.keep_failed_nodes() } else { props };
        MultusNodes::new(&site.stack, &site.cluster, "nodes", props);
        let encoded = encoded(&site).to_string();
        assert!(encoded.contains(expected), "{encoded}");
    }
}

/// Bottlerocket is told the same in settings, and its script is within them: text in the template, Base64 on the node.
#[test]
fn nodes_without_a_shell_know_their_networks() {
    let site = Site::new();
    let config = CniConfig::new("user", Ipvlan::new("user"), EniPrefix::new(2)).then(SourceRouting::new());
    let nodes = SelfManagedNodesProps::new(1).instance_types([instance_type!("m7i.xlarge")]);
    let networks = [site.network("control", "control"), site.network("user", "user").pods(config)];
    site.with("nodes", nodes.image(NodeImage::bottlerocket()), networks);
    let encoded = encoded(&site);
    let settings = encoded[0].as_str().unwrap();
    assert_snapshot!(settings);
    let script = encoded[1]["Value1"]["Fn::Base64"].as_str().unwrap();
    let (_, table) = script.split_once("cat >/tmp/multus-interfaces <<'END'\n").unwrap();
    assert_snapshot!(table);
    // EC2 takes no more. A cluster's certificate and its address are known later.
    let later = 2_048;
    assert!(settings.len() + script.len().div_ceil(3) * 4 + later < 16_384, "{}", script.len());
}

/// A user who says the most pods knows better, and other scripts of the user's run before ours.
#[test]
fn what_users_say_of_nodes_holds() {
    let site = Site::new();
    let nodes = SelfManagedNodesProps::new(1).max_pods(20).setup_script("#!/bin/sh\necho mine\n");
    site.with("nodes", nodes, [site.network("control", "control")]);
    let text = user_data(&site);
    assert!(text.contains(r#""maxPods":20"#) && !text.contains("maxPodsExpression"));
    assert!(text.find("echo mine") < text.find("multus-interfaces"));

    let site = Site::new();
    site.with("nodes", uncounted().max_pods(12), [site.network("control", "control")]);
    assert!(user_data(&site).contains("max-pods = 12\n"));
}

/// Nodes that have to be told how many pods they have addresses for, of a type of which that is not known.
fn uncounted() -> SelfManagedNodesProps {
    let nodes = SelfManagedNodesProps::new(1).instance_types([instance_type!("m99.large")]);
    nodes.image(NodeImage::bottlerocket())
}

/// EC2 takes so much user data, and what has most of it is told.
#[test]
fn user_data_fits_or_is_told() {
    let found = |length: usize| {
        let site = Site::new();
        let script = format!("#!/bin/sh\necho of mine\necho {}\n", "x".repeat(length));
        let nodes = SelfManagedNodesProps::new(1).instance_types([instance_type!("m7i.xlarge")]);
        site.with("nodes", nodes.setup_script(script), [site.network("user", "user")]);
        let found = findings(&site.app);
        let about = |line: &&str| line.contains("user-data-too-long") || line.contains("let the instance");
        found.lines().filter(about).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(found(7_000), "");
    assert_snapshot!(found(15_000));
}

/// CloudFormation takes no more of a function's code in a template.
#[test]
fn the_code_fits_into_a_template() {
    let code = include_str!("../../../../templates/multus/interfaces.py");
    assert!((1..=4_096).contains(&code.len()), "{}", code.len());
}

/// What waits for the function waits for all that starts it, or its first instances would never be heard of.
#[test]
fn groups_come_after_what_serves_them() {
    let site = Site::new();
    site.nodes([site.network("control", "control")]);
    let resources = site.resources();
    let resources = resources.as_object().unwrap();
    let of = |kind: &str| {
        let found = resources.iter().filter(|(_, resource)| resource["Type"] == kind);
        found.map(|(id, _)| id.as_str()).collect::<Vec<_>>()
    };
    let waits_for = |group: &str| resources[group]["DependsOn"].as_array().unwrap().clone();
    let groups = of("AWS::AutoScaling::AutoScalingGroup");
    assert_eq!(groups.len(), 2);
    for kind in ["AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Events::Rule"] {
        let [one] = of(kind)[..] else { panic!("there is one {kind}") };
        for group in &groups {
            assert!(waits_for(group).contains(&one.into()), "{group} waits for {one}");
        }
    }
}

#[test]
fn what_cannot_be_is_told() {
    let site = Site::new();
    let first = site.vpc.select(SubnetSelection::group("control")).into_iter().take(1);
    let networks = [
        NodeNetwork::new("half", first, [&site.members]),
        NodeNetwork::new("bare", site.vpc.select(SubnetSelection::group("user")), []),
        site.network("eth1", "user"),
        site.network("a-name-that-is-too-long", "user"),
        site.network("User", "user"),
        site.network("user", "user").prefixes(1).addresses(1),
        site.network("user", "user"),
    ];
    site.with("nodes", SelfManagedNodesProps::new(1), networks);
    site.with("none", SelfManagedNodesProps::new(1), []);
    let small = SelfManagedNodesProps::new(1).instance_types([instance_type!("t3.medium")]);
    let three = ["e", "f", "g"].map(|name| site.network(name, "user"));
    site.with("small", small, three);
    let old = SelfManagedNodesProps::new(1).instance_types([instance_type!("m4.large")]);
    site.with("old", old, [site.network("h", "user").prefixes(10)]);
    site.with("uncounted", uncounted(), [site.network("i", "user")]);
    let range = || HostLocal::new(AddressRange::new(cidr!("10.0.4.0/24"))).single_node();
    let pods = [
        ("a", CniConfig::new("b", Ipvlan::new("ens6"), EniPrefix::new(0))),
        ("c", CniConfig::new("c", Macvlan::new("c"), EniPrefix::new(1))),
        ("d", CniConfig::new("d", Ipvlan::new("d"), range())),
        ("k", CniConfig::new("k", Ipvlan::new("k"), EniPrefix::new(1).and_ipv6())),
    ];
    let networks = pods.map(|(name, config)| site.network(name, "user").pods(config));
    site.with("pods", SelfManagedNodesProps::new(1), networks);
    assert_snapshot!(findings(&site.app));
}

/// A taint that nothing takes away is told, and one that a chart of the cluster takes away is not.
#[test]
fn the_startup_taint_is_taken_away() {
    let site = Site::new();
    site.nodes([site.network("control", "control")]);
    assert!(findings(&site.app).contains("startup-taint-stays"));

    let site = Site::new();
    site.nodes([site.network("control", "control")]);
    let chart = Chart::for_cluster(&site.app, "taint", &site.cluster);
    StartupTaint::new(&chart, "startup-taint");
    assert_snapshot!(manifest(&site.app, "taint"));
}
