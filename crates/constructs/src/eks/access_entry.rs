//! Access entries: the resources that say who may use a cluster.

use stackwright_aws::eks as l1;
use stackwright_aws::eks::access_entry as property;
use stackwright_aws::ids::eks::ClusterName;
use stackwright_cfn::Value;
use stackwright_core::{Construct, Resource, Scope};

use super::access::{AccessPolicy, AccessScope};
use super::access_principal::AccessPrincipal;
use super::aws_auth::NodeKind;
use crate::iam::partition;

/// What a principal is allowed so far. AWS takes one entry for each principal, so what is granted later joins it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) principal: AccessPrincipal,
    resource: Resource<l1::AccessEntry>,
    policies: Vec<(AccessPolicy, AccessScope)>,
    groups: Vec<String>,
    is_for_nodes: bool,
}

impl Entry {
    /// An entry that allows nothing yet.
    #[track_caller]
    pub(super) fn new(
        cluster: &impl Scope,
        cluster_name: Value<ClusterName>,
        principal: AccessPrincipal,
        kind: Option<NodeKind>,
    ) -> Self {
        let required = l1::AccessEntryRequired { cluster_name, principal_arn: principal.arn.clone() };
        let mut entry = l1::AccessEntry::new(required);
        if let Some(kind) = kind {
            entry = entry.type_(kind.entry_type());
        }
        let resource = Resource::new(cluster, &principal.construct_id(), entry);
        Self { principal, resource, policies: Vec::new(), groups: Vec::new(), is_for_nodes: kind.is_some() }
    }

    /// Whether nodes use it, so that it cannot say anything else.
    pub(super) fn is_for_nodes(&self) -> bool {
        self.is_for_nodes
    }

    pub(super) fn construct(&self) -> &Construct {
        self.resource.construct()
    }

    pub(super) fn allow(&mut self, policy: AccessPolicy, scope: AccessScope) {
        let known = self.policies.iter_mut().find(|(known, _)| *known == policy);
        match (known, scope) {
            (None, scope) => self.policies.push((policy, scope)),
            // AWS takes every policy once, with one scope: the wider one, or all namespaces.
            (Some((_, known)), AccessScope::Cluster) => *known = AccessScope::Cluster,
            (Some((_, AccessScope::Cluster)), AccessScope::Namespaces(_)) => {}
            (Some((_, AccessScope::Namespaces(known))), AccessScope::Namespaces(more)) => {
                let more: Vec<_> = more.into_iter().filter(|name| !known.contains(name)).collect();
                known.extend(more);
            }
        }
        let partition = partition(&self.resource);
        let policies: Vec<_> =
            self.policies.iter().map(|(policy, scope)| to_property(policy.arn(&partition), scope)).collect();
        self.resource.edit(|entry| entry.access_policies(policies));
    }

    pub(super) fn join(&mut self, groups: Vec<String>) {
        let new = groups.into_iter().filter(|group| !self.groups.contains(group)).collect::<Vec<_>>();
        self.groups.extend(new);
        let groups = self.groups.clone();
        self.resource.edit(|entry| entry.kubernetes_groups(groups));
    }
}

fn to_property(policy_arn: Value<String>, scope: &AccessScope) -> property::AccessPolicy {
    let (kind, namespaces) = match scope {
        AccessScope::Cluster => ("cluster", None),
        AccessScope::Namespaces(names) => ("namespace", Some(names)),
    };
    let mut scope = property::AccessScope::new(property::AccessScopeRequired { type_: kind.into() });
    if let Some(names) = namespaces {
        scope = scope.namespaces(names.clone());
    }
    property::AccessPolicy::new(property::AccessPolicyRequired { access_scope: scope.into(), policy_arn })
}
