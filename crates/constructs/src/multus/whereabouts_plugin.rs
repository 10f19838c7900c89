//! The whereabouts plugin as a construct of a chart: what brings it to every node of a cluster.

use stackwright_core::{Check, Construct, Diagnostic, Manifest, Scope};
use stackwright_k8s::{Object, QUANTITY, Quantity};

use super::{Ipam, Network, daemon};

const OBJECTS: &str = include_str!("../../../../templates/multus/whereabouts.yaml");
const SCRIPT: &str = include_str!("../../../../templates/multus/whereabouts.sh");

/// Where the project publishes it.
const IMAGE: &str = "ghcr.io/k8snetworkplumbingwg/whereabouts:v0.9.4";

/// The daemon set.
const NAME: &str = "whereabouts";

/// The settings of [`WhereaboutsPlugin`].
///
/// ```
/// use stackwright_constructs::multus::WhereaboutsPluginProps;
///
/// let props = WhereaboutsPluginProps::new()
///     .image("123456789012.dkr.ecr.eu-west-1.amazonaws.com/whereabouts:v0.9.4")
///     .reconciler_schedule("0 * * * *");
/// assert!(props.check().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct WhereaboutsPluginProps {
    image: String,
    schedule: String,
    memory_limit: String,
}

impl Default for WhereaboutsPluginProps {
    fn default() -> Self {
        Self::new()
    }
}

impl WhereaboutsPluginProps {
    /// All as it is without further words.
    pub fn new() -> Self {
        let (image, schedule, memory_limit) = (IMAGE.into(), "30 4 * * *".into(), "200Mi".into());
        Self { image, schedule, memory_limit }
    }

    /// The image, for nodes that take theirs from a mirror, or to name one by its digest: one of version 0.9. Left out:
    /// `ghcr.io/k8snetworkplumbingwg/whereabouts:v0.9.4`, which is there for amd64 and arm64.
    pub fn image(mut self, image: impl Into<String>) -> Self {
        self.image = image.into();
        self
    }

    /// When the reconciler looks for addresses that no pod has, as five fields of cron in UTC. Left out: each day at half
    /// past four.
    ///
    /// Plugins and daemons take addresses back when pods end; it finds what is left when both could not. It goes by what
    /// pods say of themselves, which just after a restart of nodes may not be true yet
    /// ([whereabouts#176](https://github.com/k8snetworkplumbingwg/whereabouts/issues/176)): so it does not run often.
    pub fn reconciler_schedule(mut self, fields: impl Into<String>) -> Self {
        self.schedule = fields.into();
        self
    }

    /// The memory at which the daemon that takes addresses back, and the reconciler, are stopped. Left out: `200Mi`. Both
    /// hold all pools in memory, and the reconciler all pods while it runs.
    pub fn memory_limit(mut self, quantity: impl Into<String>) -> Self {
        self.memory_limit = quantity.into();
        self
    }

    /// The objects, all of them in `kube-system` or of the cluster.
    #[must_use]
    pub fn objects(&self) -> Vec<Object> {
        let mut objects = stackwright_k8s::read(OBJECTS)
            .unwrap_or_else(|error| unreachable!("the text is our own: {error}"));
        for object in &mut objects {
            object.replace_texts(|text| match text {
                "<image>" => Some(self.image.clone()),
                "<schedule>" => Some(self.schedule.clone()),
                "<memory-limit>" => Some(self.memory_limit.clone()),
                "<script>" => Some(SCRIPT.to_owned()),
                _ => None,
            });
        }
        objects
    }

    /// Everything that is wrong with the settings.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let Self { image, schedule, memory_limit } = self;
        // The name of a host may have a port; that of an image, none.
        let name = image.rsplit('/').next().unwrap_or_default();
        if image.contains(char::is_whitespace) || !name.contains([':', '@']) || name.ends_with(":latest") {
            let allowed = "an image with its version or its digest";
            let message = format!("the plugin's image is `{image}`: allowed is {allowed}");
            found.push(
                Diagnostic::error("image-without-version", message)
                    .value(image)
                    .allowed(allowed)
                    .hint("nodes that start on different days would run different versions"),
            );
        }
        let is_field =
            |field: &str| field.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*/,-?".contains(&byte));
        let fields: Vec<&str> = schedule.split_whitespace().collect();
        if fields.len() != 5 || !fields.iter().copied().all(is_field) {
            let allowed = "five fields of cron: minute, hour, day, month, weekday";
            let message = format!("`{schedule}` is no schedule of the reconciler: allowed are {allowed}");
            found.push(Diagnostic::error("invalid-schedule", message).value(schedule).allowed(allowed));
        }
        if Quantity::parse(memory_limit).filter(|quantity| !quantity.is_negative()).is_none() {
            let message =
                format!("the memory limit `{memory_limit}` is not a quantity: allowed is {QUANTITY}");
            found.push(Diagnostic::error("invalid-quantity", message).value(memory_limit).allowed(QUANTITY));
        }
        found
    }
}

