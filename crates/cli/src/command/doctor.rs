//! `doctor`: whether all is there that a deployment needs.

use std::path::PathBuf;

use clap::{ArgMatches, Command};
use serde::Serialize;
use stackwright_deploy::{Aws, ChartOptions, Check, Health, examine};

use super::{Program, Session, json_flag};
use crate::failure::{Failure, Stop};
use crate::operation::{self, Answers};
use crate::progress::Progress;
use crate::style::{bold, dim, green, red, yellow};
use crate::tools::{assembly_option, aws_arguments, aws_options, kubeconfig_option};

const AFTER_HELP: &str = "\
Looks at the AWS CLI and kubectl, the credentials, the regions, the state of each stack and whether
CloudFormation takes its template, the permissions as far as IAM tells them beforehand, the quotas
that networks and clusters run into, and the clusters of charts. Nothing is changed.

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
    let charts = ChartOptions {
        kubeconfig: matches.get_one::<PathBuf>("kubeconfig").cloned(),
        ..ChartOptions::default()
    };
    let mut progress = Progress::new(
        false,
        session.tools.is_terminal,
        matches.get_flag("verbose"),
        session.directory.clone(),
    );
    let checks = operation::run(session, Answers::Asked, &mut progress, |tooling, _| {
        examine(&assembly, &Aws::new(tooling, aws_options(matches)), &charts)
    })?;
    let checks = checks.map_err(Failure::from)?;
    match json {
        true => session.shell.json(&Report { checks: &checks })?,
        false => session.shell.data(&table(&checks))?,
    }
    match checks.iter().any(|check| check.health == Health::Failed) {
        true => Err(Stop::Told),
        false => Ok(()),
    }
}

/// A line for each check, and one for each hint.
fn table(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.subject.chars().count()).max().unwrap_or(0);
    let lines = checks.iter().map(|check| {
        let health = match check.health {
            Health::Ok => green("ok     "),
            Health::Warning => yellow("warning"),
            Health::Failed => red("failed "),
        };
        let Check { subject, message, .. } = check;
        let hint = check.hint.as_ref().map(|hint| format!("{:9}{}\n", "", dim(hint))).unwrap_or_default();
        format!("{health}  {}  {message}\n{hint}", bold(&format!("{subject:<width$}")))
    });
    lines.collect()
}
