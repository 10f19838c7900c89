//! Whoever can be allowed something: roles, users and groups.

use stackwright_cfn::Value;

use super::principal::Principal;
use super::statement::PolicyStatement;

/// A role, user or group: something that can be allowed to do things.
///
/// ```
/// use stackwright_constructs::iam::{Grantable, Principal, Role, RoleProps};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "orders");
/// let worker = Role::new(&stack, "worker", RoleProps::new(Principal::service("lambda")));
/// worker.allow_actions(["sqs:ReceiveMessage", "sqs:DeleteMessage"], ["arn:aws:sqs:eu-west-1:111122223333:orders"]);
/// ```
pub trait Grantable {
    /// Who it is, for the policy of a resource; `None` for a group, which no such policy can name.
    fn principal(&self) -> Option<Principal>;

    /// Adds a statement to its policy.
    ///
    /// The policy is a resource of its own, so that what the statement names and what names this one may refer to each
    /// other. What must not start before the statement holds has to depend on this construct.
    #[track_caller]
    fn allow(&self, statement: PolicyStatement);

    /// Allows actions on resources.
    #[track_caller]
    fn allow_actions<A: Into<String>, R: Into<Value<String>>>(
        &self,
        actions: impl IntoIterator<Item = A>,
        resources: impl IntoIterator<Item = R>,
    ) where
        Self: Sized,
    {
        self.allow(PolicyStatement::allow().actions(actions).resources(resources));
    }
}
