//! Further networks of pods, of every kind: each interface, each origin of addresses, each plugin that comes after.
//!
//! `cargo run -p pod-networks -- synth --out target/pod-networks` writes the manifests, and `cargo run -p pod-networks --
//! plan` shows whose addresses are whose where pods keep them.

use std::process::ExitCode;

use stackwright::prelude::*;

fn main() -> ExitCode {
    let app = stackwright::app();
    let networks = Chart::new(&app, "networks");
    Multus::new(&networks, "multus", Installation::in_region("eu-west-1").memory_limit("400Mi"));
    WhereaboutsPlugin::new(&networks, "whereabouts", WhereaboutsPluginProps::new());
    let define = |config: CniConfig| {
        let id = config.name().to_owned();
        NetworkAttachmentDefinition::new(&networks, &id, Network::new(config))
    };
    let (data, bulk, local) = (define(data()), define(bulk()), define(local()));
    let (card, tagged) = (define(card()), define(tagged()));
    let (shared, leased) = (define(shared()), define(leased()));

    let pods = Chart::new(&app, "pods");
    // Short: the networks choose the addresses, and the interfaces are net1, net2, and so on.
    let reader = pods.add(pod("reader"));
    Attachments::new([&data, &bulk, &local].map(Attachment::new)).attach_to(&reader);
    // In JSON, for the pod asks for addresses.
    let writer = pods.add(pod("writer"));
    let asked = Attachment::new(&bulk).interface("bulk").ip([10, 20, 6, 40]).mac("02:00:00:00:06:28");
    Attachments::new([Attachment::new(&data), asked]).attach_to(&writer);
    // What it has no other route for leaves by its own card.
    let gateway = pods.add(pod("gateway"));
    let card = Attachment::new(&card).ip([10, 20, 7, 50]).default_route([10, 20, 7, 1]);
    Attachments::new([card, Attachment::new(&tagged).ip([10, 20, 8, 50])]).attach_to(&gateway);
    // Every pod of a workload gets what its template says.
    let web = pods.add(json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": { "name": "web" },
        "spec": {
            "replicas": 3,
            "selector": { "matchLabels": { "app": "web" } },
            "template": { "metadata": { "labels": { "app": "web" } }, "spec": { "containers": [container()] } },
        },
    }));
    Attachments::new([Attachment::new(&shared), Attachment::new(&leased)]).attach_to(&web);
    // Each of these has addresses of its own, for as long as it is there.
    let (vpc, plan) = addresses(&app);
    let doors = define(doors(&vpc));
    let set = AddressedPodsProps::new(&plan, 3, stateful_set("door")).interfaces(&doors, "doors", 1);
    AddressedPods::new(&pods, "door", set);
    stackwright::run(app)
}

