//! Charts for a cluster.

use stackwright_cfn::json;
use stackwright_constructs::iam::{Principal, Role, RoleProps};
use stackwright_core::{App, Chart, Stack, StackProps, SynthOptions};

use super::plain;

#[test]
fn a_chart_finds_its_cluster_and_waits_for_it() {
    let app = App::new();
    let stack = Stack::with_props(&app, "shop", StackProps::new().region("eu-west-1"));
    let cluster = plain(&stack, |props| props);
    let chart = Chart::for_cluster(&app, "agents", &cluster);
    chart.add(json!({
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": { "name": "cluster" },
        "data": { "endpoint": cluster.endpoint(), "region": cluster.region() },
    }));

    let assembly = app.synth(&SynthOptions::new()).unwrap();
    let agents = assembly.deployable("agents").unwrap();
    assert_eq!(agents.dependencies, ["shop"]);
    let facts = agents.cluster.clone().unwrap();
    assert_eq!(facts.environment.region.as_deref(), Some("eu-west-1"));
    let outputs: Vec<&str> = agents.bindings.iter().map(|binding| binding.output.as_str()).collect();
    let name = agents.bindings.iter().find(|binding| binding.placeholder == facts.name);
    assert_eq!(outputs.len(), 2, "the endpoint and the name, for the region is known: {outputs:?}");
    let told = &assembly.deployable("shop").unwrap().outputs;
    assert!(told.iter().any(|output| Some(&output.name) == name.map(|name| &name.output)));
    assert_eq!(facts.role, None);
}

#[test]
fn a_chart_is_applied_with_the_role_of_its_cluster() {
    let app = App::new();
    let stack = Stack::new(&app, "shop");
    let cluster = plain(&stack, |props| props);
    let admin = Role::new(&stack, "admin", RoleProps::new(Principal::own_account()));
    cluster.grant_admin(&admin);
    cluster.deploy_charts_as(admin.role_arn());
    let chart = Chart::for_cluster(&app, "agents", &cluster);
    chart.add(json!({ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "agents" } }));

    let assembly = app.synth(&SynthOptions::new()).unwrap();
    let agents = assembly.deployable("agents").unwrap();
    let role = agents.cluster.clone().unwrap().role;
    let binding = agents.bindings.iter().find(|binding| Some(&binding.placeholder) == role.as_ref()).unwrap();
    let template = String::from_utf8(assembly.file("shop.template.json").unwrap().to_vec()).unwrap();
    let template: serde_json::Value = serde_json::from_str(&template).unwrap();
    let value = &template["Outputs"][&binding.output]["Value"]["Fn::GetAtt"];
    assert!(value[0].as_str().unwrap().starts_with("admin") && value[1] == "Arn", "{value}");
}

#[test]
fn a_role_that_comes_too_late_is_told() {
    let app = App::new();
    let cluster = plain(&Stack::new(&app, "shop"), |props| props);
    Chart::for_cluster(&app, "agents", &cluster);
    cluster.deploy_charts_as("arn:aws:iam::111122223333:role/platform");
    let findings = app.synth(&SynthOptions::new()).unwrap_err();
    let finding = findings.iter().find(|finding| finding.code == "late-chart-role").unwrap();
    assert!(finding.source.as_ref().unwrap().file.ends_with("chart.rs"));
}
