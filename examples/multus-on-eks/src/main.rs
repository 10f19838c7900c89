//! The reference application: the public walkthrough *multus-on-eks*, brought to today's AWS.
//!
//! `cargo run -- synth` writes its templates to `out/`.

mod addresses;
mod cluster;
mod multus;
mod network;
mod sample_apps;
mod source;
mod ssm_agent;

use std::process::ExitCode;

fn main() -> ExitCode {
    let app = stackwright::app();
    source::tag(&app);
    let vpc = network::add(&app);
    let plan = addresses::plan(&vpc);
    let cluster = cluster::add(&app, &vpc);
    ssm_agent::add(&app, &cluster);
    let data = multus::add(&app, &vpc, &cluster);
    sample_apps::add(&app, &vpc, &cluster, &data, &plan);
    stackwright::run(app)
}
