//! A merged policy allows and denies exactly what its statements did.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value as Json;
use stackwright_constructs::iam::{Operator, PolicyDocument, PolicyStatement, Principal};
use stackwright_core::{App, Stack};

const ACTIONS: [&str; 3] = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject"];
const RESOURCES: [&str; 3] = ["arn:aws:s3:::a", "arn:aws:s3:::b", "arn:aws:s3:::c"];
const PRINCIPALS: [&str; 3] = [
    "arn:aws:iam::111122223333:role/a",
    "arn:aws:iam::111122223333:role/b",
    "arn:aws:iam::111122223333:role/c",
];
/// Whether each of two conditions holds makes four kinds of requests.
const CONDITIONS: [&str; 2] = ["aws:SourceVpc", "aws:SourceIp"];

/// Who does what with what, and which conditions hold then.
type Request = (&'static str, &'static str, &'static str, u8);

fn requests() -> impl Iterator<Item = Request> {
    PRINCIPALS.into_iter().flat_map(|principal| {
        ACTIONS.into_iter().flat_map(move |action| {
            RESOURCES
                .into_iter()
                .flat_map(move |resource| (0..4).map(move |holding| (principal, action, resource, holding)))
        })
    })
}

/// A statement, each list as a set of bits.
#[derive(Clone, Debug)]
struct Plan {
    denies: bool,
    is_named: bool,
    principals: u8,
    /// Those of the principals that bring the first condition along.
    conditional: u8,
    actions: u8,
    but_actions: bool,
    resources: u8,
    but_resources: bool,
    /// Whether the second condition must hold.
    condition: bool,
}

fn has(bits: u8, index: usize) -> bool {
    bits & (1 << index) != 0
}

fn some(bits: u8, names: [&'static str; 3]) -> Vec<&'static str> {
    names.into_iter().enumerate().filter(|(index, _)| has(bits, *index)).map(|(_, name)| name).collect()
}

fn condition(principal: Principal, key: &str) -> Principal {
    principal.condition(Operator::STRING_EQUALS, key, ["it"])
}

impl Plan {
    fn statement(&self, index: usize) -> PolicyStatement {
        let mut statement = if self.denies { PolicyStatement::deny() } else { PolicyStatement::allow() };
        if self.is_named {
            statement = statement.sid(format!("Statement{index}"));
        }
        for (at, arn) in PRINCIPALS.into_iter().enumerate().filter(|(at, _)| has(self.principals, *at)) {
            let principal = Principal::arn(arn);
            let is_conditional = has(self.conditional, at);
            statement = statement.principal(if is_conditional {
                condition(principal, CONDITIONS[0])
            } else {
                principal
            });
        }
        let actions = some(self.actions, ACTIONS);
        statement =
            if self.but_actions { statement.not_actions(actions) } else { statement.actions(actions) };
        let resources = some(self.resources, RESOURCES);
        statement = if self.but_resources {
            statement.not_resources(resources)
        } else {
            statement.resources(resources)
        };
        if self.condition {
            statement = statement.condition(Operator::STRING_EQUALS, CONDITIONS[1], ["it"]);
        }
        statement
    }

    /// What the statement was written to be about.
    fn is_about(&self, (principal, action, resource, holding): Request) -> bool {
        let at = PRINCIPALS.iter().position(|name| *name == principal).unwrap();
        has(self.principals, at)
            && (!has(self.conditional, at) || has(holding, 0))
            && some(self.actions, ACTIONS).contains(&action) != self.but_actions
            && some(self.resources, RESOURCES).contains(&resource) != self.but_resources
            && (!self.condition || has(holding, 1))
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    let flags =
        (any::<bool>(), prop::bool::weighted(0.1), prop::bool::weighted(0.2), prop::bool::weighted(0.2));
    let bits = (1..8u8, prop_oneof![3 => Just(0u8), 1 => 0..8u8], 1..8u8, 1..8u8, any::<bool>());
    (flags, bits).prop_map(|((denies, is_named, but_actions, but_resources), bits)| {
        let (principals, conditional, actions, resources, condition) = bits;
        Plan {
            denies,
            is_named,
            principals,
            conditional,
            actions,
            but_actions,
            resources,
            but_resources,
            condition,
        }
    })
}

fn texts(json: &Json) -> Vec<&str> {
    match json {
        Json::Array(items) => items.iter().filter_map(Json::as_str).collect(),
        Json::String(text) => vec![text],
        _ => Vec::new(),
    }
}

/// What IAM takes a statement to be about.
fn is_about(statement: &Json, (principal, action, resource, holding): Request) -> bool {
    let is_listed = |list: &str, exceptions: &str, item: &str| match statement.get(list) {
        Some(list) => texts(list).contains(&item),
        None => !texts(&statement[exceptions]).contains(&item),
    };
    let keys = statement["Condition"]["StringEquals"].as_object();
    let holds = |key: &String| has(holding, CONDITIONS.iter().position(|name| name == key).unwrap());
    texts(&statement["Principal"]["AWS"]).contains(&principal)
        && is_listed("Action", "NotAction", action)
        && is_listed("Resource", "NotResource", resource)
        && keys.is_none_or(|keys| keys.keys().all(holds))
}

fn statements(policy: &PolicyDocument) -> Vec<Json> {
    let app = App::new();
    let stack = Stack::new(&app, "stack");
    let json = serde_json::to_value(policy.for_resource(&stack).node()).unwrap();
    json["Statement"].as_array().unwrap().clone()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merging_takes_nothing_away_and_adds_nothing(plans in vec(plan(), 0..7)) {
        let policy: PolicyDocument = plans.iter().enumerate().map(|(index, plan)| plan.statement(index)).collect();
        let merged = statements(&policy);
        for (effect, denies) in [("Allow", false), ("Deny", true)] {
            for request in requests() {
                let planned = plans.iter().any(|plan| plan.denies == denies && plan.is_about(request));
                let found = merged.iter().any(|it| it["Effect"] == effect && is_about(it, request));
                prop_assert_eq!(planned, found, "{} {:?} in {:?}", effect, request, merged);
            }
        }
    }

    #[test]
    fn what_can_be_merged_is(plans in vec(plan(), 0..7)) {
        let policy: PolicyDocument = plans.iter().enumerate().map(|(index, plan)| plan.statement(index)).collect();
        let merged = statements(&policy);
        for (index, one) in merged.iter().enumerate() {
            for other in &merged[..index] {
                let keys = ["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
                let set = |json: &Json| texts(json).into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
                let is_same = |key: &&str| match *key {
                    "Principal" => set(&one["Principal"]["AWS"]) == set(&other["Principal"]["AWS"]),
                    "Effect" | "Condition" | "Sid" => one[*key] == other[*key],
                    _ => one.get(*key).is_some() == other.get(*key).is_some() && set(&one[*key]) == set(&other[*key]),
                };
                let differing: Vec<&str> = keys.into_iter().filter(|key| !is_same(key)).collect();
                let could = matches!(differing[..], [] | ["Principal"] | ["Action"] | ["Resource"]);
                prop_assert!(!could, "{} and {} differ in {:?}", one, other, differing);
            }
        }
    }
}
