//! Instance profiles: how an instance gets a role.

use stackwright_aws::iam as l1;
use stackwright_aws::ids::iam::{InstanceProfileArn, InstanceProfileName};
use stackwright_cfn::Value;
use stackwright_core::{Construct, Resource, Scope};

use super::role::Role;

/// An instance profile, which hands a role to EC2 instances. The role has to trust `ec2`.
///
/// Its name is made up by CloudFormation, so that it can be replaced, and its path is `/`;
/// [`resource`](Self::resource) is the way to others.
///
/// ```
/// use stackwright_constructs::iam::{InstanceProfile, ManagedPolicy, Principal, Role, RoleProps};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "nodes");
/// let props = RoleProps::new(Principal::service("ec2"))
///     .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"));
/// let role = Role::new(&stack, "node", props);
/// let profile = InstanceProfile::new(&stack, "profile", &role);
/// ```
///
/// Source: [instance profiles](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html)
#[derive(Clone, Debug)]
pub struct InstanceProfile(Resource<l1::InstanceProfile>);

impl InstanceProfile {
    /// A profile for this role; AWS allows one role each.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, role: &Role) -> Self {
        let roles = [role.role_name()].into();
        let profile = l1::InstanceProfile::new(l1::InstanceProfileRequired { roles });
        Self(Resource::new(scope, id, profile))
    }

    /// The ARN of the profile.
    pub fn instance_profile_arn(&self) -> Value<InstanceProfileArn> {
        self.0.attr_arn()
    }

    /// The name of the profile.
    pub fn instance_profile_name(&self) -> Value<InstanceProfileName> {
        self.0.ref_()
    }

    /// The resource itself, for what this construct has no word for.
    pub fn resource(&self) -> &Resource<l1::InstanceProfile> {
        &self.0
    }
}

impl Scope for InstanceProfile {
    fn construct(&self) -> &Construct {
        self.0.construct()
    }
}
