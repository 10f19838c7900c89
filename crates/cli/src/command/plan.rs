//! `plan`: which addresses of the app's networks are whose.

use clap::{Arg, ArgMatches, Command};
use serde::Serialize;
use stackwright_assembly::{AddressPlan, Diagnostics};
use stackwright_picture::address;

use super::{Program, Session};
use crate::Options;
use crate::failure::Stop;

const AFTER_HELP: &str = "\
NOW is how many addresses are needed with the fewest nodes, MOST with the most, and ROOM FOR with
those that the plan keeps room for besides. Of an IPv6 subnet, network interfaces have the
addresses that no line shows.

Example, for a page to look at:
    $ {app} plan --format html > plan.html";

pub(super) fn cli(app: &str) -> Command {
    Command::new("plan")
        .about("Shows which addresses of the networks are whose")
        .after_help(AFTER_HELP.replace("{app}", app))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .help("A table, data for machines, a drawing, or a page with the drawing and the table")
                .value_parser(["table", "json", "svg", "html"])
                .default_value("table"),
        )
}

#[derive(Serialize)]
struct Plans<'a> {
    address_plans: &'a [&'a AddressPlan],
    diagnostics: &'a Diagnostics,
}

pub(super) fn exec(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
) -> Result<(), Stop> {
    let format = matches.get_one::<String>("format").map_or("table", String::as_str);
    let assembly = session.assemble(program, &Options::default(), format == "json")?;
    let stacks = assembly.manifest.deployables.iter().filter_map(|deployable| deployable.stack.as_ref());
    let plans: Vec<&AddressPlan> = stacks.flat_map(|stack| &stack.address_plans).collect();
    if format == "json" {
        return session.shell.json(&Plans { address_plans: &plans, diagnostics: &assembly.warnings });
    }
    if plans.is_empty() {
        session.shell.talk("the app has no address plan: a program makes one with IpPlan");
        return Ok(());
    }
    let text = match format {
        "svg" => address::drawing(&plans),
        "html" => address::page(&plans),
        _ => plans.iter().map(|plan| address::table(plan)).collect::<Vec<_>>().join("\n"),
    };
    session.shell.data(&text)
}
