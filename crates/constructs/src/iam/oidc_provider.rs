//! OpenID Connect providers: who else may say who someone is.

use std::panic::Location;
use std::rc::Rc;

use stackwright_aws::iam as l1;
use stackwright_aws::ids::iam::OidcProviderArn;
use stackwright_cfn::{Value, functions, sub};
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::operator::Operator;
use super::principal::Principal;

/// The audience of tokens that are made for AWS STS.
const STS: &str = "sts.amazonaws.com";

/// The settings of an [`OidcProvider`].
#[derive(Clone, Debug)]
#[must_use]
pub struct OidcProviderProps {
    url: Value<String>,
    audiences: Vec<Value<String>>,
    thumbprints: Vec<String>,
}

impl OidcProviderProps {
    /// The provider whose tokens have this issuer, such as `https://token.actions.githubusercontent.com` or the issuer of
    /// an EKS cluster (`attr_open_id_connect_issuer_url()`).
    pub fn new(url: impl Into<Value<String>>) -> Self {
        Self { url: url.into(), audiences: vec![STS.into()], thumbprints: Vec::new() }
    }

    /// Whom its tokens are for. Left out: `sts.amazonaws.com`, which is right for service accounts of EKS and for GitHub's
    /// own action.
    pub fn audiences<V: Into<Value<String>>>(mut self, audiences: impl IntoIterator<Item = V>) -> Self {
        self.audiences = audiences.into_iter().map(Into::into).collect();
        self
    }

    /// The SHA-1 thumbprints of the certificates that the provider's keys may be fetched with, 40 hexadecimal digits
    /// each. Left out: IAM finds out by itself. It looks at them only where none of the authorities that it trusts has
    /// signed the certificate.
    ///
    /// Source: [CreateOpenIDConnectProvider](https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html)
    pub fn thumbprints<T: Into<String>>(mut self, thumbprints: impl IntoIterator<Item = T>) -> Self {
        self.thumbprints = thumbprints.into_iter().map(Into::into).collect();
        self
    }
}

/// An OpenID Connect provider, whose tokens let their holders take on roles.
///
/// ```
/// use stackwright_constructs::iam::{OidcProvider, OidcProviderProps, Role, RoleProps};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "delivery");
/// let github = OidcProviderProps::new("https://token.actions.githubusercontent.com");
/// let github = OidcProvider::new(&stack, "github", github);
/// let deployer = github.subjects(["repo:acme/shop:environment:production"]);
/// Role::new(&stack, "deployer", RoleProps::new(deployer));
/// ```
///
/// Source: [OIDC federation](https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html)
#[derive(Clone, Debug)]
pub struct OidcProvider(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    construct: Construct,
    arn: Value<OidcProviderArn>,
    issuer: Value<String>,
    audiences: Vec<Value<String>>,
    resource: Option<Resource<l1::OidcProvider>>,
}

