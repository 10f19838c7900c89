//! Roles of Kubernetes service accounts, by the two ways EKS has.

use stackwright_aws::eks as l1;
use stackwright_aws::ids::eks::ClusterName;
use stackwright_aws::ids::iam::RoleArn;
use stackwright_cfn::Value;
use stackwright_core::{Construct, Diagnostic, Resource, Scope};

use super::grantable::Grantable;
use super::oidc_provider::OidcProvider;
use super::operator::Operator;
use super::principal::Principal;
use super::role::Role;
use super::role_props::RoleProps;
use super::statement::PolicyStatement;

/// A service account of a cluster, by its namespace and name.
///
/// ```
/// use stackwright_constructs::iam::ServiceAccountName;
///
/// let account = ServiceAccountName::new("shop", "orders");
/// assert_eq!(account.subject(), "system:serviceaccount:shop:orders");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceAccountName {
    namespace: String,
    name: String,
}

impl ServiceAccountName {
    /// The service account `name` in `namespace`.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }

    /// Its namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Its name in the namespace.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What its tokens have as their subject.
    pub fn subject(&self) -> String {
        format!("system:serviceaccount:{}:{}", self.namespace, self.name)
    }

    /// Source: [object names](https://kubernetes.io/docs/concepts/overview/working-with-objects/names/)
    fn check(&self, scope: &impl Scope) {
        let is_label = |text: &str| {
            let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            !text.is_empty() && text.bytes().all(is_inner) && !text.starts_with('-') && !text.ends_with('-')
        };
        let namespace =
            ("namespace", &self.namespace, self.namespace.len() <= 63 && is_label(&self.namespace));
        let is_subdomain = self.name.len() <= 253 && self.name.split('.').all(is_label);
        for (what, text, is_fine) in [namespace, ("service account", &self.name, is_subdomain)] {
            if !is_fine {
                let allowed = "lower-case letters, digits and dashes, without a dash at either end";
                let finding = format!("a {what} cannot be called {text:?}: allowed are {allowed}");
                scope.report(
                    Diagnostic::error("invalid-kubernetes-name", finding).value(text).allowed(allowed),
                );
            }
        }
    }
}

/// How a service account proves who it is.
#[derive(Clone, Debug)]
#[must_use]
pub struct ServiceAccountIdentity(Way);

#[derive(Clone, Debug)]
enum Way {
    Irsa(OidcProvider),
    PodIdentity(Value<ClusterName>),
}

impl ServiceAccountIdentity {
    /// IAM roles for service accounts: by tokens of the cluster's OpenID Connect provider. The service account needs the
    /// [annotation](ServiceAccountRole::annotation).
    ///
    /// Source: [IRSA](https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html)
    pub fn irsa(provider: &OidcProvider) -> Self {
        Self(Way::Irsa(provider.clone()))
    }

    /// EKS Pod Identity: by the agent on each node, which is an add-on of the cluster. Not for Fargate.
    ///
    /// Source: [Pod Identity](https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html)
    pub fn pod_identity(cluster: impl Into<Value<ClusterName>>) -> Self {
        Self(Way::PodIdentity(cluster.into()))
    }

    /// Those whom the role of `account` trusts: its own pods, and no others.
    fn principal(&self, account: &ServiceAccountName) -> Principal {
        match &self.0 {
            Way::Irsa(provider) => provider.subjects([account.subject()]),
            Way::PodIdentity(cluster) => pods(cluster.clone(), account),
        }
    }
}

/// The pods of a service account, as Pod Identity tells them by session tags.
///
/// Source: [session tags](https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html)
fn pods(cluster: Value<ClusterName>, account: &ServiceAccountName) -> Principal {
    let tag = |name: &str| format!("aws:RequestTag/{name}");
    Principal::service("pods.eks")
        .tag_sessions()
        .condition(Operator::STRING_EQUALS, tag("eks-cluster-name"), [cluster])
        .condition(Operator::STRING_EQUALS, tag("kubernetes-namespace"), [account.namespace()])
        .condition(Operator::STRING_EQUALS, tag("kubernetes-service-account"), [account.name()])
}

