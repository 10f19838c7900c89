//! The infrastructure of {{name}}.

mod infrastructure;
#[cfg(test)]
mod tests;

use std::process::ExitCode;

/// What the names of stacks begin with. A deployed stack keeps its name: under another one it is another stack.
const NAME: &str = "{{name}}";

fn main() -> ExitCode {
    let app = stackwright::app();
    infrastructure::describe(&app, NAME);
    stackwright::run(app)
}
