//! The settings of roles.

use super::document::PolicyDocument;
use super::managed_policy::ManagedPolicyRef;
use super::principal::Principal;

/// The settings of a [`Role`](super::Role).
#[derive(Clone, Debug)]
#[must_use]
pub struct RoleProps {
    pub(super) assumed_by: Principal,
    pub(super) managed_policies: Vec<ManagedPolicyRef>,
    pub(super) inline_policies: Vec<(String, PolicyDocument)>,
    pub(super) name: Option<String>,
    pub(super) path: Option<String>,
    pub(super) description: Option<String>,
    pub(super) max_session_seconds: Option<u32>,
    pub(super) permissions_boundary: Option<ManagedPolicyRef>,
}

impl RoleProps {
    /// A role that `principal` may take on.
    pub fn new(assumed_by: impl Into<Principal>) -> Self {
        Self {
            assumed_by: assumed_by.into(),
            managed_policies: Vec::new(),
            inline_policies: Vec::new(),
            name: None,
            path: None,
            description: None,
            max_session_seconds: None,
            permissions_boundary: None,
        }
    }

    /// Attaches a managed policy: [`ManagedPolicy::aws`](super::ManagedPolicy::aws), one of an app, or an ARN. AWS
    /// allows ten unless it is asked for more.
    pub fn managed_policy(mut self, policy: impl Into<ManagedPolicyRef>) -> Self {
        self.managed_policies.push(policy.into());
        self
    }

    /// Adds a policy that is part of the role, under a name that no other one of the role has.
    ///
    /// It is there before anything else can use the role. What it names cannot name the role in turn; for that there is
    /// [`Grantable::allow`](super::Grantable::allow). All inline policies of a role together have at most 10,240
    /// characters, white space not counted.
    pub fn inline_policy(mut self, name: impl Into<String>, document: impl Into<PolicyDocument>) -> Self {
        self.inline_policies.push((name.into(), document.into()));
        self
    }

    /// The name, up to 64 letters, digits and `+=,.@_-`. Left out: CloudFormation makes one up, so that the role can be
    /// replaced.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The path, which begins and ends with a slash. Left out: `/`. A change replaces the role.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// What the role is for, up to 1,000 characters. Left out: nothing is said.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// How long a session may last, in seconds: 3,600 to 43,200 (12 hours). Left out: 3,600.
    ///
    /// Source: [maximum session duration](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html)
    pub fn max_session_seconds(mut self, seconds: u32) -> Self {
        self.max_session_seconds = Some(seconds);
        self
    }

    /// A managed policy that the role cannot exceed, whatever its own policies allow. Left out: there is none.
    ///
    /// Source: [permissions boundaries](https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html)
    pub fn permissions_boundary(mut self, policy: impl Into<ManagedPolicyRef>) -> Self {
        self.permissions_boundary = Some(policy.into());
        self
    }
}
