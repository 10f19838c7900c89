//! The objects of a chart as they are to be.

use serde_json::{Value, json};
use stackwright_assembly::Deployable;
use stackwright_k8s::Scopes;

use super::binding::Values;
use super::key::{Entry, Key};
use crate::Error;

/// An object of a chart, values of stacks filled in.
#[derive(Clone, Debug)]
pub(super) struct Desired {
    pub(super) entry: Entry,
    pub(super) object: Value,
    /// The path of its construct; absent where the assembly does not tell it.
    pub(super) path: Option<String>,
}

impl Desired {
    pub(super) fn key(&self) -> &Key {
        &self.entry.key
    }

    /// The objects of a chart in the order of its file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or a placeholder in it stands for nothing.
    pub(super) fn read(chart: &Deployable, contents: &[u8], values: &Values) -> Result<Vec<Self>, Error> {
        let unusable = || Error::new(format!("the manifest of chart {:?} cannot be used", chart.name));
        let text = std::str::from_utf8(contents).map_err(|error| unusable().cause(error))?;
        let mut objects = stackwright_k8s::read(text).map_err(|error| unusable().cause(error))?;
        let scopes = Scopes::new(&objects);
        let mut unknown = Vec::new();
        let mut desired = Vec::new();
        for object in &mut objects {
            let id = object.to_string();
            // A kubeconfig may name another namespace, but an object without one is meant to be in this.
            if scopes.is_namespaced(object) {
                object.default_namespace("default");
            }
            object.replace_texts(|text| values.fill(text, &mut unknown));
            let source = chart.source_map.iter().find(|entry| entry.id == id);
            let object = json!(object.fields());
            desired.push(Desired {
                entry: Entry::of(&object),
                object,
                path: source.map(|entry| entry.path.clone()),
            });
        }
        match unknown.is_empty() {
            true => Ok(desired),
            false => Err(unusable()
                .cause(format!("nothing is known of {}", unknown.join(", ")))
                .hint("write the assembly anew with synth")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_may_have_anything_in_it() {
        let text =
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  k: ${stackwright:web.Name}\n";
        let chart = super::super::tests::chart("a");
        let values = Values::of("${stackwright:web.Name}", "x: \"y\"\n# z");
        let desired = Desired::read(&chart, text.as_bytes(), &values).unwrap();
        assert_eq!(desired[0].object["data"]["k"], "x: \"y\"\n# z");
        assert_eq!(desired[0].key().to_string(), "ConfigMap default/a");
    }

    #[test]
    fn a_placeholder_that_stands_for_nothing_is_an_error() {
        let text = "{apiVersion: v1, kind: Namespace, metadata: {name: '${stackwright:web.Name}'}}";
        let chart = super::super::tests::chart("a");
        let error = Desired::read(&chart, text.as_bytes(), &Values::default()).unwrap_err().to_string();
        assert_eq!(
            error,
            "the manifest of chart \"a\" cannot be used: nothing is known of ${stackwright:web.Name}"
        );
    }
}
