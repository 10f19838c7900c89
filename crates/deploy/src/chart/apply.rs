//! Bringing the objects of a chart to its cluster.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::{Map, Value, json};
use stackwright_k8s::policy;

use super::desired::Desired;
use super::inventory::Inventory;
use super::key::{Entry, Key};
use super::live::{Found, Live};
use super::refusal::{Refusal, is_of_unknown_kinds};
use super::removal::Removal;
use super::report::Report;
use super::{ChartChanges, ChartOptions, MARK, wait};
use crate::{Error, ObjectStatus};

/// How long to wait for what the cluster does by itself.
const LIMIT: Duration = Duration::from_secs(600);

/// How often an object is given again whose kind was defined a moment ago, and how long is between.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(500);

/// One run of a chart.
pub(super) struct Apply<'a> {
    pub(super) live: Live<'a>,
    pub(super) report: Report<'a>,
    pub(super) options: &'a ChartOptions,
}

impl Apply<'_> {
    pub(super) fn run(mut self, desired: &[Desired]) -> Result<ChartChanges, Error> {
        self.report.learn(desired);
        let entries: Vec<Entry> = desired.iter().map(|desired| desired.entry.clone()).collect();
        let mut inventory = Inventory::read(self.live, self.report.chart())?;
        let found = self.settled(&entries)?;
        self.refuse_others(desired, &found)?;

        let is_old = |entry: &&Entry| entries.iter().all(|wanted| wanted.key != entry.key);
        let old: Vec<Entry> = inventory.entries().iter().filter(is_old).cloned().collect();
        if !desired.is_empty() || inventory.exists() {
            inventory.write(self.live, [&*entries, &old].concat())?;
        }
        let mut changes = ChartChanges::default();
        for batch in batches(desired) {
            self.apply(batch, &found, &mut changes)?;
        }
        let remainder = Removal { live: self.live, report: &self.report }.run(&old)?;
        changes.removed = old.len() - remainder.kept.len() - remainder.left;
        changes.left = remainder.left;
        let kept: Vec<Entry> = remainder.kept.into_iter().map(|kept| kept.entry).collect();
        if inventory.exists() {
            inventory.write(self.live, [&*entries, &kept].concat())?;
        }
        if !self.options.timeout.is_zero() {
            wait::running(self.live, &self.report, &entries, self.options.timeout)?;
        }
        Ok(changes)
    }

    /// The objects as they are, once those that are being deleted are gone.
    fn settled(&self, entries: &[Entry]) -> Result<Found, Error> {
        let stubs: Vec<Value> = entries.iter().map(Entry::stub).collect();
        let found = self.live.find(&stubs)?;
        let is_going = |entry: &&Entry| {
            found.get(&entry.key).is_some_and(|object| !object["metadata"]["deletionTimestamp"].is_null())
        };
        let going: Vec<Entry> = entries.iter().filter(is_going).cloned().collect();
        if going.is_empty() {
            return Ok(found);
        }
        for entry in &going {
            let reason = Some("it is still being deleted".to_owned());
            self.report.tell_why(&entry.key, ObjectStatus::Waiting, reason);
        }
        let held = wait::gone(self.live, &going, &found, LIMIT)?;
        if !held.is_empty() {
            let told: Vec<String> =
                held.iter().map(|(entry, reason)| format!("{}: {reason}", entry.key)).collect();
            return Err(Error::new(format!("chart {:?} waits for objects to be gone", self.report.chart()))
                .cause(told.join("; "))
                .hint(
                    "what holds them is to let go: a finalizer is taken away by the controller that set it",
                ));
        }
        self.live.find(&stubs)
    }

    /// Refuses to share objects with another chart, which would delete them when they leave it.
    fn refuse_others(&self, desired: &[Desired], found: &Found) -> Result<(), Error> {
        let owner = |desired: &Desired| {
            let owner = found.get(desired.key())?["metadata"]["annotations"][MARK].as_str()?;
            (owner != self.report.chart()).then(|| format!("{} is of chart {owner:?}", desired.key()))
        };
        let taken: Vec<String> = desired.iter().filter_map(owner).collect();
        match taken.is_empty() {
            true => Ok(()),
            false => Err(Error::new(format!("chart {:?} has objects of other charts", self.report.chart()))
                .cause(taken.join(", "))
                .hint("an object is of one chart: if it has moved, deploy the chart that it left first")),
        }
    }

    fn apply(&self, batch: &[Desired], found: &Found, changes: &mut ChartChanges) -> Result<(), Error> {
        let objects: Vec<Value> = batch.iter().map(|desired| self.marked(desired, found)).collect();
        let mut taken = BTreeMap::new();
        let applied = match self.give(&objects)? {
            Ok(applied) => applied,
            Err(_) => {
                taken = self.resolve(batch, &objects, found)?;
                match self.give(&objects)? {
                    Ok(applied) => applied,
                    Err(talk) => return Err(self.refused().cause(Refusal::read(&talk).reason)),
                }
            }
        };
        for desired in batch {
            let (before, after) = (found.get(desired.key()), applied.get(desired.key()));
            let (state, count) = match before {
                None => (ObjectStatus::Created, &mut changes.created),
                Some(before) if after.is_none_or(|after| is_same(before, after)) => {
                    (ObjectStatus::Unchanged, &mut changes.unchanged)
                }
                Some(_) => (ObjectStatus::Changed, &mut changes.changed),
            };
            *count += 1;
            let foreign = before.filter(|before| !self.is_ours(before));
            let foreign = foreign.map(|_| "others made it, so it stays when it leaves the chart".to_owned());
            let taken = taken.get(desired.key()).map(|fields| format!("taken over: {fields}"));
            let reasons: Vec<String> = taken.into_iter().chain(foreign).collect();
            let reason = (!reasons.is_empty()).then(|| reasons.join("; "));
            self.report.tell_why(desired.key(), state, reason);
        }
        let definitions: Vec<Entry> = batch
            .iter()
            .map(|desired| &desired.entry)
            .filter(|entry| entry.key.is_definition())
            .cloned()
            .collect();
        match definitions.is_empty() {
            true => Ok(()),
            false => wait::served(self.live, &definitions, LIMIT),
        }
    }

    /// Applies objects, again after a while where their kinds are not known: they may have been defined a moment ago, by
    /// us or by a chart before this one.
    fn give(&self, objects: &[Value]) -> Result<Result<Found, String>, Error> {
        let mut tries = 0;
        loop {
            match self.live.apply(objects, self.options.force_conflicts)? {
                Err(talk) if is_of_unknown_kinds(&talk) && tries < TRIES => {
                    tries += 1;
                    self.report.session().clock().sleep(PAUSE);
                }
                answer => return Ok(answer),
            }
        }
    }

    /// Finds out which objects are refused, and why: together, kubectl does not say which it is talking of. Those that
    /// say so take over the fields of others; these are given, unless another object is refused.
    fn resolve(
        &self,
        batch: &[Desired],
        objects: &[Value],
        found: &Found,
    ) -> Result<BTreeMap<Key, String>, Error> {
        let mut taken = BTreeMap::new();
        let mut refused = Vec::new();
        let mut is_conflict = false;
        let mut first = None;
        for (desired, object) in batch.iter().zip(objects) {
            let alone = std::slice::from_ref(object);
            let Err(talk) = self.live.apply(alone, self.options.force_conflicts)? else { continue };
            let mut refusal = Refusal::read(&talk);
            if refusal.is_conflict && takes_over(object) {
                match self.take_over(object, found.get(desired.key()))? {
                    Ok(()) => {
                        taken.insert(desired.key().clone(), refusal.reason);
                        continue;
                    }
                    Err(reason) => refusal.reason += &reason,
                }
            }
            is_conflict |= refusal.is_conflict;
            self.report.tell_why(desired.key(), ObjectStatus::Refused, Some(refusal.reason.clone()));
            refused.push(format!("{}: {}", desired.key(), refusal.reason));
            first = first.or(desired.path.clone());
        }
        if refused.is_empty() {
            // Nothing is in the way any more.
            return Ok(taken);
        }
        let error = self.refused().cause(refused.join("; ")).path(first);
        Err(match is_conflict {
            true => error.hint("leave these fields out, or take them over with --force-conflicts"),
            false => error.hint("what was applied stays: when this is mended, run it again"),
        })
    }

    /// Takes over the fields of others in an object; says why not, to be read after what they are.
    fn take_over(&self, object: &Value, before: Option<&Value>) -> Result<Result<(), String>, Error> {
        let alone = std::slice::from_ref(object);
        let after = self.live.try_forced(object)?;
        let kept: BTreeSet<String> = after.iter().flat_map(Found::values).flat_map(arns).collect();
        let lost: Vec<String> =
            before.map(arns).unwrap_or_default().into_iter().filter(|arn| !kept.contains(arn)).collect();
        if after.is_ok() && !lost.is_empty() {
            return Ok(Err(format!(", and {} would no longer be in it", lost.join(", "))));
        }
        let refused = |talk: String| format!("; taking over: {}", Refusal::read(&talk).reason);
        Ok(self.live.apply(alone, true)?.map(drop).map_err(refused))
    }

    fn refused(&self) -> Error {
        Error::new(format!("the cluster refuses objects of chart {:?}", self.report.chart()))
    }

    /// The object, marked as ours unless others have made it.
    fn marked(&self, desired: &Desired, found: &Found) -> Value {
        let mut object = desired.object.clone();
        let is_foreign = found.get(desired.key()).is_some_and(|object| !self.is_ours(object));
        if !is_foreign && let Some(metadata) = object["metadata"].as_object_mut() {
            let annotations = metadata.entry("annotations").or_insert_with(|| Value::Object(Map::new()));
            if !annotations.is_object() {
                *annotations = Value::Object(Map::new());
            }
            annotations[MARK] = json!(self.report.chart());
        }
        object
    }

    fn is_ours(&self, object: &Value) -> bool {
        object["metadata"]["annotations"][MARK] == self.report.chart()
    }
}

