//! The commands: what the command line looks like, and which of them is run.

mod completions;
mod deploy;
mod destroy;
mod diff;
mod doctor;
mod graph;
mod ls;
mod outputs;
mod plan;
mod synth;
mod validate;
mod verify;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use serde::Serialize;
use stackwright_assembly::{Assembly, Diagnostics, Format};

use crate::failure::Stop;
use crate::output::Output;
use crate::shell::Shell;
use crate::tools::Tools;
use crate::{Exit, Options, Previous};

/// The user's program, which can be asked once.
pub(crate) type Program<'a> = Box<dyn FnOnce(&Options) -> Result<Assembly, Diagnostics> + 'a>;

/// What a command works with.
pub(crate) struct Session<'a> {
    pub(crate) shell: Shell<'a>,
    pub(crate) directory: PathBuf,
    pub(crate) tools: Tools<'a>,
}

/// What a command that works on named stacks and charts is asked for.
struct Request {
    /// Whether a machine reads what is printed.
    json: bool,
    assembly: Assembly,
    /// The names that are given, each of which is the assembly's.
    names: Vec<String>,
}

/// What `--json` prints where the program has errors.
#[derive(Serialize)]
struct Findings<'a> {
    diagnostics: &'a Diagnostics,
}

impl Session<'_> {
    /// Asks the program for its assembly. If it has errors they are told, and the command stops.
    fn assemble(&mut self, program: Program<'_>, options: &Options, json: bool) -> Result<Assembly, Stop> {
        program(options).or_else(|diagnostics| {
            match json {
                true => self.shell.json(&Findings { diagnostics: &diagnostics })?,
                false => self.shell.findings(&diagnostics, &self.directory),
            }
            Err(Stop::Diagnosed)
        })
    }

    /// The assembly to work with: the one that `--assembly` names, else the program's.
    fn assembly(&mut self, matches: &ArgMatches, program: Program<'_>, json: bool) -> Result<Assembly, Stop> {
        if let Some(name) = matches.get_one::<PathBuf>("assembly") {
            return Ok(Output::new(&self.directory, name).assembly()?);
        }
        let previous = Previous::new(Output::new(&self.directory, Path::new(OUT)));
        self.assemble(program, &Options { format: Format::default(), previous: Some(previous) }, json)
    }
}

/// Where output goes, and where the last one is looked for, if nothing is said.
const OUT: &str = "out";

const EXAMPLES: &str = "\
Examples:
  Show what there is, in the order it is deployed
    $ {app} ls
  Write the templates and manifests of all of it to out/
    $ {app} synth
  Find out what is wrong, without writing anything
    $ {app} validate
  Show what would change
    $ {app} diff
  Bring it up
    $ {app} deploy

Exit codes: 0 done, 1 the operation failed, 2 usage, 3 the program has errors, 4 diff found differences";

/// The command line of the app called `name`.
fn cli(name: &str) -> Command {
    let commands = [
        ls::cli(),
        synth::cli(name),
        validate::cli(),
        diff::cli(name),
        deploy::cli(name),
        destroy::cli(name),
        outputs::cli(name),
        verify::cli(),
        doctor::cli(),
        graph::cli(name),
        plan::cli(name),
        completions::cli(name),
    ];
    Command::new(name.to_owned())
        .about("Describes infrastructure in Rust; writes and deploys CloudFormation templates and Kubernetes manifests")
        .after_help(EXAMPLES.replace("{app}", name))
        .arg(context_option())
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .subcommands(commands.map(|command| command.arg(context_option())))
}

/// Parses the command line and runs what it says.
pub(crate) fn run(arguments: Vec<OsString>, program: Program<'_>, session: &mut Session<'_>) -> Exit {
    let mut cli = cli(&app_name(&arguments));
    let outcome = match cli.try_get_matches_from_mut(arguments) {
        Ok(matches) => match matches.subcommand() {
            Some(("ls", matches)) => ls::exec(matches, program, session),
            Some(("synth", matches)) => synth::exec(matches, program, session, &mut cli),
            Some(("validate", matches)) => validate::exec(matches, program, session),
            Some(("diff", matches)) => diff::exec(matches, program, session, &mut cli),
            Some(("deploy", matches)) => deploy::exec(matches, program, session, &mut cli),
            Some(("destroy", matches)) => destroy::exec(matches, program, session, &mut cli),
            Some(("doctor", matches)) => doctor::exec(matches, program, session),
            Some(("outputs", matches)) => outputs::exec(matches, program, session, &mut cli),
            Some(("verify", matches)) => verify::exec(matches, program, session, &mut cli),
            Some(("graph", matches)) => graph::exec(matches, program, session, &mut cli),
            Some(("plan", matches)) => plan::exec(matches, program, session),
            Some(("completions", matches)) => completions::exec(matches, session, &mut cli),
            _ => unreachable!("clap knows no other command and requires one"),
        },
        Err(error) => Err(Stop::Usage(error)),
    };
    match outcome {
        Ok(()) | Err(Stop::Unread) => Exit::Done,
        Err(Stop::Told) => Exit::Failed,
        Err(Stop::Diagnosed) => Exit::Diagnosed,
        Err(Stop::Differs) => Exit::Differs,
        Err(Stop::Failed(failure)) => {
            session.shell.failure(&failure);
            Exit::Failed
        }
        Err(Stop::Usage(error)) => {
            let text = error.render().ansi().to_string();
            if error.use_stderr() {
                session.shell.talk(text.trim_end());
                return Exit::Usage;
            }
            // Help that was asked for is data.
            match session.shell.data(&text) {
                Err(Stop::Failed(_)) => Exit::Failed,
                _ => Exit::Done,
            }
        }
    }
}

