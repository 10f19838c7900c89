//! Assertions about manifests, and what they say when they fail.

use insta::assert_snapshot;
use stackwright_cfn::{json, sub};
use stackwright_testing::{Synthesis, any, document, reference};

use crate::app::shop;
use crate::failure::failure;

#[test]
fn objects_are_found_by_kind_name_and_construct() {
    let synthesis = Synthesis::of(&shop().app);
    let agents = synthesis.manifest("agents");
    agents.has_count("ConfigMap", 1);
    let found = agents.object("ConfigMap", "settings");
    assert_eq!(found.id(), "ConfigMap kube-system/settings");
    assert_eq!(agents.at(found.path()).id(), found.id());
    assert_eq!(agents.objects("ConfigMap").len(), 1);
    assert_eq!(agents.find("ConfigMap", json!({ "data": { "vpc": any() } })).len(), 1);
    agents.has_no_object("Secret", json!({}));
    agents.all_objects("ConfigMap", json!({ "metadata": { "namespace": "kube-system" } }));
    assert_eq!(agents.deployable().dependencies, ["network"]);
    assert_eq!(agents.overrides(), []);
}

#[test]
fn a_value_of_a_stack_is_met_by_its_placeholder() {
    let shop = shop();
    let synthesis = Synthesis::of(&shop.app);
    let agents = synthesis.manifest("agents");
    let vpc = || shop.vpc.ref_::<String>();
    agents.has_object("ConfigMap", json!({ "data": { "vpc": vpc() } }));
    agents.has_object("ConfigMap", json!({ "data": { "vpc": reference("network/vpc") } }));
    agents.has_object("ConfigMap", json!({ "data": { "url": sub!("https://{vpc}/shop", vpc = vpc()) } }));
    agents.has_object("ConfigMap", json!({ "data": { "url": format!("https://{}/shop", vpc().token()) } }));
    agents.has_no_object("ConfigMap", json!({ "data": { "url": format!("https://{}", vpc().token()) } }));
    agents.has_no_object("ConfigMap", json!({ "data": { "vpc": shop.group.ref_::<String>() } }));
}

#[test]
fn differences_within_texts_are_shown() {
    let shop = shop();
    let synthesis = Synthesis::of(&shop.app);
    let url = sub!("https://{group}/shop", group = shop.group.ref_::<String>());
    let expected = json!({
        "metadata": { "name": "settings", "labels": any() },
        "data": {
            "vpc": shop.group.ref_::<String>(),
            "url": url,
            "script": "set -e\ninstall agents\nstart agent\n",
            "limits.json": document(json!({ "requests": 5, "bursts": [1, 3] })),
        },
    });
    assert_snapshot!(failure(|| synthesis.manifest("agents").has_object("ConfigMap", expected)));
}

#[test]
fn a_name_that_is_not_there_shows_the_nearest() {
    let synthesis = Synthesis::of(&shop().app);
    assert_snapshot!(failure(|| synthesis.manifest("agents").object("ConfigMap", "setting")));
}
