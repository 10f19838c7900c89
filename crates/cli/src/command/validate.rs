//! `validate`: what is wrong, with the program or with files, without writing anything.

use std::fs;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use stackwright_assembly::{Diagnostics, Format, Kind};
use stackwright_validation::{Text, validate_text};

use super::{Findings, Program, Session, json_flag, out_option, output};
use crate::failure::{Failure, Stop};
use crate::{Options, Previous};

pub(super) fn cli() -> Command {
    let files = Arg::new("files")
        .value_name("FILE")
        .help("Templates and manifests to look at instead of the program, whatever made them")
        .action(ArgAction::Append)
        .value_parser(value_parser!(PathBuf));
    Command::new("validate")
        .about("Tells everything that is wrong with the program, or with files, or worth knowing; writes nothing")
        .arg(files)
        .arg(out_option("The output of an earlier synth; a program may warn of what changes against it"))
        .arg(json_flag())
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
) -> Result<(), Stop> {
    let json = matches.get_flag("json");
    if let Some(names) = matches.get_many::<PathBuf>("files") {
        return files(names.cloned().collect(), json, session);
    }
    let options =
        Options { format: Format::default(), previous: Some(Previous::new(output(matches, session))) };
    let assembly = session.assemble(program, &options, json)?;
    tell(&assembly.warnings, json, session)?;
    let kinds = assembly.manifest.deployables.iter().map(|deployable| deployable.kind);
    let stacks = kinds.clone().filter(|kind| *kind == Kind::Stack).count();
    let count = format!("no errors; stacks: {stacks}, charts: {}", kinds.count() - stacks);
    done(&count, json, session);
    Ok(())
}

/// Looks at files alone; the program is not asked.
fn files(names: Vec<PathBuf>, json: bool, session: &mut Session<'_>) -> Result<(), Stop> {
    let mut found = Vec::new();
    let mut templates = 0;
    for name in &names {
        let path = session.directory.join(name);
        let text = fs::read_to_string(&path).map_err(Failure::io("read", name))?;
        let (kind, findings) = validate_text(&name.to_string_lossy(), &text);
        templates += usize::from(kind == Text::Template);
        found.extend(findings);
    }
    let found = Diagnostics::new(found);
    tell(&found, json, session)?;
    if found.has_errors() {
        return Err(Stop::Diagnosed);
    }
    let count = format!("no errors; templates: {templates}, manifests: {}", names.len() - templates);
    done(&count, json, session);
    Ok(())
}

fn tell(findings: &Diagnostics, json: bool, session: &mut Session<'_>) -> Result<(), Stop> {
    match json {
        true => session.shell.json(&Findings { diagnostics: findings })?,
        false => session.shell.findings(findings, &session.directory),
    }
    Ok(())
}

/// Says that it is done, to whoever reads talk.
fn done(count: &str, json: bool, session: &mut Session<'_>) {
    if !json {
        session.shell.talk(count);
    }
}
