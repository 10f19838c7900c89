//! Add-ons: what runs in a cluster and EKS takes care of.

use std::borrow::Cow;

use stackwright_aws::eks as l1;
use stackwright_aws::ids::eks::ClusterName;
use stackwright_cfn::{Json, Value};
use stackwright_core::{Resource, Scope};

use super::json_text::json_text;
use crate::iam::Role;

/// An add-on of a cluster, which EKS installs and keeps running.
///
/// ```
/// use stackwright_cfn::json;
/// use stackwright_constructs::eks::Addon;
///
/// let network = Addon::vpc_cni().configuration(json!({ "env": { "ENABLE_PREFIX_DELEGATION": "true" } }));
/// let storage = Addon::ebs_csi_driver().version("v1.50.1-eksbuild.1");
/// ```
///
/// Source: [EKS add-ons](https://docs.aws.amazon.com/eks/latest/userguide/eks-add-ons.html)
#[derive(Clone, Debug)]
#[must_use]
pub struct Addon {
    name: Cow<'static, str>,
    version: Option<String>,
    configuration: Option<Value<Json>>,
    service_account_role: Option<Role>,
    pod_identities: Vec<(String, Role)>,
    overwrite: bool,
    preserve: bool,
}

impl Addon {
    /// The Amazon VPC CNI plugin, which gives pods addresses of the VPC.
    pub fn vpc_cni() -> Self {
        Self::named("vpc-cni")
    }

    /// CoreDNS, by which pods find services.
    pub fn coredns() -> Self {
        Self::named("coredns")
    }

    /// kube-proxy, which leads what is sent to services to their pods.
    pub fn kube_proxy() -> Self {
        Self::named("kube-proxy")
    }

    /// The agent that gives pods the credentials of their Pod Identity.
    ///
    /// Source: [Pod Identity](https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html)
    pub fn pod_identity_agent() -> Self {
        Self::named("eks-pod-identity-agent")
    }

    /// The driver for EBS volumes. It needs a role with the policy `AmazonEBSCSIDriverPolicyV2`, best by
    /// [`pod_identity`](Self::pod_identity) for the service account `ebs-csi-controller-sa`.
    ///
    /// Source: [EBS CSI driver](https://docs.aws.amazon.com/eks/latest/userguide/ebs-csi.html)
    pub fn ebs_csi_driver() -> Self {
        Self::named("aws-ebs-csi-driver")
    }

    /// Any add-on, by its name, such as `metrics-server`.
    pub fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self {
            name: name.into(),
            version: None,
            configuration: None,
            service_account_role: None,
            pod_identities: Vec::new(),
            overwrite: false,
            preserve: false,
        }
    }

    /// The version, such as `v1.20.4-eksbuild.2`. Left out: the one EKS takes for the cluster's version of Kubernetes
    /// when the add-on is made; it stays until it is changed.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = Some(version.into());
        self
    }

    /// Its settings, by the schema that `aws eks describe-addon-configuration` shows. Left out: its own defaults.
    pub fn configuration(mut self, values: impl Into<Value<Json>>) -> Self {
        self.configuration = Some(values.into());
        self
    }

    /// The role its service account takes on by the cluster's OIDC provider. Left out: the role of the node it runs on,
    /// unless it has a Pod Identity.
    pub fn service_account_role(mut self, role: &Role) -> Self {
        self.service_account_role = Some(role.clone());
        self
    }

    /// The role one of its service accounts takes on by Pod Identity, which needs [`Addon::pod_identity_agent`]. Left
    /// out: the role of the node it runs on, unless it has a service account role.
    pub fn pod_identity(mut self, service_account: impl Into<String>, role: &Role) -> Self {
        self.pod_identities.push((service_account.into(), role.clone()));
        self
    }

    /// Replaces settings of what is in the cluster already, where the add-on's own differ. Left out: installing it
    /// fails then.
    pub fn overwrite(mut self) -> Self {
        self.overwrite = true;
        self
    }

    /// Leaves what it installed running when the add-on is deleted. Left out: it is deleted too.
    pub fn preserve_on_delete(mut self) -> Self {
        self.preserve = true;
        self
    }

    /// The name, such as `vpc-cni`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether nodes wait for it, rather than it for them: these run on every node, and no node is ready without.
    pub(super) fn is_before_nodes(&self) -> bool {
        matches!(&*self.name, "vpc-cni" | "kube-proxy" | "eks-pod-identity-agent")
    }

    /// Makes the resource.
    #[track_caller]
    pub(super) fn add_to(
        self,
        cluster: &impl Scope,
        cluster_name: Value<ClusterName>,
    ) -> Resource<l1::Addon> {
        let id = self.name.to_string();
        let mut addon = l1::Addon::new(l1::AddonRequired { addon_name: self.name.into(), cluster_name });
        if let Some(version) = self.version {
            addon = addon.addon_version(version);
        }
        if let Some(values) = self.configuration {
            addon = addon.configuration_values(json_text(values.node()));
        }
        if let Some(role) = self.service_account_role {
            addon = addon.service_account_role_arn(role.role_arn());
        }
        if !self.pod_identities.is_empty() {
            let association = |(service_account, role): (String, Role)| {
                l1::addon::PodIdentityAssociation::new(l1::addon::PodIdentityAssociationRequired {
                    role_arn: role.role_arn(),
                    service_account: service_account.into(),
                })
            };
            let associations: Vec<_> = self.pod_identities.into_iter().map(association).collect();
            addon = addon.pod_identity_associations(associations);
        }
        if self.overwrite {
            addon = addon.resolve_conflicts(l1::Addon::RESOLVE_CONFLICTS_OVERWRITE);
        }
        if self.preserve {
            addon = addon.preserve_on_delete(true);
        }
        Resource::new(cluster, &id, addon)
    }
}
