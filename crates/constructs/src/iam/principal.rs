//! Principals: who may do something.

use stackwright_aws::ids::iam::OidcProviderArn;
use stackwright_cfn::{Value, pseudo, sub};
use stackwright_core::Scope;

use super::condition::Condition;
use super::operator::Operator;
use super::partition::partition;

/// Who may do something: take on a role, or what a policy of a resource allows.
///
/// ```
/// use stackwright_constructs::iam::{Operator, Principal};
///
/// let lambda = Principal::service("lambda");
/// let partner = Principal::account("111122223333")
///     .condition(Operator::STRING_EQUALS, "sts:ExternalId", ["shop-orders"]);
/// let both = Principal::any_of([lambda, partner]);
/// ```
///
/// Source: [principals](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html)
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct Principal {
    pub(super) parts: Vec<Part>,
}

/// One of those that a principal stands for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) who: Who,
    /// What they do to take on a role.
    pub(super) actions: Vec<&'static str>,
    pub(super) conditions: Vec<Condition>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Who {
    Service(Value<String>),
    /// Everyone in an account whom the account allows it; `None` stands for the stack's own.
    Account(Option<Value<String>>),
    Arn(Value<String>),
    Federated(Value<String>),
    CanonicalUser(Value<String>),
    Anyone,
}

impl Who {
    /// The key of a statement's `Principal`, and its value in the stack of `scope`.
    pub(super) fn entry(&self, scope: &impl Scope) -> (&'static str, Value<String>) {
        match self {
            Who::Service(name) => ("Service", name.clone()),
            Who::Account(account) => {
                let own = || scope.environment().account.map_or_else(pseudo::account_id, Value::from);
                let account = account.clone().unwrap_or_else(own);
                ("AWS", sub!("arn:{partition}:iam::{account}:root", partition = partition(scope), account))
            }
            Who::Arn(arn) => ("AWS", arn.clone()),
            Who::Federated(provider) => ("Federated", provider.clone()),
            Who::CanonicalUser(id) => ("CanonicalUser", id.clone()),
            Who::Anyone => ("AWS", "*".into()),
        }
    }
}

impl Principal {
    fn of(who: Who, action: &'static str) -> Self {
        Self { parts: vec![Part { who, actions: vec![action], conditions: Vec::new() }] }
    }

    /// An AWS service, by its short name (`ec2`, `pods.eks`) or its whole one (`ec2.amazonaws.com`).
    ///
    /// The name ends in `amazonaws.com` in every partition. A service that acts for others should act for this account
    /// only: see [`only_for_own_account`](Self::only_for_own_account).
    ///
    /// Source: [service principals](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services)
    pub fn service(name: &str) -> Self {
        const DOMAIN: &str = "amazonaws.com";
        let name = if name.contains(DOMAIN) { name.to_owned() } else { format!("{name}.{DOMAIN}") };
        Self::of(Who::Service(name.into()), "sts:AssumeRole")
    }

    /// An AWS service of one region, such as `s3` in `me-south-1`: what comes from a region that has to be opted into
    /// names the service so in other regions.
    ///
    /// Source: [service principals in opt-in regions](https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services-in-opt-in-regions)
    pub fn service_in_region(name: &str, region: impl Into<Value<String>>) -> Self {
        let name = sub!("{name}.{region}.amazonaws.com", name, region = region.into());
        Self::of(Who::Service(name), "sts:AssumeRole")
    }

    /// Everyone in the stack's own account whom a policy of that account allows it.
    pub fn own_account() -> Self {
        Self::of(Who::Account(None), "sts:AssumeRole")
    }

    /// Everyone in an account, by its twelve digits, whom a policy of that account allows it.
    pub fn account(id: impl Into<Value<String>>) -> Self {
        Self::of(Who::Account(Some(id.into())), "sts:AssumeRole")
    }

    /// A role or user, by its ARN. Everyone must be written [`Principal::anyone`].
    pub fn arn(arn: impl Into<Value<String>>) -> Self {
        Self::of(Who::Arn(arn.into()), "sts:AssumeRole")
    }

    /// Who has a token of an OpenID Connect provider, which is given by its ARN or, where AWS knows it, by its domain.
    ///
    /// A role that trusts it needs a condition on the token: [`OidcProvider::subjects`](super::OidcProvider::subjects)
    /// gives a principal that has it.
    pub fn web_identity(provider: impl Into<Value<OidcProviderArn>>) -> Self {
        Self::of(Who::Federated(provider.into().into()), "sts:AssumeRoleWithWebIdentity")
    }

    /// Who has an assertion of a SAML provider that is meant for `audience`, the sign-in page of the partition:
    /// `https://signin.aws.amazon.com/saml` in most of them.
    ///
    /// Source: [SAML federation](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html)
    pub fn saml(provider: impl Into<Value<String>>, audience: impl Into<Value<String>>) -> Self {
        Self::of(Who::Federated(provider.into()), "sts:AssumeRoleWithSAML").condition(
            Operator::STRING_EQUALS,
            "SAML:aud",
            [audience.into()],
        )
    }

    /// An account by its canonical user id, as policies of buckets may name it.
    pub fn canonical_user(id: impl Into<Value<String>>) -> Self {
        Self::of(Who::CanonicalUser(id.into()), "sts:AssumeRole")
    }

    /// Everyone, with or without an AWS account. Conditions should say who is meant.
    pub fn anyone() -> Self {
        Self::of(Who::Anyone, "sts:AssumeRole")
    }

    /// Any of several.
    pub fn any_of(principals: impl IntoIterator<Item = Principal>) -> Self {
        Self { parts: principals.into_iter().flat_map(|principal| principal.parts).collect() }
    }

    /// Only where `key` of the request compares with one of the values. Several conditions must all hold; the values of
    /// one key under one operator are given at once.
    pub fn condition<V: Into<Value<String>>>(
        mut self,
        operator: Operator,
        key: impl Into<Value<String>>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let condition = Condition::new(operator, key, values);
        for part in &mut self.parts {
            part.conditions.push(condition.clone());
        }
        self
    }

    /// Only where a service acts on behalf of the stack's own account, so that nobody else can have it act for them.
    ///
    /// Source: [the confused deputy problem](https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html)
    pub fn only_for_own_account(self) -> Self {
        self.condition(Operator::STRING_EQUALS, "aws:SourceAccount", [pseudo::account_id()])
    }

    /// Who takes on a role may give the session tags.
    ///
    /// Source: [session tags](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html)
    pub fn tag_sessions(mut self) -> Self {
        for part in &mut self.parts {
            if !part.actions.contains(&"sts:TagSession") {
                part.actions.push("sts:TagSession");
            }
        }
        self
    }
}
