//! The objects of a cluster, by kubectl.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::key::Key;
use super::refusal;
use crate::driver::Reply;
use crate::{Error, Kubectl, Session};

/// Who owns the fields that we set.
const FIELD_MANAGER: &str = "stackwright";

/// How long to wait before asking again where a cluster cannot be reached.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(4), Duration::from_secs(8)];

/// The objects of one cluster. Objects go to kubectl by its standard input only, so that no value shows in a command.
#[derive(Clone, Copy)]
pub(crate) struct Live<'a> {
    kubectl: &'a Kubectl<'a>,
}

/// Objects that were asked for and are there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    objects: BTreeMap<Key, Value>,
}

impl Found {
    fn new(objects: impl IntoIterator<Item = Value>) -> Self {
        Found { objects: objects.into_iter().map(|object| (Key::of(&object), object)).collect() }
    }

    /// The object, which may have been asked for with a namespace that its kind does not have.
    pub(super) fn get(&self, key: &Key) -> Option<&Value> {
        self.objects.get(key).or_else(|| self.objects.get(&Key { namespace: None, ..key.clone() }))
    }

    /// The object as it is.
    pub(crate) fn of(&self, object: &Value) -> Option<&Value> {
        self.get(&Key::of(object))
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.objects.values()
    }
}

impl<'a> Live<'a> {
    pub(crate) fn new(kubectl: &'a Kubectl<'a>) -> Self {
        Live { kubectl }
    }

