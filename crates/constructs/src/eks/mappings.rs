//! What the ConfigMap `aws-auth` of a cluster has to say, and whether the charts of the cluster say it.

use std::panic::Location;

use stackwright_cfn::Value;
use stackwright_core::{Check, Diagnostic, Manifest, Related, Scope, Source};
use stackwright_k8s::Data;

use super::authentication::AuthenticationMode;
use super::aws_auth::{AccessMapping, AwsAuth};

/// The name of the ConfigMap; another one means nothing to EKS.
pub(super) const NAME: &str = "aws-auth";
/// The namespace of the ConfigMap.
pub(super) const NAMESPACE: &str = "kube-system";

/// Who tells the cluster that nodes may join.
///
/// Source: [access entries](https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html)
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admitted {
    /// EKS: managed nodes and Fargate get an access entry, or a line of the ConfigMap where there are no entries.
    ByEks,
    /// The program: by an access entry, or the ConfigMap where there are no entries.
    ByUs,
}

/// What has to be said so far, and who wants it said.
#[derive(Debug)]
pub(super) struct Mappings {
    mode: AuthenticationMode,
    /// Whether the roles of the nodes that the cluster had before are among those of [`Self::auth`].
    are_nodes_known: bool,
    auth: AwsAuth,
    /// Who uses the first roles.
    nodes: Vec<(Place, Admitted)>,
    /// The ConfigMaps that were made to say it.
    config_maps: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    path: String,
    line: &'static Location<'static>,
}

impl Place {
    #[track_caller]
    fn of(construct: &impl Scope) -> Self {
        Self { path: construct.path(), line: Location::caller() }
    }
}

impl Mappings {
    pub(super) fn new(mode: AuthenticationMode, are_nodes_known: bool) -> Self {
        Self { mode, are_nodes_known, auth: AwsAuth::default(), nodes: Vec::new(), config_maps: Vec::new() }
    }

    pub(super) fn auth(&self) -> &AwsAuth {
        &self.auth
    }

    pub(super) fn are_nodes_known(&self) -> bool {
        self.are_nodes_known
    }

    /// Adds the role of nodes. Nodes come first, so that the order of calls matters less to the file.
    #[track_caller]
    pub(super) fn add_nodes(&mut self, nodes: &impl Scope, mapping: AccessMapping, admitted: Admitted) {
        let count = self.nodes.len();
        match self.auth.roles[..count].iter().position(|known| *known == mapping) {
            // One line lets in all nodes of the role: EKS writes it where it does so for some of them.
            Some(known) if admitted == Admitted::ByEks => self.nodes[known].1 = admitted,
            Some(_) => {}
            None => {
                self.auth.roles.insert(count, mapping);
                self.nodes.push((Place::of(nodes), admitted));
            }
        }
    }

    /// Adds a role or user; with more groups, where it is known already. Gives the name it has in Kubernetes.
    pub(super) fn add(&mut self, mapping: AccessMapping, is_user: bool) -> Value<String> {
        let list = if is_user { &mut self.auth.users[..] } else { &mut self.auth.roles[self.nodes.len()..] };
        if let Some(known) = list.iter_mut().find(|known| known.arn == mapping.arn) {
            let new = mapping.groups.into_iter().filter(|group| !known.groups.contains(group));
            let new: Vec<String> = new.collect();
            known.groups.extend(new);
            return known.username.clone();
        }
        let username = mapping.username.clone();
        let list = if is_user { &mut self.auth.users } else { &mut self.auth.roles };
        list.push(mapping);
        username
    }

    #[track_caller]
    pub(super) fn add_config_map(&mut self, manifest: &Manifest) {
        self.config_maps.push(Place::of(manifest));
    }

    /// Tells what is wrong with the ConfigMaps in the charts of the cluster that checks, whoever made them.
    pub(super) fn check(&self, check: &mut Check<'_>) {
        let mut found = check.manifests("ConfigMap", NAME);
        found.retain(|manifest| manifest.namespace() == NAMESPACE);
        for made in &self.config_maps {
            if !found.iter().any(|manifest| manifest.path() == made.path) {
                let finding = "the ConfigMap aws-auth is in no chart of its cluster";
                check.report(
                    Diagnostic::error("aws-auth-elsewhere", finding)
                        .path(&made.path)
                        .source(made.line)
                        .hint("put it into a chart made by Chart::for_cluster(&app, id, &cluster)"),
                );
            }
        }
        if !self.mode.has_config_map() {
            found.iter().for_each(warn_of_unread);
            return;
        }
        found.iter().for_each(|manifest| self.check_nodes(manifest));
        if found.is_empty() && self.config_maps.is_empty() {
            self.warn_of_none(check);
        }
    }

