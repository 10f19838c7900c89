//! Inline policies that are resources of their own.

use std::cell::RefCell;
use std::rc::Rc;

use stackwright_aws::iam as l1;
use stackwright_aws::ids::iam::{GroupName, RoleName, UserName};
use stackwright_cfn::{LogicalId, Value};
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::check::Use;
use super::document::PolicyDocument;
use super::group::Group;
use super::holder::Holder;
use super::quota;
use super::role::Role;
use super::statement::PolicyStatement;
use super::user::User;

/// A policy for roles, users and groups, each of which gets a copy of its own.
///
/// One that several share is better a [`ManagedPolicy`](super::ManagedPolicy), which counts apart from the limit on
/// inline policies: 2,048 characters for all of a user's, 5,120 for a group's and 10,240 for a role's.
///
/// Source: [IAM quotas](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)
///
/// ```
/// use stackwright_constructs::iam::{Policy, PolicyStatement, Principal, Role, RoleProps};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "orders");
/// let role = Role::new(&stack, "worker", RoleProps::new(Principal::service("lambda")));
/// let read = PolicyStatement::allow().actions(["s3:GetObject"]).resources(["arn:aws:s3:::orders/*"]);
/// Policy::new(&stack, "read-orders", [read]).attach_to_role(&role);
/// ```
#[derive(Clone, Debug)]
pub struct Policy(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    resource: Resource<l1::Policy>,
    name: String,
    state: Rc<RefCell<State>>,
}

#[derive(Debug, Default)]
struct State {
    document: PolicyDocument,
    holders: Vec<Holder>,
    roles: Vec<Value<RoleName>>,
    users: Vec<Value<UserName>>,
    groups: Vec<Value<GroupName>>,
}

impl Policy {
    /// A policy that has to be attached to something. It is named after its construct path.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, document: impl Into<PolicyDocument>) -> Self {
        let document = document.into();
        // The name must be unique on a role that several stacks add policies to, so it tells the stack too.
        let path = format!("{}/{id}", scope.path());
        let unique = LogicalId::from_path(path.split('/')).to_string();
        let name = unique[unique.len().saturating_sub(quota::LONG_NAME)..].to_owned();
        let resource = l1::Policy::new(l1::PolicyRequired {
            policy_name: name.as_str().into(),
            policy_document: document.to_json(scope).into_value(),
        });
        let resource = Resource::new(scope, id, resource);
        document.check(Use::Identity, &resource);
        let state = Rc::new(RefCell::new(State { document, ..State::default() }));
        let seen = Rc::clone(&state);
        resource.validate(move |check| {
            let State { document, holders, .. } = &*seen.borrow();
            if holders.is_empty() {
                let finding = "a policy is attached to nothing";
                check.report(
                    Diagnostic::error("policy-attached-to-nothing", finding)
                        .hint("attach it to a role, user or group, or leave it out"),
                );
            }
            if document.is_empty() {
                check.report(Diagnostic::error("policy-without-statements", "a policy has no statement"));
            }
        });
        Self(Rc::new(Inner { resource, name, state }))
    }

    /// Adds a statement.
    pub fn add_statement(&self, statement: PolicyStatement) {
        let Inner { resource, state, .. } = &*self.0;
        PolicyDocument::from([statement.clone()]).check(Use::Identity, resource);
        state.borrow_mut().document.push(statement);
        self.write();
    }

    /// Gives a role the policy.
    pub fn attach_to_role(&self, role: &Role) {
        self.0.state.borrow_mut().roles.push(role.role_name());
        self.attach(role.holder());
    }

    /// Gives a user the policy.
    pub fn attach_to_user(&self, user: &User) {
        self.0.state.borrow_mut().users.push(user.user_name());
        self.attach(user.holder());
    }

    /// Gives the members of a group the policy.
    pub fn attach_to_group(&self, group: &Group) {
        self.0.state.borrow_mut().groups.push(group.group_name());
        self.attach(group.holder());
    }

    fn attach(&self, holder: &Holder) {
        self.0.state.borrow_mut().holders.push(holder.clone());
        self.write();
    }

    /// Brings the resource up to date, and what its holders know of its size.
    fn write(&self) {
        let Inner { resource, name, state } = &*self.0;
        let State { document, holders, roles, users, groups } = &*state.borrow();
        let json = document.to_json(resource);
        for holder in holders {
            holder.note_size(name, json.least_size());
        }
        resource.edit(|policy| {
            let mut policy = policy;
            if !roles.is_empty() {
                policy = policy.roles(roles.clone());
            }
            if !users.is_empty() {
                policy = policy.users(users.clone());
            }
            if !groups.is_empty() {
                policy = policy.groups(groups.clone());
            }
            policy
        });
        resource.set_property("PolicyDocument", json.into_value());
    }

    /// The resource itself, for what this construct has no word for.
    pub fn resource(&self) -> &Resource<l1::Policy> {
        &self.0.resource
    }
}

impl Scope for Policy {
    fn construct(&self) -> &Construct {
        self.0.resource.construct()
    }
}
