//! Lists the facts of all services, for the library to have them with it.
#![expect(clippy::disallowed_methods, reason = "a build script reads facts and writes code")]

use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let facts = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or("CARGO_MANIFEST_DIR is not set")?)
        .join("../aws/facts")
        .canonicalize()?;
    println!("cargo::rerun-if-changed={}", facts.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&facts)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "facts") {
            let module = path.file_stem().and_then(|stem| stem.to_str()).ok_or("a facts file has no name")?;
            files.push((module.to_owned(), path));
        }
    }
    files.sort();
    let mut code = String::from("&[\n");
    for (module, path) in files {
        writeln!(code, "    ({module:?}, include_str!({path:?})),")?;
    }
    code.push_str("]\n");
    fs::write(out.join("services.rs"), code)?;
    fs::write(out.join("index.rs"), format!("include_str!({:?})\n", facts.join("index")))?;
    Ok(())
}
