//! Objects as YAML.

use serde::ser::{Serialize, Serializer};

use crate::{Data, Map, Object};

/// Fields that readers look for first; the others follow in the order they were set.
const OBJECT: &[&str] = &["apiVersion", "kind", "metadata"];
const METADATA: &[&str] = &["name", "generateName", "namespace", "labels", "annotations"];
const ITEM: &[&str] = &["name"];

impl Object {
    /// The object as one document of YAML: first what it is and its name, the name first in maps of lists too; texts
    /// of several lines as blocks, and in quotes whatever a reader of YAML 1.1 would take for something else.
    ///
    /// ```
    /// use serde_json::json;
    /// use stackwright_k8s::Object;
    ///
    /// let object = Object::from_serialize(json!({
    ///     "apiVersion": "v1",
    ///     "data": { "debug": "off", "run": "set -e\nexec agent\n" },
    ///     "kind": "ConfigMap",
    ///     "metadata": { "labels": { "app": "agent" }, "name": "agent" },
    /// }))?;
    /// assert_eq!(object.to_yaml(), r#"apiVersion: v1
    /// kind: ConfigMap
    /// metadata:
    ///   name: agent
    ///   labels:
    ///     app: agent
    /// data:
    ///   debug: "off"
    ///   run: |
    ///     set -e
    ///     exec agent
    /// "#);
    /// # Ok::<(), stackwright_k8s::SerializeError>(())
    /// ```
    pub fn to_yaml(&self) -> String {
        written(&Fields(self.fields(), OBJECT))
    }
}

fn written(document: &impl Serialize) -> String {
    let options = serde_saphyr::ser_options! {
        // A long line stays one: it may be searched for, and compared line by line.
        folded_wrap_chars: usize::MAX,
    };
    // Writing to memory cannot fail, and every key is text.
    serde_saphyr::to_string_with_options(document, options).unwrap_or_default()
}

impl Data {
    /// The data as one document of YAML, written as [`Object::to_yaml`] writes it: for texts that hold YAML themselves,
    /// such as those of a ConfigMap.
    ///
    /// ```
    /// use stackwright_k8s::Data;
    ///
    /// let users = Data::from_yaml("[{groups: [admins], name: kim}]")?;
    /// assert_eq!(users.to_yaml(), "- name: kim\n  groups:\n  - admins\n");
    /// # Ok::<(), stackwright_k8s::ReadError>(())
    /// ```
    pub fn to_yaml(&self) -> String {
        written(&Written(self, &[]))
    }
}

/// Objects as documents of one file, in their order.
pub fn to_yaml<'a>(objects: impl IntoIterator<Item = &'a Object>) -> String {
    let documents: Vec<String> = objects.into_iter().map(Object::to_yaml).collect();
    documents.join("---\n")
}

/// A map with the fields that come first.
struct Fields<'a>(&'a Map, &'static [&'static str]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Fields(map, first) = self;
        let mut entries: Vec<_> = map.iter().collect();
        let place = |name: &str| first.iter().position(|key| *key == name).unwrap_or(first.len());
        entries.sort_by_key(|(name, _)| place(name));
        let value = |(name, data)| {
            let is_metadata = *first == OBJECT && name == "metadata";
            (name, Written(data, if is_metadata { METADATA } else { &[] }))
        };
        serializer.collect_map(entries.into_iter().map(value))
    }
}

/// A value, with the fields that come first where it is a map.
struct Written<'a>(&'a Data, &'static [&'static str]);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Written(data, first) = self;
        match data {
            Data::Map(map) => Fields(map, first).serialize(serializer),
            Data::List(items) => serializer.collect_seq(items.iter().map(|item| Written(item, ITEM))),
            // libyaml, and what descends from it (Go, so kubectl), takes a tab at the start of a block for indentation.
            Data::Text(text) if text.contains('\n') && text.trim_start_matches('\n').starts_with('\t') => {
                serde_saphyr::DoubleQuoted(text).serialize(serializer)
            }
            other => other.serialize(serializer),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(json: serde_json::Value) -> Object {
        Object::from_serialize(json).unwrap()
    }

    #[test]
    fn names_come_first_wherever_readers_look_for_them() {
        let pod = crate::read(
            "
spec:
  containers: [{image: busybox, name: web, args: [a]}]
  nodeName: a
metadata: {annotations: {z: a, name: b}, uid: u, namespace: apps, name: web}
kind: Pod
apiVersion: v1
",
        );
        let expected = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: apps
  annotations:
    z: a
    name: b
  uid: u
spec:
  containers:
  - name: web
    image: busybox
    args:
    - a
  nodeName: a
";
        assert_eq!(pod.unwrap()[0].to_yaml(), expected);
    }

    #[test]
    fn documents_stand_one_after_the_other() {
        let (one, two) = (object(json!({ "kind": "A" })), object(json!({ "kind": "B" })));
        assert_eq!(to_yaml([&one, &two]), "kind: A\n---\nkind: B\n");
        assert_eq!(to_yaml([]), "");
    }

    #[test]
    fn a_placeholder_is_left_as_it_is() {
        let text = crate::placeholder("cluster-001", "ExportName");
        let pod =
            object(json!({ "a": text, "b": format!("https://{text}/x"), "c": format!("echo {text}\n") }));
        assert_eq!(pod.to_yaml().matches(&text).count(), 3);
    }

    #[test]
    fn a_block_that_starts_with_a_tab_is_quoted() {
        assert_eq!(object(json!({ "a": "\tb\nc\n" })).to_yaml(), "a: \"\\tb\\nc\\n\"\n");
        assert_eq!(object(json!({ "a": "b\n\tc\n" })).to_yaml(), "a: |\n  b\n  \tc\n");
    }
}
