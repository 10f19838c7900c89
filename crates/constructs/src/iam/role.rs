//! Roles: identities that others take on.

use std::cell::{Cell, RefCell};
use std::panic::Location;
use std::rc::Rc;

use stackwright_aws::iam as l1;
use stackwright_aws::ids::iam::{ManagedPolicyArn, RoleArn, RoleName};
use stackwright_cfn::{Value, sub};
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::arn::Arn;
use super::check::Use;
use super::document::PolicyDocument;
use super::grantable::Grantable;
use super::granted::Granted;
use super::holder::{Holder, Kind};
use super::import;
use super::managed_policy::ManagedPolicyRef;
use super::operator::Operator;
use super::principal::Principal;
use super::quota;
use super::role_props::RoleProps;
use super::statement::{PolicyStatement, extend};

/// How long a session may last, in seconds.
///
/// Source: [CreateRole](https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html)
const SESSION_SECONDS: std::ops::RangeInclusive<u32> = 3_600..=43_200;

/// A role: an identity that services, people or programs take on for a while.
///
/// ```
/// use stackwright_constructs::iam::{Grantable, ManagedPolicy, PolicyStatement, Principal, Role, RoleProps};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "orders");
/// let props = RoleProps::new(Principal::service("lambda"))
///     .managed_policy(ManagedPolicy::aws("service-role/AWSLambdaBasicExecutionRole"))
///     .description("Handles orders");
/// let handler = Role::new(&stack, "handler", props);
/// handler.allow_actions(["s3:GetObject"], ["arn:aws:s3:::orders/*"]);
///
/// // A person of this account may take it on, to try something.
/// handler.trust(Principal::own_account());
/// ```
///
/// Source: [roles](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html)
#[derive(Clone, Debug)]
pub struct Role(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    construct: Construct,
    name: Value<RoleName>,
    arn: Value<RoleArn>,
    holder: Holder,
    /// `None` where the role is imported.
    own: Option<Own>,
    /// What was granted to the role, made with the first statement.
    granted: Granted,
    /// Whether the role is known to be another account's, so that no policy of this one can be added.
    is_foreign: bool,
}

/// What a role has that an app makes itself.
#[derive(Debug)]
struct Own {
    resource: Resource<l1::Role>,
    has_path: bool,
    trust: RefCell<PolicyDocument>,
    trust_size: Rc<Cell<usize>>,
    managed: RefCell<Vec<Value<ManagedPolicyArn>>>,
}

