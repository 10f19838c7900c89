//! Networks with addresses of IPv6, alone and beside those of IPv4.

use std::net::Ipv6Addr;

use stackwright_constructs::ec2::{Cidr, IpBlock, Ipv6Cidr};
use stackwright_constructs::multus::{
    AddressRange, Attachment, Attachments, Bridge, CniConfig, EniPrefix, HostLocal, Ipam, Ipvlan, Network,
    Route, StaticAddresses, Whereabouts,
};
use stackwright_constructs::{cidr, ipv6_cidr};
use stackwright_core::Diagnostic;

const IPV4: Cidr = cidr!("10.10.5.0/24");
const IPV6: Ipv6Cidr = ipv6_cidr!("2001:db8:0:5::/64");

/// The codes of findings.
fn codes(findings: Vec<Diagnostic>) -> String {
    findings.iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>().join(" ")
}

fn address(last: u16) -> Ipv6Addr {
    Ipv6Addr::from([0x2001, 0xdb8, 0, 5, 0, 0, 0, last])
}

fn both() -> (AddressRange, AddressRange) {
    (AddressRange::new(IPV4), AddressRange::new(IPV6).start(address(0x10)).end(address(0x1f)))
}

fn host_local() -> HostLocal {
    let (ipv4, ipv6) = both();
    HostLocal::new(ipv4).and_any_of([ipv6]).single_node()
}

fn config(ipam: impl Into<Ipam>) -> CniConfig {
    CniConfig::new("both", Ipvlan::new("ens6"), ipam)
}

