//! Statements: what is allowed or denied, on what, to whom, and when.

use std::panic::Location;

use stackwright_cfn::Value;
use stackwright_core::Scope;

use super::condition::{self, Condition};
use super::json::{Entries, Json};
use super::operator::Operator;
use super::principal::{Part, Principal};

/// Whether a statement allows or denies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effect {
    Allow,
    Deny,
}

/// A statement of a policy.
///
/// That it allows any action, or anything on any resource, must be said: `*` is refused where it does not come from
/// [`any_action`](Self::any_action), [`any_action_of`](Self::any_action_of) or [`any_resource`](Self::any_resource).
/// A name such as `s3:Get*` needs no such word. Names that are unknown are warned of.
///
/// ```
/// use stackwright_constructs::iam::{Operator, PolicyStatement};
///
/// let read = PolicyStatement::allow()
///     .actions(["s3:GetObject", "s3:GetObjectTagging"])
///     .resources(["arn:aws:s3:::orders/*"])
///     .condition(Operator::BOOL, "aws:SecureTransport", ["true"]);
/// let find = PolicyStatement::allow().actions(["ec2:DescribeInstances"]).any_resource();
/// ```
///
/// Source: [elements of policies](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html)
#[derive(Clone, Debug)]
#[must_use]
pub struct PolicyStatement {
    pub(super) sid: Option<String>,
    pub(super) effect: Effect,
    pub(super) principals: Vec<Part>,
    pub(super) actions: Vec<String>,
    pub(super) not_actions: Vec<String>,
    pub(super) resources: Vec<Value<String>>,
    pub(super) not_resources: Vec<Value<String>>,
    pub(super) conditions: Vec<Condition>,
    /// The wide names that were said with a word of their own.
    pub(super) wide_actions: Vec<String>,
    pub(super) any_resource: bool,
    pub(super) location: &'static Location<'static>,
}

impl PolicyStatement {
    /// A statement that allows.
    #[track_caller]
    pub fn allow() -> Self {
        Self::new(Effect::Allow, Location::caller())
    }

    /// A statement that denies, which no other statement can undo.
    #[track_caller]
    pub fn deny() -> Self {
        Self::new(Effect::Deny, Location::caller())
    }

    pub(super) fn new(effect: Effect, location: &'static Location<'static>) -> Self {
        Self {
            sid: None,
            effect,
            principals: Vec::new(),
            actions: Vec::new(),
            not_actions: Vec::new(),
            resources: Vec::new(),
            not_resources: Vec::new(),
            conditions: Vec::new(),
            wide_actions: Vec::new(),
            any_resource: false,
            location,
        }
    }

    /// What the statement is called: letters and digits, no other statement of the policy having the same. Left out:
    /// nothing, and the statement may be merged with another one.
    pub fn sid(mut self, sid: impl Into<String>) -> Self {
        self.sid = Some(sid.into());
        self
    }

    /// Adds those the statement is about, for a policy of a resource. Their conditions are added to the statement's.
    pub fn principal(mut self, principal: impl Into<Principal>) -> Self {
        extend(&mut self.principals, principal.into().parts);
        self
    }

    /// Adds actions, such as `s3:GetObject` or `s3:Get*`.
    pub fn actions<A: Into<String>>(mut self, actions: impl IntoIterator<Item = A>) -> Self {
        extend(&mut self.actions, actions.into_iter().map(Into::into));
        self
    }

    /// Is about any action of any service.
    pub fn any_action(self) -> Self {
        self.wide("*".to_owned())
    }

    /// Is about any action of one service, by the prefix of its actions, such as `s3`.
    pub fn any_action_of(self, service: &str) -> Self {
        self.wide(format!("{service}:*"))
    }

    fn wide(mut self, action: String) -> Self {
        self.wide_actions.push(action.clone());
        self.actions([action])
    }