/// Whether an object wants to take over fields that others have set.
fn takes_over(object: &Value) -> bool {
    object["metadata"]["annotations"][policy::CONFLICT] == policy::TAKE_OVER
}

/// The ARNs that stand in an object, but for what is said about it.
fn arns(object: &Value) -> BTreeSet<String> {
    let mut arns = BTreeSet::new();
    let fields = object.as_object().into_iter().flatten();
    fields.filter(|(field, _)| *field != "metadata").for_each(|(_, value)| collect_arns(value, &mut arns));
    arns
}

fn collect_arns(value: &Value, arns: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let words = text.split(|letter: char| letter.is_whitespace() || "\"',;[]{}".contains(letter));
            arns.extend(words.filter(|word| word.starts_with("arn:")).map(str::to_owned));
        }
        Value::Array(items) => items.iter().for_each(|item| collect_arns(item, arns)),
        Value::Object(fields) => fields.values().for_each(|value| collect_arns(value, arns)),
        _ => {}
    }
}

/// The objects in runs that end after definitions: what follows may be of the kinds that they define.
fn batches(desired: &[Desired]) -> impl Iterator<Item = &[Desired]> {
    desired.chunk_by(|one, next| !one.key().is_definition() || next.key().is_definition())
}

/// Whether nothing differs but what the cluster itself writes.
fn is_same(before: &Value, after: &Value) -> bool {
    let of_the_author = |object: &Value| {
        let mut object = object.clone();
        if let Some(fields) = object.as_object_mut() {
            fields.remove("status");
        }
        if let Some(metadata) = object["metadata"].as_object_mut() {
            metadata.remove("resourceVersion");
            metadata.remove("managedFields");
        }
        object
    };
    of_the_author(before) == of_the_author(after)
}