impl OidcProvider {
    /// A provider that the stack's account trusts. An account has one for each issuer.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: OidcProviderProps) -> Self {
        let OidcProviderProps { url, audiences, thumbprints } = props;
        let mut provider = l1::OidcProvider::new().client_id_list(audiences.clone());
        if !thumbprints.is_empty() {
            provider = provider.thumbprint_list(thumbprints.clone());
        }
        let resource = Resource::new(scope, id, provider.url(url.clone()));
        check_url(&resource, &url);
        check_thumbprints(&resource, &thumbprints);
        let issuer = match url.as_str() {
            Some(url) => url.strip_prefix("https://").unwrap_or(url).into(),
            None => functions::select(1, functions::split("//", url)),
        };
        let construct = resource.construct().clone();
        Self(Rc::new(Inner { construct, arn: resource.ref_(), issuer, audiences, resource: Some(resource) }))
    }

    /// A provider that the account trusts already, for tokens with the audience `sts.amazonaws.com`.
    #[track_caller]
    pub fn from_arn(scope: &impl Scope, id: &str, arn: impl Into<Value<OidcProviderArn>>) -> Self {
        const KIND: &str = ":oidc-provider/";
        let construct = Construct::new(scope, id);
        let arn = arn.into();
        let issuer = match arn.as_str() {
            Some(text) => {
                let issuer = text.split_once(KIND).map(|(_, issuer)| issuer);
                if issuer.is_none_or(str::is_empty) {
                    let allowed =
                        "the ARN of a provider, such as arn:aws:iam::123456789012:oidc-provider/example.com";
                    let finding = format!("{text:?} is not the ARN of a provider: allowed is {allowed}");
                    construct.report(
                        Diagnostic::error("invalid-provider-arn", finding).value(text).allowed(allowed),
                    );
                }
                issuer.unwrap_or_default().into()
            }
            None => functions::select(1, functions::split(KIND, &arn)),
        };
        Self(Rc::new(Inner { construct, arn, issuer, audiences: vec![STS.into()], resource: None }))
    }

    /// The ARN of the provider.
    pub fn provider_arn(&self) -> Value<OidcProviderArn> {
        self.0.arn.clone()
    }

    /// The issuer without `https://`, as condition keys begin with it.
    pub fn issuer(&self) -> Value<String> {
        self.0.issuer.clone()
    }

    /// The resource itself, for what this construct has no word for; `None` where it is imported.
    pub fn resource(&self) -> Option<&Resource<l1::OidcProvider>> {
        self.0.resource.as_ref()
    }

    /// Whose token is meant for the provider's audiences and has one of these subjects, in which `*` and `?` may stand
    /// for other characters. Everyone with a token must be written [`any_subject`](Self::any_subject).
    #[track_caller]
    pub fn subjects<V: Into<Value<String>>>(&self, subjects: impl IntoIterator<Item = V>) -> Principal {
        let subjects: Vec<Value<String>> = subjects.into_iter().map(Into::into).collect();
        let texts = || subjects.iter().filter_map(Value::as_str);
        if texts().any(|subject| subject.chars().all(|character| character == '*')) {
            let finding = "a role is to trust every subject of a provider without saying so";
            self.report(
                Diagnostic::error("any-subject-unsaid", finding)
                    .value("*")
                    .hint("name the subjects, or say any_subject()")
                    .source(Location::caller()),
            );
        }
        let is_pattern = texts().any(|subject| subject.contains(['*', '?']));
        let operator = if is_pattern { Operator::STRING_LIKE } else { Operator::STRING_EQUALS };
        self.any_subject().condition(operator, self.claim("sub"), subjects)
    }

    /// Whoever has a token that is meant for the provider's audiences. Further conditions should say who that is.
    pub fn any_subject(&self) -> Principal {
        Principal::web_identity(self.provider_arn()).condition(
            Operator::STRING_EQUALS,
            self.claim("aud"),
            self.0.audiences.clone(),
        )
    }

    /// The condition key of a claim of the provider's tokens, such as `sub`.
    ///
    /// For a provider that is known only at deploy time, that is a value. A policy with such a key is text in the
    /// template, since a template's own keys cannot be computed.
    pub fn claim(&self, name: &str) -> Value<String> {
        sub!("{issuer}:{name}", issuer = self.issuer(), name)
    }
}

/// Source: [CreateOpenIDConnectProvider](https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html)
#[track_caller]
fn check_url(scope: &impl Scope, url: &Value<String>) {
    let Some(url) = url.as_str() else { return };
    let host = url.strip_prefix("https://").filter(|rest| !rest.is_empty());
    if host.is_none_or(|rest| rest.contains(['?', '#', ':', ' ']) || rest.ends_with('/')) || url.len() > 255 {
        let allowed =
            "up to 255 characters that begin with https://, without port, query or a slash at the end";
        let finding = format!("{url:?} cannot be the URL of a provider: allowed are {allowed}");
        scope.report(Diagnostic::error("invalid-provider-url", finding).value(url).allowed(allowed));
    }
}

#[track_caller]
fn check_thumbprints(scope: &impl Scope, thumbprints: &[String]) {
    let is_digest = |text: &str| text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    for thumbprint in thumbprints.iter().filter(|thumbprint| !is_digest(thumbprint)) {
        let finding = format!("{thumbprint:?} is not a thumbprint: allowed are 40 hexadecimal digits");
        scope.report(
            Diagnostic::error("invalid-thumbprint", finding)
                .value(thumbprint)
                .allowed("40 hexadecimal digits"),
        );
    }
}

impl Scope for OidcProvider {
    fn construct(&self) -> &Construct {
        &self.0.construct
    }
}
