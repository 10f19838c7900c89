//! `validate`: what is wrong, without writing anything.

use clap::{ArgMatches, Command};
use stackwright_assembly::{Format, Kind};

use super::{Findings, Program, Session, json_flag, out_option, output};
use crate::failure::Stop;
use crate::{Options, Previous};

pub(super) fn cli() -> Command {
    Command::new("validate")
        .about("Tells everything that is wrong with the program or worth knowing; writes nothing")
        .arg(out_option("The output of an earlier synth; a program may warn of what changes against it"))
        .arg(json_flag())
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
) -> Result<(), Stop> {
    let json = matches.get_flag("json");
    let options =
        Options { format: Format::default(), previous: Some(Previous::new(output(matches, session))) };
    let assembly = session.assemble(program, &options, json)?;
    if json {
        return session.shell.json(&Findings { diagnostics: &assembly.warnings });
    }
    session.shell.findings(&assembly.warnings, &session.directory);
    let kinds = assembly.manifest.deployables.iter().map(|deployable| deployable.kind);
    let stacks = kinds.clone().filter(|kind| *kind == Kind::Stack).count();
    session.shell.talk(&format!("no errors; stacks: {stacks}, charts: {}", kinds.count() - stacks));
    Ok(())
}
