//! Policy documents: statements together.

use std::panic::Location;

use stackwright_cfn::{Json as Anything, Value};
use stackwright_core::Scope;

use super::check::{self, Use};
use super::json::Json;
use super::merge::merge;
use super::principal::Principal;
use super::statement::{Effect, PolicyStatement};

/// A policy document.
///
/// Statements that differ in one list only (actions, resources or principals) are merged, which takes nothing away and
/// adds nothing. A statement with a [`sid`](PolicyStatement::sid) stays as it is.
///
/// ```
/// use stackwright_constructs::iam::{PolicyDocument, PolicyStatement};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "orders");
/// let policy = PolicyDocument::from([
///     PolicyStatement::allow().actions(["s3:GetObject"]).resources(["arn:aws:s3:::orders/*"]),
///     PolicyStatement::allow().actions(["s3:PutObject"]).resources(["arn:aws:s3:::orders/*"]),
/// ]);
/// assert_eq!(
///     serde_json::to_string(policy.for_identity(&stack).node()).unwrap(),
///     concat!(
///         r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"#,
///         r#""Resource":"arn:aws:s3:::orders/*"}]}"#,
///     ),
/// );
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct PolicyDocument {
    statements: Vec<PolicyStatement>,
}

impl PolicyDocument {
    /// A policy without statements.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement.
    pub fn statement(mut self, statement: PolicyStatement) -> Self {
        self.push(statement);
        self
    }

    pub(super) fn push(&mut self, statement: PolicyStatement) {
        self.statements.extend(statement.apart());
    }

    pub(super) fn append(&mut self, more: Self) {
        self.statements.extend(more.statements);
    }

    /// The trust policy of a role that `principal` may take on.
    pub(super) fn trust(principal: Principal, location: &'static Location<'static>) -> Self {
        let statements = principal.parts.into_iter().map(|part| {
            let actions = part.actions.clone();
            PolicyStatement::new(Effect::Allow, location)
                .principal(Principal { parts: vec![part] })
                .actions(actions)
        });
        statements.collect()
    }

    /// The document for a user, a group or a role; what is wrong with it is told about `scope`.
    ///
    /// Constructs of this module take a [`PolicyDocument`] itself; this is for resources of generated types.
    pub fn for_identity(&self, scope: &impl Scope) -> Value<Anything> {
        self.check(Use::Identity, scope);
        self.to_json(scope).into_value()
    }

    /// The document for a resource that says who may use it, such as a bucket, a key or an endpoint; what is wrong
    /// with it is told about `scope`.
    pub fn for_resource(&self, scope: &impl Scope) -> Value<Anything> {
        self.check(Use::Resource, scope);
        self.to_json(scope).into_value()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }

    pub(super) fn check(&self, usage: Use, scope: &impl Scope) {
        check::statements(&self.statements, usage, scope);
    }

    pub(super) fn to_json(&self, scope: &impl Scope) -> Json {
        let statements = merge(self.statements.clone());
        let statements = statements.iter().map(|statement| statement.to_json(scope)).collect();
        Json::Map(vec![
            ("Version".into(), Json::one_or_more(["2012-10-17"])),
            ("Statement".into(), Json::List(statements)),
        ])
    }
}

impl FromIterator<PolicyStatement> for PolicyDocument {
    fn from_iter<I: IntoIterator<Item = PolicyStatement>>(statements: I) -> Self {
        Self { statements: statements.into_iter().flat_map(PolicyStatement::apart).collect() }
    }
}

impl<const N: usize> From<[PolicyStatement; N]> for PolicyDocument {
    fn from(statements: [PolicyStatement; N]) -> Self {
        statements.into_iter().collect()
    }
}

impl From<Vec<PolicyStatement>> for PolicyDocument {
    fn from(statements: Vec<PolicyStatement>) -> Self {
        statements.into_iter().collect()
    }
}

impl From<PolicyStatement> for PolicyDocument {
    fn from(statement: PolicyStatement) -> Self {
        [statement].into()
    }
}
