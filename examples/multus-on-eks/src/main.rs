//! The reference application: the public walkthrough *multus-on-eks*, brought to today's AWS.
//!
//! `cargo run -- synth` writes its templates to `out/`.

use std::process::ExitCode;

use stackwright::prelude::*;

/// The walkthrough that this is.
const SOURCE: &str = "https://github.com/miztiik/multus-on-eks";

fn main() -> ExitCode {
    let app = stackwright::app();
    app.tag(("owner", "Mystique"));
    app.tag(("github_profile", "https://github.com/miztiik"));
    app.tag(("project", "multus-on-eks"));
    app.tag(("github_repo_url", SOURCE));

    network(&app);
    stackwright::run(app)
}

/// Two zones with public, private and isolated subnets; pods get their extra interfaces in the isolated ones.
fn network(app: &App) -> Vpc {
    let props = StackProps::new().description("Miztiik Automation: Custom Multi-AZ VPC");
    let stack = Stack::with_props(app, "eks-cluster-vpc-stack-001", props);
    automation_from(&stack);
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

/// Where to read more, which every stack of the walkthrough tells.
fn automation_from(stack: &Stack) {
    let more = "To know more about this automation stack, check out our github page.";
    let output = OutputProps::new(SOURCE).description(more);
    Output::new(stack, "AutomationFrom", output);
}
