//! Which kinds of object belong to a namespace, and which to the cluster as a whole.

use std::collections::BTreeMap;

use crate::{Data, Object};

/// The groups of Kubernetes' own kinds, with those of their kinds that belong to no namespace.
///
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/>
const BUILT_IN: [(&str, &[&str]); 20] = [
    ("", &["ComponentStatus", "Namespace", "Node", "PersistentVolume"]),
    (
        "admissionregistration.k8s.io",
        &[
            "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration",
            "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding",
            "ValidatingWebhookConfiguration",
        ],
    ),
    ("apiextensions.k8s.io", &["CustomResourceDefinition"]),
    ("apiregistration.k8s.io", &["APIService"]),
    ("apps", &[]),
    ("autoscaling", &[]),
    ("batch", &[]),
    ("certificates.k8s.io", &["CertificateSigningRequest", "ClusterTrustBundle"]),
    ("coordination.k8s.io", &[]),
    ("discovery.k8s.io", &[]),
    ("events.k8s.io", &[]),
    ("flowcontrol.apiserver.k8s.io", &["FlowSchema", "PriorityLevelConfiguration"]),
    ("networking.k8s.io", &["IPAddress", "IngressClass", "ServiceCIDR"]),
    ("node.k8s.io", &["RuntimeClass"]),
    ("policy", &[]),
    ("rbac.authorization.k8s.io", &["ClusterRole", "ClusterRoleBinding"]),
    ("resource.k8s.io", &["DeviceClass", "DeviceTaintRule", "ResourceSlice"]),
    ("scheduling.k8s.io", &["PriorityClass"]),
    (
        "storage.k8s.io",
        &["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
    ),
    ("storagemigration.k8s.io", &["StorageVersionMigration"]),
];

/// Which kinds belong to a namespace: Kubernetes' own, and those that custom resource definitions add.
///
/// ```
/// use stackwright_k8s::{Scopes, read};
///
/// let objects = read("{apiVersion: v1, kind: Namespace}\n---\n{apiVersion: v1, kind: Pod}\n")?;
/// let scopes = Scopes::new(&objects);
/// assert!(!scopes.is_namespaced(&objects[0]) && scopes.is_namespaced(&objects[1]));
/// # Ok::<(), stackwright_k8s::ReadError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Scopes {
    /// By group and kind.
    custom: BTreeMap<(String, String), bool>,
}

impl Scopes {
    /// The scopes of Kubernetes' own kinds and of those that definitions among `objects` add.
    pub fn new<'a>(objects: impl IntoIterator<Item = &'a Object>) -> Self {
        let definition = |object: &Object| {
            let (group, kind) = defined(object)?;
            let scope = object.fields().get("spec")?.as_map()?.get("scope")?.as_str()?;
            Some(((group.to_owned(), kind.to_owned()), scope == "Namespaced"))
        };
        Scopes { custom: objects.into_iter().filter_map(definition).collect() }
    }

    /// Whether the object belongs to a namespace. Of a custom kind without a definition it is taken for granted: most
    /// do.
    pub fn is_namespaced(&self, object: &Object) -> bool {
        let (group, kind) = (object.group(), object.kind());
        if let Some((_, kinds)) = BUILT_IN.iter().find(|(name, _)| *name == group) {
            return !kinds.contains(&kind);
        }
        self.custom.get(&(group.to_owned(), kind.to_owned())).copied().unwrap_or(true)
    }
}

/// The group and kind that a custom resource definition adds; `None` where the object is none.
pub fn defined(object: &Object) -> Option<(&str, &str)> {
    if !object.is("apiextensions.k8s.io", "CustomResourceDefinition") {
        return None;
    }
    let spec = object.fields().get("spec")?.as_map()?;
    let kind = spec.get("names")?.as_map()?.get("kind")?;
    Some((spec.get("group").and_then(Data::as_str)?, kind.as_str()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_say_to_what_their_kinds_belong() {
        let objects = crate::read(
            "
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec: {group: example.com, scope: Cluster, names: {kind: Fleet}}
---
{apiVersion: example.com/v2, kind: Fleet}
---
{apiVersion: example.com/v2, kind: Ship}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole}
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role}
---
{apiVersion: other.com/v1, kind: Fleet}
",
        )
        .unwrap();
        let scopes = Scopes::new(&objects);
        let namespaced: Vec<bool> = objects.iter().map(|object| scopes.is_namespaced(object)).collect();
        assert_eq!(namespaced, [false, false, true, false, true, true]);
        assert_eq!(defined(&objects[0]), Some(("example.com", "Fleet")));
        assert_eq!(defined(&objects[1]), None);
    }
}
