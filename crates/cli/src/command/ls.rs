//! `ls`: what there is.

use clap::{ArgMatches, Command};
use serde::Serialize;
use stackwright_assembly::{Diagnostics, Environment, Kind};

use super::{Program, Session, json_flag};
use crate::Options;
use crate::failure::Stop;

pub(super) fn cli() -> Command {
    Command::new("ls").about("Lists the stacks and charts in the order they are deployed").arg(json_flag())
}

#[derive(Serialize)]
struct Listing<'a> {
    deployables: Vec<Entry<'a>>,
    diagnostics: &'a Diagnostics,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    kind: Kind,
    dependencies: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a Environment>,
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
) -> Result<(), Stop> {
    let json = matches.get_flag("json");
    let assembly = session.assemble(program, &Options::default(), json)?;
    let deployables = &assembly.manifest.deployables;
    if !json {
        let names: String = deployables.iter().map(|deployable| format!("{}\n", deployable.name)).collect();
        return session.shell.data(&names);
    }
    let entries = deployables.iter().map(|deployable| Entry {
        name: &deployable.name,
        kind: deployable.kind,
        dependencies: &deployable.dependencies,
        environment: deployable.stack.as_ref().map(|stack| &stack.environment),
    });
    session.shell.json(&Listing { deployables: entries.collect(), diagnostics: &assembly.warnings })
}
