//! The reference application: the public walkthrough *multus-on-eks*, brought to today's AWS.
//!
//! `cargo run -- synth` writes its templates to `out/`.

mod cluster;
mod network;
mod source;
mod ssm_agent;

use std::process::ExitCode;

fn main() -> ExitCode {
    let app = stackwright::app();
    source::tag(&app);
    let vpc = network::add(&app);
    let cluster = cluster::add(&app, &vpc);
    ssm_agent::add(&app, &cluster);
    stackwright::run(app)
}
