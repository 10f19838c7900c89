//! Each rule of a configuration, and the text that plugins get.

use stackwright_constructs::cidr;
use stackwright_constructs::multus::{
    AddressRange, Bridge, CniConfig, Dhcp, HostDevice, HostLocal, Interface, Ipam, Ipvlan, IpvlanMode,
    Macvlan, MacvlanMode, Network, Route, SourceRouting, StaticAddresses, Tuning, Vlan, Whereabouts,
};

use crate::codes;

fn range() -> AddressRange {
    AddressRange::new(cidr!("10.10.5.0/24"))
}

fn whereabouts() -> Whereabouts {
    Whereabouts::new(range())
}

/// The findings about an interface that is otherwise in order.
#[track_caller]
fn interface(interface: impl Into<Interface>, expected: &[&str]) {
    let config = CniConfig::new("net", interface, whereabouts());
    assert_eq!(codes(&config.check()), expected, "{}", config.to_json());
}

/// The findings about addresses on an interface that is in order.
#[track_caller]
fn ipam(ipam: impl Into<Ipam>, expected: &[&str]) {
    let config = CniConfig::new("net", Ipvlan::new("ens6"), ipam);
    assert_eq!(codes(&config.check()), expected, "{}", config.to_json());
}

#[test]
fn interfaces_are_checked() {
    interface(Ipvlan::new("ens6").mode(IpvlanMode::L3s).mtu(9001), &[]);
    interface(Ipvlan::new(""), &["invalid-interface-name"]);
    interface(Macvlan::new("a-name-of-16-byt").mode(MacvlanMode::Passthru), &["invalid-interface-name"]);
    interface(Macvlan::new("eth 1").mtu(67), &["invalid-interface-name", "invalid-mtu"]);
    interface(Ipvlan::new("eth1").mtu(9002), &["invalid-mtu"]);
    interface(Vlan::new("eth1", 4094).mtu(68), &[]);
    interface(Vlan::new("eth1:1", 0), &["invalid-interface-name", "invalid-vlan"]);
    interface(
        Bridge::new("..").vlan(4095).mtu(1),
        &["invalid-interface-name", "invalid-vlan", "invalid-mtu"],
    );
    interface(HostDevice::named("a/b"), &["invalid-interface-name"]);
    interface(HostDevice::mac("02:42:0a:0a:05:04"), &[]);
    interface(HostDevice::mac("01:42:0a:0a:05:04"), &["invalid-mac"]);
    interface(HostDevice::pci_bus_id("0000:00:06.0"), &[]);
    interface(HostDevice::kernel_path("/sys/devices/pci0000:00/0000:00:06.0"), &[]);
}

#[test]
fn addresses_are_checked() {
    ipam(whereabouts(), &[]);
    ipam(HostLocal::new(range()).single_node(), &[]);
    ipam(HostLocal::new(range()), &["host-local-on-many-nodes"]);
    ipam(HostLocal::any_of([]).single_node(), &["no-address-range"]);
    ipam(HostLocal::new(range()).and_any_of([]).single_node(), &["no-address-range"]);
    ipam(
        HostLocal::any_of([range(), range().end([10, 10, 5, 9])]).single_node(),
        &["address-ranges-overlap"],
    );
    ipam(HostLocal::any_of(range().split(3)).single_node(), &[]);
    ipam(HostLocal::new(range().start([10, 10, 5, 2])).single_node(), &["reserved-address"]);
    ipam(HostLocal::new(range()).data_dir("cni").single_node(), &["relative-data-dir"]);
    ipam(Whereabouts::new(range().exclude(cidr!("10.10.5.0/24"))), &["address-range-empty"]);
    ipam(StaticAddresses::requested([cidr!("10.10.5.0/24")]), &[]);
    let fixed = |last: u8| StaticAddresses::default().address([10, 10, 5, last], cidr!("10.10.5.0/24"));
    ipam(fixed(4).gateway([10, 10, 5, 1]), &["static-address-shared"]);
    ipam(fixed(3), &["reserved-address", "static-address-shared"]);
    ipam(fixed(4).gateway([10, 10, 6, 1]), &["gateway-outside-subnet", "static-address-shared"]);
    let astray = StaticAddresses::default().address([10, 10, 6, 4], cidr!("10.10.5.0/24"));
    ipam(astray, &["address-outside-subnet", "static-address-shared"]);
}

#[test]
fn routes_are_checked() {
    let to = |route: Route| whereabouts().route(route);
    ipam(to(Route::to(cidr!("10.20.0.0/16"))), &[]);
    ipam(to(Route::to(cidr!("10.20.0.0/16")).via([10, 10, 5, 1])), &[]);
    ipam(to(Route::to(cidr!("10.20.0.0/16")).via([10, 10, 6, 1])), &["route-gateway-unreachable"]);
    ipam(to(Route::to(cidr!("0.0.0.0/0"))), &["default-route-in-network"]);
    let twice = to(Route::to(cidr!("10.20.0.0/16"))).route(Route::to(cidr!("10.20.0.0/16")));
    ipam(twice, &["route-twice"]);
}

#[test]
fn a_bridge_is_a_nodes_own_network() {
    let addresses = HostLocal::new(range().start([10, 10, 5, 2]).gateway([10, 10, 5, 1]));
    let bridge = Bridge::new("br0").gateway().masquerade().hairpin();
    assert!(CniConfig::new("net", bridge, addresses).check().is_empty());
}

