//! All that one cluster has of further networks, wherever it comes from: typed networks, existing manifests, and what is
//! written by hand into pods.

use stackwright_cfn::has_token;
use stackwright_core::{Check, Diagnostic, Manifest, Related, Scope, Source};

use super::attachment::RequestedAddresses;
use super::workload::{self, PodCount};
use super::{
    Attachments, DefinedNetwork, Network, NetworkSelection, demand, handwritten, overlap, requested,
};

/// The kind that networks have as objects.
pub(super) const KIND: &str = "NetworkAttachmentDefinition";

/// A network of the cluster.
pub(super) struct Defined {
    pub(super) manifest: Manifest,
    pub(super) name: String,
    pub(super) namespace: String,
    /// What is known of it; `None` where it is of a kind that this model does not have.
    pub(super) network: Option<Network>,
}

/// What makes pods with further interfaces.
pub(super) struct Attached {
    pub(super) manifest: Manifest,
    pub(super) count: PodCount,
    pub(super) selections: Vec<Selected>,
    /// Where the program attaches it, by what is checked by itself; `None` where the annotation is written by hand.
    place: Option<Source>,
}

/// One interface of a pod.
pub(super) struct Selected {
    pub(super) asked: NetworkSelection,
    /// The place of the network among those of the cluster; `None` where no chart defines it.
    pub(super) network: Option<usize>,
}

/// Everything of one cluster.
pub(super) struct ClusterNetworks {
    pub(super) defined: Vec<Defined>,
    pub(super) attached: Vec<Attached>,
}

/// That the networks of a cluster are looked at.
pub(crate) struct Watch(Manifest);

impl Watch {
    /// Whether it looks at the pods of this object, too.
    pub(crate) fn sees(&self, pods: &Manifest) -> bool {
        self.0.is_with(pods)
    }
}

/// Has everything looked at that the cluster of this object has, once for each cluster.
pub(super) fn watch(manifest: &Manifest) {
    manifest.tell(Watch(manifest.clone()));
    let this = manifest.clone();
    manifest.validate(move |check| {
        let watches = check.told::<Watch>();
        if watches.iter().find(|(_, watch)| watch.0.is_with(&this)).is_some_and(|(_, first)| first.0 == this)
        {
            let networks = ClusterNetworks::read(&this, check);
            overlap::check(&networks, check);
            requested::check(&networks, check);
            demand::check(&networks, check);
        }
    });
}

impl ClusterNetworks {
    /// Reads all of it, and reports what cannot be read or found.
    fn read(of: &Manifest, check: &mut Check<'_>) -> Self {
        let typed = check.told::<DefinedNetwork>();
        let defined = of.same_cluster(KIND).into_iter().map(|manifest| {
            let told = typed.iter().find(|(construct, _)| construct == manifest.construct());
            let network = match told {
                Some((_, told)) => Some(told.network.clone()),
                None => handwritten::network(&manifest, check),
            };
            let name = manifest.object().name().unwrap_or_default().to_owned();
            let namespace = manifest.namespace();
            Defined { manifest, name, namespace, network }
        });
        let mut this = ClusterNetworks { defined: defined.collect(), attached: Vec::new() };
        let places = check.told::<RequestedAddresses>();
        for manifest in workload::KINDS.into_iter().flat_map(|kind| of.same_cluster(kind)) {
            let object = manifest.object();
            let Some(text) = workload::pod_annotation(&object, Attachments::KEY) else { continue };
            let place = places.iter().find(|(_, asked)| asked.pods == manifest);
            let place = place.map(|(_, asked)| asked.place.into());
            let count = workload::pod_count(&object);
            let mut attached = Attached { manifest, count, selections: Vec::new(), place };
            match NetworkSelection::read(&text) {
                Ok(selections) => {
                    let select = |asked: NetworkSelection| {
                        let network = this.find(&attached, &asked, check);
                        Selected { asked, network }
                    };
                    attached.selections = selections.into_iter().map(select).collect();
                }
                Err(error) => check.report(attached.mark(
                    Diagnostic::error("unreadable-networks", error.to_string()).value(text).hint(
                        "write names with commas between them, namespace/name@interface, or a list in JSON",
                    ),
                )),
            }
            if attached.place.is_none() {
                handwritten::check(&this, &attached, check);
            }
            this.attached.push(attached);
        }
        this
    }

    /// The network that an interface is in.
    fn find(&self, pods: &Attached, asked: &NetworkSelection, check: &mut Check<'_>) -> Option<usize> {
        let name = &asked.name;
        let namespace = asked.namespace.clone().unwrap_or_else(|| pods.manifest.namespace());
        let is_such = |defined: &Defined| defined.name == *name && defined.namespace == namespace;
        let found = self.defined.iter().position(is_such);
        // What is attached in the program has been told.
        if found.is_some() || pods.place.is_some() || has_token(&namespace) {
            return found;
        }
        check.report(pods.mark(match self.defined.iter().find(|defined| defined.name == *name) {
            Some(other) => {
                let message = format!(
                    "pods look for network `{name}` in namespace `{namespace}`, but it is in `{}`",
                    other.namespace
                );
                Diagnostic::error("network-in-other-namespace", message)
                    .value(namespace)
                    .allowed(&other.namespace)
                    .hint(format!("write {}/{name}", other.namespace))
                    .related(other.related())
            }
            None => {
                let message = format!("no chart of the cluster defines network `{name}`, which pods ask for");
                Diagnostic::warning("unknown-network", message)
                    .value(name)
                    .hint("see that the cluster has it already, or define it in a chart")
            }
        }));
        None
    }
}

impl Defined {
    pub(super) fn related(&self) -> Related {
        self.manifest.related(&format!("network `{}`", self.name))
    }

    /// Points a finding here.
    pub(super) fn mark(&self, finding: Diagnostic) -> Diagnostic {
        finding.path(self.manifest.path()).source(self.manifest.related("").source)
    }
}

impl Attached {
    fn source(&self) -> Source {
        self.place.clone().unwrap_or_else(|| self.manifest.related("").source)
    }

    pub(super) fn related(&self, label: &str) -> Related {
        Related { source: self.source(), ..self.manifest.related(label) }
    }

    /// Points a finding here.
    pub(super) fn mark(&self, finding: Diagnostic) -> Diagnostic {
        finding.path(self.manifest.path()).source(self.source())
    }

    /// What it is, to tell it in a message.
    pub(super) fn words(&self) -> String {
        let object = self.manifest.object();
        format!("{} `{}`", object.kind(), object.name().unwrap_or_default())
    }
}
