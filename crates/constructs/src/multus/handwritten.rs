//! Networks and attachments that are written by hand, in existing manifests say, checked as if they were typed.

use stackwright_core::{Check, Diagnostic, Manifest, Scope, Severity};

use super::cluster_networks::{Attached, ClusterNetworks};
use super::host_local::ON_MANY_NODES;
use super::{Attachment, Attachments, CniConfig, Network};

/// The network of an object that is not made of one; `None` where it is of a kind that this model does not have.
pub(super) fn network(manifest: &Manifest, check: &mut Check<'_>) -> Option<Network> {
    let object = manifest.object();
    let text = object.fields().get("spec")?.as_map()?.get("config")?.as_str()?;
    let mut report = |finding: Diagnostic| {
        check.report(finding.path(manifest.path()).source(manifest.related("").source));
    };
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let message = format!("the configuration of the network is not JSON: {error}");
        report(Diagnostic::error("unreadable-configuration", message).value(text));
    }
    let config = CniConfig::parse(text).ok()?;
    for finding in config.check() {
        // The text has no word for a network of one node.
        if finding.code == ON_MANY_NODES {
            let warning = Diagnostic { severity: Severity::Warning, ..finding };
            report(
                warning.hint(
                    "use `EniPrefix` or `Whereabouts`, unless one node alone can ever serve the network",
                ),
            );
        } else {
            report(finding);
        }
    }
    let name = object.name().unwrap_or_default();
    Some(Network::new(config).named(name))
}

/// Reports what is wrong with an annotation, as far as its networks are known.
pub(super) fn check(networks: &ClusterNetworks, pods: &Attached, check: &mut Check<'_>) {
    let attachments = pods.selections.iter().filter_map(|selected| {
        let network = networks.defined[selected.network?].network.as_ref()?;
        Some(Attachment::written(network, &selected.asked))
    });
    // Names of interfaces follow from all of them.
    let attachments: Vec<Attachment> = attachments.collect();
    if attachments.len() == pods.selections.len() {
        Attachments::new(attachments)
            .check()
            .into_iter()
            .for_each(|finding| check.report(pods.mark(finding)));
    }
}
