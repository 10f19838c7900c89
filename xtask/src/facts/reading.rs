//! Reads the files that the facts come from.

use flate2::read::GzDecoder;
use serde_json::Value;
use std::io::Read;
use std::path::Path;

/// The upstream database, as it was shipped and as it reads.
pub(super) struct Database {
    pub(super) compressed: Vec<u8>,
    pub(super) json: Value,
}

pub(super) fn database(package: &Path) -> Result<Database, String> {
    let path = package.join("db.json.gz");
    let failed = |error: &dyn std::fmt::Display| format!("cannot read {}: {error}", path.display());
    let compressed = std::fs::read(&path).map_err(|error| failed(&error))?;
    let mut text = String::new();
    GzDecoder::new(&compressed[..]).read_to_string(&mut text).map_err(|error| failed(&error))?;
    let json = serde_json::from_str(&text).map_err(|error| failed(&error))?;
    Ok(Database { compressed, json })
}

pub(super) fn package_version(package: &Path) -> Result<String, String> {
    let path = package.join("package.json");
    let json: Value =
        serde_json::from_str(&text(&path)?).map_err(|error| format!("{}: {error}", path.display()))?;
    let version = json["version"].as_str().ok_or_else(|| format!("{}: no version", path.display()))?;
    Ok(version.to_owned())
}

pub(super) fn text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
