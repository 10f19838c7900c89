//! The OpenID Connect provider of a cluster.

use super::cluster::Cluster;
use crate::iam::{OidcProvider, OidcProviderProps};

impl Cluster {
    /// The provider by which IAM trusts the tokens of the cluster's service accounts. It is made at the first call, in
    /// the stack of the cluster; an account can have one for each cluster.
    ///
    /// Pod Identity does without it, see [`ServiceAccountIdentity`](crate::iam::ServiceAccountIdentity).
    ///
    /// ```
    /// use stackwright_constructs::cidr;
    /// use stackwright_constructs::ec2::{Vpc, VpcProps};
    /// use stackwright_constructs::eks::{Cluster, ClusterProps, KubernetesVersion};
    /// use stackwright_constructs::iam::{ServiceAccountIdentity, ServiceAccountName, ServiceAccountRole};
    /// use stackwright_core::{App, Stack};
    ///
    /// let stack = Stack::new(&App::new(), "shop");
    /// let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")));
    /// let cluster = Cluster::new(&stack, "cluster", ClusterProps::new(KubernetesVersion::V1_35, &vpc));
    /// let identity = ServiceAccountIdentity::irsa(&cluster.oidc_provider());
    /// ServiceAccountRole::new(&stack, "orders", ServiceAccountName::new("shop", "orders"), identity);
    /// ```
    ///
    /// Source: [OIDC provider](https://docs.aws.amazon.com/eks/latest/userguide/enable-iam-roles-for-service-accounts.html)
    #[track_caller]
    pub fn oidc_provider(&self) -> OidcProvider {
        if let Some(provider) = self.0.oidc_provider.get() {
            return provider.clone();
        }
        let provider = OidcProvider::new(self, "OidcProvider", OidcProviderProps::new(self.issuer()));
        self.0.oidc_provider.get_or_init(|| provider).clone()
    }
}
