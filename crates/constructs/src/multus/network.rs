//! A network under the name that pods know it by.

use stackwright_core::Diagnostic;
use stackwright_k8s::{Map, Object, names};

use super::{CniConfig, Ipam};

/// A configuration under the name of its `NetworkAttachmentDefinition`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    name: String,
    namespace: Option<String>,
    config: CniConfig,
}

impl Network {
    /// A network with the name of its configuration, in the namespace of the pods that use it.
    pub fn new(config: CniConfig) -> Self {
        Network { name: config.name().to_owned(), namespace: None, config }
    }

    /// The name of the object; by default that of the configuration.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The namespace the object is in; by default that of each pod that uses it.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// The name that pods attach by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &CniConfig {
        &self.config
    }

    pub(super) fn in_namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The `NetworkAttachmentDefinition`.
    #[must_use]
    pub fn object(&self) -> Object {
        let mut metadata = Map::from_iter([("name", self.name.as_str())]);
        if let Some(namespace) = &self.namespace {
            metadata.insert("namespace", namespace.as_str());
        }
        let mut fields =
            Map::from_iter([("apiVersion", "k8s.cni.cncf.io/v1"), ("kind", "NetworkAttachmentDefinition")]);
        fields.insert("metadata", metadata);
        let mut spec = Map::new();
        // Without it, Multus reads the node's own file.
        if !matches!(self.config.ipam(), Some(Ipam::EniPrefix(_))) {
            spec.insert("config", self.config.to_json());
        }
        fields.insert("spec", spec);
        Object::new(fields)
    }

    /// Everything that is wrong with it and with its configuration, and what is worth knowing.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut found = self.config.check();
        if !names::is_dns_subdomain(&self.name) {
            let message = format!(
                "`{}` cannot be the name of an object: allowed are {}",
                self.name,
                names::DNS_SUBDOMAIN
            );
            found.push(
                Diagnostic::error("invalid-name", message).value(&self.name).allowed(names::DNS_SUBDOMAIN),
            );
        }
        if let Some(namespace) = self.namespace.as_deref().filter(|text| !names::is_dns_label(text)) {
            let message =
                format!("`{namespace}` cannot be the name of a namespace: allowed are {}", names::DNS_LABEL);
            found.push(
                Diagnostic::error("invalid-namespace", message).value(namespace).allowed(names::DNS_LABEL),
            );
        }
        found
    }
}
