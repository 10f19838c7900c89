//! `graph`: what depends on what, as a drawing.

use clap::{Arg, ArgMatches, Command};
use stackwright_assembly::{Deployable, Kind};

use super::{Program, Session};
use crate::Options;
use crate::failure::Stop;

pub(super) fn cli() -> Command {
    Command::new("graph")
        .about("Draws which stack or chart depends on which")
        .after_help("An arrow runs from what depends to what must be up before it.")
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .help("The language of the drawing")
                .value_parser(["mermaid"])
                .default_value("mermaid"),
        )
}

pub(super) fn exec(_: &ArgMatches, program: Program<'_>, session: &mut Session<'_>) -> Result<(), Stop> {
    let assembly = session.assemble(program, &Options::default(), false)?;
    session.shell.data(&mermaid(&assembly.manifest.deployables))
}

/// A flowchart: a stack is a box, a chart has round ends.
fn mermaid(deployables: &[Deployable]) -> String {
    let mut text = "flowchart LR\n".to_owned();
    for (index, deployable) in deployables.iter().enumerate() {
        let name = deployable.name.replace('"', "#quot;");
        text += &match deployable.kind {
            Kind::Stack => format!("    n{index}[\"{name}\"]\n"),
            Kind::Chart => format!("    n{index}([\"{name}\"])\n"),
        };
    }
    for (index, deployable) in deployables.iter().enumerate() {
        let known = |name: &String| deployables.iter().position(|other| other.name == *name);
        for dependency in deployable.dependencies.iter().filter_map(known) {
            text += &format!("    n{index} --> n{dependency}\n");
        }
    }
    text
}
