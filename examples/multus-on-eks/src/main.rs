//! The reference application: the public walkthrough *multus-on-eks*, brought to today's AWS.
//!
//! `cargo run -- synth` writes its templates to `out/`.

use std::process::ExitCode;

use stackwright::prelude::*;

fn main() -> ExitCode {
    let app = stackwright::app();
    app.tag(("owner", "Mystique"));
    app.tag(("github_profile", "https://github.com/miztiik"));
    app.tag(("project", "multus-on-eks"));
    app.tag(("github_repo_url", "https://github.com/miztiik/multus-on-eks"));

    network(&app);
    stackwright::run(app)
}

/// Two zones with public, private and isolated subnets; pods get their extra interfaces in the isolated ones.
fn network(app: &App) -> Vpc {
    let props = StackProps::new().description("Miztiik Automation: Custom Multi-AZ VPC");
    let stack = Stack::with_props(app, "eks-cluster-vpc-stack-001", props);
    Vpc::new(
        &stack,
        "vpc",
        VpcProps::new(cidr!("10.10.0.0/16")).max_azs(2).nat_gateways(1).subnets([
            Subnets::public("public", 24),
            Subnets::private("app", 24),
            Subnets::isolated("db", 24),
        ]),
    )
}
