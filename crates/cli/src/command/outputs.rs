//! `outputs`: the values that deployed stacks have.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};

use super::{Program, Request, Session, json_flag, names_argument, request};
use crate::failure::{Failure, Stop};
use crate::operation;
use crate::tools::{assembly_option, aws_arguments};

const AFTER_HELP: &str = "\
Examples:
  Show the outputs of all stacks
    $ {app} outputs
  Keep them in a file for other programs
    $ {app} outputs --out outputs.json";

pub(super) fn cli(app: &str) -> Command {
    Command::new("outputs")
        .about("Prints the outputs of the stacks that are deployed")
        .after_help(AFTER_HELP.replace("{app}", app))
        .arg(names_argument("The stacks whose outputs to print [default: all]"))
        .arg(
            Arg::new("out")
                .long("out")
                .value_name("FILE")
                .help("Writes them to a file as JSON, instead of printing them")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(assembly_option())
        .args(aws_arguments())
        .arg(json_flag().help("Prints them as JSON: an object of objects, by stack and name"))
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
    cli: &mut Command,
) -> Result<(), Stop> {
    let Request { json, assembly, names } = request(matches, program, session, cli, "outputs")?;
    let found = operation::look(session, matches, |aws| stackwright_deploy::outputs(&assembly, &names, aws))?;
    if let Some(file) = matches.get_one::<PathBuf>("out") {
        let mut text = serde_json::to_string_pretty(&found)
            .map_err(|error| Failure::new("cannot write JSON").cause(&error))?;
        text.push('\n');
        std::fs::write(session.directory.join(file), text).map_err(Failure::io("write", file))?;
        return Ok(());
    }
    match json {
        true => session.shell.json(&found),
        false => session.shell.data(&lines(&found)),
    }
}

/// One output a line, `STACK.NAME = VALUE`.
fn lines(found: &BTreeMap<String, BTreeMap<String, String>>) -> String {
    let all = || found.iter().flat_map(|(stack, values)| values.iter().map(move |it| (stack, it)));
    let width = all().map(|(stack, (name, _))| stack.len() + 1 + name.len()).max().unwrap_or(0);
    all().map(|(stack, (name, value))| format!("{:<width$} = {value}\n", format!("{stack}.{name}"))).collect()
}
