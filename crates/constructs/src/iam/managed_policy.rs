//! Managed policies: made once, attached to many.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use stackwright_aws::iam as l1;
use stackwright_aws::ids::iam::ManagedPolicyArn;
use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::arn::Arn;
use super::check::Use;
use super::document::PolicyDocument;
use super::quota;
use super::statement::PolicyStatement;

/// The settings of a [`ManagedPolicy`].
#[derive(Clone, Debug)]
#[must_use]
pub struct ManagedPolicyProps {
    document: PolicyDocument,
    name: Option<String>,
    path: Option<String>,
    description: Option<String>,
}

impl ManagedPolicyProps {
    /// A policy of these statements: at most 6,144 characters, white space not counted.
    pub fn new(document: impl Into<PolicyDocument>) -> Self {
        Self { document: document.into(), name: None, path: None, description: None }
    }

    /// The name, up to 128 letters, digits and `+=,.@_-`. Left out: CloudFormation makes one up, so that the policy can
    /// be replaced.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The path, which begins and ends with a slash. Left out: `/`. A change replaces the policy.
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// What the policy is for, up to 1,000 characters. Left out: nothing is said. A change replaces the policy.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// A policy that roles, users and groups can share, and that can be the boundary of their permissions.
///
/// ```
/// use stackwright_constructs::iam::{ManagedPolicy, ManagedPolicyProps, PolicyStatement, Principal, Role, RoleProps};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "nodes");
/// let read = PolicyStatement::allow().actions(["s3:GetObject"]).resources(["arn:aws:s3:::images/*"]);
/// let images = ManagedPolicy::new(&stack, "images", ManagedPolicyProps::new([read]));
/// let props = RoleProps::new(Principal::service("ec2"))
///     .managed_policy(&images)
///     .managed_policy(ManagedPolicy::aws("AmazonSSMManagedInstanceCore"));
/// Role::new(&stack, "node", props);
/// ```
///
/// Source: [managed and inline policies](https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html)
#[derive(Clone, Debug)]
pub struct ManagedPolicy {
    resource: Resource<l1::ManagedPolicy>,
    document: Rc<RefCell<PolicyDocument>>,
    size: Rc<Cell<usize>>,
}

impl ManagedPolicy {
    /// A managed policy of the stack's account.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: ManagedPolicyProps) -> Self {
        let ManagedPolicyProps { document, name, path, description } = props;
        let json = document.to_json(scope);
        let size = Rc::new(Cell::new(json.least_size()));
        let mut policy =
            l1::ManagedPolicy::new(l1::ManagedPolicyRequired { policy_document: json.into_value() });
        if let Some(name) = &name {
            policy = policy.managed_policy_name(name);
        }
        if let Some(path) = &path {
            policy = policy.path(path);
        }
        if let Some(description) = &description {
            policy = policy.description(description);
        }
        let resource = Resource::new(scope, id, policy);
        if let Some(name) = &name {
            quota::check_name(&resource, "managed policy", name, quota::LONG_NAME);
        }
        if let Some(path) = &path {
            quota::check_path(&resource, path);
        }
        if let Some(description) = &description {
            quota::check_description(&resource, description);
        }
        document.check(Use::Identity, &resource);
        let document = Rc::new(RefCell::new(document));
        let (seen, seen_size) = (Rc::clone(&document), Rc::clone(&size));
        resource.validate(move |check| {
            if seen.borrow().is_empty() {
                check.report(Diagnostic::error("policy-without-statements", "a policy has no statement"));
            }
            let size = seen_size.get();
            if size > quota::MANAGED_POLICY {
                check.report(quota::too_large("a managed policy", size, quota::MANAGED_POLICY));
            }
        });
        Self { resource, document, size }
    }

    /// A policy that AWS maintains, by its name with its path: `AmazonSSMManagedInstanceCore`,
    /// `service-role/AmazonEBSCSIDriverPolicy`. Its ARN is that of the partition it is used in.
    ///
    /// Source: [AWS managed policies](https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html)
    pub fn aws(name: impl Into<String>) -> ManagedPolicyRef {
        ManagedPolicyRef(Ref::OfAws(name.into()))
    }

    /// Adds a statement.
    pub fn add_statement(&self, statement: PolicyStatement) {
        PolicyDocument::from([statement.clone()]).check(Use::Identity, &self.resource);
        self.document.borrow_mut().push(statement);
        let json = self.document.borrow().to_json(&self.resource);
        self.size.set(json.least_size());
        self.resource.set_property("PolicyDocument", json.into_value());
    }

    /// The ARN of the policy.
    pub fn policy_arn(&self) -> Value<ManagedPolicyArn> {
        self.resource.ref_()
    }

    /// The resource itself, for what this construct has no word for.
    pub fn resource(&self) -> &Resource<l1::ManagedPolicy> {
        &self.resource
    }
}

impl Scope for ManagedPolicy {
    fn construct(&self) -> &Construct {
        self.resource.construct()
    }
}

/// A managed policy to attach: one of an app, one of AWS's, or any by its ARN.
#[derive(Clone, Debug)]
pub struct ManagedPolicyRef(Ref);

#[derive(Clone, Debug)]
enum Ref {
    OfAws(String),
    Arn(Value<ManagedPolicyArn>),
}

impl ManagedPolicyRef {
    /// The ARN in the stack of `scope`; what is wrong with the name is told about `scope`.
    pub(super) fn arn(&self, scope: &impl Scope) -> Value<ManagedPolicyArn> {
        match &self.0 {
            Ref::Arn(arn) => arn.clone(),
            Ref::OfAws(name) => {
                let last = name.rsplit('/').next().unwrap_or_default();
                if name.starts_with("arn:")
                    || name.starts_with('/')
                    || last.is_empty()
                    || !last.chars().all(quota::is_of_name)
                {
                    let allowed = "a name such as AmazonSSMManagedInstanceCore or service-role/AmazonEBSCSIDriverPolicy";
                    let finding = format!("{name:?} is no policy of AWS: allowed is {allowed}");
                    scope.report(
                        Diagnostic::error("invalid-managed-policy", finding).value(name).allowed(allowed),
                    );
                }
                Arn::new("iam", format!("policy/{name}")).without_region().account("aws").of(scope)
            }
        }
    }
}

impl From<&ManagedPolicy> for ManagedPolicyRef {
    fn from(policy: &ManagedPolicy) -> Self {
        Self(Ref::Arn(policy.policy_arn()))
    }
}

impl From<Value<ManagedPolicyArn>> for ManagedPolicyRef {
    fn from(arn: Value<ManagedPolicyArn>) -> Self {
        Self(Ref::Arn(arn))
    }
}
