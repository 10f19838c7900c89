//! Waiting for objects: to be gone, to be served, to run.

use std::time::Duration;

use serde_json::Value;

use super::key::{Entry, Key};
use super::live::{Found, Live};
use super::report::Report;
use super::rollout::{Rollout, is_workload, trouble};
use crate::{Error, ObjectStatus};

/// Between two looks: short at first, for most objects are quick.
const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(2);

/// Looks at objects until `is_done` says that it is enough, or the time is up, and says which.
fn look(
    live: Live<'_>,
    entries: &[Entry],
    limit: Duration,
    mut is_done: impl FnMut(&Found) -> Result<bool, Error>,
) -> Result<bool, Error> {
    let stubs: Vec<Value> = entries.iter().map(Entry::stub).collect();
    let clock = live.session().clock();
    let end = clock.now() + limit;
    let mut pause = FIRST;
    loop {
        if is_done(&live.find(&stubs)?)? {
            return Ok(true);
        }
        if clock.now() >= end {
            return Ok(false);
        }
        clock.sleep(pause);
        pause = (pause * 2).min(LONGEST);
    }
}

/// Waits until objects that are being deleted are gone. One that others have made anew meanwhile is gone too. Gives those
/// that are still there when the time is up, with what holds them.
pub(super) fn gone(
    live: Live<'_>,
    entries: &[Entry],
    before: &Found,
    limit: Duration,
) -> Result<Vec<(Entry, String)>, Error> {
    let mut left = Vec::new();
    look(live, entries, limit, |found| {
        let same = |entry: &&Entry| {
            let uid = |found: &Found| found.get(&entry.key).map(|object| object["metadata"]["uid"].clone());
            uid(found).is_some_and(|now| uid(before).is_none_or(|then| then == now))
        };
        let held = |entry: &Entry| {
            let by: Vec<&str> = found
                .get(&entry.key)
                .and_then(|object| object["metadata"]["finalizers"].as_array())
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            match by.is_empty() {
                true => "it is still being deleted".to_owned(),
                false => format!("it is still being deleted, and held by {}", by.join(", ")),
            }
        };
        left = entries.iter().filter(same).map(|entry| (entry.clone(), held(entry))).collect();
        Ok(left.is_empty())
    })?;
    Ok(left)
}

/// Waits until the API server serves the kinds that definitions define.
pub(super) fn served(live: Live<'_>, definitions: &[Entry], limit: Duration) -> Result<(), Error> {
    let mut late = String::new();
    let done = look(live, definitions, limit, |found| {
        let is_served = |entry: &&Entry| {
            let conditions =
                found.get(&entry.key).and_then(|object| object["status"]["conditions"].as_array());
            let is_it =
                |condition: &Value| condition["type"] == "Established" && condition["status"] == "True";
            conditions.is_some_and(|conditions| conditions.iter().any(is_it))
        };
        let missing: Vec<&str> =
            definitions.iter().filter(|entry| !is_served(entry)).map(|entry| &*entry.key.name).collect();
        late = missing.join(", ");
        Ok(missing.is_empty())
    })?;
    match done {
        true => Ok(()),
        false => Err(Error::new(format!("the cluster does not serve the kinds of {late}"))
            .hint("\"kubectl describe crd\" tells why; names of kinds that are taken are one reason")),
    }
}

/// Waits until workloads run.
pub(super) fn running(
    live: Live<'_>,
    report: &Report<'_>,
    entries: &[Entry],
    limit: Duration,
) -> Result<(), Error> {
    let workloads: Vec<Entry> = entries.iter().filter(|entry| is_workload(&entry.key)).cloned().collect();
    if workloads.is_empty() {
        return Ok(());
    }
    // What was told last of each, and what is told in the end.
    let mut states: Vec<Option<Rollout>> = vec![None; workloads.len()];
    let done = look(live, &workloads, limit, |found| {
        for (entry, state) in workloads.iter().zip(&mut states) {
            let now = match found.get(&entry.key) {
                Some(object) => Rollout::of(object),
                None => Rollout::Failed("it is gone".into()),
            };
            if state.as_ref() == Some(&now) {
                continue;
            }
            match &now {
                Rollout::Done if state.is_some() => report.tell(&entry.key, ObjectStatus::Ready),
                Rollout::Done => {}
                Rollout::Waiting(why) | Rollout::Failed(why) => {
                    report.tell_why(&entry.key, ObjectStatus::Waiting, Some(why.clone()));
                }
            }
            *state = Some(now);
        }
        let settled = |state: &Option<Rollout>| !matches!(state, Some(Rollout::Waiting(_)));
        let has_failed = states.iter().any(|state| matches!(state, Some(Rollout::Failed(_))));
        Ok(has_failed || states.iter().all(settled))
    })?;
    let (mut late, mut first) = (Vec::new(), None);
    for (entry, state) in workloads.iter().zip(states) {
        let (Some(Rollout::Waiting(why)) | Some(Rollout::Failed(why))) = state else { continue };
        let pods = troubles(live, &entry.key)?;
        late.push(format!("{}: {why}{pods}", entry.key));
        first = first.or(report.path(&entry.key));
    }
    if late.is_empty() {
        return Ok(());
    }
    let within = if done { String::new() } else { format!(" within {} seconds", limit.as_secs()) };
    Err(Error::new(format!("not everything in chart {:?} runs{within}", report.chart()))
        .cause(late.join("; "))
        .path(first)
        .hint("its objects are applied: when the reason is mended, run it again"))
}

/// What keeps the pods of a workload, as far as they tell: the first few.
fn troubles(live: Live<'_>, key: &Key) -> Result<String, Error> {
    let (Some(namespace), false) = (&key.namespace, key.kind == "Pod") else { return Ok(String::new()) };
    let stub = [Entry { api_version: format!("{}/v1", key.group), key: key.clone() }.stub()];
    let found = live.find(&stub)?;
    let labels = found.get(key).and_then(|object| object["spec"]["selector"]["matchLabels"].as_object());
    let selector: Vec<String> = labels
        .into_iter()
        .flatten()
        .filter_map(|(label, value)| Some(format!("{label}={}", value.as_str()?)))
        .collect();
    if selector.is_empty() {
        return Ok(String::new());
    }
    let pods = live.list("pods", &["--namespace", namespace, "--selector", &selector.join(",")])?;
    let told = pods.iter().filter_map(|pod| {
        let name = pod["metadata"]["name"].as_str()?;
        Some(format!(", pod {name}: {}", trouble(&pod["status"])?))
    });
    Ok(told.take(3).collect())
}
