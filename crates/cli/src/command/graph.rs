//! `graph`: what there is and how it hangs together, as a drawing.

use clap::{Arg, ArgMatches, Command};
use serde::Serialize;
use stackwright_assembly::Diagnostics;
use stackwright_picture::{Picture, View};

use super::{Program, Session, known_names, names_argument};
use crate::failure::{Failure, Stop};
use crate::tools::assembly_option;

const AFTER_HELP: &str = "\
The view of deployables shows stacks and charts: an arrow runs from what depends to what must be up
before it. The view of the network shows VPCs with their zones, subnets and ways out, the nodes and
interfaces in them, and the networks of pods.

Mermaid, for example, is drawn by forges, dot by Graphviz. SVG and HTML need nothing besides a browser;
in the page, / searches, + - 0 and the wheel zoom, Enter chooses.

Example, for a page to look at:
    $ {app} graph --format html > app.html";

pub(super) fn cli(app: &str) -> Command {
    Command::new("graph")
        .about("Draws which stack or chart depends on which, and the network")
        .after_help(AFTER_HELP.replace("{app}", app))
        .arg(names_argument("What to draw, with all that it depends on [default: all]"))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .help(
                    "The language of the drawing, data for machines, a drawing, or a page to look around in",
                )
                .value_parser(["mermaid", "dot", "json", "svg", "html"])
                .default_value("mermaid"),
        )
        .arg(
            Arg::new("view")
                .long("view")
                .value_name("VIEW")
                .help("What to show [default: all for json and html, else deployables]")
                .value_parser(["deployables", "network", "all"]),
        )
        .arg(assembly_option())
}

/// The picture, and what else `--json` tells in other commands.
#[derive(Serialize)]
struct Drawn<'a> {
    #[serde(flatten)]
    picture: &'a Picture,
    diagnostics: &'a Diagnostics,
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
    cli: &mut Command,
) -> Result<(), Stop> {
    let format = matches.get_one::<String>("format").map_or("mermaid", String::as_str);
    let view = match matches.get_one::<String>("view").map(String::as_str) {
        Some("deployables") => View::Deployables,
        Some("network") => View::Network,
        Some(_) => View::All,
        None if matches!(format, "json" | "html") => View::All,
        None => View::Deployables,
    };
    let assembly = session.assembly(matches, program, format == "json")?;
    let names = known_names(matches, &assembly, cli, "graph")?;
    let picture = Picture::new(&assembly, &names, view).map_err(|error| {
        Failure::new(error.to_string()).cause(&error.cause()).hint("write the assembly anew with synth")
    })?;
    let text = match format {
        "json" => return session.shell.json(&Drawn { picture: &picture, diagnostics: &assembly.warnings }),
        "dot" => picture.dot(),
        "svg" => picture.svg(),
        "html" => picture.page(cli.get_name()),
        _ => picture.mermaid(),
    };
    session.shell.data(&text)
}
