//! Charts for a cluster.

use stackwright_cfn::json;
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
}
