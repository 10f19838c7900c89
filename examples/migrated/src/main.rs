//! Stacks whose programs were made of `templates/` by `cargo stackwright migrate`, and have not been touched since.
//!
//! `cargo run -p migrated -- synth --out target/migrated` writes the templates they synthesize.

mod jobs;
mod network;

use std::process::ExitCode;

fn main() -> ExitCode {
    let app = stackwright::app();
    network::describe(&app);
    jobs::describe(&app);
    stackwright::run(app)
}

#[cfg(test)]
mod tests;
