//! What has to stay as it is.

use stackwright::prelude::*;
use stackwright_testing::{Synthesis, assert_files_snapshot};

fn synthesis() -> Synthesis {
    let app = App::new();
    crate::infrastructure::describe(&app, crate::NAME);
    Synthesis::of(&app)
}

/// `INSTA_UPDATE=always cargo test` accepts what has changed; `git diff` shows it.
#[test]
fn files_are_as_they_were() {
    assert_files_snapshot!(synthesis());
}

#[test]
fn nothing_is_wrong() {
    synthesis().has_no_findings();
}

#[test]
fn gateways_have_an_interface_in_the_data_network() {
    let synthesis = synthesis();
    let pods = synthesis.manifest(&format!("{}-gateways", crate::NAME));
    let annotations = json!({ "k8s.v1.cni.cncf.io/networks": "data" });
    let template = json!({ "metadata": { "annotations": annotations } });
    let deployment = pods.object("Deployment", "gateway");
    deployment.is_like(json!({ "spec": { "template": template } }));
}
