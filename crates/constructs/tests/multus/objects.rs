//! The objects that a cluster gets.

use insta::assert_snapshot;
use stackwright_constructs::cidr;
use stackwright_constructs::multus::{
    AddressRange, CniConfig, Installation, Ipvlan, MultusVersion, Network, Whereabouts,
};
use stackwright_k8s::{check, to_yaml};

use crate::codes;

#[test]
fn multus_is_six_objects() {
    let objects = Installation::in_region("eu-west-1").objects();
    let problems: Vec<_> = objects.iter().flat_map(check::object).filter(|it| !it.is_warning).collect();
    assert!(problems.is_empty(), "{problems:?}");
    assert_snapshot!(to_yaml(&objects));
}

#[test]
fn settings_reach_every_place() {
    let multus = Installation::from_registry("mirror.example").version(MultusVersion::Other("v9".into()));
    let text = to_yaml(&multus.memory_request("60Mi").memory_limit("1Gi").objects());
    assert_eq!(text.matches("image: mirror.example/eks/multus-cni:v9\n").count(), 2);
    assert_eq!((text.matches(": 60Mi").count(), text.matches(": 1Gi").count()), (1, 1));
    assert!(!text.contains('<'), "{text}");
}

#[test]
fn the_registry_is_that_of_the_region() {
    for (region, host) in [
        ("us-west-2", "602401143452.dkr.ecr.us-west-2.amazonaws.com"),
        ("cn-north-1", "918309763551.dkr.ecr.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "013241004608.dkr.ecr.us-gov-west-1.amazonaws.com"),
    ] {
        let multus = Installation::in_region(region);
        assert_eq!(multus.image(), format!("{host}/eks/multus-cni:v4.1.4-eksbuild.3_thick"));
        assert!(multus.check().is_empty());
    }
}

#[test]
fn settings_are_checked() {
    let multus = || Installation::in_region("eu-west-1");
    assert_eq!(codes(&Installation::in_region("moon-east-1").check()), ["unknown-registry"]);
    assert_eq!(codes(&multus().memory_limit("much").check()), ["invalid-quantity"]);
    assert_eq!(codes(&multus().memory_request("-1").check()), ["invalid-quantity"]);
    assert_eq!(codes(&multus().memory_request("201Mi").check()), ["request-over-limit"]);
}

#[test]
fn a_network_is_one_object_that_is_read_back() {
    let addresses = Whereabouts::new(AddressRange::new(cidr!("10.10.5.0/24")));
    let config = CniConfig::new("data", Ipvlan::new("ens6"), addresses);
    let object = Network::new(config.clone()).namespace("apps").object();
    assert!(check::object(&object).is_empty());
    assert_snapshot!(object.to_yaml());
    let read = stackwright_k8s::read(&object.to_yaml()).unwrap();
    let text = read[0].fields().get("spec").and_then(|spec| spec.as_map()?.get("config")?.as_str()).unwrap();
    assert_eq!(CniConfig::parse(text).unwrap(), config);
}
