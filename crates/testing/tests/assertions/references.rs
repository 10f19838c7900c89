//! References are compared by what they refer to, however it gets there.

use stackwright_cfn::{Map, Value, functions, json, pseudo, sub};
use stackwright_core::{App, Chart, ChartCluster, Resource, Scope, Stack, SynthOptions};
use stackwright_testing::{Synthesis, any, attribute, capture, not, reference};

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

#[test]
fn what_looks_like_a_name_in_a_text_is_told_from_one() {
    let app = App::new();
    let topic = Resource::raw(&Stack::new(&app, "stack"), "Topic", "AWS::SNS::Topic", Map::new());
    topic.set_property("TopicName", sub!("${{Topic}} of {region}", region = pseudo::region()));
    let synthesis = Synthesis::of(&app);
    let template = synthesis.template("stack");
    let named = |name: Value<String>| json!({ "TopicName": name });
    let region = pseudo::region;
    template.has_resource("AWS::SNS::Topic", named(sub!("${{Topic}} of {region}", region = region())));
    template.has_resource(
        "AWS::SNS::Topic",
        json!({ "TopicName": { "Fn::Sub": "${!Topic} of ${AWS::Region}" } }),
    );
    let topic = || topic.ref_::<String>();
    let by_name = sub!("{topic} of {region}", topic = topic(), region = region());
    template.has_no_resource("AWS::SNS::Topic", named(by_name));
    template.has_no_resource("AWS::SNS::Topic", named(sub!("Topic of {region}", region = region())));
    // A name of the function's own is what it stands for.
    let own = json!({ "Fn::Sub": ["${Text} of ${Where}", { "Text": "${Topic}", "Where": region() }] });
    template.has_resource("AWS::SNS::Topic", json!({ "TopicName": own }));
}

fn reference_to_stage() -> Value<String> {
    Value::from_node(json!({ "Ref": "Stage" }))
}

#[test]
fn what_a_stack_tells_a_chart_is_compared_as_the_stack_has_it() {
    let app = App::new();
    let stack = Stack::new(&app, "cluster");
    let cluster = Resource::raw(&stack, "Cluster", "AWS::EKS::Cluster", Map::new());
    cluster.set_property("RoleArn", "arn:aws:iam::123456789012:role/cluster");
    cluster.set_property("ResourcesVpcConfig", json!({ "SubnetIds": ["subnet-01234567"] }));
    let cluster = ChartCluster::new(&cluster, cluster.ref_::<String>());
    let chart = Chart::for_cluster(&app, "agents", cluster);
    let zone = |index: i32| functions::select::<String>(index, functions::get_azs(""));
    chart.add(json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "settings" },
        "data": { "zone": zone(1), "account": format!("in {}", pseudo::account_id().token()) },
    }));
    let synthesis = Synthesis::of(&app);
    let settings = || synthesis.manifest("agents").object("ConfigMap", "settings");
    let account = sub!("in {account}", account = pseudo::account_id());
    settings().is_like(json!({ "data": { "zone": zone(1), "account": account } }));
    settings().is_like(json!({ "data": { "zone": not(zone(0)), "account": not("in ") } }));
    let found = settings().is_like(json!({ "data": { "zone": capture("zone", zone(1)) } }));
    let placeholder = found.captured("zone").as_str().unwrap();
    assert!(placeholder.starts_with("${stackwright:cluster."), "{placeholder}");
    let within = json!({ "Fn::Select": [capture("index", 1), any()] });
    let found = settings().is_like(json!({ "data": { "zone": within } }));
    assert_eq!(found.captured("index"), &1.into());
    let message = failure(|| settings().is_like(json!({ "data": { "zone": zone(0) } })));
    let told = r#"which is {"Fn::Select": [1, {"Fn::GetAZs": ""}]} of stack cluster"#;
    assert!(message.contains(told), "{message}");
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
