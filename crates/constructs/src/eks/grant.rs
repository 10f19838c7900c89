//! Granting access to a cluster, by access entries or by the ConfigMap.

use std::panic::Location;

use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Manifest, Scope};
use stackwright_k8s::Map;

use super::access::{AccessPolicy, AccessScope};
use super::access_entry::Entry;
use super::access_principal::AccessPrincipal;
use super::aws_auth::{AccessMapping, AwsAuth, NodeKind};
use super::cluster::Cluster;
use super::mappings::{Admitted, nodes_unknown};
use crate::iam::Arn;

/// What has been granted so far.
#[derive(Debug, Default)]
pub(super) struct Granted {
    entries: Vec<Entry>,
    /// The ConfigMaps that say what access entries do not.
    config_maps: Vec<Manifest>,
}

impl Cluster {
    /// Lets a role or user do everything in the cluster.
    ///
    /// Where the cluster has no access entries, this makes it a member of `system:masters` in [`Cluster::aws_auth`].
    #[track_caller]
    pub fn grant_admin(&self, principal: impl Into<AccessPrincipal>) {
        self.grant(principal, AccessPolicy::CLUSTER_ADMIN, AccessScope::Cluster);
    }

    /// Lets a role or user do what a policy of EKS says, in the whole cluster or in namespaces.
    ///
    /// What is granted to one principal adds up. It needs access entries, unless it is everything everywhere.
    ///
    /// ```
    /// use stackwright_constructs::eks::{AccessPolicy, AccessScope, Cluster, ClusterAttributes};
    /// use stackwright_core::{App, Stack};
    ///
    /// let stack = Stack::new(&App::new(), "team");
    /// let cluster = Cluster::from_attributes(&stack, "cluster", ClusterAttributes::new("shop"));
    /// let team = "arn:aws:iam::111122223333:role/orders";
    /// cluster.grant(team, AccessPolicy::EDIT, AccessScope::namespaces(["orders"]));
    /// ```
    #[track_caller]
    pub fn grant(&self, principal: impl Into<AccessPrincipal>, policy: AccessPolicy, scope: AccessScope) {
        let principal = principal.into();
        let is_admin = policy == AccessPolicy::CLUSTER_ADMIN && scope == AccessScope::Cluster;
        if is_admin {
            self.0.has_admin.set(true);
        }
        if let AccessScope::Namespaces(names) = &scope
            && names.is_empty()
        {
            let finding = format!("{} is granted in no namespace: allowed are one or more", policy.name());
            self.report(Diagnostic::error("no-namespaces", finding).source(Location::caller()));
        }
        if self.authentication().has_entries() {
            self.entry(principal, None, |entry| entry.allow(policy, scope));
        } else if is_admin {
            self.map(principal, None, vec!["system:masters".to_owned()]);
        } else {
            let finding = format!("{} cannot be granted in a cluster without access entries", policy.name());
            self.report(
                Diagnostic::error("no-access-entries", finding)
                    .value(policy.name())
                    .hint("use AuthenticationMode::ApiAndConfigMap, or grant_groups() and a RoleBinding")
                    .source(Location::caller()),
            );
        }
    }

    /// Makes a role or user a member of groups that Kubernetes' own RoleBindings and ClusterRoleBindings name.
    #[track_caller]
    pub fn grant_groups<Group: Into<String>>(
        &self,
        principal: impl Into<AccessPrincipal>,
        groups: impl IntoIterator<Item = Group>,
    ) {
        let groups: Vec<String> = groups.into_iter().map(Into::into).collect();
        if !self.authentication().has_entries() {
            self.map(principal.into(), None, groups);
            return;
        }
        for group in groups.iter().filter(|group| is_reserved(group)) {
            let finding = format!(
                "no access entry can name the group {group:?}: not allowed are names that start with {}",
                RESERVED.join(", "),
            );
            self.report(
                Diagnostic::error("reserved-group", finding)
                    .value(group)
                    .hint("grant an AccessPolicy instead of system:masters")
                    .source(Location::caller()),
            );
        }
        self.entry(principal.into(), None, |entry| entry.join(groups));
    }

    /// Lets nodes that something else makes join the cluster with this role. Node groups of the cluster do it by
    /// themselves.
    #[track_caller]
    pub fn grant_nodes(&self, role: impl Into<AccessPrincipal>, kind: NodeKind) {
        self.admit_nodes(self, role.into(), kind);
    }

    /// Lets nodes join, and gives what they have to wait for.
    #[track_caller]
    pub(super) fn admit_nodes(
        &self,
        nodes: &impl Scope,
        role: AccessPrincipal,
        kind: NodeKind,
    ) -> Option<Construct> {
        self.map_nodes(nodes, &role, kind, Admitted::ByUs);
        let mut made = None;
        if self.authentication().has_entries() {
            self.entry(role, Some(kind), |entry| made = Some(entry.construct().clone()));
        }
        made
    }

