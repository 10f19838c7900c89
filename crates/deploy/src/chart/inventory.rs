//! What the cluster itself remembers of a chart: which objects were applied with it.
//!
//! It is a ConfigMap in `kube-system`, the one namespace that is always there. An object is listed before it is made and
//! until it is gone, so that whatever a run that was killed has left is found by the next one.

use serde_json::{Value, json};

use super::MARK;
use super::key::Entry;
use super::live::{Found, Live};
use crate::Error;

/// The inventory of one chart. The chart's name is what it goes by: two apps with charts of one name on one cluster would
/// take them for the same chart, as CloudFormation would with stacks.
#[derive(Debug)]
pub(super) struct Inventory {
    chart: String,
    /// What the API server knows this state of it by; absent where there is none yet.
    version: Option<Value>,
    entries: Vec<Entry>,
}

impl Inventory {
    pub(super) fn read(live: Live<'_>, chart: &str) -> Result<Self, Error> {
        let mut inventory = Inventory { chart: chart.to_owned(), version: None, entries: Vec::new() };
        let found = live.find(&[inventory.object(&[])])?;
        inventory.take(&found)?;
        Ok(inventory)
    }

    pub(super) fn exists(&self) -> bool {
        self.version.is_some()
    }

    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Lists these objects and no others.
    ///
    /// # Errors
    ///
    /// If somebody else has changed the inventory since it was read.
    pub(super) fn write(&mut self, live: Live<'_>, entries: Vec<Entry>) -> Result<(), Error> {
        if self.exists() && self.entries == entries {
            return Ok(());
        }
        let refused = match live.write(&self.object(&entries))? {
            Ok(found) => return self.take(&found),
            Err(talk) => talk,
        };
        // Perhaps it was we who wrote it, and the answer was lost on its way.
        *self = Inventory::read(live, &self.chart)?;
        if self.entries == entries {
            return Ok(());
        }
        let error = Error::new(format!("cannot write down the objects of chart {:?}", self.chart))
            .cause(refused.trim());
        match refused.contains("(Conflict)") || refused.contains("(AlreadyExists)") {
            true => Err(error.hint("somebody else is deploying the chart: run it again when they are done")),
            false => Err(error),
        }
    }

    pub(super) fn delete(self, live: Live<'_>) -> Result<(), Error> {
        live.delete(&[self.object(&[])], false)
    }

    fn take(&mut self, found: &Found) -> Result<(), Error> {
        let Some(object) = found.values().next() else { return Ok(()) };
        let lines = object["data"]["objects"].as_str().unwrap_or_default().lines();
        let entry = |line: &str| {
            Entry::parse(line).ok_or_else(|| {
                let message = format!("the inventory of chart {:?} cannot be read", self.chart);
                Error::new(message)
                    .cause(format!("{line:?} is not the version, the kind and the name of an object"))
                    .hint(format!("mend ConfigMap {NAMESPACE}/{}", name(&self.chart)))
            })
        };
        self.entries = lines.map(entry).collect::<Result<_, _>>()?;
        self.version = Some(object["metadata"]["resourceVersion"].clone());
        Ok(())
    }

    fn object(&self, entries: &[Entry]) -> Value {
        let lines: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
        json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": name(&self.chart),
                "namespace": NAMESPACE,
                "labels": { "app.kubernetes.io/managed-by": "stackwright" },
                "annotations": { MARK: self.chart },
                "resourceVersion": self.version,
            },
            "data": { "objects": lines },
        })
    }
}

const NAMESPACE: &str = "kube-system";

/// A name for an object: those of charts are of letters, digits and dashes, and capitals do not tell them apart.
fn name(chart: &str) -> String {
    format!("stackwright-{}-objects", chart.to_ascii_lowercase())
}
