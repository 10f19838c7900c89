//! What an object is in a cluster.

use std::fmt;

use serde_json::{Value, json};

/// An object by its kind and its name. Which version of its kind it was given in does not matter to the cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) group: String,
    pub(super) kind: String,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
}

impl Key {
    pub(super) fn of(object: &Value) -> Self {
        let metadata = &object["metadata"];
        Key {
            group: group(text(&object["apiVersion"])).to_owned(),
            kind: text(&object["kind"]).to_owned(),
            namespace: metadata["namespace"].as_str().map(str::to_owned),
            name: text(&metadata["name"]).to_owned(),
        }
    }

    pub(super) fn is(&self, group: &str, kind: &str) -> bool {
        self.group == group && self.kind == kind
    }

    pub(super) fn is_namespace(&self) -> bool {
        self.is("", "Namespace")
    }

    pub(super) fn is_definition(&self) -> bool {
        self.is("apiextensions.k8s.io", "CustomResourceDefinition")
    }
}

/// As in the assembly's source map: the kind, and the name with its namespace where it has one.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind)?;
        if let Some(namespace) = &self.namespace {
            write!(f, "{namespace}/")?;
        }
        f.write_str(&self.name)
    }
}

/// An object with the version of its kind that it was applied in, by which it can be asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) api_version: String,
    pub(super) key: Key,
}

impl Entry {
    pub(super) fn of(object: &Value) -> Self {
        Entry { api_version: text(&object["apiVersion"]).to_owned(), key: Key::of(object) }
    }

    /// What [`Display`](fmt::Display) writes; `None` where it is anything else.
    pub(super) fn parse(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (api_version, kind, name) = (words.next()?, words.next()?, words.next()?);
        let (namespace, name) = match name.split_once('/') {
            Some((namespace, name)) => (Some(namespace.to_owned()), name),
            None => (None, name),
        };
        let key = Key {
            group: group(api_version).to_owned(),
            kind: kind.to_owned(),
            namespace,
            name: name.to_owned(),
        };
        words.next().is_none().then(|| Entry { api_version: api_version.to_owned(), key })
    }

    /// The object without anything in it.
    pub(super) fn stub(&self) -> Value {
        let Key { kind, namespace, name, .. } = &self.key;
        let mut stub = json!({ "apiVersion": self.api_version, "kind": kind, "metadata": { "name": name } });
        if let Some(namespace) = namespace {
            stub["metadata"]["namespace"] = json!(namespace);
        }
        stub
    }
}

/// The version and the key, in one line.
impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.api_version, self.key)
    }
}

fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Entry;

    #[test]
    fn an_entry_is_a_line_and_a_stub() {
        for line in [
            "apps/v1 DaemonSet kube-system/agent",
            "v1 Namespace jobs",
            "rbac.authorization.k8s.io/v1 ClusterRole system:node",
        ] {
            let entry = Entry::parse(line).unwrap();
            assert_eq!(entry.to_string(), line);
            assert_eq!(Entry::of(&entry.stub()), entry);
        }
        assert_eq!(Entry::parse("v1 Namespace"), None);
        assert_eq!(Entry::parse("v1 Namespace jobs now"), None);
    }

    #[test]
    fn a_key_has_no_version() {
        let key = |version: &str| {
            Entry::of(&json!({ "apiVersion": version, "kind": "Fleet", "metadata": { "name": "a" } })).key
        };
        assert_eq!(key("example.com/v1"), key("example.com/v2"));
        assert_ne!(key("example.com/v1"), key("v1"));
    }
}
