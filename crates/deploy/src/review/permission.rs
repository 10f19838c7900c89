//! Who may do what: statements of policies, policies that are attached, who may take on a role.

use serde::Serialize;
use stackwright_cfn::{Map, Node, Resource, Template};

use super::statement::{Set, Statement};
use super::{Direction, choices, named};
use crate::compare::{short, text};

/// What gives the permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// A statement that lets somebody take on a role.
    Trust,
    /// A statement about a role, a user, a group, or whoever has the policy.
    Identity,
    /// A statement about the resource that has the policy.
    Resource,
    /// A policy that is attached.
    Attachment,
    /// The most that is allowed whatever policies say.
    Boundary,
    /// What an identity is a member of, or is allowed in a cluster.
    Membership,
}

/// Something that is allowed or forbidden more or less than before.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Permission {
    /// Whether more is allowed or less.
    pub direction: Direction,
    /// What gives it, or gave it.
    pub form: Form,
    /// The logical id, or the name, of what it belongs to: the role, the bucket.
    pub of: String,
    /// Whether it allows; otherwise it denies.
    pub allows: bool,
    /// Who; empty where it is who it belongs to.
    pub principals: Vec<String>,
    /// Actions, policies, groups.
    pub actions: Vec<String>,
    /// On what; empty where it is what it belongs to.
    pub resources: Vec<String>,
    /// Under which condition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
}

/// A statement with what it belongs to.
struct Grant {
    form: Form,
    of: String,
    statement: Statement,
}

/// What is allowed more or less in the template after than in that before.
pub(super) fn between(before: &Template, after: &Template) -> Vec<Permission> {
    let (before, after) = (grants(before), grants(after));
    let mut permissions = Vec::new();
    let sides = [(&after, &before, true), (&before, &after, false)];
    for (these, those, is_new) in sides {
        for grant in these {
            let is_peer = |other: &&Grant| other.form == grant.form && other.of == grant.of;
            let others: Vec<&Statement> =
                those.iter().filter(is_peer).map(|other| &other.statement).collect();
            let Some(rest) = grant.statement.uncovered(&others) else { continue };
            let allows = grant.statement.is_allow;
            permissions.push(Permission {
                direction: if allows == is_new { Direction::Widened } else { Direction::Narrowed },
                form: grant.form,
                of: grant.of.clone(),
                allows,
                principals: rest.principals,
                actions: rest.actions,
                resources: rest.resources,
                condition: grant.statement.condition.clone(),
            });
        }
    }
    let key = |it: &Permission| (it.direction, it.of.clone(), it.form);
    permissions.sort_by_cached_key(key);
    permissions
}

fn grants(template: &Template) -> Vec<Grant> {
    let mut grants = Grants { template, all: Vec::new() };
    for (id, resource) in &template.resources {
        grants.resource(id, resource);
    }
    grants.all
}

struct Grants<'a> {
    template: &'a Template,
    all: Vec<Grant>,
}

