//! `verify`: whether what charts describe works in their clusters.

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde::Serialize;
use stackwright_deploy::{Finding, Verdict, VerifyOptions};

use super::{Program, Request, Session, json_flag, names_argument, request};
use crate::failure::Stop;
use crate::operation;
use crate::style::{green, red, yellow};
use crate::table::{Line, table};
use crate::tools::{assembly_option, aws_arguments, chart_access, kubeconfig_option};

const AFTER_HELP: &str = "\
Looks whether each DaemonSet has a pod that is ready on every node that it is for, whether networks
are there, and whether pods have the interfaces in them that they ask for, with addresses that no
other has. Then pods of one network ping each other over it. Nothing is changed.

Exit code 1 means that something is missing.";

pub(super) fn cli() -> Command {
    Command::new("verify")
        .about("Tells whether what charts describe works in their clusters")
        .after_help(AFTER_HELP)
        .arg(names_argument("The charts to look at [default: all]"))
        .arg(Arg::new("no-ping").long("no-ping").help("Runs nothing in pods").action(ArgAction::SetTrue))
        .arg(assembly_option())
        .arg(kubeconfig_option())
        .args(aws_arguments())
        .arg(json_flag().help("Prints one JSON document for machines"))
}

#[derive(Serialize)]
struct Report<'a> {
    findings: &'a [Finding],
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
    cli: &mut Command,
) -> Result<(), Stop> {
    let Request { json, assembly, names } = request(matches, program, session, cli, "verify")?;
    let options = VerifyOptions { names, ping: !matches.get_flag("no-ping"), charts: chart_access(matches) };
    let findings =
        operation::look(session, matches, |aws| stackwright_deploy::verify(&assembly, &options, aws))?;
    match json {
        true => session.shell.json(&Report { findings: &findings })?,
        false => session.shell.data(&table(findings.iter().map(line)))?,
    }
    if findings.is_empty() && !json {
        session.shell.talk("there is nothing to verify: no DaemonSet, no network, no pod in one");
    }
    match findings.iter().any(|finding| finding.verdict == Verdict::Fails) {
        true => Err(Stop::Told),
        false => Ok(()),
    }
}

fn line(finding: &Finding) -> Line<'_> {
    let sign = match finding.verdict {
        Verdict::Holds => green("ok     "),
        Verdict::Unclear => yellow("unclear"),
        Verdict::Fails => red("failed "),
    };
    let Finding { subject, message, .. } = finding;
    Line { sign, subject, message, hint: None }
}
