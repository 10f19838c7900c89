//! Namespaces where Amazon EMR runs jobs.

use stackwright_core::{Construct, Manifest, Scope};
use stackwright_k8s::Object;

use super::Cluster;

/// A namespace, the role in it, and the binding of the role to the user of EMR.
///
/// EMR makes roles for its jobs, and Kubernetes lets nobody give what he does not have: so the role has every verb that
/// those roles name, even `describe` and the like, which Kubernetes does not know.
const OBJECTS: &str = include_str!("../../../../templates/eks/emr-namespace.yaml");

/// The user that EMR is, and the service-linked role by which the cluster knows it.
const USER: &str = "emr-containers";
const SERVICE_ROLE: &str = "AWSServiceRoleForAmazonEMRContainers";

/// Lets Amazon EMR on EKS run jobs in a namespace of a cluster: one for each namespace.
///
/// It is the way of clusters that read the ConfigMap, for access entries do not take EMR's role: the role is
/// [mapped](Cluster::map_service_role) to the user `emr-containers`, who may do in the namespace what EMR asks for. The
/// cluster gets to know it by [`AwsAuthConfigMap`](super::AwsAuthConfigMap). Where a cluster has access entries as well,
/// EMR can do all of this itself when it is told of a new virtual cluster, and this construct is not needed.
///
/// ```
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::ec2::{Vpc, VpcProps};
/// use stackwright_constructs::eks::{
///     AuthenticationMode, AwsAuthConfigMap, Cluster, ClusterProps, EmrNamespace, KubernetesVersion, NodeGroupProps,
/// };
/// use stackwright_core::{App, Chart, Stack, SynthOptions};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "analytics");
/// let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")));
/// let props = ClusterProps::new(KubernetesVersion::V1_35, &vpc).authentication(AuthenticationMode::ConfigMap);
/// let cluster = Cluster::new(&stack, "cluster", props);
/// cluster.add_node_group("workers", NodeGroupProps::new(2..=6));
///
/// let access = Chart::for_cluster(&app, "access", &cluster);
/// EmrNamespace::new(&access, "nightly", &cluster, "nightly-jobs");
/// AwsAuthConfigMap::new(&access, "aws-auth", &cluster);
/// assert!(app.synth(&SynthOptions::new()).is_ok());
/// ```
///
/// Source: [cluster access of EMR on EKS](https://docs.aws.amazon.com/emr/latest/EMR-on-EKS-DevelopmentGuide/setting-up-cluster-access.html)
#[derive(Clone, Debug)]
pub struct EmrNamespace {
    construct: Construct,
    role: Manifest,
}

impl EmrNamespace {
    /// Makes the namespace, in a chart of the cluster or a construct within one.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, cluster: &Cluster, namespace: &str) -> Self {
        Self::of(scope, id, cluster, objects(namespace))
    }

    /// Uses a namespace that is there already, or that another construct makes.
    #[track_caller]
    pub fn existing(scope: &impl Scope, id: &str, cluster: &Cluster, namespace: &str) -> Self {
        let mut objects = objects(namespace);
        objects.retain(|object| object.kind() != "Namespace");
        Self::of(scope, id, cluster, objects)
    }

    #[track_caller]
    fn of(scope: &impl Scope, id: &str, cluster: &Cluster, objects: Vec<Object>) -> Self {
        let construct = Construct::new(scope, id);
        cluster.map_service_role(USER, SERVICE_ROLE);
        let mut role = None;
        for object in objects {
            let manifest = Manifest::new(&construct, object.kind(), object.fields());
            if object.kind() == "Role" {
                role = Some(manifest);
            }
        }
        let role = role.unwrap_or_else(|| unreachable!("the text is our own"));
        Self { construct, role }
    }

    /// The role in the namespace, for what this construct has no word for.
    #[must_use]
    pub fn role(&self) -> &Manifest {
        &self.role
    }
}

fn objects(namespace: &str) -> Vec<Object> {
    let mut objects =
        stackwright_k8s::read(OBJECTS).unwrap_or_else(|error| unreachable!("the text is our own: {error}"));
    for object in &mut objects {
        object.replace_texts(|text| (text == "<namespace>").then(|| namespace.to_owned()));
    }
    objects
}

impl Scope for EmrNamespace {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