/// The context values of a command line; none where it is not understood.
pub(crate) fn context(arguments: Vec<OsString>) -> BTreeMap<String, String> {
    let Ok(matches) = cli(&app_name(&arguments)).try_get_matches_from(arguments) else {
        return BTreeMap::new();
    };
    let command = matches.subcommand().map(|(_, matches)| matches);
    let given = [Some(&matches), command].into_iter().flatten();
    given.flat_map(|matches| matches.get_many::<(String, String)>("context")).flatten().cloned().collect()
}

/// Stands before the command and after it: clap's own global options forget the former where there are both.
fn context_option() -> Arg {
    Arg::new("context")
        .short('c')
        .long("context")
        .value_name("KEY=VALUE")
        .help("Gives the program a context value; may be repeated, the last of a key counts")
        .action(ArgAction::Append)
        .value_parser(context_value)
}

fn context_value(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE, such as stage=prod"),
    }
}

/// What the user calls the program by.
fn app_name(arguments: &[OsString]) -> String {
    let name = arguments.first().and_then(|program| Path::new(program).file_stem());
    name.map_or_else(|| "app".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn json_flag() -> Arg {
    Arg::new("json")
        .long("json")
        .help("Prints one JSON document for machines, diagnostics included")
        .action(ArgAction::SetTrue)
}

fn out_option(help: &'static str) -> Arg {
    Arg::new("out")
        .long("out")
        .value_name("DIR")
        .help(help)
        .default_value(OUT)
        .value_parser(value_parser!(PathBuf))
}

/// The directory that `--out` names.
fn output(matches: &ArgMatches, session: &Session<'_>) -> Output {
    let name = matches.get_one::<PathBuf>("out").expect("--out has a default");
    Output::new(&session.directory, name)
}

/// The names of stacks and charts.
fn names_argument(help: &'static str) -> Arg {
    Arg::new("names").value_name("NAME").help(help).action(ArgAction::Append)
}

/// What the arguments of `command` ask for: `--json`, `--assembly` or the program's own, and its names.
fn request(
    matches: &ArgMatches,
    program: Program<'_>,
    session: &mut Session<'_>,
    cli: &mut Command,
    command: &str,
) -> Result<Request, Stop> {
    let json = matches.get_flag("json");
    let assembly = session.assembly(matches, program, json)?;
    let names = known_names(matches, &assembly, cli, command)?;
    Ok(Request { json, assembly, names })
}

/// The names that are given, each of which is the assembly's.
fn known_names(
    matches: &ArgMatches,
    assembly: &Assembly,
    cli: &mut Command,
    command: &str,
) -> Result<Vec<String>, Stop> {
    let names: Vec<String> = matches.get_many("names").into_iter().flatten().cloned().collect();
    match names.iter().find(|name| assembly.deployable(name).is_none()) {
        Some(unknown) => Err(no_such(unknown, assembly, cli, command)),
        None => Ok(names),
    }
}

fn no_such(name: &str, assembly: &Assembly, cli: &mut Command, command: &str) -> Stop {
    let known: Vec<&str> = assembly.manifest.deployables.iter().map(|deployable| &*deployable.name).collect();
    let message = match known.is_empty() {
        true => format!("there is no {name:?}: the app has neither stack nor chart"),
        false => format!("there is no {name:?}: the app has {}", known.join(", ")),
    };
    cli.build();
    let command = cli.find_subcommand_mut(command).expect("it is one of the commands");
    Stop::Usage(command.error(ErrorKind::InvalidValue, message))
}

#[cfg(test)]
mod tests;
