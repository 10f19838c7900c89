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
fn nodes_take_credentials_by_sessions_alone() {
    let synthesis = synthesis();
    let cluster = synthesis.template(&format!("{}-cluster", crate::NAME));
    let data = json!({ "MetadataOptions": { "HttpTokens": "required" } });
    let template = json!({ "LaunchTemplateData": data });
    cluster.all_resources("AWS::EC2::LaunchTemplate", template);
}
