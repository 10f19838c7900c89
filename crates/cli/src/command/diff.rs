//! `diff`: what would change.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde::Serialize;
use stackwright_assembly::Diagnostics;
use stackwright_deploy::{Difference, diff_assemblies, diff_deployed};

use super::{Program, Session, json_flag, names_argument, no_such};
use crate::difference;
use crate::failure::{Failure, Stop};
use crate::operation;
use crate::output::Output;
use crate::tools::{assembly_option, aws_arguments, chart_access, kubeconfig_option};

const AFTER_HELP: &str = "\
Compares by meaning: what CloudFormation takes for the same is the same. Shows what is replaced, who
may do more, what can be reached from more places, and what deploy would refuse to lose.

Examples:
  Show what deploy would change
    $ {app} diff
  Show what the program changes of what is checked in, without asking AWS
    $ {app} diff --against out
  Fail in CI where what is deployed is not what is checked in
    $ {app} diff --assembly out --exit-code

Exit codes: 0 done, 1 the operation failed, 2 usage, 3 the program has errors, 4 something differs
(with --exit-code)";

pub(super) fn cli(app: &str) -> Command {
    Command::new("diff")
        .about("Shows what would change, against what is deployed or an earlier synth")
        .after_help(AFTER_HELP.replace("{app}", app))
        .arg(names_argument("The stacks and charts to compare [default: all]"))
        .arg(
            Arg::new("against")
                .long("against")
                .value_name("DIR")
                .help("Compares with what an earlier synth wrote there [default: what is deployed]")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            Arg::new("exit-code")
                .long("exit-code")
                .help("Exits with 4 if anything differs")
                .action(ArgAction::SetTrue),
        )
        .arg(assembly_option())
        .args(aws_arguments())
        .arg(kubeconfig_option())
        .arg(json_flag())
}

#[derive(Serialize)]
struct Report<'a> {
    differences: &'a [Difference],
    /// Why others could not be compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<String>,
    diagnostics: &'a Diagnostics,
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
    cli: &mut Command,
) -> Result<(), Stop> {
    let json = matches.get_flag("json");
    let assembly = session.assembly(matches, program, json)?;
    let before = match matches.get_one::<PathBuf>("against") {
        Some(name) => Some(Output::new(&session.directory, name).assembly()?),
        None => None,
    };
    let names: Vec<String> = matches.get_many("names").into_iter().flatten().cloned().collect();
    let is_known = |name: &&String| {
        let before = before.as_ref().and_then(|before| before.deployable(name));
        before.or_else(|| assembly.deployable(name)).is_some()
    };
    if let Some(unknown) = names.iter().find(|name| !is_known(name)) {
        return Err(no_such(unknown, &assembly, cli, "diff"));
    }
    let (mut differences, mut failures) = (Vec::new(), Vec::new());
    match before {
        Some(before) => {
            differences = diff_assemblies(&before, &assembly, &names).map_err(Failure::from)?;
        }
        None => {
            let charts = chart_access(matches);
            let found =
                operation::look(session, matches, |aws| diff_deployed(&assembly, &names, aws, &charts))?;
            for found in found {
                match found {
                    Ok(difference) => differences.push(difference),
                    Err(error) => failures.push(error),
                }
            }
        }
    }
    if json {
        let errors = failures.iter().map(ToString::to_string).collect();
        let diagnostics = &assembly.warnings;
        session.shell.json(&Report { differences: &differences, errors, diagnostics })?;
    } else {
        session.shell.findings(&assembly.warnings, &session.directory);
        session.shell.data(&difference::shown(&differences))?;
        session.shell.talk(&difference::summary(&differences));
    }
    if !failures.is_empty() {
        failures.into_iter().for_each(|error| session.shell.failure(&error.into()));
        return Err(Stop::Told);
    }
    match matches.get_flag("exit-code") && differences.iter().any(Difference::is_any) {
        true => Err(Stop::Differs),
        false => Ok(()),
    }
}
