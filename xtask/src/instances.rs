//! `cargo xtask instances`: from the limits that the VPC CNI plugin is built with to the facts file of instance types.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

use crate::Outcome;
use crate::facts::Mode;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/constructs/facts/instances");
const TABLE: &str = "pkg/vpc/vpc_ip_resource_limit.go";

/// What the head of the file says after its date and its source.
const GRAMMAR: &str = "\
# The network interfaces of EC2's instance types: one type a line, with how many interfaces its first network card has,
# how many IPv4 addresses each interface has, and how many cards there are. `xen` is said where the hypervisor is not
# Nitro, so that interfaces take no prefixes. Numbers only, no prose.
# `cargo xtask instances --module FILE` writes this file; `--check` compares. FILE is what
# `go mod download -json github.com/aws/amazon-vpc-cni-k8s@VERSION` prints.
";

pub(crate) fn run(module: &str, mode: Mode) -> Outcome {
    let text = facts(Path::new(module))?;
    match mode {
        Mode::Write => std::fs::write(FILE, text).map_err(|error| format!("cannot write {FILE}: {error}")),
        Mode::Check if std::fs::read_to_string(FILE).ok().as_ref() == Some(&text) => Ok(()),
        Mode::Check => Err("crates/constructs/facts/instances is not what the module says".to_owned()),
    }
}

fn facts(module: &Path) -> Result<String, String> {
    let module = json(module)?;
    let info = json(Path::new(string(&module, "Info")?))?;
    let day = string(&info, "Time")?.split('T').next().unwrap_or_default();
    let (path, version) = (string(&module, "Path")?, string(&module, "Version")?);
    let mut text =
        format!("# as of {day}\n# module {path} version {version} licence Apache-2.0\n{GRAMMAR}\n");
    let table = self::text(&Path::new(string(&module, "Dir")?).join(TABLE))?;
    for (name, Limits { interfaces, addresses, cards, is_nitro }) in types(&table)? {
        let xen = if is_nitro { "" } else { " xen" };
        _ = writeln!(text, "{name} {interfaces} {addresses} {cards}{xen}");
    }
    Ok(text)
}

struct Limits {
    interfaces: u32,
    addresses: u32,
    cards: usize,
    is_nitro: bool,
}

/// The entries of the table, each of which begins with its name at the first level of indentation.
fn types(table: &str) -> Result<BTreeMap<&str, Limits>, String> {
    let mut types = BTreeMap::new();
    for entry in table.split("\n\t\"").skip(1) {
        let (name, fields) = entry.split_once("\":").ok_or("an entry has no name")?;
        let values = |field: &str| -> Vec<&str> {
            let lines = fields.lines().filter_map(|line| line.trim().strip_prefix(field)?.strip_prefix(':'));
            lines.map(|value| value.trim().trim_end_matches(',')).collect()
        };
        let number = |field: &str| -> Result<u32, String> {
            let value = values(field).first().and_then(|value| value.parse().ok());
            value.ok_or_else(|| format!("{name} has no number {field:?}"))
        };
        let interfaces = number("ENILimit")?;
        let cards = values("MaximumNetworkInterfaces");
        if cards.first() != Some(&&*interfaces.to_string()) || number("DefaultNetworkCardIndex")? != 0 {
            return Err(format!("the limit of {name} is not that of its first network card"));
        }
        // The hypervisor of bare metal is not known, and its cards are Nitro's.
        let is_nitro = values("HypervisorType") != ["\"xen\""];
        let addresses = number("IPv4Limit")?;
        types.insert(name, Limits { interfaces, addresses, cards: cards.len(), is_nitro });
    }
    if types.is_empty() { Err(format!("{TABLE} has no types")) } else { Ok(types) }
}

fn text(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn json(path: &Path) -> Result<Value, String> {
    serde_json::from_str(&text(path)?).map_err(|error| format!("{}: {error}", path.display()))
}

fn string<'a>(map: &'a Value, key: &str) -> Result<&'a str, String> {
    map[key].as_str().ok_or_else(|| format!("there is no text {key:?}"))
}
