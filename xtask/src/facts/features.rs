//! Keeps the feature list of `stackwright-aws` equal to the index.

use stackwright_codegen::index::Index;

const START: &str = "# One feature a service, as `cargo xtask facts` lists them.\n";

/// The manifest with the features that the index asks for; everything above the list stays as it is.
pub(super) fn listed(manifest: &str, index: &Index) -> Result<String, String> {
    let (before, _) =
        manifest.split_once(START).ok_or_else(|| format!("crates/aws/Cargo.toml has no line `{START}`"))?;
    let gated = || index.services.iter().filter(|(_, entry)| entry.gated).map(|(module, _)| module);
    let mut out = format!("{before}{START}");
    for module in gated() {
        out += &format!("{module} = []\n");
    }
    out += "# Every service.\nall = [\n";
    for module in gated() {
        out += &format!("    \"{module}\",\n");
    }
    out += "]\n";
    Ok(out)
}
