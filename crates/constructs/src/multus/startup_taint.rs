//! What takes the startup taint from nodes.

use stackwright_core::{Construct, Manifest, Scope};

use super::nodes::{LABEL, PENDING};

const OBJECTS: &str = include_str!("../../../../templates/multus/startup-taint.yaml");
const SCRIPT: &str = include_str!("../../../../templates/multus/startup-taint.py");

/// What its objects are called.
pub(super) const NAME: &str = "multus-startup-taint";

/// Has Python, and is there for amd64 and arm64.
const IMAGE: &str = "public.ecr.aws/docker/library/python:3.13-alpine";

/// Takes the startup taint from the nodes of [`MultusNodes`](super::MultusNodes), when their interfaces are up and Multus
/// answers: until then no pod is put on them that does not tolerate the taint.
///
/// It is a daemon set on these nodes alone. Neither a node nor its kubelet may change its own taints, so the daemons do,
/// each for the node it runs on: its account may patch nodes, and an admission policy holds it to its own node and to this
/// taint. That needs Kubernetes 1.32, by which the API server knows the node of every account.
///
/// ```
/// use stackwright_constructs::multus::StartupTaint;
/// use stackwright_core::{App, Chart};
///
/// let app = App::new();
/// let chart = Chart::new(&app, "networks");
/// let taint = StartupTaint::new(&chart, "startup-taint");
/// // From a mirror.
/// taint.daemon_set().override_field("spec.template.spec.containers.0.image", "registry.example.com/python:3.13");
/// ```
///
/// Sources: [NodeRestriction](https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction),
/// [tokens that name their node](https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#schema-for-service-account-private-claims)
#[derive(Clone, Debug)]
pub struct StartupTaint {
    construct: Construct,
    daemon_set: Manifest,
}

impl StartupTaint {
    /// Puts the objects into a chart of the nodes' cluster, or a construct within one.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str) -> Self {
        let construct = Construct::new(scope, id);
        let mut objects = stackwright_k8s::read(OBJECTS)
            .unwrap_or_else(|error| unreachable!("the text is our own: {error}"));
        for object in &mut objects {
            object.replace_texts(|text| match text {
                "<name>" => Some(NAME.to_owned()),
                "<label>" => Some(LABEL.to_owned()),
                "<taint>" => Some(PENDING.to_owned()),
                "<image>" => Some(IMAGE.to_owned()),
                "<script>" => Some(SCRIPT.to_owned()),
                "<is-the-account>" => {
                    Some(format!("request.userInfo.username == 'system:serviceaccount:kube-system:{NAME}'"))
                }
                "<only-the-taint>" => Some(format!(
                    "object.spec.?taints.orValue([]) == \
                     oldObject.spec.?taints.orValue([]).filter(taint, taint.key != '{PENDING}')"
                )),
                _ => None,
            });
        }
        // The daemons come last, after all they use.
        let daemon_set = objects.pop().unwrap_or_default();
        for object in &objects {
            Manifest::new(&construct, object.kind(), object.fields());
        }
        let daemon_set = Manifest::new(&construct, daemon_set.kind(), daemon_set.fields());
        daemon_set.acknowledge_by_default(
            "host-namespace",
            "runs before the network of pods, and needs no address of its own",
        );
        daemon_set.acknowledge_by_default(
            "host-path",
            "only looks whether the node's own setup has left its files",
        );
        daemon_set.acknowledge_by_default("root-container", "some of those files only root may look at");
        Self { construct, daemon_set }
    }

    /// The daemons.
    #[must_use]
    pub fn daemon_set(&self) -> &Manifest {
        &self.daemon_set
    }
}

impl Scope for StartupTaint {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}

#[cfg(test)]
mod tests {
    use super::SCRIPT;

    /// Kubernetes would put variables in place of `$(NAME)`, and one dollar sign in place of two.
    ///
    /// Source: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#entrypoint>
    #[test]
    fn the_script_reaches_python_as_it_is() {
        assert!(!SCRIPT.contains('$'));
    }
}