#[test]
fn what_does_not_go_together_is_told() {
    let check = |config: CniConfig, expected: &[&str]| {
        assert_eq!(codes(&config.check()), expected, "{}", config.to_json());
    };
    check(CniConfig::without_addresses("net", Macvlan::new("eth1")), &[]);
    check(CniConfig::without_addresses("net", Ipvlan::new("eth1")), &["no-addresses"]);
    check(CniConfig::new("net", Ipvlan::new("eth1"), Dhcp::new()), &["dhcp-on-ipvlan"]);
    let l3 = Ipvlan::new("eth1").mode(IpvlanMode::L3);
    check(CniConfig::new("net", l3, Dhcp::new()), &["dhcp-without-broadcast"]);
    check(CniConfig::new("net", Macvlan::new("eth1"), Dhcp::new()), &[]);
    let requested = CniConfig::new("net", Ipvlan::new("eth1"), whereabouts()).requested_ips();
    check(requested, &["requested-ips-unsupported"]);
    let mac = CniConfig::new("net", Ipvlan::new("eth1"), whereabouts()).requested_mac();
    check(mac, &["requested-mac-unsupported"]);
    check(CniConfig::new("net", Macvlan::new("eth1"), whereabouts()).requested_mac(), &[]);
    let none =
        r#"{"cniVersion":"0.3.1","name":"net","type":"macvlan","master":"eth1","ipam":{"type":"static"}}"#;
    check(CniConfig::parse(none).unwrap(), &["no-static-address"]);
    let two = r#"{"cniVersion":"0.3.1","name":"net","type":"host-device","device":"eth1","hwaddr":"02:00:00:00:00:01"}"#;
    check(CniConfig::parse(two).unwrap(), &["host-device-identity"]);
    let tuning = Tuning::new().sysctl("kernel.panic", "1").sysctl("net.core.somaxconn", "9").mac("x").mtu(1);
    let chain = CniConfig::new("net", Ipvlan::new("eth1"), whereabouts()).then(tuning);
    check(chain, &["sysctl-not-of-network", "invalid-mac", "invalid-mtu"]);
}

#[test]
fn names_are_checked() {
    let config = |name: &str| CniConfig::new(name, Ipvlan::new("eth1"), whereabouts());
    assert!(config("Net_1.a-b").check().is_empty());
    assert_eq!(codes(&config("-net").check()), ["invalid-network-name"]);
    assert_eq!(codes(&config("").check()), ["invalid-network-name"]);
    assert_eq!(codes(&Network::new(config("Net_1")).check()), ["invalid-name"]);
    assert!(Network::new(config("Net_1")).named("net-1").namespace("apps").check().is_empty());
    assert_eq!(codes(&Network::new(config("net")).namespace("a.b").check()), ["invalid-namespace"]);
}

#[test]
fn a_finding_names_the_value_what_is_allowed_and_a_way_out() {
    let config = CniConfig::new("net", Ipvlan::new("ens6"), Whereabouts::new(range().start([10, 10, 5, 2])));
    assert_eq!(
        config.check()[0].to_string(),
        "error[reserved-address]: pods would get 10.10.5.2, 10.10.5.3, which AWS keeps: the first four and the last of \
         each subnet\nhint: let the range be within 10.10.5.4 to 10.10.5.254"
    );
}

#[test]
fn plugins_get_short_text_in_a_fixed_order() {
    let addresses =
        HostLocal::new(range().start([10, 10, 5, 10]).end([10, 10, 5, 20]).exclude(cidr!("10.10.5.12/30")))
            .and_any_of([AddressRange::new(cidr!("10.10.6.0/24")).gateway([10, 10, 6, 1])])
            .route(Route::to(cidr!("10.20.0.0/16")).via([10, 10, 5, 1]))
            .data_dir("/run/net");
    let config = CniConfig::new("net", Macvlan::new("ens6").mtu(9001), addresses)
        .requested_ips()
        .requested_mac()
        .then(
            Tuning::new()
                .promiscuous(true)
                .all_multicast(false)
                .sysctl("net.ipv4.conf.IFNAME.arp_filter", "1"),
        )
        .then(SourceRouting::new());
    assert_eq!(
        config.to_json(),
        concat!(
            r#"{"cniVersion":"1.0.0","name":"net","plugins":["#,
            r#"{"type":"macvlan","master":"ens6","mode":"bridge","mtu":9001,"#,
            r#""capabilities":{"ips":true,"mac":true},"#,
            r#""ipam":{"type":"host-local","ranges":[["#,
            r#"{"subnet":"10.10.5.0/24","rangeStart":"10.10.5.10","rangeEnd":"10.10.5.11"},"#,
            r#"{"subnet":"10.10.5.0/24","rangeStart":"10.10.5.16","rangeEnd":"10.10.5.20"}],"#,
            r#"[{"subnet":"10.10.6.0/24","rangeStart":"10.10.6.4","rangeEnd":"10.10.6.254","gateway":"10.10.6.1"}]],"#,
            r#""routes":[{"dst":"10.20.0.0/16","gw":"10.10.5.1"}],"dataDir":"/run/net"}},"#,
            r#"{"type":"tuning","sysctl":{"net.ipv4.conf.IFNAME.arp_filter":"1"},"promisc":true,"allmulti":false},"#,
            r#"{"type":"sbr"}]}"#,
        )
    );
}
