//! Users: identities with credentials of their own.

use std::rc::Rc;

use stackwright_aws::iam as l1;
use stackwright_aws::ids::iam::{GroupName, ManagedPolicyArn, UserArn, UserName};
use stackwright_cfn::Value;
use stackwright_core::{Construct, Resource, Scope};

use super::grantable::Grantable;
use super::granted::Granted;
use super::group::Group;
use super::holder::{Holder, Kind};
use super::managed_policy::ManagedPolicyRef;
use super::principal::Principal;
use super::quota;
use super::statement::PolicyStatement;

/// The settings of a [`User`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct UserProps {
    name: Option<String>,
    path: Option<String>,
    groups: Vec<Value<GroupName>>,
    managed_policies: Vec<ManagedPolicyRef>,
    permissions_boundary: Option<ManagedPolicyRef>,
}

impl UserProps {
    /// A user of no group and without policies.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name, up to 64 letters, digits and `+=,.@_-`. Left out: CloudFormation makes one up.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The path, which begins and ends with a slash. Left out: `/`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Makes the user a member of a group.
    pub fn group(mut self, group: &Group) -> Self {
        self.groups.push(group.group_name());
        self
    }

    /// Attaches a managed policy.
    pub fn managed_policy(mut self, policy: impl Into<ManagedPolicyRef>) -> Self {
        self.managed_policies.push(policy.into());
        self
    }

    /// A managed policy that the user cannot exceed, whatever other policies allow. Left out: there is none.
    pub fn permissions_boundary(mut self, policy: impl Into<ManagedPolicyRef>) -> Self {
        self.permissions_boundary = Some(policy.into());
        self
    }
}

/// A user, without any credentials. A role is the better choice wherever one can be taken on.
///
/// ```
/// use stackwright_constructs::iam::{Grantable, User, UserProps};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "mail");
/// let sender = User::new(&stack, "sender", UserProps::new());
/// sender.allow_actions(["ses:SendRawEmail"], ["arn:aws:ses:eu-west-1:111122223333:identity/example.com"]);
/// ```
///
/// Source: [users](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_users.html)
#[derive(Clone, Debug)]
pub struct User(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    resource: Resource<l1::User>,
    holder: Holder,
    granted: Granted,
}

impl User {
    /// A user.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: UserProps) -> Self {
        let resource = Resource::new(scope, id, l1::User::new());
        let holder = Holder::new(&resource, Kind::User);
        let managed: Vec<Value<ManagedPolicyArn>> =
            props.managed_policies.iter().map(|policy| policy.arn(&resource)).collect();
        holder.note_managed(managed.len());
        let boundary = props.permissions_boundary.as_ref().map(|policy| policy.arn(&resource));
        if let Some(name) = &props.name {
            quota::check_name(&resource, "user", name, quota::NAME);
        }
        if let Some(path) = &props.path {
            quota::check_path(&resource, path);
        }
        resource.edit(|mut user| {
            if !props.groups.is_empty() {
                user = user.groups(props.groups);
            }
            if !managed.is_empty() {
                user = user.managed_policy_arns(managed);
            }
            if let Some(path) = props.path {
                user = user.path(path);
            }
            if let Some(boundary) = boundary {
                user = user.permissions_boundary(boundary);
            }
            if let Some(name) = props.name {
                user = user.user_name(name);
            }
            user
        });
        Self(Rc::new(Inner { resource, holder, granted: Granted::default() }))
    }

    /// The ARN of the user.
    pub fn user_arn(&self) -> Value<UserArn> {
        self.0.resource.attr_arn()
    }

    /// The name of the user.
    pub fn user_name(&self) -> Value<UserName> {
        self.0.resource.ref_()
    }

    /// The resource itself, for what this construct has no word for.
    pub fn resource(&self) -> &Resource<l1::User> {
        &self.0.resource
    }

    pub(super) fn holder(&self) -> &Holder {
        &self.0.holder
    }
}

impl Grantable for User {
    fn principal(&self) -> Option<Principal> {
        Some(self.into())
    }

    #[track_caller]
    fn allow(&self, statement: PolicyStatement) {
        self.0.granted.add(self, statement, |policy| policy.attach_to_user(self));
    }
}

impl From<&User> for Principal {
    fn from(user: &User) -> Self {
        Principal::arn(user.user_arn())
    }
}

impl Scope for User {
    fn construct(&self) -> &Construct {
        self.0.resource.construct()
    }
}
