//! Generates the modules of the enabled services from their facts.
#![expect(
    clippy::disallowed_methods,
    reason = "a build script reads facts, writes code and asks Cargo for features"
)]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

use stackwright_codegen::{parse, rust};

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let index = parse::index(&facts("index")?).map_err(|error| format!("facts/index: {error}"))?;
    let enabled = index.services.iter().filter(|(module, entry)| !entry.gated || is_enabled(module));
    let enabled: Vec<&str> = enabled.map(|(module, _)| module.as_str()).collect();
    for module in &enabled {
        let file = format!("{module}.facts");
        let service = parse::service(&facts(&file)?).map_err(|error| format!("facts/{file}: {error}"))?;
        let code = rust::service(&service, &index).map_err(|error| format!("facts/{file}: {error}"))?;
        fs::write(out.join(format!("{module}.rs")), code)?;
    }
    fs::write(out.join("ids.rs"), rust::ids(&index))?;
    fs::write(out.join("services.rs"), rust::modules(&index, enabled))?;
    Ok(())
}

fn facts(file: &str) -> Result<String, Box<dyn Error>> {
    let path = Path::new("facts").join(file);
    println!("cargo::rerun-if-changed={}", path.display());
    fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()).into())
}

fn is_enabled(module: &str) -> bool {
    env::var_os(format!("CARGO_FEATURE_{}", module.to_ascii_uppercase())).is_some()
}
