//! Objects of the data that comes in, as JSON and as YAML.
//!
//! Reads lines of JSON objects with a document under `json`, as `nasty_templates` of `stackwright-cfn` prints them, and
//! prints for each an object a line with the keys `json` and `yaml`. `tests/real/yaml` compares the two.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a program for tests, with input and output"
)]

use std::error::Error;

use serde_json::{Value, json};
use stackwright_k8s::Object;

fn main() -> Result<(), Box<dyn Error>> {
    for line in std::io::stdin().lines() {
        let line: Value = serde_json::from_str(&line?)?;
        let document: Value = serde_json::from_str(line["json"].as_str().ok_or("no document")?)?;
        let object = Object::from_serialize(document)?;
        println!("{}", json!({ "json": serde_json::to_string(object.fields())?, "yaml": object.to_yaml() }));
    }
    Ok(())
}