/// The `whereabouts` plugin on every Linux node of a chart's cluster, for networks whose addresses are
/// [`Whereabouts`](super::Whereabouts).
///
/// Its custom resources are defined first. A daemon puts the plugin and its access to the API server on the node; another
/// container of it takes back the addresses of pods that ended without the plugin's knowing; a reconciler looks once a day
/// for what is left. The plugin's own rights are in `kube-system` alone, where it writes down who has which address. No
/// container is privileged or has a capability: root owns the directories of AL2023 that the daemon writes to, and nothing
/// else there asks for more. Where SELinux is enforced, as on Bottlerocket, add what it wants by
/// [`override_field`](Manifest::override_field).
///
/// Addresses it hands out are those of the node's interface only once
/// [they are assigned to it](super::Attachments::assigned_to).
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
/// let data = Network::new(CniConfig::new("data", Ipvlan::new("data"), addresses));
/// NetworkAttachmentDefinition::new(&chart, "data", data);
/// assert!(app.synth(&SynthOptions::new()).is_ok_and(|assembly| assembly.warnings.is_empty()));
/// ```
///
/// Source: [installation](https://github.com/k8snetworkplumbingwg/whereabouts/tree/v0.9.4/doc/crds)
#[derive(Clone, Debug)]
pub struct WhereaboutsPlugin {
    construct: Construct,
    daemon_set: Manifest,
}

impl WhereaboutsPlugin {
    /// Puts the objects into a chart, or a construct within one.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: WhereaboutsPluginProps) -> Self {
        let construct = Construct::new(scope, id);
        props.check().into_iter().for_each(|finding| construct.report(finding));
        let mut objects = props.objects();
        // The daemons come last, after all they use.
        let daemon_set = objects.pop().unwrap_or_default();
        let before: Vec<Manifest> = objects
            .iter()
            .map(|object| {
                let name = object.name().unwrap_or_default();
                Manifest::new(&construct, &format!("{}-{name}", object.kind()), object.fields())
            })
            .collect();
        let daemon_set = Manifest::new(&construct, daemon_set.kind(), daemon_set.fields());
        daemon_set.acknowledge_by_default(
            "host-namespace",
            "runs before the network of pods, and needs no address of its own",
        );
        daemon_set.acknowledge_by_default(
            "host-path",
            "puts the plugin and its configuration where the node looks for them",
        );
        daemon_set.acknowledge_by_default("root-container", "those files of the node are root's");
        before.iter().for_each(|object| daemon_set.depends_on(object));
        Self { construct, daemon_set }
    }

    /// The daemons.
    #[must_use]
    pub fn daemon_set(&self) -> &Manifest {
        &self.daemon_set
    }
}

impl Scope for WhereaboutsPlugin {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}

/// Warns where a network needs the plugin and no chart of its cluster brings it. A cluster that gets Multus from elsewhere
/// may get this from there, too.
pub(super) fn check(object: &Manifest, network: &Network, check: &mut Check<'_>) {
    if !matches!(network.config().ipam(), Some(Ipam::Whereabouts(_))) {
        return;
    }
    let daemons = object.same_cluster("DaemonSet");
    let has = |name: &str| daemons.iter().any(|daemon| daemon.object().name() == Some(name));
    if has(daemon::NAME) && !has(NAME) {
        let name = network.name();
        let message = format!(
            "network `{name}` has its addresses from whereabouts, which no chart of the cluster brings to nodes"
        );
        check.report(
            Diagnostic::warning("whereabouts-missing", message)
                .value(name)
                .hint("put a WhereaboutsPlugin into a chart of the cluster"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::SCRIPT;

    /// Kubernetes would put variables in place of `$(NAME)`, and one dollar sign in place of two.
    ///
    /// Source: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#entrypoint>
    #[test]
    fn the_script_reaches_the_shell_as_it_is() {
        assert!(!SCRIPT.contains("$$") && !SCRIPT.contains("$(NODE_NAME)"));
    }
}
