//! A cluster in memory, behind kubectl's command line: enough of it for charts.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use serde_json::{Value, json};

use super::super::key::{Entry, Key};
use crate::driver::{Call, Driver, Reply, RunError};

/// When the person, or the machine, ends a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kill {
    /// Before this change, counted from 0, is made.
    Before(usize),
    /// After it was made, and before that is known.
    After(usize),
}

#[derive(Default)]
pub(super) struct Cluster {
    state: Mutex<State>,
}

#[derive(Default)]
pub(super) struct State {
    objects: BTreeMap<Key, Value>,
    versions: u64,
    changes: usize,
    pub(super) kill: Option<Kill>,
    /// What the API server says when such an object is applied without force.
    pub(super) conflicts: BTreeMap<String, String>,
    /// Workloads that never come to run.
    pub(super) stuck: bool,
    /// Kinds that are deleted as soon as it was said that they are there.
    pub(super) going: Vec<String>,
    gone: Vec<String>,
    /// What was changed, in order.
    pub(super) log: Vec<String>,
}

impl Cluster {
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Makes an object as somebody else would.
    pub(super) fn make(&self, line: &str) {
        let object = Entry::parse(line).unwrap().stub();
        self.state().put(object);
    }

    /// Changes an object as somebody else would.
    pub(super) fn set(&self, object: Value) {
        self.state().put(object);
    }

    /// The objects that are there, the inventories left out.
    pub(super) fn objects(&self) -> Vec<String> {
        let is_inventory = |name: &String| name.contains("/stackwright-");
        let mut names: Vec<String> = self.state().objects.keys().map(Key::to_string).collect();
        names.retain(|name| !is_inventory(name));
        names
    }

    pub(super) fn get(&self, line: &str) -> Option<Value> {
        self.state().objects.get(&Entry::parse(line).unwrap().key).cloned()
    }

    /// How many changes have been made, to kill a run at each of them.
    pub(super) fn changes(&self) -> usize {
        self.state().changes
    }
}

impl State {
    pub(super) fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    fn put(&mut self, mut object: Value) -> Value {
        self.versions += 1;
        let key = Key::of(&object);
        let old = self.objects.get(&key);
        let uid = old.map_or(json!(format!("uid-{}", self.versions)), |old| old["metadata"]["uid"].clone());
        object["metadata"]["uid"] = uid;
        object["metadata"]["resourceVersion"] = json!(self.versions.to_string());
        object["metadata"]["generation"] = json!(1);
        object["status"] = match &*key.kind {
            "CustomResourceDefinition" => {
                json!({ "conditions": [{ "type": "Established", "status": "True" }] })
            }
            "DaemonSet" if self.stuck => json!({ "observedGeneration": 1, "desiredNumberScheduled": 2 }),
            "DaemonSet" => json!({ "observedGeneration": 1 }),
            _ => json!({}),
        };
        self.objects.insert(key, object.clone());
        object
    }

    fn apply(&mut self, object: &Value, force: bool) -> Result<Value, String> {
        let key = Key::of(object);
        if let (Some(conflict), false) = (self.conflicts.get(&key.to_string()), force) {
            return Err(format!("Apply failed with 1 conflict: conflict with {conflict}\nPlease review"));
        }
        if let Some(namespace) = &key.namespace
            && !["default", "kube-system"].contains(&&**namespace)
            && self.objects.keys().all(|key| !key.is_namespace() || key.name != *namespace)
        {
            return Err(format!("Error from server (NotFound): namespaces {namespace:?} not found"));
        }
        let live = self.objects.get(&key);
        // Only the author's fields: those of others stay as they are.
        let mut merged = live.cloned().unwrap_or_else(|| json!({ "metadata": {} }));
        for (field, value) in object.as_object().unwrap() {
            match field.as_str() {
                "metadata" => {
                    for (field, value) in value.as_object().unwrap() {
                        merged["metadata"][field] = value.clone();
                    }
                }
                _ => merged[field] = value.clone(),
            }
        }
        if Some(&merged) == live {
            return Ok(merged);
        }
        let verb = if live.is_some() { "change" } else { "create" };
        self.log.push(format!("{verb} {key}"));
        Ok(self.put(merged))
    }

    fn delete(&mut self, key: &Key) {
        let Some(object) = self.objects.remove(key) else { return };
        self.log.push(format!("delete {key}"));
        let group = object["spec"]["group"].as_str().unwrap_or_default().to_owned();
        let within = |other: &Key| match (key.is_namespace(), key.is_definition()) {
            (true, _) => other.namespace.as_ref() == Some(&key.name),
            (_, true) => other.group == group,
            _ => false,
        };
        self.objects.retain(|other, _| !within(other));
    }

