//! Statements of policies, as far as it takes to say whether one allows what another does.

use stackwright_cfn::{Map, Node};

use super::{choices, covers};
use crate::compare::{short, text};

/// Some things of a kind, or all but some.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Set {
    pub(super) is_negated: bool,
    pub(super) items: Vec<String>,
}

impl Set {
    pub(super) fn of(items: Vec<String>) -> Self {
        Set { is_negated: false, items }
    }

    /// What stands under `key` of a statement or under `Not` and `key`; `None` where neither is there.
    fn read(statement: &Map, key: &str, read: impl Fn(&Node) -> Vec<String>) -> Option<Set> {
        match (statement.get(key), statement.get(&format!("Not{key}"))) {
            (Some(value), _) => Some(Set::of(read(value))),
            (None, Some(value)) => {
                let mut items = read(value);
                items.sort_unstable();
                Some(Set { is_negated: true, items })
            }
            (None, None) => None,
        }
    }

    /// The parts to look at one by one: items, or the whole where it is all but some.
    fn parts(&self) -> Vec<Set> {
        match self.is_negated {
            true => vec![self.clone()],
            false => self.items.iter().map(|item| Set::of(vec![item.clone()])).collect(),
        }
    }

    fn covers(&self, part: &Set) -> bool {
        match (self.is_negated, part.is_negated) {
            (false, false) => {
                part.items.iter().all(|item| self.items.iter().any(|pattern| covers(pattern, item)))
            }
            (false, true) => self.items.iter().any(|pattern| pattern == "*"),
            // The fewer are left out, the more are in.
            (true, true) => {
                self.items.iter().all(|item| part.items.iter().any(|pattern| covers(pattern, item)))
            }
            // Whether what is left out and what is asked for overlap, patterns do not say.
            (true, false) => false,
        }
    }

    /// For people: the items, after a `not` where they are left out.
    fn told(parts: &[&Set]) -> Vec<String> {
        let told = |part: &&Set| match part.is_negated {
            true => vec![format!("not {}", part.items.join(", "))],
            false => part.items.clone(),
        };
        let mut told: Vec<String> = parts.iter().flat_map(told).collect();
        let mut seen = std::collections::BTreeSet::new();
        told.retain(|item| seen.insert(item.clone()));
        told
    }
}

/// A statement of a policy.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Statement {
    pub(super) is_allow: bool,
    /// Who; empty where the holder of the policy is meant.
    pub(super) principals: Set,
    pub(super) actions: Set,
    /// On what; empty where the resource that has the policy is meant.
    pub(super) resources: Set,
    pub(super) condition: Option<String>,
}

/// What of a statement is not covered.
pub(super) struct Rest {
    pub(super) principals: Vec<String>,
    pub(super) actions: Vec<String>,
    pub(super) resources: Vec<String>,
}

impl Statement {
    /// The statements of a policy document, which may be JSON in a text; none where it is no policy.
    pub(super) fn all(document: &Node) -> Vec<Statement> {
        let parsed;
        let document = match document {
            Node::Text(text) => match serde_json::from_str::<serde_json::Value>(text) {
                Ok(json) => {
                    parsed = Node::from(json);
                    &parsed
                }
                Err(_) => return Vec::new(),
            },
            document => document,
        };
        let mut all = Vec::new();
        for document in choices(document) {
            let statements = document.as_map().and_then(|map| map.get("Statement")).map(choices);
            let maps = statements.into_iter().flatten().filter_map(Node::as_map);
            all.extend(maps.filter_map(Statement::read));
        }
        all
    }

    fn read(map: &Map) -> Option<Statement> {
        let empty = || Set::of(Vec::new());
        // A statement without an effect allows nothing; one whose effect is not known may allow.
        let is_allow = map.get("Effect")?.as_str() != Some("Deny");
        Some(Statement {
            is_allow,
            principals: Set::read(map, "Principal", principals).unwrap_or_else(empty),
            actions: Set::read(map, "Action", texts).unwrap_or_else(empty),
            resources: Set::read(map, "Resource", texts).unwrap_or_else(empty),
            condition: map.get("Condition").map(sorted),
        })
    }

    /// What of it none of `others` covers; `None` where all of it is covered.
    pub(super) fn uncovered(&self, others: &[&Statement]) -> Option<Rest> {
        let whole = |set: &Set| if set.items.is_empty() { vec![set.clone()] } else { set.parts() };
        let (who, what, on) = (whole(&self.principals), whole(&self.actions), whole(&self.resources));
        let (mut left_who, mut left_what, mut left_on) = (Vec::new(), Vec::new(), Vec::new());
        for principal in &who {
            for action in &what {
                for resource in &on {
                    let is_covered = others.iter().any(|other| {
                        other.is_allow == self.is_allow
                            && (other.condition.is_none() || other.condition == self.condition)
                            && other.principals.covers(principal)
                            && other.covers_action(action)
                            && other.resources.covers(resource)
                    });
                    if !is_covered {
                        left_who.push(principal);
                        left_what.push(action);
                        left_on.push(resource);
                    }
                }
            }
        }
        (!left_who.is_empty()).then(|| Rest {
            principals: Set::told(&left_who),
            actions: Set::told(&left_what),
            resources: Set::told(&left_on),
        })
    }

    /// IAM does not tell large letters from small ones in names of actions.
    fn covers_action(&self, action: &Set) -> bool {
        let folded = |set: &Set| Set {
            is_negated: set.is_negated,
            items: set.items.iter().map(|item| item.to_ascii_lowercase()).collect(),
        };
        folded(&self.actions).covers(&folded(action))
    }
}

fn texts(value: &Node) -> Vec<String> {
    choices(value).into_iter().map(text).collect()
}

/// Everybody, or principals by kind.
fn principals(value: &Node) -> Vec<String> {
    let mut principals = Vec::new();
    for value in choices(value) {
        match value {
            Node::Map(kinds) => principals.extend(kinds.values().flat_map(texts)),
            other => principals.push(text(other)),
        }
    }
    principals
}

/// The value on one line, whatever the order of its keys.
fn sorted(value: &Node) -> String {
    let mut value = value.clone();
    value.visit_mut(&mut |node| {
        if let Node::Map(map) = node {
            let mut entries: Vec<_> = std::mem::take(map).into_iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            *map = entries.into_iter().collect();
        }
    });
    short(&value)
}
