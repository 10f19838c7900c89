//! Values of stacks in charts: an output there, a placeholder here.

use insta::assert_snapshot;
use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::{ConfigMap, Secret, ServiceAccount};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use stackwright::aws::ec2::{self, SubnetRequired};
use stackwright::prelude::*;

use crate::{findings, queue, template};

fn vpc(stack: &Stack) -> Resource<ec2::Vpc> {
    Resource::new(stack, "Vpc", ec2::Vpc::new().cidr_block("10.0.0.0/16"))
}

fn config(chart: &Chart, name: &str, data: Node) -> Manifest {
    chart.add(json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": name }, "data": data }))
}

/// The chart's file, and its bindings as the manifest lists them.
fn chart(app: &App, name: &str) -> String {
    let assembly = app.synth(&SynthOptions::new()).unwrap_or_else(|findings| panic!("{findings}"));
    let yaml = String::from_utf8(assembly.file(&format!("{name}.k8s.yaml")).unwrap().to_vec()).unwrap();
    let deployable = assembly.deployable(name).unwrap();
    let bindings = serde_json::to_string_pretty(&deployable.bindings).unwrap();
    let cluster = serde_json::to_string(&deployable.cluster).unwrap();
    format!("{yaml}\n{bindings}\n{:?}\n{cluster}\n", deployable.dependencies)
}

/// Values in every kind of field: as they are, as tokens of typed text, within longer text, and in JSON within text.
fn describe() -> App {
    let app = App::new();
    let (network, jobs) = (Stack::new(&app, "network"), Stack::new(&app, "jobs-001"));
    let (vpc, queue) = (vpc(&network), queue(&jobs, "Queue"));
    let chart = Chart::new(&app, "chart");
    let arn: Value<String> = queue.attr("Arn");
    chart.add(ServiceAccount {
        metadata: ObjectMeta {
            name: Some("jobs".to_owned()),
            annotations: Some([("eks.amazonaws.com/role-arn".to_owned(), arn.token())].into()),
            ..Default::default()
        },
        ..Default::default()
    });
    let data = serde_json::json!({ "queue": arn, "vpc": vpc.ref_(), "literal": Value::<i64>::from(1) });
    let nested = serde_json::to_string(&data).unwrap();
    chart.add(ConfigMap {
        metadata: ObjectMeta { name: Some("nested".to_owned()), ..Default::default() },
        data: Some([("config.json".to_owned(), nested)].into()),
        ..Default::default()
    });
    let both = sub!("{vpc} and {arn}\n", vpc = vpc.ref_(), arn = arn.clone());
    let joined = functions::join("/", ["x".into(), arn.clone()]);
    config(&chart, "json", json!({ "plain": arn.clone(), "both": both, "joined": joined }));
    let script = format!("set -e\necho {} >/dev/null\n", vpc.ref_().token());
    config(&chart, "script", json!({ "run": script }));
    app
}

#[test]
fn values_stand_wherever_text_may() {
    assert_snapshot!(chart(&describe(), "chart"));
}

#[test]
fn their_stacks_tell_them_without_an_export() {
    assert_snapshot!(template(&describe(), "jobs-001"));
}

#[test]
fn what_is_computed_is_computed_by_its_stack() {
    let app = App::new();
    let stack = Stack::new(&app, "cluster");
    let vpc = vpc(&stack);
    let registries = MappingProps::new().value("eu-west-1", "registry", "602401143452.dkr.ecr.eu-west-1");
    let registries = Mapping::new(&stack, "Registries", registries);
    let list: Value<Vec<String>> = vpc.attr_cidr_block_associations();
    let chart_ = Chart::for_cluster(&app, "chart", ChartCluster::new(&vpc, vpc.ref_()));
    config(
        &chart_,
        "computed",
        json!({
            "image": sub!("{registry}/multus:v4", registry = registries.find::<String>(pseudo::region(), "registry")),
            "first": functions::select::<String>(0, list.clone()),
            "again": functions::select::<String>(0, list),
            "region": pseudo::region(),
            "partition": pseudo::partition(),
        }),
    );
    assert_snapshot!("computed", chart(&app, "chart"));
}

#[test]
fn what_the_program_knows_is_no_binding() {
    let app = App::new();
    let props = StackProps::new().account("123456789012").region("eu-west-1");
    let vpc = vpc(&Stack::with_props(&app, "cluster", props));
    let here = Chart::for_cluster(&app, "chart", ChartCluster::new(&vpc, "main"));
    let text = sub!("{a}.{r}", a = pseudo::account_id(), r = pseudo::region());
    config(&here, "known", json!({ "text": text, "list": functions::join("", ["a", "b"]) }));
    assert_snapshot!(chart(&app, "chart"));
}

#[test]
fn values_that_no_stack_can_tell_are_told() {
    let app = App::new();
    let (one, two) = (Stack::new(&app, "one"), Stack::new(&app, "two"));
    let (vpc, queue) = (vpc(&one), queue(&two, "Queue"));
    let chart = Chart::new(&app, "chart");
    let other = App::new();
    let foreign = crate::queue(&Stack::new(&other, "foreign"), "Queue").ref_::<String>();
    config(&chart, "foreign", json!({ "a": foreign }));
    config(&chart, "list", json!({ "a": vpc.attr_cidr_block_associations() }));
    config(&chart, "homeless", json!({ "a": pseudo::region() }));
    config(&chart, "nothing", json!({ "a": pseudo::no_value::<String>() }));
    config(&chart, "unknown", json!({ "a": vpc_attribute(&vpc) }));
    let both = functions::select::<String>(0, [vpc.ref_().into(), queue.ref_::<String>()]);
    config(&chart, "several", json!({ "a": both }));
    config(&chart, "by-hand", json!({ "a": { "Fn::GetAtt": ["Queue", "Arn"] } }));
    let token = queue.ref_::<String>().token();
    config(&chart, "cut", json!({ "a": &token[..token.len() - 1] }));
    config(&chart, "reserved", json!({ "a": "${stackwright:one.Vpc}" }));
    config(
        &chart,
        "astray",
        json!({ "a": Resource::raw(&app, "Astray", "Custom::A", Map::new()).ref_::<String>() }),
    );
    assert_snapshot!(findings(&app));
}

fn vpc_attribute(vpc: &Resource<ec2::Vpc>) -> Value<String> {
    match vpc.ref_().into_node() {
        Node::Ref(target) => target.attribute("Cidr"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_cluster_is_one_of_a_stack_of_the_app() {
    let (app, other) = (App::new(), App::new());
    let stack = Stack::new(&other, "stack");
    Chart::for_cluster(&app, "foreign", ChartCluster::new(&stack, "main"));
    Chart::for_cluster(&app, "astray", ChartCluster::new(&Construct::new(&app, "cluster"), "main"));
    assert_snapshot!(findings(&app));
}

#[test]
fn a_token_has_no_place_in_a_template() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let text = format!("vpc {}", vpc(&stack).ref_().token());
    queue(&stack, "Queue").set_property("QueueName", text);
    assert_snapshot!(findings(&app));
}

#[test]
fn secrets_hide_no_value() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let token = vpc(&stack).ref_().token();
    let secret = Secret {
        metadata: ObjectMeta { name: Some("hidden".to_owned()), ..Default::default() },
        data: Some([("vpc".to_owned(), ByteString(token.into_bytes()))].into()),
        ..Default::default()
    };
    Chart::new(&app, "chart").add(secret);
    assert_snapshot!(findings(&app));
}

#[test]
fn a_value_of_a_subnet_is_bound_once() {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let vpc = vpc(&stack);
    let subnet = Resource::new(
        &stack,
        "Subnet",
        ec2::Subnet::new(SubnetRequired { vpc_id: vpc.ref_() }).cidr_block("10.0.0.0/24"),
    );
    let chart = Chart::new(&app, "chart");
    config(&chart, "one", json!({ "subnet": subnet.ref_() }));
    config(&chart, "two", json!({ "subnet": subnet.ref_() }));
    let assembly = app.synth(&SynthOptions::new()).unwrap();
    assert_eq!(assembly.deployable("chart").unwrap().bindings.len(), 1);
    assert_eq!(assembly.deployable("stack").unwrap().outputs.len(), 1);
}
