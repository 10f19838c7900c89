//! Charts: their objects brought to a cluster, kept there as the program says, and taken away.
//!
//! What a chart's last run left is known to the cluster alone: each object that we made has the annotation [`MARK`], and
//! an inventory in the cluster lists the chart's objects. A run may therefore be killed at any instant and started again:
//!
//! 1. The inventory lists what it did and what is wanted now, before anything is made.
//! 2. Objects are applied in the order of the chart's file; definitions of kinds are waited for.
//! 3. What the inventory lists and the chart has no more is deleted, if it is ours.
//! 4. The inventory lists what is wanted now, and what could not be deleted.
//! 5. Workloads are waited for until they run.

mod apply;
mod binding;
mod connection;
mod desired;
mod difference;
mod inventory;
mod key;
mod live;
mod refusal;
mod removal;
mod report;
mod rollout;
mod wait;

#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use stackwright_assembly::{Deployable, Manifest};

use crate::{Aws, Error};
use apply::Apply;
use binding::Values;
use connection::Connection;
use desired::Desired;
use inventory::Inventory;
use key::Entry;
pub(crate) use live::{Found as Objects, Live};
use removal::{Remainder, Removal, keeping};
use report::Report;
pub(crate) use rollout::trouble;

/// The annotation of the objects that we made, whose value is the name of their chart.
const MARK: &str = "stackwright/chart";

/// How charts are deployed.
#[derive(Clone, Debug)]
pub struct ChartOptions {
    /// The kubeconfig that leads to the cluster, whatever cluster a chart names; absent: the AWS CLI writes one for the
    /// chart's cluster, or kubectl uses its own where it names none.
    pub kubeconfig: Option<PathBuf>,
    /// Whether to take over fields that others have set to something else, rather than to refuse.
    pub force_conflicts: bool,
    /// How long to wait for workloads to run; zero: not at all.
    pub timeout: Duration,
}

/// Ten minutes for workloads; conflicts are refused.
impl Default for ChartOptions {
    fn default() -> Self {
        ChartOptions { kubeconfig: None, force_conflicts: false, timeout: Duration::from_secs(600) }
    }
}

/// How many objects were brought where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChartChanges {
    /// Not there before.
    pub created: usize,
    /// There before, and different.
    pub changed: usize,
    /// There before as they are to be.
    pub unchanged: usize,
    /// Gone, or without what the chart had set in them.
    pub removed: usize,
    /// No longer the chart's, and as they were, because they say so.
    pub left: usize,
}

impl ChartChanges {
    /// Whether nothing of the chart was there.
    pub fn is_first(&self) -> bool {
        self.created > 0 && self.changed + self.unchanged + self.removed + self.left == 0
    }

    /// Whether everything was as it is to be.
    pub fn is_none(&self) -> bool {
        self.created + self.changed + self.removed + self.left == 0
    }
}

/// Such as `2 created, 1 changed, 4 unchanged`; `no changes` where there is none.
impl fmt::Display for ChartChanges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_none() {
            return f.write_str("no changes");
        }
        let counts = [
            (self.created, "created"),
            (self.changed, "changed"),
            (self.unchanged, "unchanged"),
            (self.removed, "removed"),
            (self.left, "left as they are"),
        ];
        let told = counts.iter().filter(|(count, _)| *count > 0);
        let told: Vec<String> = told.map(|(count, word)| format!("{count} {word}")).collect();
        f.write_str(&told.join(", "))
    }
}

/// What a cluster knows of a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// How many objects there are of it.
    pub(crate) objects: usize,
    /// Those that stay when the chart goes, each with the annotation that says so.
    pub(crate) staying: Vec<(String, &'static str)>,
}

/// Deploys and destroys the charts of an assembly.
pub struct Charts<'a> {
    aws: Aws<'a>,
    manifest: &'a Manifest,
    options: ChartOptions,
}

impl<'a> Charts<'a> {
    /// The charts that `manifest` lists. The AWS CLI reads the outputs of stacks, and finds the way to clusters.
    pub fn new(aws: Aws<'a>, manifest: &'a Manifest, options: ChartOptions) -> Self {
        Charts { aws, manifest, options }
    }

    /// Brings the objects of a chart to its cluster, and takes away what has left the chart. `contents` is the chart's
    /// file.
    ///
    /// Objects that others made are applied to, and never deleted. What objects say by [`stackwright_k8s::policy`] is
    /// heeded.
    ///
    /// # Errors
    ///
    /// If a stack or an output that the chart waits for is missing, if the cluster cannot be reached or refuses an object,
    /// if fields are owned by others, or if a workload does not come to run. Everything that was done stays, and the next
    /// run goes on from there.
    pub fn deploy(&self, chart: &Deployable, contents: &[u8]) -> Result<ChartChanges, Error> {
        let values = self.values(chart)?;
        let desired = Desired::read(chart, contents, &values)?;
        let connection = self.connect(chart, &values)?;
        let live = Live::new(connection.kubectl());
        Apply { live, report: Report::new(self.aws.session(), &chart.name), options: &self.options }
            .run(&desired)
    }