    /// Maps the service-linked role of an AWS service to a user of Kubernetes, for RoleBindings to name:
    /// `emr-containers` and `AWSServiceRoleForAmazonEMRContainers`, for instance.
    ///
    /// Access entries do not take service-linked roles, so it needs the ConfigMap:
    /// [`AwsAuthConfigMap`](super::AwsAuthConfigMap) puts it into a chart. What the user may do is another matter;
    /// [`EmrNamespace`](super::EmrNamespace) says it for EMR.
    ///
    /// Source: [access entries](https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html)
    #[track_caller]
    pub fn map_service_role(&self, user: &str, role: &str) {
        if !self.authentication().has_config_map() {
            let finding = format!(
                "the service-linked role {role} cannot be mapped: access entries do not take such roles"
            );
            self.report(
                Diagnostic::error("service-linked-role", finding)
                    .value(role)
                    .hint("use AuthenticationMode::ApiAndConfigMap")
                    .source(Location::caller()),
            );
            return;
        }
        let arn: Value<String> = Arn::new("iam", format!("role/{role}")).without_region().of(self);
        self.map(AccessPrincipal::role(role, arn), Some(user.into()), Vec::new());
    }

    /// What the ConfigMap `aws-auth` has to say, as far as the program has said by now. It is empty where the cluster
    /// does not read it.
    pub fn aws_auth(&self) -> AwsAuth {
        self.0.mappings.borrow().auth().clone()
    }

    /// Puts the role of nodes into the ConfigMap, if there is one.
    #[track_caller]
    pub(super) fn map_nodes(
        &self,
        nodes: &impl Scope,
        role: &AccessPrincipal,
        kind: NodeKind,
        admitted: Admitted,
    ) {
        if self.authentication().has_config_map() {
            let mapping = kind.mapping(role.mapped.clone());
            self.0.mappings.borrow_mut().add_nodes(nodes, mapping, admitted);
            self.write_aws_auth();
        }
    }

    #[track_caller]
    fn map(&self, principal: AccessPrincipal, user: Option<Value<String>>, groups: Vec<String>) {
        if !self.0.mappings.borrow().are_nodes_known() {
            self.report(nodes_unknown().source(Location::caller()));
        }
        let username = user.unwrap_or_else(|| principal.mapped.clone());
        let mapping = AccessMapping { arn: principal.mapped, username: username.clone(), groups };
        let known = self.0.mappings.borrow_mut().add(mapping, principal.is_user);
        if known != username {
            let (known, given) = (known.token(), username.token());
            let finding = format!(
                "a role is mapped to the user {known} already, and to {given} here: allowed is one of the two"
            );
            self.report(Diagnostic::error("mapped-twice", finding).value(given).source(Location::caller()));
        }
        self.write_aws_auth();
    }

    /// Keeps a ConfigMap up to date with what is mapped.
    #[track_caller]
    pub(super) fn write_aws_auth_to(&self, manifest: &Manifest) {
        self.0.mappings.borrow_mut().add_config_map(manifest);
        self.0.access.borrow_mut().config_maps.push(manifest.clone());
        self.write_aws_auth();
    }

    fn write_aws_auth(&self) {
        let data = self.0.mappings.borrow().auth().data();
        for config_map in &self.0.access.borrow().config_maps {
            config_map.edit(|object| {
                let known = object.fields_mut().get_or_insert_with("data", || Map::new().into());
                if let Some(known) = known.as_map_mut() {
                    data.iter().for_each(|(key, text)| drop(known.insert(key, text.clone())));
                }
            });
        }
    }

    /// Changes the entry of a principal, which is made if there is none.
    #[track_caller]
    fn entry(&self, principal: AccessPrincipal, kind: Option<NodeKind>, change: impl FnOnce(&mut Entry)) {
        let mut state = self.0.access.borrow_mut();
        let known = state.entries.iter().position(|entry| entry.principal.arn == principal.arn);
        let entry = match known {
            Some(index) => &mut state.entries[index],
            None => {
                state.entries.push(Entry::new(self, self.name(), principal, kind));
                let last = state.entries.len() - 1;
                &mut state.entries[last]
            }
        };
        if entry.is_for_nodes() != kind.is_some() {
            let finding = "a role is used by nodes and granted something else: allowed is one of the two";
            self.report(
                Diagnostic::error("node-role-with-access", finding)
                    .hint("give people and nodes roles of their own")
                    .source(Location::caller()),
            );
            return;
        }
        change(entry);
    }
}

/// What groups of access entries must not begin with.
///
/// Source: [access entries](https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html)
const RESERVED: [&str; 5] = ["system:", "eks:", "aws:", "amazon:", "iam:"];

fn is_reserved(group: &str) -> bool {
    RESERVED.iter().any(|prefix| group.starts_with(prefix))
}
