//! Existing configurations read into the model.

use stackwright_constructs::cidr;
use stackwright_constructs::multus::{
    AddressRange, Bridge, CniConfig, CniVersion, Dhcp, HostDevice, HostLocal, Ipvlan, IpvlanMode, Macvlan,
    SourceRouting, StaticAddresses, Tuning, Vlan, Whereabouts,
};

use crate::codes;

/// The network of the walkthrough that the reference application brings to today's AWS.
const WALKTHROUGH: &str = r#"{
    "cniVersion": "0.3.0",
    "name": "ipvlan-conf-1",
    "type": "ipvlan",
    "master": "eth1",
    "mode": "l3",
    "ipam": {
        "type": "host-local",
        "subnet": "10.10.5.0/24",
        "rangeStart": "10.10.5.2",
        "rangeEnd": "10.10.5.200",
        "gateway": "10.10.5.1"
    }
}"#;

#[test]
fn the_walkthroughs_network_is_read_and_its_flaws_are_told() {
    let config = CniConfig::parse(WALKTHROUGH).unwrap();
    let range = AddressRange::new(cidr!("10.10.5.0/24")).start([10, 10, 5, 2]).end([10, 10, 5, 200]);
    let expected = CniConfig::new(
        "ipvlan-conf-1",
        Ipvlan::new("eth1").mode(IpvlanMode::L3),
        HostLocal::new(range.gateway([10, 10, 5, 1])),
    );
    assert_eq!(config, expected.version(CniVersion::V0_3_0));
    let findings = config.check();
    assert_eq!(codes(&findings), ["reserved-address", "host-local-on-many-nodes"]);
    assert!(findings.iter().all(|finding| finding.is_error()));
}

#[test]
fn what_is_written_is_read_as_the_same() {
    let range = || AddressRange::new(cidr!("10.10.5.0/24")).gateway([10, 10, 5, 1]);
    let subnet = cidr!("10.10.5.0/24");
    let fixed = StaticAddresses::default().address([10, 10, 5, 9], subnet).gateway([10, 10, 5, 1]);
    for config in [
        CniConfig::new("a", Ipvlan::new("ens6").mode(IpvlanMode::L3s), HostLocal::new(range())),
        CniConfig::new(
            "b",
            Macvlan::new("ens6").mtu(1500),
            Whereabouts::new(range().exclude(cidr!("10.10.5.16/28"))),
        ),
        CniConfig::new("c", HostDevice::pci_bus_id("0000:00:06.0"), fixed).version(CniVersion::V0_3_1),
        CniConfig::new(
            "d",
            Bridge::new("br0").default_gateway().vlan(7),
            HostLocal::any_of(range().split(3)),
        ),
        CniConfig::new("e", Vlan::new("ens6", 7), Dhcp::new()).version(CniVersion::V0_4_0),
        CniConfig::without_addresses("f", Macvlan::new("ens6")).requested_mac(),
        CniConfig::new("g", Ipvlan::new("ens6"), Whereabouts::new(range()))
            .then(Tuning::new().mac("02:00:00:00:00:01").mtu(1400))
            .then(SourceRouting::new()),
    ] {
        assert_eq!(CniConfig::parse(&config.to_json()).unwrap(), config, "{}", config.to_json());
    }
    let excluded =
        CniConfig::new("h", Ipvlan::new("ens6"), HostLocal::new(range().exclude(cidr!("10.10.5.16/28"))));
    assert_eq!(CniConfig::parse(&excluded.to_json()).unwrap().to_json(), excluded.to_json());
}

#[test]
fn ends_that_are_left_out_are_those_the_plugins_take() {
    for ipam in [
        r#"{"type":"host-local","ranges":[[{"subnet":"10.10.5.0/24"}]]}"#,
        r#"{"type":"whereabouts","range":"10.10.5.0/24"}"#,
    ] {
        let text =
            format!(r#"{{"cniVersion":"1.0.0","name":"a","type":"ipvlan","master":"ens6","ipam":{ipam}}}"#);
        let findings = CniConfig::parse(&text).unwrap().check();
        assert_eq!(findings[0].value.as_deref(), Some("10.10.5.1, 10.10.5.2, 10.10.5.3"), "{ipam}");
    }
}

#[test]
fn what_the_model_does_not_have_is_refused_by_name() {
    let refused = |text: &str, reason: &str| {
        let error = CniConfig::parse(text).unwrap_err().to_string();
        assert!(error.contains(reason), "{text}: {error}");
    };
    refused("{", "EOF");
    refused("[]", "expected a map");
    let one = |rest: &str| format!(r#"{{"cniVersion":"1.0.0","name":"a",{rest}}}"#);
    refused(
        r#"{"cniVersion":"1.1.0","name":"a","type":"vlan","master":"e","vlanId":1}"#,
        "unknown variant `1.1.0`",
    );
    refused(r#"{"cniVersion":"1.0.0","type":"vlan","master":"e","vlanId":1}"#, "missing field `name`");
    refused(&one(r#""type":"sriov""#), "unknown variant `sriov`");
    refused(&one(r#""type":"ipvlan""#), "missing field `master`");
    refused(&one(r#""type":"ipvlan","master":"e","mode":"l4""#), "unknown variant `l4`");
    refused(&one(r#""type":"ipvlan","master":"e","modus":"l3""#), "unknown field `modus`");
    refused(
        &one(r#""type":"macvlan","master":"e","ipam":{"type":"calico-ipam"}"#),
        "unknown variant `calico-ipam`",
    );
    let ipam = |ipam: &str| one(&format!(r#""type":"macvlan","master":"e","ipam":{ipam}"#));
    refused(&ipam(r#"{"type":"host-local","subnet":"10.10.5.1/24"}"#), "not the first one of its block");
    refused(&ipam(r#"{"type":"host-local","rangeStart":"10.10.5.4"}"#), "without a `subnet`");
    refused(&ipam(r#"{"type":"static","addresses":[{"address":"10.10.5.4"}]}"#), "with a prefix length");
    refused(&one(r#""plugins":[]"#), "`plugins` is empty");
    refused(&one(r#""plugins":[{"type":"sbr"}]"#), "unknown variant `sbr`");
    refused(
        &one(r#""plugins":[{"type":"vlan","master":"e","vlanId":1},{"type":"portmap"}]"#),
        "unknown variant `portmap`",
    );
}
