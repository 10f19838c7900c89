//! The daemon set that brings the SSM agent to nodes.

use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Manifest, Scope};
use stackwright_k8s::{Map, Object};

use crate::eks::Taint;
use crate::line::Line;

const DAEMON_SET: &str = include_str!("../../../../templates/ssm/daemon-set.yaml");
const SCRIPT: &str = include_str!("../../../../templates/ssm/install.sh");

/// The settings of an [`SsmAgentInstaller`].
///
/// Names, labels and quantities are checked with the object they end up in.
#[derive(Clone, Debug)]
#[must_use]
pub struct SsmAgentInstallerProps {
    name: String,
    namespace: String,
    image: Setting,
    package: Setting,
    cpu_request: String,
    memory_request: String,
    memory_limit: String,
    node_selector: Vec<(String, String)>,
    tolerations: Option<Vec<Taint>>,
}

/// A text with the line it was given in.
#[derive(Clone, Debug)]
struct Setting {
    value: Value<String>,
    line: Line,
}

impl Default for SsmAgentInstallerProps {
    fn default() -> Self {
        let default = |text: &str| Setting { value: text.into(), line: Line::default() };
        Self {
            name: "ssm-agent-installer".to_owned(),
            namespace: "kube-system".to_owned(),
            image: default("public.ecr.aws/docker/library/busybox:1.37.0"),
            package: default("amazon-ssm-agent"),
            cpu_request: "10m".to_owned(),
            memory_request: "64Mi".to_owned(),
            memory_limit: "1Gi".to_owned(),
            node_selector: Vec::new(),
            tolerations: None,
        }
    }
}

impl SsmAgentInstallerProps {
    /// The agent of the node's own repositories, on every node.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the daemon set is called. Left out: `ssm-agent-installer`; a second installer in the namespace, for other
    /// nodes, needs a name of its own.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// The namespace, where pods must be allowed to see the node's files: no security standard but `privileged` lets
    /// them. Left out: `kube-system`.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = namespace.into();
        self
    }

    /// The image of both containers, in which `/bin/sh`, `chroot`, `grep` and `sleep` are needed, and nothing else: a
    /// mirror's, say. It is as trusted as the node's own. Left out: `public.ecr.aws/docker/library/busybox:1.37.0`, which
    /// is there for amd64 and arm64.
    #[track_caller]
    pub fn image(mut self, image: impl Into<Value<String>>) -> Self {
        self.image = Setting { value: image.into(), line: Line::of_caller() };
        self
    }

    /// What `dnf` or `yum` of the node is to install: the name of a package, or the URL of one, whose signature they do
    /// not check. Left out: `amazon-ssm-agent`, which Amazon Linux 2 and 2023 have in their signed repositories, for
    /// every region and architecture. Other systems need the URL.
    ///
    /// ```
    /// use stackwright_cfn::{pseudo, sub};
    /// use stackwright_constructs::ssm::SsmAgentInstallerProps;
    ///
    /// let url = sub!(
    ///     "https://s3.{region}.{suffix}/amazon-ssm-{region}/latest/linux_arm64/amazon-ssm-agent.rpm",
    ///     region = pseudo::region(),
    ///     suffix = pseudo::url_suffix(),
    /// );
    /// let props = SsmAgentInstallerProps::new().node_selector("kubernetes.io/arch", "arm64").package(url);
    /// ```
    ///
    /// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/manually-install-ssm-agent-linux.html>
    #[track_caller]
    pub fn package(mut self, package: impl Into<Value<String>>) -> Self {
        self.package = Setting { value: package.into(), line: Line::of_caller() };
        self
    }

    /// The CPU that each node keeps for the pod. Left out: `10m`.
    pub fn cpu_request(mut self, quantity: impl Into<String>) -> Self {
        self.cpu_request = quantity.into();
        self
    }

    /// The memory that each node keeps for the pod. Left out: `64Mi`.
    pub fn memory_request(mut self, quantity: impl Into<String>) -> Self {
        self.memory_request = quantity.into();
        self
    }

    /// The memory at which an installation is stopped. Left out: `1Gi`, for `dnf` reads what all repositories have. The
    /// agent itself is the node's, and not limited by it.
    pub fn memory_limit(mut self, quantity: impl Into<String>) -> Self {
        self.memory_limit = quantity.into();
        self
    }

    /// Only nodes with this label, and with all labels if said more than once. Left out: every Linux node that is not of
    /// Fargate.
    pub fn node_selector(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.node_selector.push((key.into(), value.into()));
        self
    }

    /// Only nodes without taints, or with these. Left out: nodes with any taint.
    pub fn tolerate_only(mut self, taints: impl IntoIterator<Item = Taint>) -> Self {
        self.tolerations = Some(taints.into_iter().collect());
        self
    }

    /// What would be taken for something else on its way to the node.
    fn check(&self) -> Vec<Diagnostic> {
        [("image", &self.image), ("package", &self.package)]
            .into_iter()
            .filter_map(|(what, Setting { value, line })| {
                let text = value.as_str()?;
                let is_one_word = !text.is_empty() && !text.contains(char::is_whitespace);
                if is_one_word && !text.starts_with('-') {
                    return None;
                }
                let allowed = "one word that does not begin with a dash";
                let finding = format!("{text:?} cannot be the {what} of the installer: allowed is {allowed}");
                let code = format!("invalid-{what}");
                Some(line.mark(Diagnostic::error(&code, finding).value(text).allowed(allowed)))
            })
            .collect()
    }

    fn daemon_set(&self) -> Object {
        let mut objects = stackwright_k8s::read(DAEMON_SET)
            .unwrap_or_else(|error| unreachable!("the text is our own: {error}"));
        let mut object = objects.pop().unwrap_or_default();
        object.replace_texts(|text| match text {
            "<name>" => Some(self.name.clone()),
            "<namespace>" => Some(self.namespace.clone()),
            "<image>" => Some(self.image.value.token()),
            "<package>" => Some(self.package.value.token()),
            "<cpu-request>" => Some(self.cpu_request.clone()),
            "<memory-request>" => Some(self.memory_request.clone()),
            "<memory-limit>" => Some(self.memory_limit.clone()),
            "<script>" => Some(SCRIPT.to_owned()),
            _ => None,
        });
        let way = ["spec", "template", "spec"];
        let pod = way.iter().try_fold(object.fields_mut(), |map, field| map.get_mut(field)?.as_map_mut());
        let pod = pod.unwrap_or_else(|| unreachable!("the text has a pod"));
        if !self.node_selector.is_empty() {
            pod.insert("nodeSelector", self.node_selector.iter().cloned().collect::<Map>());
        }
        if let Some(taints) = &self.tolerations {
            let tolerations = taints.iter().map(|taint| taint.toleration().into()).collect::<Vec<_>>();
            pod.insert("tolerations", tolerations);
        }
        object
    }
}