impl Role {
    /// A role.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: RoleProps) -> Self {
        let trust = PolicyDocument::trust(props.assumed_by.clone(), Location::caller());
        let json = trust.to_json(scope);
        let trust_size = Rc::new(Cell::new(json.least_size()));
        let role = l1::Role::new(l1::RoleRequired { assume_role_policy_document: json.into_value() });
        let resource = Resource::new(scope, id, role);
        trust.check(Use::Trust, &resource);
        if trust.is_empty() {
            let finding = "a role can be taken on by nobody";
            resource.report(Diagnostic::error("role-for-nobody", finding).hint("name a principal"));
        }
        let holder = Holder::new(&resource, Kind::Role);
        let managed = props.managed_policies.iter().map(|policy| policy.arn(&resource)).collect();
        set(&resource, &props, &holder);
        let seen = Rc::clone(&trust_size);
        resource.validate(move |check| {
            if seen.get() > quota::TRUST_POLICY {
                check.report(quota::large_trust(seen.get()));
            }
        });
        let role = Self(Rc::new(Inner {
            construct: resource.construct().clone(),
            name: resource.ref_(),
            arn: resource.attr_arn(),
            holder,
            own: Some(Own {
                resource,
                has_path: props.path.is_some_and(|path| path != "/"),
                trust: RefCell::new(trust),
                trust_size,
                managed: RefCell::new(managed),
            }),
            granted: Granted::default(),
            is_foreign: false,
        }));
        role.write_managed_policies();
        role
    }

    /// A role that is there already, by its ARN. What is granted to it becomes a policy of this stack.
    ///
    /// An ARN that is known only at deploy time has to be that of a role without a path: its name is the part behind the
    /// slash.
    ///
    /// ```
    /// use stackwright_constructs::iam::Role;
    /// use stackwright_core::{App, Stack};
    ///
    /// let stack = Stack::new(&App::new(), "orders");
    /// let role = Role::from_arn(&stack, "builders", "arn:aws:iam::111122223333:role/ci/builders");
    /// assert_eq!(role.role_name().as_str(), Some("builders"));
    /// ```
    #[track_caller]
    pub fn from_arn(scope: &impl Scope, id: &str, arn: impl Into<Value<RoleArn>>) -> Self {
        import::role(scope, id, arn.into())
    }

    pub(super) fn imported(
        construct: Construct,
        arn: Value<RoleArn>,
        name: Value<RoleName>,
        is_foreign: bool,
    ) -> Self {
        let holder = Holder::new(&construct, Kind::Role);
        Self(Rc::new(Inner {
            construct,
            name,
            arn,
            holder,
            own: None,
            granted: Granted::default(),
            is_foreign,
        }))
    }

    /// The ARN of the role.
    pub fn role_arn(&self) -> Value<RoleArn> {
        self.0.arn.clone()
    }

    /// The ARN with nothing between `role/` and the name, as few readers of ARNs want it.
    pub(crate) fn arn_without_path(&self) -> Value<String> {
        match &self.0.own {
            Some(own) if own.has_path => {
                let role = sub!("role/{name}", name = self.role_name());
                Arn::new("iam", role).without_region().of(&own.resource)
            }
            _ => import::without_path(self.role_arn().into()),
        }
    }

    /// The name of the role.
    pub fn role_name(&self) -> Value<RoleName> {
        self.0.name.clone()
    }

    /// The resource itself, for what this construct has no word for; `None` where it is imported.
    pub fn resource(&self) -> Option<&Resource<l1::Role>> {
        Some(&self.0.own.as_ref()?.resource)
    }

    pub(super) fn holder(&self) -> &Holder {
        &self.0.holder
    }

    /// Lets `principal` take on the role as well.
    #[track_caller]
    pub fn trust(&self, principal: impl Into<Principal>) {
        let Some(own) = self.own("its trust policy cannot be changed") else { return };
        let more = PolicyDocument::trust(principal.into(), Location::caller());
        more.check(Use::Trust, self);
        let mut trust = own.trust.borrow_mut();
        trust.append(more);
        let json = trust.to_json(self);
        own.trust_size.set(json.least_size());
        own.resource.set_property("AssumeRolePolicyDocument", json.into_value());
    }

    /// Attaches a managed policy.
    #[track_caller]
    pub fn add_managed_policy(&self, policy: impl Into<ManagedPolicyRef>) {
        let Some(own) = self.own("no managed policy can be attached to it") else { return };
        let arn = policy.into().arn(self);
        own.managed.borrow_mut().push(arn);
        self.write_managed_policies();
    }

    #[track_caller]
    fn own(&self, consequence: &str) -> Option<&Own> {
        if self.0.own.is_none() {
            let finding = format!("a role is imported: {consequence}");
            self.report(Diagnostic::error("imported-role", finding).source(Location::caller()));
        }
        self.0.own.as_ref()
    }

    fn write_managed_policies(&self) {
        let Some(own) = &self.0.own else { return };
        let mut managed = own.managed.borrow_mut();
        let mut seen: Vec<Value<ManagedPolicyArn>> = Vec::with_capacity(managed.len());
        extend(&mut seen, managed.drain(..));
        *managed = seen;
        self.0.holder.note_managed(managed.len());
        if !managed.is_empty() {
            own.resource.edit(|role| role.managed_policy_arns(managed.clone()));
        }
    }

    /// Lets `grantee` do something with the role, such as `iam:GetRole`.
    #[track_caller]
    pub fn grant<A: Into<String>>(&self, grantee: &impl Grantable, actions: impl IntoIterator<Item = A>) {
        grantee.allow_actions(actions, [self.role_arn()]);
    }

    /// Lets `grantee` take on the role, as far as its own policy goes: the role has to [`trust`](Self::trust) it, too.
    #[track_caller]
    pub fn grant_assume(&self, grantee: &impl Grantable) {
        self.grant(grantee, ["sts:AssumeRole"]);
    }

    /// Lets `grantee` give the role to a service, by its whole name such as `ecs-tasks.amazonaws.com`, and to no other.
    ///
    /// Source: [passing a role](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html)
    #[track_caller]
    pub fn grant_pass(&self, grantee: &impl Grantable, service: &str) {
        grantee.allow(
            PolicyStatement::allow().actions(["iam:PassRole"]).resources([self.role_arn()]).condition(
                Operator::STRING_EQUALS,
                "iam:PassedToService",
                [service],
            ),
        );
    }
}

