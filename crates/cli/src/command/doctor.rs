//! `doctor`: whether all is there that a deployment needs.

use clap::{ArgMatches, Command};
use serde::Serialize;
use stackwright_deploy::{Check, Health, examine};

use super::{Program, Session, json_flag};
use crate::failure::Stop;
use crate::operation;
use crate::style::{green, red, yellow};
use crate::table::{Line, table};
use crate::tools::{assembly_option, aws_arguments, chart_access, kubeconfig_option};

const AFTER_HELP: &str = "\
Looks at the AWS CLI and kubectl, the credentials, the regions, the state of each stack and whether
CloudFormation takes its template, the permissions as far as IAM and dry runs of EC2 tell them
beforehand, the quotas that networks and clusters run into, and the clusters of charts. Nothing is
changed.

Exit code 1 means that a deployment would fail.";

pub(super) fn cli() -> Command {
    Command::new("doctor")
        .about("Tells whether all is there that a deployment needs")
        .after_help(AFTER_HELP)
        .arg(assembly_option())
        .arg(kubeconfig_option())
        .args(aws_arguments())
        .arg(json_flag().help("Prints one JSON document for machines"))
}

#[derive(Serialize)]
struct Report<'a> {
    checks: &'a [Check],
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
) -> Result<(), Stop> {
    let json = matches.get_flag("json");
    let assembly = session.assembly(matches, program, json)?;
    let charts = chart_access(matches);
    let checks = operation::look(session, matches, |aws| examine(&assembly, aws, &charts))?;
    match json {
        true => session.shell.json(&Report { checks: &checks })?,
        false => session.shell.data(&table(checks.iter().map(line)))?,
    }
    match checks.iter().any(|check| check.health == Health::Failed) {
        true => Err(Stop::Told),
        false => Ok(()),
    }
}

fn line(check: &Check) -> Line<'_> {
    let sign = match check.health {
        Health::Ok => green("ok     "),
        Health::Warning => yellow("warning"),
        Health::Failed => red("failed "),
    };
    let Check { subject, message, hint, .. } = check;
    Line { sign, subject, message, hint: hint.as_deref() }
}
