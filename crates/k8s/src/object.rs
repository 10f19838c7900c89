//! One Kubernetes object.

use serde::Serialize;

use crate::serialize::SerializeError;
use crate::{Data, Map};

/// A Kubernetes object: a map of fields with `apiVersion`, `kind` and `metadata` among them.
///
/// Whether all of these are there is for [`check`](crate::check) to say, so that all that is wrong is told at once.
///
/// ```
/// use serde_json::json;
/// use stackwright_k8s::Object;
///
/// let object = Object::from_serialize(json!({
///     "apiVersion": "apps/v1",
///     "kind": "DaemonSet",
///     "metadata": { "name": "agent", "namespace": "kube-system" },
/// }))?;
/// assert_eq!((object.group(), object.kind()), ("apps", "DaemonSet"));
/// assert_eq!(object.to_string(), "DaemonSet kube-system/agent");
/// # Ok::<(), stackwright_k8s::SerializeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object {
    fields: Map,
}

impl Object {
    /// An object of these fields.
    pub fn new(fields: Map) -> Self {
        Object { fields }
    }

    /// The object that `value` serializes to: a type of `k8s-openapi`, JSON, or any other data.
    ///
    /// # Errors
    ///
    /// Where `value` cannot be serialized, or is no map.
    pub fn from_serialize(value: impl Serialize) -> Result<Self, SerializeError> {
        match Data::from_serialize(value)? {
            Data::Map(fields) => Ok(Object { fields }),
            other => Err(serde::ser::Error::custom(format!(
                "it is {}, not a map of apiVersion, kind, metadata and what the kind has",
                other.describe()
            ))),
        }
    }

    /// The fields.
    pub fn fields(&self) -> &Map {
        &self.fields
    }

    /// The fields, to be changed.
    pub fn fields_mut(&mut self) -> &mut Map {
        &mut self.fields
    }

    /// The API's group and version, such as `apps/v1`; empty where it is missing.
    pub fn api_version(&self) -> &str {
        self.text("apiVersion")
    }

    /// The API's group, such as `apps`; empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version().split_once('/').map_or("", |(group, _)| group)
    }

    /// The kind, such as `DaemonSet`; empty where it is missing.
    pub fn kind(&self) -> &str {
        self.text("kind")
    }

    /// The name in `metadata`.
    pub fn name(&self) -> Option<&str> {
        self.metadata()?.get("name")?.as_str()
    }

    /// The namespace in `metadata`.
    pub fn namespace(&self) -> Option<&str> {
        self.metadata()?.get("namespace")?.as_str()
    }

    /// Puts the object into a namespace, unless it is in one.
    pub fn default_namespace(&mut self, namespace: &str) {
        if let Some(metadata) = self.metadata_mut() {
            metadata.get_or_insert_with("namespace", || namespace.into());
        }
    }

    /// Gives the object a label, unless it has one of this key.
    pub fn default_label(&mut self, key: &str, value: &str) {
        let Some(metadata) = self.metadata_mut() else { return };
        let labels = metadata.get_or_insert_with("labels", || Map::new().into());
        if let Some(labels) = labels.as_map_mut() {
            labels.get_or_insert_with(key, || value.into());
        }
    }

    /// Lets `change` give another text for each text of the object, keys of maps included.
    pub fn replace_texts(&mut self, mut change: impl FnMut(&str) -> Option<String>) {
        self.fields.replace_texts(&mut change);
    }

    pub(crate) fn is(&self, group: &str, kind: &str) -> bool {
        self.group() == group && self.kind() == kind
    }

    fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Data::as_str).unwrap_or_default()
    }

    fn metadata(&self) -> Option<&Map> {
        self.fields.get("metadata")?.as_map()
    }

    fn metadata_mut(&mut self) -> Option<&mut Map> {
        self.fields.get_or_insert_with("metadata", || Map::new().into()).as_map_mut()
    }
}

/// The kind, and the name with its namespace where it has one.
impl std::fmt::Display for Object {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ", self.kind())?;
        if let Some(namespace) = self.namespace() {
            write!(f, "{namespace}/")?;
        }
        f.write_str(self.name().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(text: &str) -> Object {
        crate::read(text).unwrap().remove(0)
    }

    #[test]
    fn defaults_yield_to_what_is_there() {
        let mut bare = object("{apiVersion: v1, kind: Pod}");
        bare.default_namespace("apps");
        bare.default_label("team", "network");
        let mut full = object("{kind: Pod, metadata: {namespace: own, labels: {team: own}}}");
        full.default_namespace("apps");
        full.default_label("team", "network");
        full.default_label("stage", "test");
        assert_eq!(
            serde_json::to_string(bare.fields()).unwrap(),
            r#"{"apiVersion":"v1","kind":"Pod","metadata":{"namespace":"apps","labels":{"team":"network"}}}"#,
        );
        assert_eq!(
            serde_json::to_string(full.fields()).unwrap(),
            r#"{"kind":"Pod","metadata":{"namespace":"own","labels":{"team":"own","stage":"test"}}}"#,
        );
    }

    #[test]
    fn what_is_no_map_is_no_object() {
        let wrong = Object::from_serialize([1]).unwrap_err().to_string();
        assert_eq!(wrong, "it is a list, not a map of apiVersion, kind, metadata and what the kind has");
    }

    #[test]
    fn texts_are_replaced_in_keys_too() {
        let mut pod = object("{kind: Pod, a: [x, {x: w}, 1]}");
        pod.replace_texts(|text| (text == "x").then(|| "z".to_owned()));
        assert_eq!(serde_json::to_string(pod.fields()).unwrap(), r#"{"kind":"Pod","a":["z",{"z":"w"},1]}"#);
    }
}
