//! Assertions about templates, and what they say when they fail.

use insta::assert_snapshot;
use stackwright_cfn::{Map, ResourceMeta, ResourceType, Target, json};
use stackwright_core::{Scope, Untyped};
use stackwright_testing::{Synthesis, absent, any, exactly};

use crate::app::shop;
use crate::failure::failure;

const SUBNET: &str = "AWS::EC2::Subnet";

#[test]
fn what_is_there_is_found() {
    let synthesis = Synthesis::of(&shop().app);
    let network = synthesis.template("network");
    network.has_count(SUBNET, 3);
    network.has_count("AWS::EC2::NatGateway", 0);
    let found = network.has_resource(SUBNET, json!({ "CidrBlock": "10.0.1.0/24" }));
    assert_eq!((found.path(), found.kind()), ("network/vpc/app", SUBNET));
    assert!(found.id().starts_with("vpcapp") && found.source().unwrap().file.ends_with("app.rs"));
    assert_eq!(found.get("Tags.1.Value"), Some(&"shop/app".into()));
    assert_eq!(found.get("Tags.2.Value"), None);
    network.has_no_resource(SUBNET, json!({ "CidrBlock": "10.0.9.0/24" }));
    assert_eq!(network.all_resources(SUBNET, json!({ "VpcId": any() })).len(), 3);
    assert_eq!(network.find(SUBNET, json!({ "MapPublicIpOnLaunch": false })).len(), 2);
    assert_eq!(network.resources("AWS::EC2::VPC").len(), 1);
}

#[test]
fn a_resource_is_found_by_its_construct_too() {
    let shop = shop();
    let synthesis = Synthesis::of(&shop.app);
    let network = synthesis.template("network");
    let vpc = network.at("network/vpc").is_exactly(json!({ "CidrBlock": "10.0.0.0/16" }));
    assert_eq!(vpc.path(), shop.vpc.path());
    network.at(shop.vpc.path()).is_like(json!({ "Ipv4IpamPoolId": absent() }));
    let group = synthesis.template("web").at(shop.group.path());
    group.has_attribute("DeletionPolicy", "Retain").has_attribute("DependsOn", absent());
    assert_eq!(synthesis.template("web").overrides(), [("web/Group", &["GroupName".to_owned()][..])]);
    assert_eq!(network.overrides(), []);
}

#[test]
fn the_other_sections_are_asked_by_name() {
    let shop = shop();
    let synthesis = Synthesis::of(&shop.app);
    let web = synthesis.template("web");
    web.has_output("GroupId", shop.group.attr::<String>("GroupId"));
    web.has_parameter("Stage", json!({ "Type": "String" }));
    web.has_mapping("Sizes", json!({ "live": { "Count": 3 } }));
    web.has_condition("IsLive", json!({ "Fn::Equals": [{ "Ref": "Stage" }, "live"] }));
    assert_eq!(web.deployable().dependencies, ["network"]);
    assert_eq!(web.document().parameters.len(), 1);
    let refused = failure(|| web.has_output("GroupId", json!({ "Ref": "Group" })));
    let missing = failure(|| web.has_parameter("stage", json!({})));
    assert_snapshot!(format!("{refused}\n\n{missing}"));
}

/// A generated type, as an assertion takes it.
struct Subnet(Map);

impl ResourceType for Subnet {
    const META: &'static ResourceMeta =
        &ResourceMeta { type_name: "AWS::EC2::Subnet", ..*<Untyped as ResourceType>::META };
    type Attributes = Attributes;

    fn from_properties(properties: Map) -> Self {
        Subnet(properties)
    }

    fn into_properties(self) -> Map {
        self.0
    }
}

struct Attributes;

impl From<Target> for Attributes {
    fn from(_: Target) -> Self {
        Attributes
    }
}

