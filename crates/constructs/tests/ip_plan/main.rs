//! What address plans promise, through their public face.

mod allotment;
mod diagnostics;
mod families;
mod growth;
mod placing;
mod plan;
mod proof;
#[path = "../synthesis/mod.rs"]
mod synthesis;

use stackwright_constructs::cidr;
use stackwright_constructs::ec2::{Subnets, Vpc, VpcProps};
use stackwright_core::Stack;
use synthesis::{findings, template};

/// Two zones with a group of subnets for nodes and two for further networks.
fn vpc(stack: &Stack) -> Vpc {
    let groups =
        [Subnets::isolated("app", 24), Subnets::isolated("user", 24), Subnets::isolated("control", 26)];
    let props = VpcProps::new(cidr!("10.10.0.0/16")).max_azs(2).subnets(groups);
    Vpc::new(stack, "vpc", props)
}
