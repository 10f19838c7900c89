//! `validate`: what is wrong, with the program or with files, without writing anything.

use std::fs;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde::Serialize;
use stackwright_assembly::{Acknowledged, Diagnostics, Format, Kind};
use stackwright_validation::{Text, rules, validate_texts};

use super::{Program, Session, json_flag, out_option, output};
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
        .arg(
            Arg::new("list-rules")
                .long("list-rules")
                .help("Lists the rules whose warnings can be acknowledged, each with its reason")
                .action(ArgAction::SetTrue)
                .conflicts_with("files"),
        )
        .arg(out_option("The output of an earlier synth; a program may warn of what changes against it"))
        .arg(json_flag())
}

/// What `--json` prints.
#[derive(Serialize)]
struct Report<'a> {
    diagnostics: &'a Diagnostics,
    acknowledged: &'a [Acknowledged],
}

/// A rule as `--list-rules --json` prints it.
#[derive(Serialize)]
struct Rule {
    code: &'static str,
    reason: &'static str,
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
) -> Result<(), Stop> {
    let json = matches.get_flag("json");
    if matches.get_flag("list-rules") {
        return list(json, session);
    }
    if let Some(names) = matches.get_many::<PathBuf>("files") {
        return files(names.cloned().collect(), json, session);
    }
    let options =
        Options { format: Format::default(), previous: Some(Previous::new(output(matches, session))) };
    let assembly = session.assemble(program, &options, json)?;
    let deployables = &assembly.manifest.deployables;
    let acknowledged: Vec<_> = deployables.iter().flat_map(|one| one.acknowledged.iter().cloned()).collect();
    tell(&assembly.warnings, &acknowledged, json, session)?;
    let kinds = deployables.iter().map(|deployable| deployable.kind);
    let stacks = kinds.clone().filter(|kind| *kind == Kind::Stack).count();
    let count = format!("no errors; stacks: {stacks}, charts: {}", kinds.count() - stacks);
    done(&count, json, session);
    Ok(())
}

/// Looks at files alone; the program is not asked.
fn files(names: Vec<PathBuf>, json: bool, session: &mut Session<'_>) -> Result<(), Stop> {
    let (mut found, mut acknowledged) = (Vec::new(), Vec::new());
    let mut files = Vec::new();
    for name in &names {
        let path = session.directory.join(name);
        let text = fs::read_to_string(&path).map_err(Failure::io("read", name))?;
        files.push((name.to_string_lossy(), text));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    let mut templates = 0;
    for validated in validate_texts(&files) {
        templates += usize::from(validated.kind == Text::Template);
        found.extend(validated.findings);
        acknowledged.extend(validated.acknowledged);
    }
    let found = Diagnostics::new(found);
    tell(&found, &acknowledged, json, session)?;
    if found.has_errors() {
        return Err(Stop::Diagnosed);
    }
    let count = format!("no errors; templates: {templates}, manifests: {}", names.len() - templates);
    done(&count, json, session);
    Ok(())
}

/// Tells the rules, a line each.
fn list(json: bool, session: &mut Session<'_>) -> Result<(), Stop> {
    let rules: Vec<Rule> = rules().map(|rule| Rule { code: rule.code, reason: rule.reason }).collect();
    if json {
        return session.shell.json(&rules);
    }
    let width = rules.iter().map(|rule| rule.code.len()).max().unwrap_or_default();
    let line = |rule: &Rule| format!("{:width$}  {}\n", rule.code, rule.reason);
    session.shell.data(&rules.iter().map(line).collect::<String>())
}

fn tell(
    findings: &Diagnostics,
    acknowledged: &[Acknowledged],
    json: bool,
    session: &mut Session<'_>,
) -> Result<(), Stop> {
    if json {
        return session.shell.json(&Report { diagnostics: findings, acknowledged });
    }
    session.shell.acknowledged(acknowledged);
    session.shell.findings(findings, &session.directory);
    Ok(())
}

/// Says that it is done, to whoever reads talk.
fn done(count: &str, json: bool, session: &mut Session<'_>) {
    if !json {
        session.shell.talk(count);
    }
}
