//! What differs between a chart and its cluster.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackwright_assembly::{Deployable, SourceEntry};
use stackwright_k8s::Object;

use super::binding::Values;
use super::desired::Desired;
use super::inventory::Inventory;
use super::key::{Entry, Key};
use super::live::{Found, Live};
use super::removal::keeping;
use super::{Charts, MARK};
use crate::compare::objects;
use crate::{Difference, Error, Kubectl, Standing};

/// What the cluster writes into objects, and nobody else.
const OF_CLUSTER: [&str; 6] =
    ["creationTimestamp", "generation", "managedFields", "resourceVersion", "selfLink", "uid"];

/// Our own annotation, which only a deployment sets, and what the API server counts in one.
const ANNOTATIONS: [&str; 2] = [MARK, "deprecated.daemonset.template.generation"];

impl Charts<'_> {
    /// What a deployment of a chart would change in its cluster: the API server says, without doing it. `contents` is
    /// the chart's file.
    ///
    /// # Errors
    ///
    /// If AWS or the cluster cannot be asked, or if the file is not what it should be.
    pub fn diff(&self, chart: &Deployable, contents: &[u8]) -> Result<Difference, Error> {
        let outputs = Values::find(&self.aws, self.manifest, chart, |_| true)?;
        let difference = Difference::of_chart(&chart.name, Standing::New, Vec::new());
        if let Some(stack) = outputs.absent.first() {
            let text = std::str::from_utf8(contents).map_err(|error| unusable(chart).cause(error))?;
            let after = stackwright_k8s::read(text).map_err(|error| unusable(chart).cause(error))?;
            return Ok(Difference {
                changes: objects(&[], &after, &[], &chart.source_map),
                notes: vec![format!("it waits for stack {stack:?}, which is not there")],
                ..difference
            });
        }
        if !outputs.missing.is_empty() {
            let missing = outputs.missing.join(", ");
            let note = format!("it waits for {missing}: until they are there it cannot be compared");
            return Ok(Difference { standing: Standing::Kept, notes: vec![note], ..difference });
        }

        let desired = Desired::read(chart, contents, &outputs.values)?;
        let connection = self.connect(chart, &outputs.values)?;
        let live = Live::new(connection.kubectl());
        let inventory = Inventory::read(live, &chart.name)?;
        let is_left = |entry: &&Entry| desired.iter().all(|desired| *desired.key() != entry.key);
        let left: Vec<&Entry> = inventory.entries().iter().filter(is_left).collect();
        let entries = desired.iter().map(|desired| &desired.entry);
        let stubs: Vec<Value> = entries.chain(left.iter().copied()).map(Entry::stub).collect();
        let found = live.find(&stubs)?;

        let known = desired.iter().filter(|desired| found.get(desired.key()).is_some());
        let known: Vec<&Value> = known.map(|desired| &desired.object).collect();
        let mut pairs = dry_run(connection.kubectl(), &known)?;
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for desired in &desired {
            if found.get(desired.key()).is_none() {
                after.push(object(desired.object.clone())?);
                continue;
            }
            // It may be asked for with a namespace that its kind does not have.
            let key = Key { namespace: None, ..desired.key().clone() };
            if let Some(pair) = pairs.remove(desired.key()).or_else(|| pairs.remove(&key)) {
                before.extend(pair.before);
                after.extend(pair.after);
            }
        }
        // What others made stays, without what the chart had set in it.
        let left = left.into_iter().filter_map(|entry| Some((entry, found.get(&entry.key)?)));
        let mut notes = taken(&desired, &found, &chart.name);
        for (entry, live) in left {
            match keeping(live) {
                Some(policy) => {
                    notes.push(format!("{} leaves the chart, and stays as it says by {policy}", entry.key));
                }
                None if is_of(live, &chart.name) => before.push(object(live.clone())?),
                None => {}
            }
        }
        Ok(Difference {
            standing: if inventory.exists() { Standing::Kept } else { Standing::New },
            changes: objects(&before, &after, &[], &sources(chart, &desired)),
            notes,
            ..difference
        })
    }
}

fn unusable(chart: &Deployable) -> Error {
    Error::new(format!("the manifest of chart {:?} cannot be used", chart.name))
}

fn is_of(live: &Value, chart: &str) -> bool {
    live["metadata"]["annotations"][MARK] == chart
}

/// Objects that a deployment would refuse to share.
fn taken(desired: &[Desired], found: &Found, chart: &str) -> Vec<String> {
    let owner = |key: &Key| found.get(key)?["metadata"]["annotations"][MARK].as_str().map(str::to_owned);
    let others = desired.iter().filter_map(|desired| Some((desired.key(), owner(desired.key())?)));
    let others = others.filter(|(_, owner)| owner != chart);
    others.map(|(key, owner)| format!("{key} is of chart {owner:?}, and deploy would refuse it")).collect()
}

/// The source map, by the names that objects have in a cluster: none is without a namespace there that may have one.
fn sources(chart: &Deployable, desired: &[Desired]) -> Vec<SourceEntry> {
    let entry = |desired: &Desired| {
        let path = desired.path.as_deref()?;
        let entry = chart.source_map.iter().find(|entry| entry.path == path)?;
        Some(SourceEntry { id: desired.key().to_string(), ..entry.clone() })
    };
    desired.iter().filter_map(entry).collect()
}