    fn run(&mut self, words: &[String], input: &[u8]) -> Result<Value, String> {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let input: Value = serde_json::from_slice(input).unwrap_or_default();
        let inputs = match &input["items"] {
            Value::Array(items) => items.clone(),
            _ => vec![input.clone()],
        };
        match words[1] {
            "get" if words[2] == "--filename" => {
                Ok(inputs.iter().filter_map(|stub| self.objects.get(&Key::of(stub))).cloned().collect())
            }
            "get" => {
                let asked = |gone: &&String| words[2].split(',').any(|kind| kind == **gone);
                if let Some(gone) = self.gone.iter().find(asked) {
                    return Err(format!("error: the server doesn't have a resource type {gone:?}"));
                }
                let namespace = words.iter().position(|word| *word == "--namespace").map(|at| words[at + 1]);
                let is_listed = |key: &Key| {
                    let plural = format!("{}s", key.kind.to_lowercase());
                    let full = format!("{plural}.{}", key.group);
                    words[2].split(',').any(|kind| kind == plural || kind == full)
                        && namespace.is_none_or(|namespace| key.namespace.as_deref() == Some(namespace))
                };
                Ok(self
                    .objects
                    .iter()
                    .filter(|(key, _)| is_listed(key))
                    .map(|(_, object)| object.clone())
                    .collect())
            }
            "apply" => {
                // As kubectl does: all kinds are looked up before anything is applied.
                let is_unknown = |key: &Key| {
                    let is_defined =
                        self.objects.values().any(|object| object["spec"]["group"] == *key.group);
                    key.group == "example.com" && !is_defined
                };
                if let Some(key) = inputs.iter().map(Key::of).find(is_unknown) {
                    return Err(format!("error: no matches for kind {:?} in version \"v1\"", key.kind));
                }
                let force = words.contains(&"--force-conflicts");
                let is_try = words.contains(&"--dry-run=server");
                let before = (self.objects.clone(), self.log.clone());
                // As kubectl does: the others are applied all the same.
                let done: Vec<Result<Value, String>> =
                    inputs.iter().map(|object| self.apply(object, force)).collect();
                match is_try {
                    true => (self.objects, self.log) = before,
                    // Who took a field over has it.
                    false if force => self.conflicts.clear(),
                    false => {}
                }
                done.into_iter().collect::<Result<Vec<_>, _>>().map(Value::from)
            }
            "diff" => {
                let (objects, log) = (self.objects.clone(), self.log.clone());
                let pair = |object: &Value| {
                    let before = self.objects.get(&Key::of(object)).cloned();
                    self.apply(object, true).map(|after| (before, after))
                };
                let pairs: Result<Vec<_>, String> = inputs.iter().map(pair).collect();
                (self.objects, self.log) = (objects, log);
                let files = pairs?.into_iter().filter(|(before, after)| before.as_ref() != Some(after));
                Ok(files.map(|(before, after)| unified(before.as_ref(), &after)).collect::<String>().into())
            }
            "create" | "replace" => {
                let live = self.objects.get(&Key::of(&input));
                let version = live.map_or(Value::Null, |live| live["metadata"]["resourceVersion"].clone());
                match version == input["metadata"]["resourceVersion"] {
                    true => Ok(json!([self.put(input)])),
                    false => Err("Error from server (Conflict): the object has been modified".to_owned()),
                }
            }
            "annotate" => {
                let name = words.last().and_then(|word| word.strip_suffix('-')).unwrap();
                let mut object = self.objects[&Key::of(&input)].clone();
                if object["metadata"]["annotations"]
                    .as_object_mut()
                    .is_some_and(|all| all.remove(name).is_some())
                {
                    self.put(object);
                }
                Ok(Value::Null)
            }
            "delete" => {
                inputs.iter().for_each(|stub| self.delete(&Key::of(stub)));
                Ok(Value::Null)
            }
            other => Err(format!("error: unknown command {other:?}")),
        }
    }
}

/// Two objects as `diff` shows files in which every line differs.
fn unified(before: Option<&Value>, after: &Value) -> String {
    let lines = |object: &Value| serde_json::to_string_pretty(object).unwrap();
    let (before, after) = (before.map(lines).unwrap_or_default(), lines(after));
    let counts = (before.lines().count(), after.lines().count());
    let mut text = format!("--- LIVE\n+++ MERGED\n@@ -1,{} +1,{} @@\n", counts.0, counts.1);
    text.extend(before.lines().map(|line| format!("-{line}\n")));
    text.extend(after.lines().map(|line| format!("+{line}\n")));
    text
}

impl Driver for Cluster {
    fn run(&self, call: &Call) -> Result<Reply, RunError> {
        let words = call.words();
        assert_eq!(words[0], "kubectl", "only kubectl is expected");
        let mut state = self.state();
        if words[1] == "api-resources" {
            state.gone = std::mem::take(&mut state.going);
            let kinds = [&["configmaps", "events", "pods"].map(str::to_owned), &*state.gone].concat();
            return Ok(Reply { code: Some(0), stdout: kinds.join("\n").into_bytes(), stderr: Vec::new() });
        }
        let is_change = !["get", "diff"].contains(&&*words[1]);
        let kill = state.kill.filter(|_| is_change);
        let now = state.changes;
        state.changes += usize::from(is_change);
        if kill == Some(Kill::Before(now)) {
            return Err(RunError::Interrupted);
        }
        let answer = state.run(&words, call.input());
        if kill == Some(Kill::After(now)) {
            return Err(RunError::Interrupted);
        }
        Ok(match answer {
            Ok(Value::Null) => Reply { code: Some(0), ..Reply::default() },
            Ok(Value::String(text)) => {
                let code = Some(i32::from(!text.is_empty()));
                Reply { code, stdout: text.into_bytes(), stderr: Vec::new() }
            }
            Ok(mut items) => {
                // As kubectl does: what was applied alone is not printed as a list.
                let is_alone = is_change && items.as_array().is_some_and(|items| items.len() == 1);
                let printed = match is_alone {
                    true => items[0].take(),
                    false => json!({ "kind": "List", "items": items }),
                };
                Reply { code: Some(0), stdout: printed.to_string().into_bytes(), stderr: Vec::new() }
            }
            Err(talk) => Reply { code: Some(1), stdout: Vec::new(), stderr: talk.into_bytes() },
        })
    }
}
