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
fn servers_are_reached_by_https_alone() {
    let synthesis = synthesis();
    let web = synthesis.template(&format!("{}-web", crate::NAME));
    let https = json!({ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443 });
    let group = json!({ "SecurityGroupIngress": [https] });
    web.has_resource("AWS::EC2::SecurityGroup", group);
}