#[test]
fn a_pod_gets_an_address_of_each_family() {
    let (ipv4, ipv6) = both();
    let router = Ipv6Addr::from([0xfe80, 0xec2, 0, 0, 0, 0, 0, 1]);
    let whereabouts =
        Whereabouts::new(ipv4).and(ipv6).route(Route::to(ipv6_cidr!("2001:db8::/48")).via(router));
    let fixed = StaticAddresses::default().address([10, 10, 5, 9], IPV4).address(address(9), IPV6);
    for (ipam, expected) in [
        (
            config(host_local()),
            concat!(
                r#""ranges":[[{"subnet":"10.10.5.0/24","rangeStart":"10.10.5.4","rangeEnd":"10.10.5.254"}],"#,
                r#"[{"subnet":"2001:db8:0:5::/64","rangeStart":"2001:db8:0:5::10","rangeEnd":"2001:db8:0:5::1f"}]]"#,
            ),
        ),
        (
            config(whereabouts),
            concat!(
                r#""range":"10.10.5.0/24","range_start":"10.10.5.4","range_end":"10.10.5.254","#,
                r#""ipRanges":[{"range":"2001:db8:0:5::/64","range_start":"2001:db8:0:5::10","#,
                r#""range_end":"2001:db8:0:5::1f"}],"routes":[{"dst":"2001:db8::/48","gw":"fe80:ec2::1"}]"#,
            ),
        ),
        (config(fixed), r#""addresses":[{"address":"10.10.5.9/24"},{"address":"2001:db8:0:5::9/64"}]"#),
    ] {
        let text = ipam.to_json();
        assert!(text.contains(expected), "{text}");
        assert_eq!(CniConfig::parse(&text).unwrap().to_json(), text);
        assert!(ipam.check().iter().all(|finding| !finding.is_error()), "{:?}", ipam.check());
    }
}

#[test]
fn ranges_of_whereabouts_are_read_from_either_key() {
    let read = |ipam: &str| {
        let text = format!(
            r#"{{"cniVersion":"1.0.0","name":"a","type":"ipvlan","master":"e","ipam":{{"type":"whereabouts",{ipam}}}}}"#
        );
        CniConfig::parse(&text).map(|config| config.to_json()).map_err(|error| error.to_string())
    };
    let listed = r#""ipRanges":[{"range":"10.10.5.0/24"},{"range":"2001:db8:0:5::/64"}]"#;
    let apart = r#""range":"10.10.5.0/24","ipRanges":[{"range":"2001:db8:0:5::/64"}]"#;
    assert_eq!(read(listed), read(apart));
    assert!(read(listed).unwrap().contains(r#""range_end":"2001:db8:0:5:ffff:ffff:ffff:fffe""#));
    assert!(read(r#""routes":[]"#).unwrap_err().contains("neither `range` nor `ipRanges`"));
}

#[test]
fn what_does_not_go_together_is_told() {
    let (ipv4, ipv6) = both();
    let mixed = HostLocal::any_of([ipv4.clone(), ipv6.clone()]).single_node();
    assert_eq!(codes(config(mixed).check()), "address-families-mixed");
    let routed = |route: Route| codes(config(host_local().route(route)).check());
    assert_eq!(routed(Route::to(cidr!("10.20.0.0/16")).via([10, 10, 5, 1])), "");
    assert_eq!(routed(Route::to(ipv6_cidr!("fd00::/8")).via([10, 10, 5, 1])), "route-of-other-family");
    assert_eq!(routed(Route::to(ipv6_cidr!("fd00::/8")).via([0xfd00; 8])), "route-gateway-unreachable");
    let only_ipv4 = HostLocal::new(ipv4.clone()).single_node().route(Route::to(ipv6_cidr!("fd00::/8")));
    assert_eq!(codes(config(only_ipv4).check()), "route-of-other-family");
    let to_ipv6 = || Route::to(ipv6_cidr!("fd00::/8"));
    assert_eq!(codes(config(EniPrefix::new(1).route(to_ipv6())).check()), "route-of-other-family");
    assert_eq!(codes(config(EniPrefix::new(1).and_ipv6().route(to_ipv6())).check()), "");
    let to_ipv4 = EniPrefix::ipv6().route(to_ipv6()).route(Route::to(cidr!("10.20.0.0/16")));
    assert_eq!(codes(config(to_ipv4).check()), "route-of-other-family");
    let gateway = Whereabouts::new(ipv4.gateway([10, 10, 5, 1])).and(ipv6.clone());
    assert_eq!(codes(config(gateway).check()), "gateway-of-several-ranges");
    let twice = Whereabouts::new(ipv6.clone()).and(ipv6.clone());
    assert_eq!(codes(config(twice).check()), "address-ranges-overlap");
    let small = |mtu| {
        let bridge = Bridge::new("br0").mtu(mtu);
        codes(CniConfig::new("small", bridge, HostLocal::new(ipv6.clone())).check())
    };
    assert_eq!(small(1279), "mtu-below-ipv6");
    let small_prefix = CniConfig::new("small", Ipvlan::new("small").mtu(1279), EniPrefix::ipv6());
    assert_eq!(codes(small_prefix.check()), "mtu-below-ipv6");
    assert_eq!(small(1280), "");
    assert_eq!(small(67), "invalid-mtu");
}

#[test]
fn pods_ask_for_addresses_of_either_family() {
    let open = Network::new(CniConfig::new(
        "open",
        Ipvlan::new("ens6"),
        StaticAddresses::requested([IpBlock::from(IPV4), IPV6.into()]),
    ));
    let asking = || Attachment::existing(&open).ip([10, 10, 5, 9]).ip(address(9));
    let routed = Attachments::new([asking().default_route([10, 10, 5, 1]).default_route(address(1))]);
    assert!(routed.check().is_empty(), "{:?}", routed.check());
    assert_eq!(
        routed.annotation(),
        concat!(
            r#"[{"name":"open","ips":["10.10.5.9/24","2001:db8:0:5::9/64"],"#,
            r#""default-route":["10.10.5.1","2001:db8:0:5::1"]}]"#,
        )
    );
    let refused = |attachment: Attachment| codes(Attachments::new([attachment]).check());
    assert_eq!(refused(asking().ip(address(3))), "reserved-address");
    assert_eq!(refused(asking().ip([0xfd00; 8])), "ip-outside-network");
    assert_eq!(refused(asking().default_route([0xfd00; 8])), "default-route-unreachable");
    let twice = asking().default_route(address(1)).default_route(address(2));
    assert_eq!(refused(twice), "default-route-twice");
}
