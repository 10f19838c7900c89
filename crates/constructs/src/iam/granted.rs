//! What was granted to a role, user or group.

use std::cell::OnceCell;

use stackwright_core::Scope;

use super::document::PolicyDocument;
use super::policy::Policy;
use super::statement::PolicyStatement;

/// A policy that is made with its first statement.
#[derive(Debug, Default)]
pub(super) struct Granted(OnceCell<Policy>);

impl Granted {
    /// Adds a statement to the policy, which is made under `Policy` below `scope` and given to `attach`.
    #[track_caller]
    pub(super) fn add(&self, scope: &impl Scope, statement: PolicyStatement, attach: impl FnOnce(&Policy)) {
        // Not `get_or_init`: within a closure the caller's line would be lost.
        if self.0.get().is_none() {
            let policy = Policy::new(scope, "Policy", PolicyDocument::new());
            attach(&policy);
            _ = self.0.set(policy);
        }
        if let Some(policy) = self.0.get() {
            policy.add_statement(statement);
        }
    }
}
