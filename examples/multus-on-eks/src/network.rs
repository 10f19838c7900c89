//! `eks-cluster-vpc-stack-001`: the network.

use stackwright::prelude::*;

use crate::source;

/// Two zones with public, private and isolated subnets; pods get their extra interfaces in the isolated ones.
pub(crate) fn add(app: &App) -> Vpc {
    let props = StackProps::new().description("Miztiik Automation: Custom Multi-AZ VPC");
    let stack = Stack::with_props(app, "eks-cluster-vpc-stack-001", props);
    source::automation_from(&stack);
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