/// The SSM agent on every node of a chart's cluster: installed where it is missing, started where it is stopped, and
/// left alone where it runs.
///
/// Few clusters need it. The images of EKS come with the agent, those of Bottlerocket in a container of their own; what
/// nodes do need is the policy `AmazonSSMManagedInstanceCore` on their role, which no daemon can give them. This is for
/// images of one's own that are made of Amazon Linux, or that have `dnf` or `yum` in any case.
///
/// A pod does its work once, before it is ready, and then waits. So the roll-out of the daemon set is the report: a node
/// whose agent does not run has no ready pod, and `kubectl logs --container install` of that pod tells why. It is tried
/// again until it succeeds. Nodes without a way to the internet need an endpoint of S3, where the repositories of Amazon
/// Linux are, and a mirror of the image.
///
/// ```
/// use stackwright_constructs::ssm::{SsmAgentInstaller, SsmAgentInstallerProps};
/// use stackwright_core::{App, Chart, SynthOptions};
///
/// let app = App::new();
/// let chart = Chart::new(&app, "agents");
/// let props = SsmAgentInstallerProps::new().node_selector("example.com/image", "hardened");
/// SsmAgentInstaller::new(&chart, "ssm", props);
/// let assembly = app.synth(&SynthOptions::new()).unwrap();
/// assert!(assembly.file("agents.k8s.yaml").is_some());
/// ```
///
/// Source: <https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent.html>
#[derive(Clone, Debug)]
pub struct SsmAgentInstaller {
    construct: Construct,
    daemon_set: Manifest,
}

impl SsmAgentInstaller {
    /// Puts the daemon set into a chart, or a construct within one.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: SsmAgentInstallerProps) -> Self {
        let construct = Construct::new(scope, id);
        props.check().into_iter().for_each(|finding| construct.report(finding));
        let object = props.daemon_set();
        let daemon_set = Manifest::new(&construct, object.kind(), object.fields());
        daemon_set.acknowledge_by_default(
            "host-namespace",
            "downloads over the node's own network, whatever that of pods is",
        );
        daemon_set
            .acknowledge_by_default("host-path", "installing an agent is changing the files of the node");
        daemon_set.acknowledge_by_default("root-container", "only root installs anything on a node");
        SsmAgentInstaller { construct, daemon_set }
    }

    /// The daemon set.
    #[must_use]
    pub fn daemon_set(&self) -> &Manifest {
        &self.daemon_set
    }
}

impl Scope for SsmAgentInstaller {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}

#[cfg(test)]
mod tests {
    use super::SCRIPT;

    /// Kubernetes would put the value of PACKAGE in place of `$(PACKAGE)`, and one dollar sign in place of two.
    ///
    /// Source: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#entrypoint>
    #[test]
    fn the_script_reaches_the_shell_as_it_is() {
        assert!(!SCRIPT.contains("$$") && !SCRIPT.contains("$("));
    }
}
