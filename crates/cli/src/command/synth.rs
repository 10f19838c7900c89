//! `synth`: writes the templates and manifests.

use clap::{Arg, ArgMatches, Command};
use serde::Serialize;
use stackwright_assembly::{Diagnostics, Format};

use super::{Program, Session, json_flag, known_names, names_argument, no_such, out_option, output};
use crate::failure::Stop;
use crate::output::{Changes, Selection};
use crate::{Options, Previous};

const AFTER_HELP: &str = "\
The directory gets a file for each stack and chart, and manifest.json, which lists them. Files that
would not change are not touched; files of stacks and charts that left the app are removed; others
are left alone. If anything goes wrong, the directory stays as it was.

With NAMEs, only those and what they depend on are written; the others' files and their entries in
manifest.json stay as they were.

Examples:
  Write everything to out/
    $ {app} synth
  Write one stack and what it depends on, as YAML, elsewhere
    $ {app} synth --format yaml --out /tmp/look my-stack
  Fail in CI where the checked-in output is stale
    $ {app} synth && git diff --exit-code out/";

pub(super) fn cli(app: &str) -> Command {
    Command::new("synth")
        .about("Writes the CloudFormation templates and Kubernetes manifests")
        .after_help(AFTER_HELP.replace("{app}", app))
        .arg(names_argument("The stacks and charts to write, with what they depend on [default: all]"))
        .arg(out_option("The directory to write to"))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .help("The form of the templates")
                .value_parser(["json", "yaml"])
                .default_value("json"),
        )
        .arg(json_flag())
}

#[derive(Serialize)]
struct Report<'a> {
    written: &'a [String],
    removed: &'a [String],
    unchanged: &'a [String],
    diagnostics: &'a Diagnostics,
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
    cli: &mut Command,
) -> Result<(), Stop> {
    let json = matches.get_flag("json");
    let format = match matches.get_one::<String>("format").map(String::as_str) {
        Some("yaml") => Format::Yaml,
        _ => Format::Json,
    };
    let output = output(matches, session);
    let options = Options { format, previous: Some(Previous::new(output.clone())) };
    let assembly = session.assemble(program, &options, json)?;
    let names = known_names(matches, &assembly, cli, "synth")?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let selection = match names.is_empty() {
        true => Selection::All,
        false => Selection::of(&names, &assembly.manifest)
            .map_err(|unknown| no_such(unknown, &assembly, cli, "synth"))?,
    };

    let changes = output.write(&assembly, &selection, || {
        session.shell.talk("waiting for another synth to finish");
    })?;
    if json {
        let Changes { written, removed, unchanged } = &changes;
        return session.shell.json(&Report { written, removed, unchanged, diagnostics: &assembly.warnings });
    }
    session.shell.findings(&assembly.warnings, &session.directory);
    session.shell.talk(&changes.told(output.name()));
    // The process is done, and a hundred thousand texts take a while to be given back one by one.
    std::mem::forget(assembly);
    Ok(())
}
