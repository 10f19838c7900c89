//! The reference application.

use std::process::ExitCode;

use stackwright::prelude::*;

fn main() -> ExitCode {
    let app = stackwright::app();
    let stack = Stack::new(&app, "network");
    Resource::new(&stack, "Vpc", l1::ec2::Vpc::new().cidr_block("10.0.0.0/16"));
    stackwright::run(app)
}
