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

#[cfg(test)]
mod tests;

use std::process::ExitCode;

use stackwright::prelude::App;

fn main() -> ExitCode {
    let app = stackwright::app();
    describe(&app);
    stackwright::run(app)
}

/// Every stack and chart, in the order of the walkthrough.
fn describe(app: &App) {
    source::tag(app);
    let vpc = network::add(app);
    let plan = addresses::plan(&vpc);
    let cluster = cluster::add(app, &vpc);
    ssm_agent::add(app, &cluster);
    let data = multus::add(app, &vpc, &cluster);
    sample_apps::add(app, &vpc, &cluster, &data, &plan);
}
