//! The ConfigMap `aws-auth` as a construct of a chart.

use stackwright_core::{Construct, Manifest, Scope};
use stackwright_k8s::{Data, Map, policy};

use super::Cluster;
use super::mappings::{NAME, NAMESPACE};

/// The ConfigMap `aws-auth` of a cluster: all of [`Cluster::aws_auth`], in a chart of the cluster.
///
/// It has the role of every node that the program adds to the cluster, before or after, and whoever was granted something
/// by it. An imported cluster needs [`ClusterAttributes::node_roles`](super::ClusterAttributes::node_roles) for it.
///
/// Deployed, it replaces what EKS or others have written there. If an ARN stands in that and not in this one, it is
/// refused: whom it names would be locked out. It stays in the cluster when it leaves its chart or the chart is destroyed,
/// since nodes rely on it. Both are said by annotations ([`policy`](stackwright_k8s::policy)), which can be edited.
///
/// - [`AuthenticationMode::ConfigMap`](super::AuthenticationMode::ConfigMap): managed nodes and Fargate join without it,
///   for EKS writes their roles itself. Nodes of one's own join, and users are let in, once the chart is deployed: so
///   add-ons that wait for nodes of one's own belong in a stack after it.
/// - [`AuthenticationMode::ApiAndConfigMap`](super::AuthenticationMode::ApiAndConfigMap): access entries let everybody
///   in, and go before the ConfigMap, but for service-linked roles. It has the roles of nodes all the same, for those
///   that joined before the cluster had entries.
/// - [`AuthenticationMode::Api`](super::AuthenticationMode::Api): nothing reads it, which is warned of.
///
/// A ConfigMap of this name that comes into a chart of the cluster by other means is held against the same roles.
///
/// ```
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::ec2::{Vpc, VpcProps};
/// use stackwright_constructs::eks::{
///     AuthenticationMode, AwsAuthConfigMap, Cluster, ClusterProps, KubernetesVersion, SelfManagedNodesProps,
/// };
/// use stackwright_constructs::instance_type;
/// use stackwright_core::{App, Chart, Stack, SynthOptions};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "shop");
/// let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")));
/// let props = ClusterProps::new(KubernetesVersion::V1_35, &vpc).authentication(AuthenticationMode::ConfigMap);
/// let cluster = Cluster::new(&stack, "cluster", props);
///
/// let chart = Chart::for_cluster(&app, "access", &cluster);
/// let config_map = AwsAuthConfigMap::new(&chart, "aws-auth", &cluster);
/// let nodes = SelfManagedNodesProps::new(2).instance_types([instance_type!("m7i.large")]);
/// cluster.add_self_managed_nodes("nodes", nodes);
/// assert!(config_map.manifest().object().to_yaml().contains("system:nodes"));
/// assert!(app.synth(&SynthOptions::new()).is_ok());
/// ```
///
/// Source: [aws-auth](https://docs.aws.amazon.com/eks/latest/userguide/auth-configmap.html) and
/// [who joins by what](https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html)
#[derive(Clone, Debug)]
pub struct AwsAuthConfigMap {
    manifest: Manifest,
}

impl AwsAuthConfigMap {
    /// Puts the ConfigMap into a chart of the cluster, or a construct within one.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, cluster: &Cluster) -> Self {
        let policies: Map =
            [(policy::REMOVAL, policy::KEEP), (policy::CONFLICT, policy::TAKE_OVER)].into_iter().collect();
        let mut metadata: Map = [("name", NAME), ("namespace", NAMESPACE)].into_iter().collect();
        metadata.insert("annotations", policies);
        let object: Map =
            [("apiVersion", "v1".into()), ("kind", "ConfigMap".into()), ("metadata", Data::from(metadata))]
                .into_iter()
                .collect();
        let manifest = Manifest::new(scope, id, &object);
        cluster.write_aws_auth_to(&manifest);
        Self { manifest }
    }

    /// The object. What the cluster has to say is written over `mapRoles` and `mapUsers` whenever there is more of it.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }
}

impl Scope for AwsAuthConfigMap {
    fn construct(&self) -> &Construct {
        self.manifest.construct()
    }
}