/// The object without what the cluster itself writes into it.
fn object(mut value: Value) -> Result<Object, Error> {
    clean(&mut value);
    Object::from_serialize(value).map_err(|error| Error::new("cannot read an object").cause(error))
}

fn clean(value: &mut Value) {
    let Some(fields) = value.as_object_mut() else { return };
    fields.remove("status");
    if let Some(Value::Object(metadata)) = fields.get_mut("metadata") {
        OF_CLUSTER.iter().for_each(|field| drop(metadata.remove(*field)));
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            ANNOTATIONS.iter().for_each(|name| drop(annotations.remove(*name)));
            if annotations.is_empty() {
                metadata.remove("annotations");
            }
        }
    }
}

/// An object as it is and as it would be.
struct Pair {
    before: Option<Object>,
    after: Option<Object>,
}

/// What each object is and would be, of those that would change, as the API server says.
fn dry_run(kubectl: &Kubectl<'_>, known: &[&Value]) -> Result<BTreeMap<Key, Pair>, Error> {
    if known.is_empty() {
        return Ok(BTreeMap::new());
    }
    let list = json!({ "apiVersion": "v1", "kind": "List", "items": known });
    // Fields of others are shown too: whether they are taken over is asked when it is deployed.
    let args =
        ["diff", "--server-side", "--force-conflicts", "--field-manager=stackwright", "--filename", "-"];
    let call = kubectl.call(&args).stdin(list.to_string());
    // All lines of both objects, from which the whole of them can be read again.
    let call = call.env("KUBECTL_EXTERNAL_DIFF", format!("diff -N -U{WHOLE}"));
    let reply = kubectl.run(call)?;
    let cannot = || Error::new("cannot compare the objects of the cluster");
    match reply.code {
        Some(0 | 1) => {}
        _ => {
            let talk = reply.talk();
            let hint = "install the program diff: kubectl compares with it";
            let error = cannot().cause(talk.trim());
            return Err(if talk.contains("\"diff\"") { error.hint(hint) } else { error });
        }
    }
    let text = std::str::from_utf8(&reply.stdout).map_err(|error| cannot().cause(error))?;
    let mut pairs = BTreeMap::new();
    for (before, after) in files(text) {
        let read = |text: &str| -> Result<Option<Value>, Error> {
            let objects = stackwright_k8s::read(text).map_err(|error| cannot().cause(error))?;
            Ok(objects.into_iter().next().map(|it| json!(it.fields())))
        };
        let [before, after] = [read(&before)?, read(&after)?];
        if let Some(key) = before.as_ref().or(after.as_ref()).map(Key::of) {
            let [before, after] = [before.map(object).transpose()?, after.map(object).transpose()?];
            pairs.insert(key, Pair { before, after });
        }
    }
    Ok(pairs)
}

/// More lines than any object has.
const WHOLE: u32 = 1_000_000;

/// Both files of each comparison in the output of `diff`, which has all lines of them.
///
/// Source: <https://www.gnu.org/software/diffutils/manual/html_node/Detailed-Unified.html>
fn files(text: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((mut old, mut new)) = counts(line) else { continue };
        let (mut before, mut after) = (String::new(), String::new());
        while old + new > 0 {
            let Some(line) = lines.next() else { break };
            let (is_old, is_new) = match line.as_bytes().first() {
                Some(b'-') => (true, false),
                Some(b'+') => (false, true),
                // What is said of a missing end of line.
                Some(b'\\') => continue,
                _ => (true, true),
            };
            for (is_in, count, text) in [(is_old, &mut old, &mut before), (is_new, &mut new, &mut after)] {
                if is_in {
                    *count = count.saturating_sub(1);
                    text.extend([line.get(1..).unwrap_or_default(), "\n"]);
                }
            }
        }
        files.push((before, after));
    }
    files
}

/// How many lines of both files follow a line such as `@@ -1,20 +1,21 @@`; left out, a count is 1.
fn counts(line: &str) -> Option<(usize, usize)> {
    let mut ranges = line.strip_prefix("@@ -")?.split(" @@").next()?.split(" +");
    let mut count = || {
        let range = ranges.next()?;
        range.split_once(',').map_or(Some(1), |(_, count)| count.parse().ok())
    };
    Some((count()?, count()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_read_from_the_output_of_diff() {
        let text = "\
diff -N -U1000000 /tmp/LIVE-1/v1.ConfigMap.default.a /tmp/MERGED-2/v1.ConfigMap.default.a
--- /tmp/LIVE-1/v1.ConfigMap.default.a\t2026-11-22
+++ /tmp/MERGED-2/v1.ConfigMap.default.a\t2026-11-22
@@ -1,4 +1,3 @@
 kind: ConfigMap
---- a
--b: 1
++b: 2
 
\\ No newline at end of file
diff -N -U1000000 /tmp/LIVE-1/x /tmp/MERGED-2/x
--- /tmp/LIVE-1/x
+++ /tmp/MERGED-2/x
@@ -0,0 +1 @@
+new: 1
";
        assert_eq!(
            files(text),
            [
                ("kind: ConfigMap\n--- a\n-b: 1\n\n".to_owned(), "kind: ConfigMap\n+b: 2\n\n".to_owned()),
                (String::new(), "new: 1\n".to_owned()),
            ]
        );
    }
}