    /// Deletes the objects of a chart that we made, and takes out of others what the chart had set. Those that say so by
    /// [`policy::REMOVAL`](stackwright_k8s::policy::REMOVAL) stay as they are.
    ///
    /// It needs neither the chart's file nor the program it was made by: the cluster knows the objects. Where the stack of
    /// the cluster is gone, so are they.
    ///
    /// # Errors
    ///
    /// If the cluster cannot be reached, or if an object stays: because it is held, or holds what is not the chart's.
    pub fn destroy(&self, chart: &Deployable) -> Result<ChartChanges, Error> {
        let Some(connection) = self.reach(chart)? else { return Ok(ChartChanges::default()) };
        let live = Live::new(connection.kubectl());
        let mut inventory = Inventory::read(live, &chart.name)?;
        if !inventory.exists() {
            return Ok(ChartChanges::default());
        }
        let report = Report::new(self.aws.session(), &chart.name);
        let removal = Removal { live, report: &report };
        let Remainder { kept, left } = removal.run(inventory.entries())?;
        let removed = inventory.entries().len() - kept.len() - left;
        let changes = ChartChanges { removed, left, ..ChartChanges::default() };
        if kept.is_empty() {
            inventory.delete(live)?;
            return Ok(changes);
        }
        let told: Vec<String> =
            kept.iter().map(|kept| format!("{}: {}", kept.entry.key, kept.reason)).collect();
        inventory.write(live, kept.into_iter().map(|kept| kept.entry).collect())?;
        Err(Error::new(format!("chart {:?} is not gone", chart.name))
            .cause(told.join("; "))
            .hint("delete what is in the way, or let it stay and delete these by hand"))
    }

    /// The objects of a chart as they are to be, and the way to their cluster.
    pub(crate) fn open(
        &self,
        chart: &Deployable,
        contents: &[u8],
    ) -> Result<(Vec<Value>, Connection<'a>), Error> {
        let values = self.values(chart)?;
        let desired = Desired::read(chart, contents, &values)?;
        let connection = self.connect(chart, &values)?;
        Ok((desired.into_iter().map(|desired| desired.object).collect(), connection))
    }

    /// The values of all outputs that a chart waits for.
    fn values(&self, chart: &Deployable) -> Result<Values, Error> {
        let outputs = Values::read(&self.aws, self.manifest, chart, |_| true)?;
        match outputs.absent.first() {
            None => Ok(outputs.values),
            Some(stack) => {
                let message = format!("chart {:?} waits for outputs of stack {stack:?}", chart.name);
                Err(Error::new(message).cause("there is no such stack").hint("deploy it first"))
            }
        }
    }

    /// What the cluster knows of a chart; absent where it knows none of it, or its stack is not there.
    pub(crate) fn look(&self, chart: &Deployable) -> Result<Option<Known>, Error> {
        let Some(connection) = self.reach(chart)? else { return Ok(None) };
        let live = Live::new(connection.kubectl());
        let inventory = Inventory::read(live, &chart.name)?;
        if !inventory.exists() {
            return Ok(None);
        }
        let found = live.find(&inventory.entries().iter().map(Entry::stub).collect::<Vec<_>>())?;
        let staying = inventory.entries().iter().filter_map(|entry| {
            let policy = keeping(found.get(&entry.key)?)?;
            Some((entry.key.to_string(), policy))
        });
        Ok(Some(Known { objects: inventory.entries().len(), staying: staying.collect() }))
    }

    /// The way to the cluster of a chart; absent where the stack of the cluster is not there.
    pub(crate) fn reach(&self, chart: &Deployable) -> Result<Option<Connection<'a>>, Error> {
        let of_cluster = |placeholder: &str| {
            let cluster = chart.cluster.as_ref();
            cluster.is_some_and(|cluster| {
                cluster.name.contains(placeholder)
                    || cluster.role.as_ref().is_some_and(|role| role.contains(placeholder))
            })
        };
        let is_wanted = |placeholder: &str| self.options.kubeconfig.is_none() && of_cluster(placeholder);
        let outputs = Values::read(&self.aws, self.manifest, chart, is_wanted)?;
        match outputs.absent.is_empty() {
            true => self.connect(chart, &outputs.values).map(Some),
            false => Ok(None),
        }
    }

    fn connect(&self, chart: &Deployable, values: &Values) -> Result<Connection<'a>, Error> {
        match &chart.cluster {
            Some(cluster) if self.options.kubeconfig.is_none() => {
                Connection::to_cluster(&self.aws, cluster, values)
            }
            _ => Ok(Connection::existing(&self.aws, self.options.kubeconfig.as_ref())),
        }
    }
}
