//! What a node is told when it starts.

use stackwright_cfn::{Map, Node, Value, fill, functions};

use super::cluster::Cluster;
use super::json_text::json_text;
use super::node_settings::NodeSettings;

/// Whether nodes have to be told of their cluster, or EKS does that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    ByEks,
    /// All of it: labels and taints, too.
    ByUs,
}

/// The user data of a launch template in Base64; `None` where there is nothing to say.
///
/// Source: [user data of launch templates](https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html#launch-template-user-data)
#[track_caller]
pub(super) fn user_data(cluster: &Cluster, settings: &NodeSettings, told: Told) -> Option<Value<String>> {
    let text = if settings.image.is_bottlerocket() {
        bottlerocket(cluster, settings, told)
    } else {
        multipart(cluster, settings, told)
    };
    text.map(functions::base64)
}

/// For Amazon Linux: a configuration for `nodeadm` and a script, of which EKS takes several and adds its own.
#[track_caller]
fn multipart(cluster: &Cluster, settings: &NodeSettings, told: Told) -> Option<Value<String>> {
    let spec = node_config(cluster, settings, told);
    let config = (!spec.is_empty()).then(|| {
        fill!(include_str!("../../../../templates/eks/node-config.part"), spec = json_text(&Node::Map(spec)))
    });
    let scripts = settings.setup.iter();
    let scripts = scripts.map(|script| fill!(include_str!("../../../../templates/eks/script.part"), script));
    let parts =
        config.into_iter().chain(scripts).reduce(|before, part| fill!("{{before}}{{part}}", before, part))?;
    Some(fill!(include_str!("../../../../templates/eks/multipart.mime"), parts))
}

/// The `spec` of a `NodeConfig`.
///
/// Source: [NodeConfig](https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/),
/// [expressions](https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/examples/#defining-a-max-pods-expression)
#[track_caller]
fn node_config(cluster: &Cluster, settings: &NodeSettings, told: Told) -> Map {
    let mut spec = Map::new();
    if told == Told::ByUs {
        let mut details = Map::new();
        details.set("name", cluster.name());
        details.set("apiServerEndpoint", cluster.endpoint());
        details.set("certificateAuthority", cluster.certificate_authority());
        details.set("cidr", cluster.service_cidr());
        spec.set("cluster", details);
    }
    let mut kubelet = Map::new();
    if let Some(count) = settings.max_pods {
        kubelet.set("config", Map::from_iter([("maxPods", Node::from(count))]));
    } else if let Some(count) = settings.interfaces_of_others {
        kubelet.set("maxPodsExpression", format!("(default_enis - {count}) * (ips_per_eni - 1) + 2"));
    }
    let flags = if told == Told::ByUs { flags(settings) } else { Vec::new() };
    if !flags.is_empty() {
        kubelet.set("flags", flags);
    }
    if !kubelet.is_empty() {
        spec.set("kubelet", kubelet);
    }
    spec
}

/// The arguments by which `kubelet` learns of labels and taints.
fn flags(settings: &NodeSettings) -> Vec<String> {
    let labels: Vec<_> =
        settings.labels.iter().map(|label| format!("{}={}", label.key, label.value)).collect();
    let taints = settings.taints.iter();
    let taints: Vec<_> = taints
        .map(|taint| format!("{}={}:{}", taint.key, taint.value, taint.effect.of_kubernetes()))
        .collect();
    [("node-labels", labels), ("register-with-taints", taints)]
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(flag, list)| format!("--{flag}={}", list.join(",")))
        .collect()
}

/// For Bottlerocket: settings in TOML. Keys and values of labels need no escapes. A script goes to a container that runs
/// before `kubelet`, at each start, by an image that comes with the system from 1.35.0 on; without its success the node
/// does not join.
///
/// Sources: [settings of Kubernetes](https://bottlerocket.dev/en/os/latest/#/api/settings/kubernetes/),
/// [of containers](https://bottlerocket.dev/en/os/latest/#/api/settings/bootstrap-containers/)
#[track_caller]
fn bottlerocket(cluster: &Cluster, settings: &NodeSettings, told: Told) -> Option<Value<String>> {
    let max_pods = settings.max_pods.or_else(|| settings.pods_beside_others());
    let max_pods = max_pods.map(|count| format!("max-pods = {count}\n"));
    if told == Told::ByEks {
        return max_pods.map(|line| format!("[settings.kubernetes]\n{line}").into());
    }
    let cluster = fill!(
        include_str!("../../../../templates/eks/bottlerocket-cluster.toml"),
        name = cluster.name(),
        endpoint = cluster.endpoint(),
        certificate_authority = cluster.certificate_authority(),
    );
    let mut more = max_pods.unwrap_or_default();
    if !settings.labels.is_empty() {
        more.push_str("\n[settings.kubernetes.node-labels]\n");
        for label in &settings.labels {
            more.push_str(&format!("\"{}\" = \"{}\"\n", label.key, label.value));
        }
    }
    if !settings.taints.is_empty() {
        more.push_str("\n[settings.kubernetes.node-taints]\n");
        for taint in &settings.taints {
            more.push_str(&format!(
                "\"{}\" = [\"{}:{}\"]\n",
                taint.key,
                taint.value,
                taint.effect.of_kubernetes()
            ));
        }
    }
    let settings_of_kubernetes = fill!("{{cluster}}{{more}}", cluster, more);
    let Some(bootstrap) = &settings.bootstrap else { return Some(settings_of_kubernetes) };
    let bootstrap = fill!(
        include_str!("../../../../templates/eks/bottlerocket-bootstrap.toml"),
        name = bootstrap.name,
        script = functions::base64(&bootstrap.script),
    );
    Some(fill!("{{settings_of_kubernetes}}{{bootstrap}}", settings_of_kubernetes, bootstrap))
}
