//! `cargo xtask facts`: from the upstream database to the facts files, the index and the features.

mod distil;
mod features;
mod reading;
mod references;
mod repairs;

use crate::Outcome;
use sha2::{Digest, Sha256};
use stackwright_codegen::index::{Entry, Id, Index};
use stackwright_codegen::model::{Service, Target};
use stackwright_codegen::write;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Whether to write the files or to compare them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Check,
}

pub(crate) fn run(package: &str, mode: Mode) -> Outcome {
    let package = Path::new(package);
    let version = reading::package_version(package)?;
    let database = reading::database(package)?;
    let checksum = Sha256::digest(&database.compressed).iter().fold(String::new(), |mut hex, byte| {
        _ = write!(hex, "{byte:02x}");
        hex
    });

    let mut services = distil::services(&database.json)?;
    repairs::apply(&mut services)?;
    references::settle(&mut services)?;
    let index = index(&services)?;

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/aws");
    let manifest = root.join("Cargo.toml");
    let mut files = vec![
        (manifest.clone(), features::listed(&reading::text(&manifest)?, &index)?),
        (root.join("facts/index"), write::index(&index)),
        (
            root.join("facts/PROVENANCE"),
            format!(
                "package @aws-cdk/aws-service-spec\nversion {version}\nlicence Apache-2.0\nfile db.json.gz\nsha256 {checksum}\n"
            ),
        ),
    ];
    for service in &services {
        files.push((root.join(format!("facts/{}.facts", service.module)), write::service(service)));
    }
    let gone = facts_files(&root.join("facts"))?
        .into_iter()
        .filter(|path| !files.iter().any(|(file, _)| file == path));
    let gone: Vec<PathBuf> = gone.collect();

    println!("{}", summary(&services, &index));
    match mode {
        Mode::Write => {
            for (path, text) in &files {
                std::fs::write(path, text)
                    .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
            }
            for path in &gone {
                std::fs::remove_file(path)
                    .map_err(|error| format!("cannot remove {}: {error}", path.display()))?;
            }
            Ok(())
        }
        Mode::Check => {
            let stale = files.iter().filter(|(path, text)| reading::text(path).as_ref() != Ok(text));
            let stale: Vec<String> =
                stale.map(|(path, _)| path).chain(&gone).map(|path| path.display().to_string()).collect();
            if stale.is_empty() {
                return Ok(());
            }
            Err(format!("not what the package says, run `cargo xtask facts`:\n  {}", stale.join("\n  ")))
        }
    }
}

fn facts_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries =
        std::fs::read_dir(folder).map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "facts"));
    files.sort();
    Ok(files)
}

/// The services, and the id types: one for each field that something refers to and that tells one resource from others.
fn index(services: &[Service]) -> Result<Index, String> {
    let modules: BTreeMap<&str, &str> =
        services.iter().map(|service| (service.namespace.as_str(), service.module.as_str())).collect();
    let mut ids: BTreeMap<Target, Id> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for target in references::identities(services) {
        let (namespace, _) = target.type_name.rsplit_once("::").unwrap_or_default();
        let module = modules.get(namespace).ok_or_else(|| format!("{target}: no such service"))?;
        let id = Id::of(&target, module);
        if !names.insert(id.clone()) {
            return Err(format!("{target}: {}::{} is the name of another id too", id.module, id.name));
        }
        ids.insert(target, id);
    }
    let services = services.iter().map(|service| (service.module.clone(), Entry::of(service))).collect();
    Ok(Index { services, ids })
}

fn summary(services: &[Service], index: &Index) -> String {
    let resources = || services.iter().flat_map(|service| &service.resources);
    format!(
        "{} services ({} always on), {} resource types, {} property types, {} properties, {} attributes, {} id types",
        services.len(),
        index.services.values().filter(|entry| !entry.gated).count(),
        resources().count(),
        resources().map(|resource| resource.types.len()).sum::<usize>(),
        resources()
            .map(|resource| {
                resource.properties.len() + resource.types.iter().map(|ty| ty.properties.len()).sum::<usize>()
            })
            .sum::<usize>(),
        resources().map(|resource| resource.attributes.len()).sum::<usize>(),
        index.ids.len(),
    )
}
