//! `new`: makes a project.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use stackwright_cli::Failure;

use super::Session;
use crate::checkout::Origin;
use crate::directory;
use crate::name::Name;
use crate::project::Project;
use crate::starter::Starter;

const AFTER_HELP: &str = "\
The project builds and passes its tests as it is: a program, a test that keeps its templates as
snapshots, a workflow for GitHub Actions, and a README that says how to go on. Its stacks are called
after it.

Stackwright is in no registry yet, so a project takes it from a checkout or from a repository.

Examples:
  Start with a network, a cluster and its nodes
    $ cargo stackwright new shop
  Start with a network alone
    $ cargo stackwright new --template app shop
  Let everyone who builds it fetch Stackwright from a repository, CI included
    $ cargo stackwright new --git https://git.example.com/stackwright shop";

pub(super) fn cli() -> Command {
    Command::new("new")
        .about("Makes a project that builds, has tests and a workflow for CI")
        .after_help(AFTER_HELP)
        .arg(
            Arg::new("directory")
                .value_name("DIR")
                .help("The directory to make; its last part is the project's name")
                .required(true)
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            Arg::new("template")
                .long("template")
                .value_name("NAME")
                .help("What to start with: a network; with a cluster; with pods in a network of their own")
                .value_parser(["app", "eks", "multus"])
                .default_value("eks"),
        )
        .arg(
            Arg::new("path")
                .long("path")
                .value_name("DIR")
                .help("The checkout to take Stackwright from [default: the one that this program was built from]")
                .value_parser(value_parser!(PathBuf)),
        )
        .arg(
            Arg::new("git")
                .long("git")
                .value_name("URL")
                .help("The repository to take Stackwright from, instead of a checkout")
                .conflicts_with("path"),
        )
}

pub(super) fn exec(matches: &ArgMatches, session: &mut Session<'_>) -> Result<(), Failure> {
    let asked = matches.get_one::<PathBuf>("directory").expect("the directory is required");
    let target = session.directory.join(asked);
    let name = Name::of_directory(asked)?;
    let starter = match matches.get_one::<String>("template").map(String::as_str) {
        Some("app") => Starter::App,
        Some("multus") => Starter::Multus,
        _ => Starter::Eks,
    };
    let origin = match (matches.get_one::<String>("git"), matches.get_one::<PathBuf>("path")) {
        (Some(url), _) => Origin::repository(url),
        (None, Some(path)) => Origin::checkout(&session.directory.join(path))?,
        (None, None) => Origin::own_checkout()?,
    };
    directory::write(&target, asked, &Project { name: &name, starter, origin: &origin }.files()?)?;

    let asked = asked.display();
    session
        .talk(&format!("made {name} in {asked}\n\nnow:\n  cd {asked}\n  cargo test\n  cargo run -- synth"));
    if let Some(note) = origin.note() {
        session.talk(&format!("\n{note}"));
    }
    Ok(())
}
