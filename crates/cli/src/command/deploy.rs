//! `deploy`: brings up stacks and charts.

use clap::{Arg, ArgAction, ArgMatches, Command};
use stackwright_deploy::{DeployOptions, Outcome, Parameter, ReviewMode};

use super::{Program, Request, Session, json_flag, names_argument, request};
use crate::failure::Stop;
use crate::operation;
use crate::tools::{
    assembly_option, aws_arguments, change_arguments, chart_arguments, chart_options, concurrency,
    exclusively_option, role_option,
};

const AFTER_HELP: &str = "\
What is up just so is left alone. What is changed is shown first, and asked for. A stack that cannot
be changed is rolled back by CloudFormation, which is waited for; then the cause is told, with the
line of the program that it comes from.

It can be stopped and killed at any time and run again: nothing is remembered but what AWS and the
cluster know, and what is in progress is joined.

Examples:
  Bring up everything, and be asked before each change
    $ {app} deploy
  Bring up one stack and what it depends on, without being asked
    $ {app} deploy --yes my-stack
  Bring up what is checked in, in CI
    $ {app} deploy --assembly out --yes";

pub(super) fn cli(app: &str) -> Command {
    Command::new("deploy")
        .about("Brings up stacks and charts with the AWS CLI and kubectl")
        .after_help(AFTER_HELP.replace("{app}", app))
        .arg(names_argument("The stacks and charts to bring up, with what they depend on [default: all]"))
        .arg(exclusively_option("Leaves out what the NAMEs depend on"))
        .args(change_arguments())
        .arg(
            Arg::new("review")
                .long("review")
                .value_name("WHEN")
                .help("When to ask before a change; widening: if permissions or the network's reach grow")
                .value_parser(["never", "widening", "always"])
                .default_value("always"),
        )
        .arg(
            Arg::new("allow-replace")
                .long("allow-replace")
                .value_name("ID")
                .help("Lets a resource that holds data be replaced or removed; may be repeated")
                .action(ArgAction::Append),
        )
        .arg(
            Arg::new("parameters")
                .long("parameters")
                .value_name("[STACK.]NAME=VALUE")
                .help("The value of a template's parameter; may be repeated [default: as it is, else the template's]")
                .action(ArgAction::Append)
                .value_parser(parameter),
        )
        .arg(assembly_option())
        .args(chart_arguments())
        .arg(role_option())
        .arg(Arg::new("bucket").long("bucket").value_name("NAME").help(
            "The bucket for templates above 51200 bytes [default: the AWS CDK's or the console's, if there is one]",
        ).help_heading("AWS"))
        .args(aws_arguments())
        .arg(json_flag().help("Prints what happens for machines, a JSON document on each line"))
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
    cli: &mut Command,
) -> Result<(), Stop> {
    let Request { json, assembly, names } = request(matches, program, session, cli, "deploy")?;
    if !json {
        session.shell.findings(&assembly.warnings, &session.directory);
    }
    let texts = |name| matches.get_many::<String>(name).into_iter().flatten().cloned().collect();
    let options = DeployOptions {
        names,
        exclusively: matches.get_flag("exclusively"),
        concurrency: concurrency(matches),
        parameters: matches.get_many::<Parameter>("parameters").into_iter().flatten().cloned().collect(),
        role_arn: matches.get_one("role-arn").cloned(),
        bucket: matches.get_one("bucket").cloned(),
        review: match matches.get_one::<String>("review").map(String::as_str) {
            Some("never") => ReviewMode::Never,
            Some("widening") => ReviewMode::Widening,
            _ => ReviewMode::Always,
        },
        allow_replace: texts("allow-replace"),
        charts: chart_options(matches),
    };
    let outcomes = operation::change(session, matches, |aws, approver| {
        stackwright_deploy::deploy(&assembly, &options, aws, approver)
    })?;
    if !json {
        session.shell.talk(&summary(&outcomes));
    }
    if outcomes.iter().all(|(_, outcome)| outcome.is_up()) { Ok(()) } else { Err(Stop::Told) }
}

/// How many ended how.
pub(super) fn summary(outcomes: &[(String, Outcome)]) -> String {
    let words = [
        (Outcome::Created, "created"),
        (Outcome::Updated, "updated"),
        (Outcome::Unchanged, "unchanged"),
        (Outcome::Deleted, "deleted"),
        (Outcome::Absent, "not there"),
        (Outcome::Failed, "failed"),
        (Outcome::Declined, "declined"),
        (Outcome::Interrupted, "interrupted"),
        (Outcome::Skipped, "not begun"),
    ];
    let count = |wanted| outcomes.iter().filter(|(_, outcome)| *outcome == wanted).count();
    let counts = words.map(|(outcome, word)| (count(outcome), word));
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    let mut text = if told.is_empty() { "nothing to deploy".to_owned() } else { told.join(", ") };
    if count(Outcome::Interrupted) > 0 {
        text += "\ninterrupted: what is in progress goes on in AWS; run it again to join it";
    }
    text
}

fn parameter(text: &str) -> Result<Parameter, &'static str> {
    const EXPECTED: &str = "expected NAME=VALUE or STACK.NAME=VALUE, such as network.Cidr=10.0.0.0/16";

    let (key, value) = text.split_once('=').ok_or(EXPECTED)?;
    let (stack, name) = match key.split_once('.') {
        Some((stack, name)) => (Some(stack.to_owned()), name),
        None => (None, key),
    };
    if name.is_empty() || stack.as_deref() == Some("") {
        return Err(EXPECTED);
    }
    Ok(Parameter { stack, name: name.to_owned(), value: value.to_owned() })
}
