//! `completions`: what makes a shell complete the app's commands.

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;

use super::Session;
use crate::failure::Stop;

pub(super) fn cli(app: &str) -> Command {
    Command::new("completions")
        .about("Prints what makes a shell complete this app's commands")
        .after_help(format!("Example, for the bash that is running:\n    $ source <({app} completions bash)"))
        .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell)))
}

pub(super) fn exec(matches: &ArgMatches, session: &mut Session<'_>, cli: &mut Command) -> Result<(), Stop> {
    let shell = *matches.get_one::<Shell>("shell").expect("the shell is required");
    let app = cli.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(shell, cli, app, &mut script);
    session.shell.data(&String::from_utf8_lossy(&script))
}
