//! How findings are told.

use insta::assert_snapshot;
use stackwright_assembly::{Acknowledged, Diagnostic, Diagnostics, Related, Source};
use stackwright_cli::{Options, World, run_with};
use stackwright_deploy::{Moments, Script};

use crate::app::{Place, never, no_tools, sample, with_warning};

const MAIN: &str = r#"use stackwright::prelude::*;

fn main() -> std::process::ExitCode {
    let vpc = Vpc::new(&net, "vpc", VpcProps::new(cidr!("10.10.0.0/16")));
    let cluster = Cluster::new(&eks, "cluster", ClusterProps::new(KubernetesVersion::V1_35, &vpc));
    let nodes = cluster.add_node_group("workers", NodeGroupProps::new(2..=6));
    stackwright::run(app)
}
"#;

fn at(file: &'static str, line: u32, column: u32) -> Source {
    Source { file: file.into(), line, column }
}

/// A bit of everything.
fn findings() -> Diagnostics {
    let related = |label: &str, path: Option<&str>, source| Related {
        label: label.to_owned(),
        path: path.map(str::to_owned),
        source,
    };
    Diagnostics::new(vec![
        Diagnostic::warning("no-nat-gateway", "private subnets \"app\" have no way out: 0 NAT gateways")
            .path("network/vpc")
            .source(at("app/src/main.rs", 4, 15)),
        Diagnostic::error("too-many-interfaces", "node group asks for 4 network interfaces, m5.large has 3")
            .path("eks/cluster/workers")
            .source(at("app/src/main.rs", 6, 25))
            .value("4")
            .allowed("3")
            .hint("pick a larger instance type or attach fewer Multus networks")
            .related(related("the cluster", Some("eks/cluster"), at("app/src/main.rs", 5, 19)))
            .related(related("the network", None, at("lib/src/multus.rs", 12, 9))),
        Diagnostic::error("duplicate-export", "two outputs are exported as \"vpc-id\"").source(at(
            "elsewhere/src/lib.rs",
            3,
            1,
        )),
        Diagnostic::error("no-deployables", "the app has neither stack nor chart"),
    ])
}

#[test]
fn findings_with_the_lines_they_are_about() {
    let place = Place::new();
    place.put("app/src/main.rs", MAIN);
    assert_snapshot!(place.run("validate", |_| Err(findings())));
}

#[test]
fn findings_without_the_users_files() {
    assert_snapshot!(Place::new().run("ls", |_| Err(findings())));
}

#[test]
fn findings_for_machines() {
    assert_snapshot!(Place::new().run("validate --json", |_| Err(findings())));
}

#[test]
fn a_sound_program() {
    assert_snapshot!(Place::new().run("validate", sample));
}

#[test]
fn a_sound_program_for_machines() {
    assert_snapshot!(Place::new().run("validate --json", with_warning));
}

#[test]
fn what_is_acknowledged_is_told_with_its_reason() {
    let acknowledged = |options: &Options| {
        let mut assembly = sample(options)?;
        let finding = Diagnostic::warning("public-ingress", "the whole internet can reach port 22 (ssh)")
            .path("network/bastion")
            .source(at("src/main.rs", 4, 15));
        let reason = "only while the move lasts".to_owned();
        let source = Some(at("src/main.rs", 5, 5));
        assembly.manifest.deployables[0].acknowledged.push(Acknowledged { finding, reason, source });
        Ok(assembly)
    };
    assert_snapshot!(Place::new().run("validate", acknowledged));
    assert_snapshot!(Place::new().run("validate --json", acknowledged));
}

#[test]
fn the_rules_are_listed() {
    assert_snapshot!(Place::new().run("validate --list-rules", never));
}

#[test]
fn warnings_do_not_fail() {
    assert_snapshot!(Place::new().run("validate", with_warning));
}

#[test]
fn control_characters_of_a_value_do_not_reach_the_terminal() {
    let finding = || {
        Diagnostic::error("bad-name", "name \"\u{1b}[2J\u{7}\" is not allowed")
            .path("app/\u{1b}[2J")
            .source(at("src/\u{1b}[2J.rs", 1, 1))
            .hint("leave out \u{1b}[2J")
            .related(Related { label: "\u{1b}[2J".to_owned(), path: None, source: at("other.rs", 1, 1) })
    };
    let mut stderr = Vec::new();
    let (script, clock) = (Script::new(), Moments::new());
    let tools = no_tools(&script, &clock);
    let world = World { directory: "/".into(), stdout: &mut Vec::new(), stderr: &mut stderr, tools };
    run_with(["app", "validate"].map(Into::into), |_| Err(Diagnostics::new(vec![finding()])), world);
    let stderr = String::from_utf8(stderr).unwrap();
    assert!(stderr.contains("\u{1b}[1m"), "there is colour: {stderr:?}");
    assert!(!stderr.contains("\u{1b}[2J") && !stderr.contains('\u{7}'), "{stderr:?}");
}
