//! What charts claim of addresses, which address plans compare with what they gave away: networks that hand them out and
//! pods that ask for them, in every cluster, wherever they come from.

use std::net::IpAddr;

use stackwright_core::{Check, Manifest, Scope, Source};

use super::cluster_networks::{KIND, Watch};
use super::{Attachments, DefinedNetwork, Ipam, NetworkSelection, RequestedAddresses, handwritten, workload};

/// A network that hands out addresses.
pub(crate) struct HandedOut {
    pub(crate) manifest: Manifest,
    pub(crate) name: String,
    /// One, unless a chain of plugins that is written by hand has several.
    pub(crate) ipam: Vec<Ipam>,
}

/// Every network of the app, in the order of their definition.
pub(crate) fn handed_out(check: &Check<'_>) -> Vec<HandedOut> {
    let typed = check.told::<DefinedNetwork>();
    let read = |manifest: Manifest| {
        let told = typed.iter().find(|(construct, _)| construct == manifest.construct());
        let (name, ipam) = match told {
            Some((_, told)) => {
                (told.network.name().to_owned(), told.network.config().ipam().into_iter().cloned().collect())
            }
            None => {
                let object = manifest.object();
                (object.name().unwrap_or_default().to_owned(), handwritten::ipam(&object))
            }
        };
        HandedOut { manifest, name, ipam }
    };
    check.all_manifests(KIND).into_iter().map(read).collect()
}

/// What makes pods that ask for addresses.
pub(crate) struct AskedFor {
    pub(crate) pods: Manifest,
    pub(crate) ips: Vec<IpAddr>,
    pub(crate) source: Source,
}

/// All that ask for addresses, those first that are attached in the program.
pub(crate) fn asked_for(check: &Check<'_>) -> Vec<AskedFor> {
    let typed = check.told::<RequestedAddresses>();
    let asked = typed.iter().map(|(_, asked)| AskedFor {
        pods: asked.pods.clone(),
        ips: asked.ips.clone(),
        source: asked.place.into(),
    });
    let mut all: Vec<AskedFor> = asked.collect();
    for pods in workload::KINDS.into_iter().flat_map(|kind| check.all_manifests(kind)) {
        if typed.iter().any(|(_, asked)| asked.pods == pods) {
            continue;
        }
        let text = workload::pod_annotation(&pods.object(), Attachments::KEY).unwrap_or_default();
        // What cannot be read is told where the networks of the cluster are.
        let selections = NetworkSelection::read(&text).unwrap_or_default();
        let ips = selections.into_iter().flat_map(|one| one.ips).collect();
        let source = pods.related("").source;
        all.push(AskedFor { pods, ips, source });
    }
    all
}

/// Whether both are of a cluster whose pods are compared with each other.
pub(crate) fn are_compared(check: &Check<'_>, one: &Manifest, other: &Manifest) -> bool {
    check.told::<Watch>().iter().any(|(_, watch)| watch.sees(one) && watch.sees(other))
}
