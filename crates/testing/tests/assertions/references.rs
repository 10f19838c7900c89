//! References are compared by what they refer to, however it gets there.

use stackwright_cfn::{json, sub};
use stackwright_core::{App, Scope, SynthOptions};
use stackwright_testing::{Synthesis, attribute, not, reference};

use crate::app::shop;
use crate::failure::failure;

const GROUP: &str = "AWS::EC2::SecurityGroup";

#[test]
fn a_handle_stands_for_ref_and_for_an_import() {
    let shop = shop();
    let synthesis = Synthesis::of(&shop.app);
    let expected = || json!({ "VpcId": shop.vpc.ref_::<String>() });
    synthesis.template("network").all_resources("AWS::EC2::Subnet", expected());
    synthesis.template("web").has_resource(GROUP, expected());
    synthesis.template("web").has_no_resource(GROUP, json!({ "VpcId": shop.group.ref_::<String>() }));
    synthesis.template("web").has_no_resource(GROUP, json!({ "VpcId": shop.vpc.attr::<String>("VpcId") }));
}

#[test]
fn a_path_stands_for_them_too() {
    let shop = shop();
    let synthesis = Synthesis::of(&shop.app);
    let web = synthesis.template("web");
    web.has_resource(GROUP, json!({ "VpcId": reference("network/vpc") }));
    web.has_resource(GROUP, json!({ "VpcId": reference(shop.vpc.path()) }));
    web.has_resource(GROUP, json!({ "VpcId": not(reference("network/vpc/app")) }));
    web.has_output("GroupId", attribute("web/Group", "GroupId"));
    web.has_no_resource(GROUP, json!({ "VpcId": reference("network") }));
}

#[test]
fn a_logical_id_stands_for_itself() {
    let synthesis = Synthesis::of(&shop().app);
    let web = synthesis.template("web");
    web.has_output("GroupId", json!({ "Fn::GetAtt": ["Group", "GroupId"] }));
    web.has_resource(GROUP, json!({ "GroupDescription": { "Fn::Sub": "of ${Stage}" } }));
    web.has_resource(GROUP, json!({ "GroupDescription": sub!("of {stage}", stage = reference_to_stage()) }));
    web.has_no_resource(GROUP, json!({ "GroupDescription": { "Fn::Sub": "of ${Group}" } }));
    web.has_no_resource(GROUP, json!({ "GroupDescription": "of ${Stage}" }));
}

fn reference_to_stage() -> stackwright_cfn::Value<String> {
    stackwright_cfn::Value::from_node(json!({ "Ref": "Stage" }))
}

#[test]
fn an_assembly_alone_knows_paths_but_no_handles() {
    let shop = shop();
    let assembly = shop.app.synth(&SynthOptions::new()).unwrap();
    let synthesis = Synthesis::of(assembly);
    let web = synthesis.template("web");
    web.has_resource(GROUP, json!({ "VpcId": reference("network/vpc") }));
    web.has_no_resource(GROUP, json!({ "VpcId": shop.vpc.ref_::<String>() }));
}

#[test]
fn a_handle_of_another_app_refers_to_nothing_here() {
    let synthesis = Synthesis::of(&shop().app);
    let other = shop();
    let expected = json!({ "VpcId": other.vpc.ref_::<String>() });
    let message = failure(|| synthesis.template("web").has_resource(GROUP, expected));
    assert!(message.contains("expected: <Ref of an element of another app>"), "{message}");
    assert_eq!(App::new().path_of(stackwright_cfn::Target::new(0, 0)), None);
}
