//! Existing Kubernetes objects as part of a chart.

use std::panic::Location;

use stackwright_assembly::Diagnostic;
use stackwright_k8s::Object;

use crate::construct::{Construct, Scope};
use crate::manifest::{Manifest, id_of};
use crate::tree::Kind;

/// Existing objects put into a chart: checked and written like any other, and open to changes.
///
/// ```
/// use stackwright_core::{App, Chart, Manifests};
///
/// let app = App::new();
/// let chart = Chart::new(&app, "web");
/// let existing = Manifests::read(&chart, "upstream", "
/// apiVersion: apps/v1
/// kind: Deployment
/// metadata: {name: web}
/// spec:
///   replicas: 1
///   selector: {matchLabels: {app: web}}
///   template: {metadata: {labels: {app: web}}}
/// ");
/// existing.get("Deployment", "web").override_field("spec.replicas", 3);
/// ```
#[derive(Clone, Debug)]
pub struct Manifests {
    construct: Construct,
    manifests: Vec<Manifest>,
    /// Whether the text could be read; if not, nothing is missed in it.
    is_read: bool,
}

impl Manifests {
    /// Puts the objects of a text in YAML or JSON, of one or many documents, into a chart or a construct within one:
    /// best given by `include_str!`.
    ///
    /// A text that cannot be read is told when the app is synthesized, with its own line and column.
    #[track_caller]
    pub fn read(scope: &impl Scope, id: &str, text: &str) -> Self {
        let location = Location::caller();
        let construct = Construct::new(scope, id);
        let read = stackwright_k8s::read(text);
        if let Err(error) = &read {
            construct.report(Diagnostic::error("unreadable-manifest", error.to_string()));
        }
        let is_read = read.is_ok();
        let add = |object: Object| {
            let construct = construct.add(&id_of(&object), location, Kind::Manifest(Box::new(object)));
            Manifest::from_construct(construct)
        };
        let manifests = read.unwrap_or_default().into_iter().map(add).collect();
        Manifests { construct, manifests, is_read }
    }

    /// All of them, in their order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Manifest> {
        self.manifests.iter()
    }

    /// The object of this kind and name, whatever its namespace; the first, where there are several.
    ///
    /// One that is not there is told when the app is synthesized.
    #[track_caller]
    pub fn get(&self, kind: &str, name: &str) -> Manifest {
        let is_it = |manifest: &&Manifest| {
            let object = manifest.object();
            object.kind() == kind && object.name() == Some(name)
        };
        if let Some(found) = self.manifests.iter().find(is_it) {
            return found.clone();
        }
        let nothing = Manifest::from_construct(self.construct.clone());
        if !self.is_read {
            return nothing;
        }
        let known: Vec<String> =
            self.manifests.iter().map(|manifest| manifest.object().to_string()).collect();
        let allowed = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let message = format!("there is no {kind} {name:?} among them: allowed are {allowed}");
        let finding = Diagnostic::error("not-in-manifests", message).value(format!("{kind} {name}"));
        self.report(finding.allowed(allowed).source(Location::caller()));
        nothing
    }
}

impl Scope for Manifests {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