    /// Tells of nodes that a ConfigMap locks out.
    fn check_nodes(&self, manifest: &Manifest) {
        // Where something is mapped, that told it.
        if !self.are_nodes_known && self.others().next().is_none() {
            manifest.report(nodes_unknown());
        }
        let object = manifest.object();
        let data = object.fields().get("data").and_then(Data::as_map);
        let text = data.and_then(|data| data.get("mapRoles")).and_then(Data::as_str).unwrap_or_default();
        let problem = match Data::from_yaml(text) {
            Ok(Data::List(said)) => return self.check_roles(manifest, &said),
            Ok(Data::Null) => return self.check_roles(manifest, &[]),
            Ok(other) => format!("it is {}", other.describe()),
            Err(error) => error.to_string(),
        };
        let finding = format!(
            "mapRoles of the ConfigMap aws-auth cannot be read: {problem}: allowed is a list of roles in YAML"
        );
        manifest.report(
            Diagnostic::error("aws-auth-unreadable", finding)
                .allowed("a list of roles in YAML")
                .hint("EKS lets nobody in by a text it cannot read: make it with AwsAuthConfigMap"),
        );
    }

    fn check_roles(&self, manifest: &Manifest, said: &[Data]) {
        for (mapping, (nodes, _)) in self.auth.roles.iter().zip(&self.nodes) {
            let of_role: Vec<&Data> = said.iter().filter(|said| mapping.is_of_role_in(said)).collect();
            let right = of_role.iter().filter(|said| mapping.is_said_by(said)).count();
            let finding = if right == 0 {
                lacking(mapping, nodes)
            } else if right < of_role.len() {
                ambiguous(nodes)
            } else {
                continue;
            };
            manifest.report(finding.value(&nodes.path).related(locked_out(nodes)));
        }
    }

    /// Warns of nodes and users that only the ConfigMap lets in, where no chart has one.
    fn warn_of_none(&self, check: &mut Check<'_>) {
        let needs_it =
            |(_, admitted): &&(Place, Admitted)| !self.mode.has_entries() && *admitted == Admitted::ByUs;
        let nodes: Vec<&Place> = self.nodes.iter().filter(needs_it).map(|(place, _)| place).collect();
        let count = nodes.len() + self.others().count();
        if count == 0 {
            return;
        }
        let finding = format!(
            "no chart has the ConfigMap aws-auth, and the cluster knows {count} of its nodes and users by it alone"
        );
        let mut finding = Diagnostic::warning("no-aws-auth", finding)
            .hint("add AwsAuthConfigMap::new(&chart, \"aws-auth\", &cluster) to a chart of the cluster");
        finding.related.extend(nodes.into_iter().map(locked_out));
        check.report(finding);
    }

    /// All that are not nodes.
    fn others(&self) -> impl Iterator<Item = &AccessMapping> {
        self.auth.roles[self.nodes.len()..].iter().chain(&self.auth.users)
    }
}

/// The finding about a cluster whose ConfigMap nobody can write without locking nodes out.
pub(super) fn nodes_unknown() -> Diagnostic {
    let finding = "who is in the ConfigMap of the imported cluster is not known, and to write it without the roles of \
                   all nodes would lock them out";
    Diagnostic::error("node-roles-unknown", finding).hint("say ClusterAttributes::node_roles()")
}

fn warn_of_unread(manifest: &Manifest) {
    let finding = "the ConfigMap aws-auth has no effect: the cluster knows its users by access entries alone";
    let hint = "grant access by the cluster's construct, or use AuthenticationMode::ApiAndConfigMap";
    manifest.report(Diagnostic::warning("aws-auth-unread", finding).hint(hint));
}

fn lacking(mapping: &AccessMapping, nodes: &Place) -> Diagnostic {
    let finding = format!(
        "the ConfigMap aws-auth lacks the role of the nodes {:?}: allowed is one with the roles of all nodes",
        nodes.path
    );
    let hint = format!(
        "make it with AwsAuthConfigMap, or map the role to the user {} in the groups {}",
        mapping.username.token(),
        mapping.groups.join(", ")
    );
    Diagnostic::error("aws-auth-without-nodes", finding).allowed("the roles of all nodes").hint(hint)
}

/// EKS goes by the last mapping of a role.
fn ambiguous(nodes: &Place) -> Diagnostic {
    let finding = format!(
        "the ConfigMap aws-auth maps the role of the nodes {:?} to something else as well: allowed is one of the two",
        nodes.path
    );
    Diagnostic::error("node-role-with-access", finding).hint("give people and nodes roles of their own")
}

fn locked_out(nodes: &Place) -> Related {
    Related {
        label: "nodes that cannot join".to_owned(),
        path: Some(nodes.path.clone()),
        source: Source::from(nodes.line),
    }
}
