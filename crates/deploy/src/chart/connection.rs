//! The way to the cluster of a chart.

use std::path::PathBuf;

use serde_json::json;
use stackwright_assembly::ClusterFacts;

use super::binding::Values;
use crate::{Aws, Error, Kubectl, Scratch};

/// kubectl, set to the cluster of a chart for as long as this lives.
pub(crate) struct Connection<'a> {
    kubectl: Kubectl<'a>,
    /// Where the kubeconfig is, if it is ours.
    _scratch: Option<Scratch>,
}

impl<'a> Connection<'a> {
    /// Takes a kubeconfig that is there: the one given, or where the chart names no cluster what kubectl finds itself.
    pub(super) fn existing(aws: &Aws<'a>, kubeconfig: Option<&PathBuf>) -> Self {
        let kubectl = Kubectl::new(aws.session());
        let kubectl = match kubeconfig {
            Some(path) => kubectl.kubeconfig(path),
            None => kubectl,
        };
        Connection { kubectl, _scratch: None }
    }

    /// Has the AWS CLI write a kubeconfig that nobody else sees or uses. It holds no secret: kubectl asks the CLI for a
    /// token each time.
    pub(super) fn to_cluster(aws: &Aws<'a>, cluster: &ClusterFacts, values: &Values) -> Result<Self, Error> {
        let mut unknown = Vec::new();
        let mut fill = |text: &str| values.fill(text, &mut unknown).unwrap_or_else(|| text.to_owned());
        let (name, role) = (fill(&cluster.name), cluster.role.as_deref().map(&mut fill));
        if !unknown.is_empty() {
            return Err(Error::new("the cluster of the chart cannot be told")
                .cause(format!("nothing is known of {}", unknown.join(", ")))
                .hint("write the assembly anew with synth"));
        }
        let scratch = Scratch::new()?;
        // Made by us, so that nobody else may read it; the CLI adds to what there is.
        let empty = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [],
            "contexts": [],
            "users": [],
            "current-context": "",
        });
        let kubeconfig = scratch.write("kubeconfig", empty.to_string().as_bytes())?;
        let call =
            aws.call(&["eks", "update-kubeconfig", "--name", &name]).arg("--kubeconfig").arg(&kubeconfig);
        let call = match &role {
            Some(role) => call.args(["--role-arn", role]),
            None => call,
        };
        aws.in_region(cluster.environment.region.as_deref())
            .run_custom(call)
            .map_err(Error::aws(format!("cannot find the way to cluster {name:?}")))?;
        Ok(Connection {
            kubectl: Kubectl::new(aws.session()).kubeconfig(kubeconfig),
            _scratch: Some(scratch),
        })
    }

    pub(crate) fn kubectl(&self) -> &Kubectl<'a> {
        &self.kubectl
    }
}
