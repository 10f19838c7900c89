//! Networks of every kind for pods: prints the configuration of each as the plugins read it, one a line.
//!
//! `cargo run -p stackwright-constructs --example cni_configs`; `tests/real/run cni` gives the lines to the real plugins.
#![expect(clippy::print_stdout, reason = "this program is here to print")]

use std::process::ExitCode;

use stackwright_constructs::cidr;
use stackwright_constructs::multus::{
    AddressRange, Bridge, CniConfig, HostDevice, HostLocal, Ipvlan, IpvlanMode, Macvlan, Route,
    SourceRouting, StaticAddresses, Tuning, Vlan,
};

fn main() -> ExitCode {
    let configs = [all_of_a_subnet(), share_of_a_node(), exclusions(), two_addresses()];
    let configs = configs.into_iter().chain([ipvlan(), macvlan(), bridge(), host_device(), vlan()]);
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