#[test]
fn a_generated_type_says_what_is_expected() {
    let synthesis = Synthesis::of(&shop().app);
    let expected = |block: &str| Subnet(Map::from_iter([("CidrBlock", block)]));
    let network = synthesis.template("network");
    assert_eq!(network.has(expected("10.0.2.0/24")).path(), "network/vpc/db");
    failure(|| network.has(expected("10.0.3.0/24")));
}

#[test]
fn the_nearest_is_shown_with_every_difference() {
    let shop = shop();
    let synthesis = Synthesis::of(&shop.app);
    let expected = json!({
        "CidrBlock": "10.0.3.0/24",
        "VpcId": shop.group.ref_::<String>(),
        "Ipv6Native": true,
        "MapPublicIpOnLaunch": absent(),
        "Tags": [{ "Value": "net" }, { "Key": "Name", "Value": "shop/dbs" }, {}],
    });
    assert_snapshot!(failure(|| synthesis.template("network").has_resource(SUBNET, expected)));
}

#[test]
fn of_equals_the_one_with_the_nearest_texts_is_shown() {
    let synthesis = Synthesis::of(&shop().app);
    let expected = json!({ "Tags": [any(), json!({ "Value": "shop/apps" })] });
    let message = failure(|| synthesis.template("network").has_resource(SUBNET, expected));
    assert!(message.contains("at network/vpc/app\n"), "{message}");
}

#[test]
fn a_type_that_is_not_there_shows_those_that_are() {
    let synthesis = Synthesis::of(&shop().app);
    let network = synthesis.template("network");
    assert_snapshot!(failure(|| network.has_resource("AWS::EC2::Subnets", json!({ "CidrBlock": any() }))));
    failure(|| network.all_resources("AWS::EC2::Subnets", json!({})));
}

#[test]
fn what_must_not_be_is_shown_wherever_it_is() {
    let synthesis = Synthesis::of(&shop().app);
    let unwanted = json!({ "MapPublicIpOnLaunch": false });
    assert_snapshot!(failure(|| synthesis.template("network").has_no_resource(SUBNET, unwanted)));
}

#[test]
fn each_that_differs_is_shown() {
    let synthesis = Synthesis::of(&shop().app);
    let expected = json!({ "MapPublicIpOnLaunch": false, "CidrBlock": any() });
    assert_snapshot!(failure(|| synthesis.template("network").all_resources(SUBNET, expected)));
}

#[test]
fn counts_list_what_they_counted() {
    let synthesis = Synthesis::of(&shop().app);
    let network = synthesis.template("network");
    let many = failure(|| network.has_count(SUBNET, 2));
    let none = failure(|| network.has_count("AWS::EC2::EIP", 1));
    assert_snapshot!(format!("{many}\n{none}"));
}

#[test]
fn a_path_that_leads_nowhere_shows_what_is_near() {
    let synthesis = Synthesis::of(&shop().app);
    let near = failure(|| synthesis.template("network").at("network/vpc/db/Subnet"));
    let far = failure(|| synthesis.template("network").at("web/Group"));
    assert_snapshot!(format!("{near}\n{far}"));
}

#[test]
fn one_resource_is_compared_as_a_whole_or_in_part() {
    let synthesis = Synthesis::of(&shop().app);
    let group = || synthesis.template("web").at("web/Group");
    group().is_like(json!({ "GroupName": "web" }));
    let expected = json!({ "GroupName": "web", "VpcId": any() });
    let whole = failure(|| group().is_exactly(expected.clone()));
    assert_eq!(whole, failure(|| group().is_like(exactly(expected))));
    let attribute = failure(|| group().has_attribute("DeletionPolicy", "Delete"));
    assert_snapshot!(format!("{whole}\n{attribute}"));
}

#[test]
fn stacks_are_asked_by_name_and_charts_are_none() {
    let synthesis = Synthesis::of(&shop().app);
    assert_eq!(
        failure(|| synthesis.template("agents")),
        r#"there is no stack "agents": the stacks are ["network", "web"]"#
    );
    assert_eq!(
        failure(|| synthesis.manifest("web")),
        r#"there is no chart "web": the charts are ["agents"]"#
    );
}
