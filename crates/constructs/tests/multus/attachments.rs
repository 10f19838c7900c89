//! What pods say, and what of it is refused.

use stackwright_constructs::cidr;
use stackwright_constructs::multus::{
    AddressRange, Attachment, Attachments, Bridge, CniConfig, HostLocal, Ipvlan, Macvlan, Network,
    StaticAddresses, Whereabouts,
};

use crate::codes;

fn range() -> AddressRange {
    AddressRange::new(cidr!("10.10.5.0/24")).end([10, 10, 5, 99])
}

/// Chooses addresses itself.
fn data() -> Network {
    Network::new(CniConfig::new("data", Ipvlan::new("ens6"), Whereabouts::new(range())))
}

/// Lets pods ask for anything.
fn open() -> Network {
    let config = CniConfig::new("open", Macvlan::new("ens6"), HostLocal::new(range()).single_node());
    Network::new(config.requested_ips().requested_mac()).namespace("nets")
}

/// Has no address but those asked for.
fn fixed() -> Network {
    Network::new(CniConfig::new(
        "fixed",
        Ipvlan::new("ens6"),
        StaticAddresses::requested([cidr!("10.10.5.0/24")]),
    ))
}

fn pod(attachments: impl IntoIterator<Item = Attachment>) -> Attachments {
    Attachments::new(attachments)
}

#[test]
fn the_annotation_is_as_short_as_can_be() {
    let text = |attachments: Vec<Attachment>| pod(attachments).annotation();
    assert_eq!(text(vec![]), "");
    assert_eq!(text(vec![Attachment::existing(&data())]), "data");
    assert_eq!(
        text(vec![Attachment::existing(&data()), Attachment::existing(&open()).interface("fast")]),
        "data, nets/open@fast"
    );
    let asking = Attachment::existing(&open())
        .interface("fast")
        .ip([10, 10, 5, 7])
        .mac("02:00:00:00:00:01")
        .default_route([10, 10, 5, 1]);
    assert_eq!(
        text(vec![Attachment::existing(&data()), asking]),
        concat!(
            r#"[{"name":"data"},{"name":"open","namespace":"nets","interface":"fast","ips":["10.10.5.7/24"],"#,
            r#""mac":"02:00:00:00:00:01","default-route":["10.10.5.1"]}]"#,
        )
    );
}

#[track_caller]
fn refused(attachments: impl IntoIterator<Item = Attachment>, expected: &[&str]) {
    let findings = pod(attachments).check();
    assert_eq!(codes(&findings), expected, "{findings:?}");
}

#[test]
fn interfaces_have_names_of_their_own() {
    let named = |name: &str| Attachment::existing(&data()).interface(name);
    refused([named("net1"), Attachment::existing(&data())], &[]);
    refused([named("net2"), Attachment::existing(&data())], &["interface-taken"]);
    refused([named("eth0")], &["interface-taken"]);
    refused([named("a-name-of-16-byt")], &["invalid-interface-name"]);
}

#[test]
fn addresses_are_those_of_the_network() {
    let ip = |network: &Network, last: u8| Attachment::existing(network).ip([10, 10, 5, last]);
    refused([ip(&open(), 4)], &[]);
    refused([ip(&open(), 100)], &["ip-outside-network"]);
    refused([ip(&data(), 4)], &["ips-not-requestable"]);
    refused([ip(&fixed(), 254)], &[]);
    refused([ip(&fixed(), 3)], &["reserved-address"]);
    refused([Attachment::existing(&fixed()).ip([10, 10, 6, 4])], &["ip-outside-network"]);
    refused([Attachment::existing(&fixed())], &["ip-missing"]);
    refused([ip(&fixed(), 9), ip(&fixed(), 9)], &["ip-twice"]);
}

#[test]
fn mac_addresses_are_asked_for_where_there_are_any() {
    let mac = |network: &Network, mac: &str| Attachment::existing(network).mac(mac);
    refused([mac(&open(), "02:00:00:00:00:01")], &[]);
    refused([mac(&data(), "02:00:00:00:00:01")], &["mac-not-requestable"]);
    for wrong in
        ["02:00:00:00:00", "03:00:00:00:00:01", "00:00:00:00:00:00", "0g:00:00:00:00:01", "2:0:0:0:0:1"]
    {
        refused([mac(&open(), wrong)], &["invalid-mac"]);
    }
}

#[test]
fn one_default_route_by_way_of_the_network() {
    let route = |last: u8| Attachment::existing(&data()).default_route([10, 10, last, 1]);
    refused([route(5)], &[]);
    refused([route(6)], &["default-route-unreachable"]);
    refused([route(5), route(5)], &["default-route-twice"]);
}

#[test]
fn a_bridge_may_give_any_address_but_its_ends() {
    let own = StaticAddresses::requested([cidr!("192.168.0.0/24")]);
    let bridge = Network::new(CniConfig::new("own", Bridge::new("br0"), own));
    refused([Attachment::existing(&bridge).ip([192, 168, 0, 2])], &[]);
    refused([Attachment::existing(&bridge).ip([192, 168, 0, 255])], &["reserved-address"]);
}