    pub(super) fn session(&self) -> Session<'a> {
        self.kubectl.session()
    }

    /// Those of the objects that are there. Of a kind that the cluster does not know there is none.
    pub(crate) fn find(&self, stubs: &[Value]) -> Result<Found, Error> {
        if stubs.is_empty() {
            return Ok(Found::default());
        }
        let reply = self
            .run(&["get", "--filename", "-", "--ignore-not-found", "--output", "json"], Some(&list(stubs)))?;
        if !reply.is_success() && !refusal::is_of_unknown_kinds(&reply.talk()) {
            return Err(failed("cannot read the objects of the cluster", &reply));
        }
        Ok(Found::new(items(&reply)?))
    }

    /// Applies objects in their order, and gives them as they are then; on a refusal, what kubectl says.
    pub(super) fn apply(&self, objects: &[Value], force: bool) -> Result<Result<Found, String>, Error> {
        let manager = format!("--field-manager={FIELD_MANAGER}");
        let mut args = vec!["apply", "--server-side", &manager, "--filename", "-", "--output", "json"];
        if force {
            args.push("--force-conflicts");
        }
        self.change(&args, &list(objects))
    }

    /// What an object would be if it were applied and took over the fields of others; on a refusal, what kubectl says.
    pub(super) fn try_forced(&self, object: &Value) -> Result<Result<Found, String>, Error> {
        let manager = format!("--field-manager={FIELD_MANAGER}");
        let args =
            ["apply", "--server-side", &manager, "--filename", "-", "--output", "json", "--force-conflicts"];
        self.change(&[&args[..], &["--dry-run=server"]].concat(), object)
    }

    /// Creates an object, or replaces it where it has the version that the object names.
    pub(super) fn write(&self, object: &Value) -> Result<Result<Found, String>, Error> {
        let verb = if object["metadata"]["resourceVersion"].is_null() { "create" } else { "replace" };
        self.change(&[verb, "--filename", "-", "--output", "json"], object)
    }

    /// Has objects deleted, with all that they own, and does not wait for it. With `owned_first` an object is there until
    /// what it owns is gone.
    pub(super) fn delete(&self, stubs: &[Value], owned_first: bool) -> Result<(), Error> {
        let cascade = if owned_first { "--cascade=foreground" } else { "--cascade=background" };
        let args = ["delete", "--filename", "-", "--ignore-not-found", cascade, "--wait=false"];
        let reply = self.run(&args, Some(&list(stubs)))?;
        match reply.is_success() || refusal::is_of_unknown_kinds(&reply.talk()) {
            true => Ok(()),
            false => Err(failed("cannot delete objects", &reply)),
        }
    }

    /// Takes an annotation out of an object; that there is none is fine.
    pub(super) fn remove_annotation(&self, stub: &Value, name: &str) -> Result<(), Error> {
        let manager = format!("--field-manager={FIELD_MANAGER}");
        let reply = self.run(&["annotate", "--filename", "-", &manager, &format!("{name}-")], Some(stub))?;
        match reply.is_success() {
            true => Ok(()),
            false => Err(failed("cannot change the objects of the cluster", &reply)),
        }
    }

    /// The objects of some kinds, as `kubectl get` names them, that `args` select.
    pub(crate) fn list(&self, kinds: &str, args: &[&str]) -> Result<Vec<Value>, Error> {
        let args = [&["get", kinds, "--ignore-not-found", "--output", "json"], args].concat();
        let reply = self.run(&args, None)?;
        match reply.is_success() {
            true => items(&reply),
            false => Err(failed("cannot list the objects of the cluster", &reply)),
        }
    }

    /// The objects in a namespace, of all kinds but some.
    ///
    /// Somebody may take a kind away between the question which there are and the one for its objects, such as another
    /// chart that is removed at the same time: then both are asked again.
    pub(super) fn list_in(
        &self,
        namespace: &str,
        is_left_out: fn(&str) -> bool,
    ) -> Result<Vec<Value>, Error> {
        let mut pauses = PAUSES.iter();
        loop {
            let mut kinds = self.kinds_of_namespaces()?;
            kinds.retain(|kind| !is_left_out(kind));
            let kinds = kinds.join(",");
            let reply = self.run(
                &["get", &kinds, "--ignore-not-found", "--output", "json", "--namespace", namespace],
                None,
            )?;
            if reply.is_success() {
                return items(&reply);
            }
            match pauses.next() {
                Some(pause) if refusal::is_of_gone_kind(&reply.talk()) => {
                    self.session().clock().sleep(*pause)
                }
                _ => return Err(failed("cannot list the objects of the cluster", &reply)),
            }
        }
    }

    fn kinds_of_namespaces(&self) -> Result<Vec<String>, Error> {
        let reply = self.run(&["api-resources", "--namespaced", "--verbs=list", "--output", "name"], None)?;
        if !reply.is_success() {
            return Err(failed("cannot list the kinds of the cluster", &reply));
        }
        Ok(String::from_utf8_lossy(&reply.stdout).split_whitespace().map(str::to_owned).collect())
    }

    /// Runs a command in the first container of a pod.
    pub(crate) fn exec(&self, namespace: &str, pod: &str, command: &[&str]) -> Result<Reply, Error> {
        let args = [&["exec", "--namespace", namespace, pod, "--"], command].concat();
        self.run(&args, None)
    }

    fn change(&self, args: &[&str], input: &Value) -> Result<Result<Found, String>, Error> {
        let reply = self.run(args, Some(input))?;
        let talk = reply.talk();
        match reply.is_success() {
            true => Ok(Ok(Found::new(items(&reply)?))),
            false if refusal::is_passing(&talk) || refusal::is_of_access(&talk) => {
                Err(failed("cannot change the objects of the cluster", &reply))
            }
            false => Ok(Err(talk.into_owned())),
        }
    }

    /// Runs kubectl, and again after a while where the cluster is not reached: nothing that is asked for here does harm
    /// when it is done twice.
    fn run(&self, args: &[&str], input: Option<&Value>) -> Result<Reply, Error> {
        let mut pauses = PAUSES.iter();
        loop {
            let call = self.kubectl.call(args);
            let call = match input {
                Some(input) => call.stdin(input.to_string()),
                None => call,
            };
            let reply = self.kubectl.run(call)?;
            if reply.is_success() || !refusal::is_passing(&reply.talk()) {
                return Ok(reply);
            }
            let Some(pause) = pauses.next() else { return Ok(reply) };
            self.session().clock().sleep(*pause);
        }
    }
}

/// Why kubectl failed, and what may help.
fn failed(message: &str, reply: &Reply) -> Error {
    let talk = reply.talk();
    let error = Error::new(message).cause(refusal::Refusal::read(&talk).reason);
    if refusal::is_of_access(&talk) {
        return error.hint(
            "who deploys needs access to the cluster: say cluster.grant_admin(&role) and cluster.deploy_charts_as(role), \
             or give a kubeconfig with --kubeconfig",
        );
    }
    match refusal::is_passing(&talk) {
        true => error.hint(
            "can this machine reach the endpoint of the cluster? a private one is reached from its VPC only",
        ),
        false => error,
    }
}

fn list(objects: &[Value]) -> Value {
    json!({ "apiVersion": "v1", "kind": "List", "items": objects })
}

/// The objects that kubectl printed: none, one, or a list.
fn items(reply: &Reply) -> Result<Vec<Value>, Error> {
    if reply.stdout.trim_ascii().is_empty() {
        return Ok(Vec::new());
    }
    let mut printed: Value = serde_json::from_slice(&reply.stdout)
        .map_err(|error| Error::new("the answer of kubectl is not what it should be").cause(error))?;
    match printed.get_mut("items").map(Value::take) {
        Some(Value::Array(items)) => Ok(items),
        _ => Ok(vec![printed]),
    }
}