/// A role that the pods of one service account have.
///
/// ```
/// use stackwright_constructs::iam::{Grantable, ServiceAccountIdentity, ServiceAccountName, ServiceAccountRole};
/// use stackwright_core::{App, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "shop");
/// let account = ServiceAccountName::new("shop", "orders");
/// let identity = ServiceAccountIdentity::pod_identity("shop-cluster");
/// let orders = ServiceAccountRole::new(&stack, "orders", account, identity);
/// orders.allow_actions(["sqs:SendMessage"], ["arn:aws:sqs:eu-west-1:111122223333:orders"]);
/// ```
#[derive(Clone, Debug)]
pub struct ServiceAccountRole {
    role: Role,
    account: ServiceAccountName,
    is_annotated: bool,
}

impl ServiceAccountRole {
    /// A role for `account`, and with Pod Identity its association, under `association` below the role.
    #[track_caller]
    pub fn new(
        scope: &impl Scope,
        id: &str,
        account: ServiceAccountName,
        identity: ServiceAccountIdentity,
    ) -> Self {
        Self::with_role(scope, id, account, identity, |role| role)
    }

    /// The same, with settings of the role, such as its name or a managed policy.
    #[track_caller]
    pub fn with_role(
        scope: &impl Scope,
        id: &str,
        account: ServiceAccountName,
        identity: ServiceAccountIdentity,
        settings: impl FnOnce(RoleProps) -> RoleProps,
    ) -> Self {
        let role = Role::new(scope, id, settings(RoleProps::new(identity.principal(&account))));
        match identity.0 {
            Way::Irsa(_) => {
                account.check(&role);
                Self { role, account, is_annotated: true }
            }
            Way::PodIdentity(cluster) => {
                PodIdentityAssociation::new(&role, "association", cluster, account.clone(), &role);
                Self { role, account, is_annotated: false }
            }
        }
    }

    /// The role.
    pub fn role(&self) -> &Role {
        &self.role
    }

    /// The service account.
    pub fn account(&self) -> &ServiceAccountName {
        &self.account
    }

    /// The annotation that the service account needs, key and value; `None` with Pod Identity, which needs none.
    pub fn annotation(&self) -> Option<(&'static str, Value<RoleArn>)> {
        self.is_annotated.then(|| ("eks.amazonaws.com/role-arn", self.role.role_arn()))
    }
}

impl Grantable for ServiceAccountRole {
    fn principal(&self) -> Option<Principal> {
        self.role.principal()
    }

    #[track_caller]
    fn allow(&self, statement: PolicyStatement) {
        self.role.allow(statement);
    }
}

impl Scope for ServiceAccountRole {
    fn construct(&self) -> &Construct {
        self.role.construct()
    }
}

/// That the pods of a service account have a role, by EKS Pod Identity.
///
/// [`ServiceAccountRole`] makes one with the role; this is for a role that is there already, which has to trust
/// `pods.eks.amazonaws.com` with `sts:AssumeRole` and `sts:TagSession`.
///
/// Source: [associations](https://docs.aws.amazon.com/eks/latest/userguide/pod-id-association.html)
#[derive(Clone, Debug)]
pub struct PodIdentityAssociation(Resource<l1::PodIdentityAssociation>);

impl PodIdentityAssociation {
    /// Gives the pods of `account` in a cluster a role. A service account has one role at most.
    #[track_caller]
    pub fn new(
        scope: &impl Scope,
        id: &str,
        cluster: impl Into<Value<ClusterName>>,
        account: ServiceAccountName,
        role: &Role,
    ) -> Self {
        let association = l1::PodIdentityAssociation::new(l1::PodIdentityAssociationRequired {
            cluster_name: cluster.into(),
            namespace: account.namespace().into(),
            role_arn: role.role_arn(),
            service_account: account.name().into(),
        });
        let resource = Resource::new(scope, id, association);
        account.check(&resource);
        Self(resource)
    }

    /// The resource itself, for what this construct has no word for.
    pub fn resource(&self) -> &Resource<l1::PodIdentityAssociation> {
        &self.0
    }
}

impl Scope for PodIdentityAssociation {
    fn construct(&self) -> &Construct {
        self.0.construct()
    }
}
