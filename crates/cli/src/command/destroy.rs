//! `destroy`: takes down stacks and charts.

use clap::{ArgMatches, Command};
use stackwright_deploy::{DestroyOptions, Outcome};

use super::deploy::summary;
use super::{Program, Request, Session, json_flag, names_argument, request};
use crate::failure::Stop;
use crate::operation;
use crate::tools::{
    assembly_option, aws_arguments, change_arguments, chart_access, concurrency, exclusively_option,
    kubeconfig_option, role_option,
};

const AFTER_HELP: &str = "\
Goes from the last deployed to the first: charts before their clusters, stacks before those whose
values they use. Before anything is deleted it is told what goes, what will stay (retained
resources, log groups, load balancers and volumes that controllers made), and what would keep a
network from being deleted, each with the command that removes it. Stacks that are protected from
termination, and exports that other stacks import, are told then too, and nothing is deleted.

It can be stopped and killed at any time and run again: a deletion that is in progress is joined.

Examples:
  Take down everything, after a look at what that means
    $ {app} destroy
  Take down one stack and what depends on it, without being asked
    $ {app} destroy --yes my-stack
  Take down a cluster that can no longer be reached, and leave out its charts
    $ {app} destroy --exclusively my-cluster";

pub(super) fn cli(app: &str) -> Command {
    Command::new("destroy")
        .about("Takes down stacks and charts, and says what will stay")
        .after_help(AFTER_HELP.replace("{app}", app))
        .arg(names_argument("The stacks and charts to take down, with what depends on them [default: all]"))
        .arg(exclusively_option("Leaves out what depends on the NAMEs"))
        .args(change_arguments())
        .arg(assembly_option())
        .arg(kubeconfig_option())
        .arg(role_option())
        .args(aws_arguments())
        .arg(json_flag().help("Prints what happens for machines, a JSON document on each line"))
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
    cli: &mut Command,
) -> Result<(), Stop> {
    let Request { json, assembly, names } = request(matches, program, session, cli, "destroy")?;
    let options = DestroyOptions {
        names,
        exclusively: matches.get_flag("exclusively"),
        concurrency: concurrency(matches),
        role_arn: matches.get_one("role-arn").cloned(),
        charts: chart_access(matches),
    };
    let outcomes = operation::change(session, matches, |aws, approver| {
        stackwright_deploy::destroy(&assembly, &options, aws, approver)
    })?;
    if !json {
        let is_absent = outcomes.iter().all(|(_, outcome)| *outcome == Outcome::Absent);
        session.shell.talk(&if is_absent {
            "nothing is there to destroy".to_owned()
        } else {
            summary(&outcomes)
        });
    }
    if outcomes.iter().all(|(_, outcome)| outcome.is_done()) { Ok(()) } else { Err(Stop::Told) }
}
