//! A network as an object of a chart.

use stackwright_core::{Construct, Manifest, Scope};

use super::{Network, cluster_networks, whereabouts_plugin};

/// A network that pods of the cluster may have interfaces in: a `NetworkAttachmentDefinition`.
///
/// What is wrong with the network is told when the app is synthesized, and so are addresses that a network of the
/// same cluster, defined before, hands out too.
///
/// ```
/// use stackwright_constructs::{cidr, multus::*};
/// use stackwright_core::{App, Chart, SynthOptions};
///
/// let app = App::new();
/// let chart = Chart::new(&app, "networks");
/// Multus::new(&chart, "multus", Installation::in_region("eu-west-1"));
/// WhereaboutsPlugin::new(&chart, "whereabouts", WhereaboutsPluginProps::new());
/// let addresses = Whereabouts::new(AddressRange::new(cidr!("10.10.5.0/24")));
/// let data = CniConfig::new("data", Ipvlan::new("ens6"), addresses);
/// let data = NetworkAttachmentDefinition::new(&chart, "data", Network::new(data));
/// assert!(app.synth(&SynthOptions::new()).is_ok());
/// # let _ = data.network();
/// ```
#[derive(Clone, Debug)]
pub struct NetworkAttachmentDefinition {
    manifest: Manifest,
    network: Network,
}

/// A network of a chart, which it tells address plans.
#[derive(Clone, Debug)]
pub(crate) struct DefinedNetwork {
    pub(crate) network: Network,
}

impl NetworkAttachmentDefinition {
    /// Puts a network into a chart, or a construct within one.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, network: Network) -> Self {
        let manifest = Manifest::new(scope, id, network.object().fields());
        network.check().into_iter().for_each(|finding| manifest.report(finding));
        manifest.tell(DefinedNetwork { network: network.clone() });
        cluster_networks::watch(&manifest);
        let (this, told) = (manifest.clone(), network.clone());
        manifest.validate(move |check| whereabouts_plugin::check(&this, &told, check));
        NetworkAttachmentDefinition { manifest, network }
    }

    /// What pods get interfaces in.
    #[must_use]
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The object.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

impl Scope for NetworkAttachmentDefinition {
    fn construct(&self) -> &Construct {
        self.manifest.construct()
    }
}
