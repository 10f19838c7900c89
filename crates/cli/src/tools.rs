//! The tools that commands drive, and the person whom they ask.

use std::io::BufRead;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use stackwright_deploy::{AwsOptions, ChartOptions, Clock, Driver, Interrupt};

use crate::failure::Failure;

/// What commands need that do more than write files.
pub struct Tools<'a> {
    /// Runs the AWS CLI and kubectl.
    pub driver: &'a dyn Driver,
    /// Passes time.
    pub clock: &'a dyn Clock,
    /// Where a person's answers come from; absent where nobody is there to be asked.
    pub answers: Option<&'a mut dyn BufRead>,
    /// Whether talk goes to a terminal, where lines can be drawn anew.
    pub is_terminal: bool,
    /// What Ctrl-C sets, once a command wants to end in an orderly way; absent where Ctrl-C is left alone.
    pub interrupt: Option<Interrupt>,
}

impl Tools<'_> {
    /// From now on Ctrl-C lets what is being done come to a good end; pressed again it ends the process.
    pub(crate) fn heed_interrupts(&self) -> Result<(), Failure> {
        use signal_hook::consts::SIGINT;
        use signal_hook::flag;

        let Some(interrupt) = &self.interrupt else { return Ok(()) };
        // The order matters: this one looks at the flag before the other sets it.
        let again = flag::register_conditional_shutdown(SIGINT, 130, interrupt.flag());
        let first = again.and_then(|_| flag::register(SIGINT, interrupt.flag()));
        first.map(drop).map_err(|error| Failure::new("cannot listen for Ctrl-C").cause(&error))
    }
}

/// The options of every command that drives the AWS CLI.
pub(crate) fn aws_arguments() -> [Arg; 4] {
    let option = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name).long(name).value_name(value).help(help).help_heading("AWS")
    };
    [
        option("profile", "NAME", "The AWS CLI's named profile"),
        option("region", "REGION", "The region of stacks that name none, such as eu-west-1"),
        option("endpoint-url", "URL", "Where AWS is, if it is an emulator [default: AWS_ENDPOINT_URL]"),
        Arg::new("verbose")
            .short('v')
            .long("verbose")
            .help("Shows the exact commands that are run, secrets masked")
            .action(ArgAction::SetTrue),
    ]
}

/// `--assembly`: works from files instead of from the program.
pub(crate) fn assembly_option() -> Arg {
    Arg::new("assembly")
        .long("assembly")
        .value_name("DIR")
        .help("Takes what an earlier synth wrote there, instead of asking the program")
        .value_parser(value_parser!(PathBuf))
}

/// `--exclusively`: only what is named.
pub(crate) fn exclusively_option(help: &'static str) -> Arg {
    Arg::new("exclusively").short('e').long("exclusively").help(help).action(ArgAction::SetTrue)
}

/// The options of every command that changes what is deployed.
pub(crate) fn change_arguments() -> [Arg; 2] {
    [
        Arg::new("yes")
            .short('y')
            .long("yes")
            .help("Says yes to every question beforehand")
            .action(ArgAction::SetTrue),
        Arg::new("concurrency")
            .long("concurrency")
            .value_name("NUMBER")
            .help("How many are worked on at once")
            .value_parser(value_parser!(u16).range(1..=64))
            .default_value("4"),
    ]
}

/// `--role-arn`: who changes stacks.
pub(crate) fn role_option() -> Arg {
    Arg::new("role-arn")
        .long("role-arn")
        .value_name("ARN")
        .help("The role that CloudFormation acts as [default: the stack's, else your own permissions]")
        .help_heading("AWS")
}

/// How many are worked on at once.
pub(crate) fn concurrency(matches: &ArgMatches) -> usize {
    matches.get_one::<u16>("concurrency").copied().map_or(4, usize::from)
}

/// `--kubeconfig`: the way to the clusters of charts.
pub(crate) fn kubeconfig_option() -> Arg {
    Arg::new("kubeconfig")
        .long("kubeconfig")
        .value_name("FILE")
        .help("Leads to the cluster of every chart [default: the AWS CLI writes one for each cluster]")
        .help_heading("Kubernetes")
        .value_parser(value_parser!(PathBuf))
}

/// The options of every command that changes charts.
pub(crate) fn chart_arguments() -> [Arg; 3] {
    let arg = |name: &'static str, help: &'static str| {
        Arg::new(name).long(name).help(help).help_heading("Kubernetes")
    };
    [
        kubeconfig_option(),
        arg("force-conflicts", "Takes over fields of objects that others have set to something else")
            .action(ArgAction::SetTrue),
        arg("rollout-timeout", "How long to wait for workloads to run; 0: not at all")
            .value_name("SECONDS")
            .value_parser(value_parser!(u64))
            .default_value("600"),
    ]
}

/// How charts are changed.
pub(crate) fn chart_options(matches: &ArgMatches) -> ChartOptions {
    ChartOptions {
        force_conflicts: matches.get_flag("force-conflicts"),
        timeout: Duration::from_secs(matches.get_one("rollout-timeout").copied().unwrap_or(600)),
        ..chart_access(matches)
    }
}

/// How charts are reached, by a command that applies nothing.
pub(crate) fn chart_access(matches: &ArgMatches) -> ChartOptions {
    ChartOptions { kubeconfig: matches.get_one("kubeconfig").cloned(), ..ChartOptions::default() }
}

/// What the AWS CLI is told.
pub(crate) fn aws_options(matches: &ArgMatches) -> AwsOptions {
    let option = |name: &str| matches.get_one::<String>(name).cloned();
    AwsOptions { profile: option("profile"), region: option("region"), endpoint_url: option("endpoint-url") }
}