/// Subnets of both families, of a VPC that is there already, and what each pod has of their addresses: others know it by
/// these. The ledger keeps them where they are when there are more pods. What interfaces of nodes there let through is a
/// matter of their security group.
fn addresses(app: &App) -> (Vpc, IpPlan) {
    let stack = Stack::with_props(app, "addresses", StackProps::new().region("eu-west-1"));
    let doors = SubnetIds::isolated("doors", ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"])
        .blocks([cidr!("10.21.10.0/24"), cidr!("10.21.11.0/24")])
        .ipv6_blocks([ipv6_cidr!("2001:db8:21:a::/64"), ipv6_cidr!("2001:db8:21:b::/64")]);
    let ids = VpcIds::new("vpc-0a1b2c3d4e5f60718", ["eu-west-1a", "eu-west-1b"]).subnets([doors]);
    let ids = ids.blocks([cidr!("10.21.0.0/16")]).ipv6_blocks([ipv6_cidr!("2001:db8:21::/56")]);
    let vpc = Vpc::from_ids(&stack, "vpc", ids);
    let members = SecurityGroupProps::new(&vpc).description("Interfaces of nodes in the subnets of doors");
    let members = SecurityGroup::new(&stack, "members", members);
    members.allow_members(Port::all_traffic(), "between doors");
    let doors = PlannedNetwork::named("doors", SubnetSelection::group("doors"));
    let props = IpPlanProps::new()
        .nodes(PlannedNodes::per_zone("nodes", 1..=2).instance_type(instance_type!("m7i.xlarge")))
        .network(doors.pods_per_node("nodes", 4).dual_stack())
        .pods(PlannedPods::on_nodes("door", "nodes", 3).interfaces("doors", 1))
        .reservations(Reservations::ByCommand)
        .ledger(include_str!("../addresses.ledger"));
    let plan = IpPlan::new(&stack, "plan", &vpc, props);
    (vpc, plan)
}

/// Shares an interface of the node and its MAC address. The pods are those of one node, so that the node itself can hand
/// out the addresses; answers leave by the interface that was asked.
fn data() -> CniConfig {
    let range = AddressRange::new(cidr!("10.20.5.0/24")).end([10, 20, 5, 99]).exclude(cidr!("10.20.5.64/28"));
    let addresses =
        HostLocal::new(range).route(Route::to(cidr!("10.30.0.0/16")).via([10, 20, 5, 1])).single_node();
    CniConfig::new("data", Ipvlan::new("ens6").mode(IpvlanMode::L2).mtu(1500), addresses)
        .then(Tuning::new().sysctl("net.ipv4.conf.IFNAME.arp_announce", "2"))
        .then(SourceRouting::new())
}

/// Shares an interface, with MAC addresses of pods' own and a share of the subnet for each of two nodes. Pods may ask for
/// addresses of either kind.
fn bulk() -> CniConfig {
    let share = AddressRange::new(cidr!("10.20.6.0/24")).split(2).into_iter().take(1);
    CniConfig::new(
        "bulk",
        Macvlan::new("ens7").mode(MacvlanMode::Bridge),
        HostLocal::any_of(share).single_node(),
    )
    .requested_ips()
    .requested_mac()
}

/// A bridge, which is a node's own: each node may hand out the same addresses.
fn local() -> CniConfig {
    let addresses = HostLocal::new(AddressRange::new(cidr!("192.168.7.0/24")).gateway([192, 168, 7, 1]));
    CniConfig::new("local", Bridge::new("local0").gateway().hairpin(), addresses)
}

/// A whole interface of the node, for the one pod that asks for an address of its subnet.
fn card() -> CniConfig {
    CniConfig::new("card", HostDevice::named("ens8"), StaticAddresses::requested([cidr!("10.20.7.0/24")]))
}

/// A VLAN of an interface.
fn tagged() -> CniConfig {
    CniConfig::new("tagged", Vlan::new("ens7", 8), StaticAddresses::requested([cidr!("10.20.8.0/24")]))
}

/// Addresses of both families, which pods name.
fn doors(vpc: &Vpc) -> CniConfig {
    let addresses = StaticAddresses::requested(vpc.subnets().iter().flat_map(Subnet::blocks));
    CniConfig::new("doors", Ipvlan::new("ens10"), addresses)
}

/// The nodes agree on addresses, for pods on any of them, by the plugin above.
fn shared() -> CniConfig {
    let addresses = Whereabouts::new(AddressRange::new(cidr!("10.20.5.0/24")).start([10, 20, 5, 100]));
    CniConfig::new("shared", Ipvlan::new("ens6").mode(IpvlanMode::L3), addresses)
}

/// A server of the network hands out addresses, for which a daemon of the plugin has to run on each node.
fn leased() -> CniConfig {
    CniConfig::new("leased", Macvlan::new("ens9"), Dhcp::new()).version(CniVersion::V0_4_0)
}

/// A pod of the node that has the interfaces.
fn pod(name: &str) -> Node {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": { "name": name, "labels": { "app": name } },
        "spec": { "nodeSelector": { "example.com/networks": "first" }, "containers": [container()] },
    })
}

/// How each pod of a set is, without how many there are.
fn stateful_set(name: &str) -> Node {
    json!({
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": { "name": name },
        "spec": {
            "serviceName": name,
            "selector": { "matchLabels": { "app": name } },
            "template": { "metadata": { "labels": { "app": name } }, "spec": { "containers": [container()] } },
        },
    })
}

fn container() -> Node {
    json!({
        "name": "main",
        "image": "public.ecr.aws/docker/library/busybox:1.37",
        "command": ["sleep", "infinity"],
        "resources": { "limits": { "memory": "16Mi" } },
    })
}