/// Sets what is said of a role, apart from managed policies, and tells what cannot be.
#[track_caller]
fn set(resource: &Resource<l1::Role>, props: &RoleProps, holder: &Holder) {
    let mut policies = Vec::with_capacity(props.inline_policies.len());
    for (index, (name, document)) in props.inline_policies.iter().enumerate() {
        quota::check_name(resource, "policy", name, quota::LONG_NAME);
        if props.inline_policies[..index].iter().any(|(other, _)| other == name) {
            let finding = format!("two policies of a role are called {name:?}");
            resource.report(Diagnostic::error("duplicate-policy-name", finding).value(name));
        }
        document.check(Use::Identity, resource);
        let json = document.to_json(resource);
        holder.note_size(name, json.least_size());
        policies.push(l1::role::Policy::new(l1::role::PolicyRequired {
            policy_name: name.into(),
            policy_document: json.into_value(),
        }));
    }
    let boundary = props.permissions_boundary.as_ref().map(|policy| policy.arn(resource));
    resource.edit(|mut role| {
        if let Some(boundary) = boundary {
            role = role.permissions_boundary(boundary);
        }
        if !policies.is_empty() {
            role = role.policies(policies);
        }
        if let Some(name) = &props.name {
            role = role.role_name(name);
        }
        if let Some(path) = &props.path {
            role = role.path(path);
        }
        if let Some(description) = &props.description {
            role = role.description(description);
        }
        if let Some(seconds) = props.max_session_seconds {
            role = role.max_session_duration(seconds);
        }
        role
    });
    if let Some(name) = &props.name {
        quota::check_name(resource, "role", name, quota::NAME);
    }
    if let Some(path) = &props.path {
        quota::check_path(resource, path);
    }
    if let Some(description) = &props.description {
        quota::check_description(resource, description);
    }
    if let Some(seconds) = props.max_session_seconds.filter(|seconds| !SESSION_SECONDS.contains(seconds)) {
        let finding = format!("a session cannot last up to {seconds} seconds: allowed are 3,600 to 43,200");
        resource.report(
            Diagnostic::error("session-duration", finding)
                .value(seconds.to_string())
                .allowed("3,600 to 43,200 seconds"),
        );
    }
}

impl Grantable for Role {
    fn principal(&self) -> Option<Principal> {
        Some(Principal::arn(self.role_arn()))
    }

    #[track_caller]
    fn allow(&self, statement: PolicyStatement) {
        if self.0.is_foreign {
            let finding = "something is granted to a role of another account, to which no policy can be added from here";
            self.report(
                Diagnostic::error("role-of-another-account", finding)
                    .hint("allow it where the role is made")
                    .source(statement.location),
            );
            return;
        }
        self.0.granted.add(self, statement, |policy| policy.attach_to_role(self));
    }
}

impl From<&Role> for Principal {
    fn from(role: &Role) -> Self {
        Principal::arn(role.role_arn())
    }
}

impl Scope for Role {
    fn construct(&self) -> &Construct {
        &self.0.construct
    }
}