    /// Is about every action but these.
    pub fn not_actions<A: Into<String>>(mut self, actions: impl IntoIterator<Item = A>) -> Self {
        extend(&mut self.not_actions, actions.into_iter().map(Into::into));
        self
    }

    /// Adds resources by their ARNs, in which `*` and `?` may stand for other characters.
    pub fn resources<R: Into<Value<String>>>(mut self, resources: impl IntoIterator<Item = R>) -> Self {
        extend(&mut self.resources, resources.into_iter().map(Into::into));
        self
    }

    /// Is about any resource: for actions that know no resources, such as most that list things.
    pub fn any_resource(mut self) -> Self {
        self.any_resource = true;
        self.resources(["*"])
    }

    /// Is about every resource but these.
    pub fn not_resources<R: Into<Value<String>>>(mut self, resources: impl IntoIterator<Item = R>) -> Self {
        extend(&mut self.not_resources, resources.into_iter().map(Into::into));
        self
    }

    /// Only where `key` of the request compares with one of the values. Several conditions must all hold; the values of
    /// one key under one operator are given at once.
    pub fn condition<V: Into<Value<String>>>(
        mut self,
        operator: Operator,
        key: impl Into<Value<String>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.conditions.push(Condition::new(operator, key, values));
        self
    }

    /// One statement for each set of conditions that its principals bring along; those of a statement are the same for
    /// all its principals.
    pub(super) fn apart(self) -> Vec<Self> {
        let mut statements: Vec<Self> = Vec::new();
        for part in &self.principals {
            let alone = Part { who: part.who.clone(), actions: Vec::new(), conditions: Vec::new() };
            let conditions: Vec<Condition> =
                self.conditions.iter().chain(&part.conditions).cloned().collect();
            match statements.iter_mut().find(|statement| statement.conditions == conditions) {
                Some(statement) => extend(&mut statement.principals, [alone]),
                None => statements.push(Self { principals: vec![alone], conditions, ..self.clone() }),
            }
        }
        if statements.is_empty() { vec![self] } else { statements }
    }

    pub(super) fn to_json(&self, scope: &impl Scope) -> Json {
        let mut entries: Entries = Vec::new();
        let mut entry = |key: &'static str, json: Json| entries.push((key.into(), json));
        if let Some(sid) = &self.sid {
            entry("Sid", Json::one_or_more([sid]));
        }
        let effect = match self.effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        entry("Effect", Json::one_or_more([effect]));
        if !self.principals.is_empty() {
            entry("Principal", principals(&self.principals, scope));
        }
        let lists = [("Action", &self.actions), ("NotAction", &self.not_actions)];
        for (key, actions) in lists.into_iter().filter(|(_, actions)| !actions.is_empty()) {
            entry(key, Json::one_or_more(actions));
        }
        let lists = [("Resource", &self.resources), ("NotResource", &self.not_resources)];
        for (key, resources) in lists.into_iter().filter(|(_, resources)| !resources.is_empty()) {
            entry(key, Json::one_or_more(resources));
        }
        if !self.conditions.is_empty() {
            entry("Condition", condition::to_json(&self.conditions));
        }
        Json::Map(entries)
    }
}

/// The `Principal` of a statement: lists under each kind, in the order of its first use.
fn principals(parts: &[Part], scope: &impl Scope) -> Json {
    let mut kinds: Vec<(&str, Vec<Value<String>>)> = Vec::new();
    for part in parts {
        let (kind, value) = part.who.entry(scope);
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, values)) => extend(values, [value]),
            None => kinds.push((kind, vec![value])),
        }
    }
    Json::Map(kinds.into_iter().map(|(kind, values)| (kind.into(), Json::one_or_more(values))).collect())
}

/// Adds what is not there yet.
pub(super) fn extend<T: PartialEq>(list: &mut Vec<T>, items: impl IntoIterator<Item = T>) {
    for item in items {
        if !list.contains(&item) {
            list.push(item);
        }
    }
}
