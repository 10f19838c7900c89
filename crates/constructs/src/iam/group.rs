//! Groups of users.

use std::rc::Rc;

use stackwright_aws::iam as l1;
use stackwright_aws::ids::iam::{GroupName, ManagedPolicyArn};
use stackwright_cfn::Value;
use stackwright_core::{Construct, Resource, Scope};

use super::grantable::Grantable;
use super::granted::Granted;
use super::holder::{Holder, Kind};
use super::managed_policy::ManagedPolicyRef;
use super::principal::Principal;
use super::quota;
use super::statement::PolicyStatement;

/// The settings of a [`Group`].
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct GroupProps {
    name: Option<String>,
    path: Option<String>,
    managed_policies: Vec<ManagedPolicyRef>,
}

impl GroupProps {
    /// A group without policies.
    pub fn new() -> Self {
        Self::default()
    }

    /// The name, up to 128 letters, digits and `+=,.@_-`. Left out: CloudFormation makes one up.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The path, which begins and ends with a slash. Left out: `/`.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Attaches a managed policy.
    pub fn managed_policy(mut self, policy: impl Into<ManagedPolicyRef>) -> Self {
        self.managed_policies.push(policy.into());
        self
    }
}

/// A group of users, who may do what the group may.
///
/// ```
/// use stackwright_constructs::iam::{Group, GroupProps, ManagedPolicy, User, UserProps};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "people");
/// let auditors =
///     Group::new(&stack, "auditors", GroupProps::new().managed_policy(ManagedPolicy::aws("SecurityAudit")));
/// User::new(&stack, "mira", UserProps::new().group(&auditors));
/// ```
///
/// Source: [user groups](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_groups.html)
#[derive(Clone, Debug)]
pub struct Group(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    resource: Resource<l1::Group>,
    holder: Holder,
    granted: Granted,
}

impl Group {
    /// A group.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: GroupProps) -> Self {
        let resource = Resource::new(scope, id, l1::Group::new());
        let holder = Holder::new(&resource, Kind::Group);
        let managed: Vec<Value<ManagedPolicyArn>> =
            props.managed_policies.iter().map(|policy| policy.arn(&resource)).collect();
        holder.note_managed(managed.len());
        if let Some(name) = &props.name {
            quota::check_name(&resource, "group", name, quota::LONG_NAME);
        }
        if let Some(path) = &props.path {
            quota::check_path(&resource, path);
        }
        resource.edit(|mut group| {
            if let Some(name) = props.name {
                group = group.group_name(name);
            }
            if !managed.is_empty() {
                group = group.managed_policy_arns(managed);
            }
            if let Some(path) = props.path {
                group = group.path(path);
            }
            group
        });
        Self(Rc::new(Inner { resource, holder, granted: Granted::default() }))
    }

    /// The name of the group.
    pub fn group_name(&self) -> Value<GroupName> {
        self.0.resource.ref_()
    }

    /// The resource itself, for what this construct has no word for.
    pub fn resource(&self) -> &Resource<l1::Group> {
        &self.0.resource
    }

    pub(super) fn holder(&self) -> &Holder {
        &self.0.holder
    }
}

impl Grantable for Group {
    fn principal(&self) -> Option<Principal> {
        None
    }

    #[track_caller]
    fn allow(&self, statement: PolicyStatement) {
        self.0.granted.add(self, statement, |policy| policy.attach_to_group(self));
    }
}

impl Scope for Group {
    fn construct(&self) -> &Construct {
        self.0.resource.construct()
    }
}