impl Grants<'_> {
    fn resource(&mut self, id: &str, resource: &Resource) {
        let properties = &resource.properties;
        match &*resource.type_name {
            "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => self.identity(id, properties),
            "AWS::IAM::Policy"
            | "AWS::IAM::RolePolicy"
            | "AWS::IAM::UserPolicy"
            | "AWS::IAM::GroupPolicy" => {
                for holder in self.holders(properties) {
                    self.document(Form::Identity, &holder, properties.get("PolicyDocument"));
                }
            }
            "AWS::IAM::ManagedPolicy" => {
                self.document(Form::Identity, id, properties.get("PolicyDocument"));
                for holder in self.holders(properties) {
                    self.plain(Form::Attachment, &holder, &[format!("${{{id}}}")]);
                }
            }
            "AWS::SSO::PermissionSet" => {
                self.document(Form::Identity, id, properties.get("InlinePolicy"));
                self.plain(Form::Attachment, id, &texts(properties, "ManagedPolicies"));
            }
            "AWS::IAM::UserToGroupAddition" => {
                let groups = texts(properties, "GroupName");
                for user in self.named(properties, &["Users"]) {
                    self.plain(Form::Membership, &user, &groups);
                }
            }
            "AWS::Lambda::Permission" => self.function(properties),
            "AWS::EKS::AccessEntry" => self.access_entry(properties),
            "AWS::EKS::PodIdentityAssociation" => {
                let cluster = self.named(properties, &["ClusterName"]).join("");
                let [namespace, name] =
                    ["Namespace", "ServiceAccount"].map(|key| texts(properties, key).join(""));
                let account = format!("{cluster}/{namespace}/{name}");
                for role in self.named(properties, &["RoleArn"]) {
                    self.plain(Form::Membership, &account, &[format!("role {role}")]);
                }
            }
            _ => properties.values().for_each(|value| self.anywhere(id, value)),
        }
    }

    fn identity(&mut self, id: &str, properties: &Map) {
        self.document(Form::Trust, id, properties.get("AssumeRolePolicyDocument"));
        for policy in properties.get("Policies").map(choices).into_iter().flatten() {
            self.document(Form::Identity, id, policy.as_map().and_then(|map| map.get("PolicyDocument")));
        }
        self.plain(Form::Attachment, id, &texts(properties, "ManagedPolicyArns"));
        self.plain(Form::Membership, id, &texts(properties, "Groups"));
        // A boundary takes away.
        for boundary in texts(properties, "PermissionsBoundary") {
            self.push(Form::Boundary, id, plain(vec![boundary], false));
        }
    }

    /// Who an inline or managed policy is attached to.
    fn holders(&self, properties: &Map) -> Vec<String> {
        self.named(properties, &["Roles", "Users", "Groups", "RoleName", "UserName", "GroupName"])
    }

    /// Identities that properties name: by logical id where they are of the template.
    fn named(&self, properties: &Map, keys: &[&str]) -> Vec<String> {
        let values = keys.iter().filter_map(|key| properties.get(key)).flat_map(choices);
        values.map(|value| self.identity_name(value)).collect()
    }

    fn identity_name(&self, value: &Node) -> String {
        if let Some(id) = named(value) {
            return id.to_owned();
        }
        let is_named = |resource: &Resource| {
            let names = ["RoleName", "UserName", "GroupName"];
            resource.type_name.starts_with("AWS::IAM::")
                && names.iter().any(|name| resource.properties.get(name) == Some(value))
        };
        let known = self.template.resources.iter().find(|(_, resource)| is_named(resource));
        known.map_or_else(|| text(value), |(id, _)| id.to_string())
    }

    /// Who may call a function.
    fn function(&mut self, properties: &Map) {
        let mut condition = properties.clone();
        for key in ["Action", "FunctionName", "Principal"] {
            condition.remove(key);
        }
        let statement = Statement {
            is_allow: true,
            principals: Set::of(texts(properties, "Principal")),
            actions: Set::of(texts(properties, "Action")),
            resources: Set::of(Vec::new()),
            condition: (!condition.is_empty()).then(|| short(&Node::Map(condition))),
        };
        for function in self.named(properties, &["FunctionName"]) {
            self.push(Form::Resource, &function, statement.clone());
        }
    }

    /// What an identity may do in a cluster.
    fn access_entry(&mut self, properties: &Map) {
        let cluster = self.named(properties, &["ClusterName"]).join("");
        for principal in self.named(properties, &["PrincipalArn"]) {
            let groups = texts(properties, "KubernetesGroups");
            let groups = groups.iter().map(|group| format!("group {group} in {cluster}"));
            self.plain(Form::Membership, &principal, &groups.collect::<Vec<_>>());
            for policy in properties.get("AccessPolicies").map(choices).into_iter().flatten() {
                let Some(policy) = policy.as_map() else { continue };
                let scope = policy.get("AccessScope").and_then(Node::as_map);
                let namespaces = scope.map(|scope| texts(scope, "Namespaces")).unwrap_or_default();
                let place = match &*namespaces {
                    [] => cluster.clone(),
                    namespaces => format!("namespaces {} of {cluster}", namespaces.join(", ")),
                };
                let policies = texts(policy, "PolicyArn");
                let policies: Vec<String> = policies.iter().map(|arn| format!("{arn} in {place}")).collect();
                self.plain(Form::Attachment, &principal, &policies);
            }
        }
    }

    /// Policies at any depth of a resource's properties.
    fn anywhere(&mut self, id: &str, value: &Node) {
        match value {
            Node::Map(map) if map.contains_key("Statement") => self.document(Form::Resource, id, Some(value)),
            Node::Map(map) => map.values().for_each(|value| self.anywhere(id, value)),
            Node::List(items) => items.iter().for_each(|item| self.anywhere(id, item)),
            Node::Text(text) if text.starts_with('{') && text.contains("\"Statement\"") => {
                self.document(Form::Resource, id, Some(value));
            }
            Node::Call(call) => self.anywhere(id, &call.argument),
            _ => {}
        }
    }

    fn document(&mut self, form: Form, of: &str, document: Option<&Node>) {
        for statement in document.map(Statement::all).into_iter().flatten() {
            self.push(form, of, statement);
        }
    }

    /// What is given by its name alone.
    fn plain(&mut self, form: Form, of: &str, what: &[String]) {
        for what in what {
            self.push(form, of, plain(vec![what.clone()], true));
        }
    }

    fn push(&mut self, form: Form, of: &str, statement: Statement) {
        self.all.push(Grant { form, of: of.to_owned(), statement });
    }
}

fn plain(what: Vec<String>, is_allow: bool) -> Statement {
    let empty = || Set::of(Vec::new());
    Statement { is_allow, principals: empty(), actions: Set::of(what), resources: empty(), condition: None }
}

fn texts(map: &Map, key: &str) -> Vec<String> {
    map.get(key).map(choices).into_iter().flatten().map(text).collect()
}
