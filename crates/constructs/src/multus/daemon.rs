//! Multus as a construct of a chart.

use stackwright_core::{Construct, Manifest, Scope};

use super::{Installation, cluster_networks};

/// The daemon set.
pub(super) const NAME: &str = "kube-multus-ds";

/// Multus on every node of a chart's cluster.
///
/// ```
/// use stackwright_constructs::multus::{Installation, Multus};
/// use stackwright_core::{App, Chart};
///
/// let app = App::new();
/// let chart = Chart::new(&app, "multus");
/// let multus = Multus::new(&chart, "multus", Installation::in_region("eu-west-1"));
/// multus.daemon_set().override_field("spec.updateStrategy.rollingUpdate.maxUnavailable", "10%");
/// ```
#[derive(Clone, Debug)]
pub struct Multus {
    construct: Construct,
    daemon_set: Manifest,
}

impl Multus {
    /// Puts the objects of an installation into a chart, or a construct within one.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, installation: Installation) -> Self {
        let construct = Construct::new(scope, id);
        installation.check().into_iter().for_each(|finding| construct.report(finding));
        let mut objects = installation.objects();
        // The daemons come last, after all they use.
        let daemon_set = objects.pop().unwrap_or_default();
        for object in &objects {
            Manifest::new(&construct, object.kind(), object.fields());
        }
        let daemon_set = Manifest::new(&construct, daemon_set.kind(), daemon_set.fields());
        for (code, reason) in [
            ("privileged-container", "adds interfaces to the network namespaces of pods"),
            (
                "host-namespace",
                "finds the network namespaces of pods, and runs before there is a network for them",
            ),
            (
                "host-path",
                "CNI plugins, their configuration and the namespaces of pods are files of the node",
            ),
        ] {
            daemon_set.acknowledge_by_default(code, reason);
        }
        cluster_networks::watch(&daemon_set);
        Multus { construct, daemon_set }
    }

    /// The daemons.
    #[must_use]
    pub fn daemon_set(&self) -> &Manifest {
        &self.daemon_set
    }
}

impl Scope for Multus {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
