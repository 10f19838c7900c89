//! Networks of every kind for pods: prints the configuration of each as the plugins read it, one a line.
//!
//! `cargo run -p stackwright-constructs --example cni_configs`; `tests/real/run cni` gives the lines to the real plugins.
#![expect(clippy::print_stdout, reason = "this program is here to print")]

use std::process::ExitCode;

use stackwright_constructs::multus::{
    AddressRange, Bridge, CniConfig, HostDevice, HostLocal, Ipvlan, IpvlanMode, Macvlan, Route,
    SourceRouting, StaticAddresses, Tuning, Vlan,
};
use stackwright_constructs::{cidr, ipv6_cidr};

fn main() -> ExitCode {
    let configs = [all_of_a_subnet(), share_of_a_node(), exclusions(), two_addresses(), two_families()];
    let configs = configs.into_iter().chain([ipvlan(), macvlan(), bridge(), host_device(), vlan()]);
    let configs = configs.chain([dual_stack(0), dual_stack(1)]);
    let mut has_errors = false;
    for config in configs {
        for finding in config.check() {
            println!("{finding}");
            has_errors = true;
        }
        println!("{}", config.to_json());
    }
    if has_errors { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// Every address that AWS leaves of the smallest subnet there is.
fn all_of_a_subnet() -> CniConfig {
    let addresses = HostLocal::new(AddressRange::new(cidr!("10.10.5.0/28"))).single_node();
    CniConfig::new("all-of-a-subnet", Ipvlan::new("eth1"), addresses)
}

/// What the second of three nodes hands out.
fn share_of_a_node() -> CniConfig {
    let mut shares = AddressRange::new(cidr!("10.10.5.0/28")).split(3);
    let addresses = HostLocal::new(shares.swap_remove(1)).single_node();
    CniConfig::new("share-of-a-node", Ipvlan::new("eth1"), addresses)
}

/// A range with a block and a single address left out, and routes.
fn exclusions() -> CniConfig {
    let range = AddressRange::new(cidr!("10.10.5.0/24"))
        .start([10, 10, 5, 10])
        .end([10, 10, 5, 18])
        .exclude(cidr!("10.10.5.12/30"))
        .exclude(cidr!("10.10.5.18/32"));
    let addresses = HostLocal::new(range)
        .single_node()
        .route(Route::to(cidr!("10.20.0.0/16")).via([10, 10, 5, 1]))
        .route(Route::to(cidr!("10.30.0.0/16")));
    CniConfig::new("exclusions", Ipvlan::new("eth1"), addresses)
}

/// An address of each of two subnets.
fn two_addresses() -> CniConfig {
    let last = |subnet| AddressRange::new(subnet).split(11).pop().into_iter();
    let addresses = HostLocal::any_of(last(cidr!("10.10.5.0/28"))).and_any_of(last(cidr!("10.10.6.0/28")));
    CniConfig::new("two-addresses", Ipvlan::new("eth1"), addresses.single_node())
}

/// An address of either family, with a route for each.
fn two_families() -> CniConfig {
    let range = AddressRange::new(ipv6_cidr!("2001:db8:0:5::/64"))
        .start([0x2001, 0xdb8, 0, 5, 0, 0, 0, 0xfffe])
        .end([0x2001, 0xdb8, 0, 5, 0, 0, 1, 1])
        .exclude(ipv6_cidr!("2001:db8:0:5::1:0/128"));
    let addresses = HostLocal::new(AddressRange::new(cidr!("10.10.5.0/29")))
        .and_any_of([range])
        .single_node()
        .route(Route::to(cidr!("10.20.0.0/16")).via([10, 10, 5, 1]))
        .route(Route::to(ipv6_cidr!("fd00::/8")).via([0xfe80, 0xec2, 0, 0, 0, 0, 0, 1]));
    CniConfig::new("two-families", Ipvlan::new("eth1"), addresses)
}

/// Pods of one of two nodes with addresses of either family, from the node's share of each subnet.
fn dual_stack(node: usize) -> CniConfig {
    let shares = [
        AddressRange::new(cidr!("10.10.5.0/24")).split(2),
        AddressRange::new(ipv6_cidr!("2001:db8:0:5::/64")).split(2),
    ];
    let [ipv4, ipv6] = shares.map(|shares| shares.into_iter().skip(node).take(1));
    let addresses = HostLocal::any_of(ipv4).and_any_of(ipv6).single_node();
    CniConfig::new(format!("dual-stack-{}", node + 1), Ipvlan::new("eth1"), addresses)
        .then(SourceRouting::new())
}

/// An ipvlan with everything behind it.
fn ipvlan() -> CniConfig {
    let addresses = HostLocal::new(AddressRange::new(cidr!("10.10.5.0/24"))).single_node();
    CniConfig::new("ipvlan", Ipvlan::new("eth1").mode(IpvlanMode::L2).mtu(1400), addresses)
        .then(Tuning::new().sysctl("net.ipv4.conf.IFNAME.arp_announce", "2"))
        .then(SourceRouting::new())
}

/// Pods that ask for addresses, of the network and of the hardware.
fn macvlan() -> CniConfig {
    let addresses = HostLocal::new(AddressRange::new(cidr!("10.10.5.0/24"))).single_node();
    CniConfig::new("macvlan", Macvlan::new("eth1"), addresses).requested_ips().requested_mac()
}

/// A network of the node alone.
fn bridge() -> CniConfig {
    let addresses = HostLocal::new(AddressRange::new(cidr!("192.168.7.0/24")));
    CniConfig::new("bridge", Bridge::new("br0").gateway().hairpin().mtu(1400), addresses)
}

/// A whole interface of the node.
fn host_device() -> CniConfig {
    CniConfig::new(
        "host-device",
        HostDevice::named("eth2"),
        StaticAddresses::requested([cidr!("10.10.5.0/24")]),
    )
}

/// One VLAN of an interface.
fn vlan() -> CniConfig {
    CniConfig::new("vlan", Vlan::new("eth1", 7), StaticAddresses::requested([cidr!("10.10.7.0/24")]))
}
