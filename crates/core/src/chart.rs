//! Charts: what becomes one file of Kubernetes objects each.

use std::panic::Location;
use std::rc::Rc;

use serde::Serialize;
use stackwright_assembly::{ClusterFacts, Diagnostic, Environment};
use stackwright_cfn::Value;

use crate::construct::{Construct, Scope};
use crate::manifest::{self, Manifest};
use crate::tree::{Kind, NodeId, Tree};

/// The settings of a chart.
///
/// ```
/// use stackwright_core::{App, Chart, ChartProps};
///
/// let app = App::new();
/// let props = ChartProps::new().namespace("kube-system").label("app.kubernetes.io/part-of", "network");
/// let chart = Chart::with_props(&app, "network", props);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ChartProps {
    namespace: Option<String>,
    labels: Vec<(String, String)>,
    existing_namespaces: Vec<String>,
    cluster: Option<ChartCluster>,
}

impl ChartProps {
    /// The defaults: objects as they are, for the cluster that kubectl is set to at deploy time.
    pub fn new() -> Self {
        ChartProps::default()
    }

    /// The namespace of objects that name none and belong to one; left out: they name none, which makes it `default`.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// A label for every object that has none of this key; left out: objects have their own labels only.
    ///
    /// Pods that an object makes get their labels from its template alone.
    pub fn label(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.labels.push((key.into(), value.into()));
        self
    }

    /// A namespace that the cluster has already, so that objects in it are not warned about; left out: only those that
    /// every cluster has, and those that a chart creates.
    pub fn existing_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.existing_namespaces.push(namespace.into());
        self
    }

    /// The cluster the objects go to; left out: the one that kubectl is set to at deploy time.
    pub fn cluster(mut self, cluster: impl Into<ChartCluster>) -> Self {
        self.cluster = Some(cluster.into());
        self
    }
}

/// A cluster, as a chart needs to know it.
#[derive(Clone, Debug)]
pub struct ChartCluster {
    name: Value<String>,
    environment: Environment,
    role: Option<Value<String>>,
    construct: Option<Construct>,
}

impl ChartCluster {
    /// A cluster of this app: charts are deployed after its stack, and pseudo parameters in their objects are those of
    /// its stack. Account and region are the stack's.
    pub fn new(construct: &impl Scope, name: impl Into<Value<String>>) -> Self {
        ChartCluster {
            name: name.into(),
            environment: construct.environment(),
            role: None,
            construct: Some(construct.construct().clone()),
        }
    }

    /// A cluster that is there already, in the account and region of the credentials at deploy time.
    pub fn existing(name: impl Into<String>) -> Self {
        let name: String = name.into();
        ChartCluster { name: name.into(), environment: Environment::default(), role: None, construct: None }
    }

    /// The account's twelve digits; left out: see the constructors.
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.environment.account = Some(account.into());
        self
    }

    /// The region, such as `eu-west-1`; left out: see the constructors.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.environment.region = Some(region.into());
        self
    }

    /// The ARN of an IAM role that administers the cluster, which whoever deploys takes on to apply the objects; left out:
    /// whoever deploys applies them as they are.
    pub fn role(mut self, arn: impl Into<Value<String>>) -> Self {
        self.role = Some(arn.into());
        self
    }
}

/// What the tree knows of a chart.
#[derive(Clone, Debug, Default)]
pub(crate) struct ChartData {
    pub(crate) namespace: Option<String>,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) existing_namespaces: Vec<String>,
    pub(crate) cluster: Option<ClusterFacts>,
    /// The cluster's construct.
    pub(crate) cluster_node: Option<NodeId>,
}

impl ChartData {
    /// What charts of one cluster have in common: they name the same.
    pub(crate) fn cluster_key(&self) -> Option<(&str, Option<&str>, Option<&str>)> {
        let ClusterFacts { name, environment, .. } = self.cluster.as_ref()?;
        Some((name, environment.account.as_deref(), environment.region.as_deref()))
    }
}

/// The chart that a node is in; `None` outside charts.
pub(crate) fn chart(tree: &Tree, id: NodeId) -> Option<&ChartData> {
    match &tree.entry(tree.entry(id).deployable).kind {
        Kind::Chart(data) => Some(data),
        _ => None,
    }
}

/// A deployable that becomes one Kubernetes manifest file.
///
/// In the file, namespaces come first, then custom resource definitions, then the other objects in the order in which
/// they were defined, each after what it [depends on](Scope::depends_on). A chart that puts objects into a namespace, or
/// uses a kind, that another chart of the same cluster defines is deployed after it.
///
/// ```
/// use stackwright_cfn::json;
/// use stackwright_core::{App, Chart, Resource, Stack, SynthOptions};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "jobs");
/// let queue = Resource::raw(&stack, "Queue", "AWS::SQS::Queue", Default::default());
///
/// let chart = Chart::new(&app, "workers");
/// chart.add(json!({
///     "apiVersion": "v1",
///     "kind": "ConfigMap",
///     "metadata": { "name": "jobs" },
///     "data": { "QUEUE": queue.attr::<String>("Arn") },
/// }));
///
/// let assembly = app.synth(&SynthOptions::new()).unwrap();
/// let yaml = String::from_utf8(assembly.file("workers.k8s.yaml").unwrap().to_vec()).unwrap();
/// let binding = &assembly.deployable("workers").unwrap().bindings[0];
/// assert!(yaml.contains(&binding.placeholder));
/// assert_eq!(assembly.deployable("workers").unwrap().dependencies, ["jobs"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    construct: Construct,
}

impl Chart {
    /// An empty chart with the default settings.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str) -> Self {
        Chart::with_props(scope, id, ChartProps::new())
    }

    /// An empty chart for a cluster.
    #[track_caller]
    pub fn for_cluster(scope: &impl Scope, id: &str, cluster: impl Into<ChartCluster>) -> Self {
        Chart::with_props(scope, id, ChartProps::new().cluster(cluster))
    }

    /// An empty chart.
    #[track_caller]
    pub fn with_props(scope: &impl Scope, id: &str, props: ChartProps) -> Self {
        let ChartProps { namespace, labels, existing_namespaces, cluster } = props;
        let mut data = ChartData { namespace, labels, existing_namespaces, ..ChartData::default() };
        let mut foreign = None;
        if let Some(ChartCluster { name, environment, role, construct }) = cluster {
            let role = role.map(|role| role.token());
            data.cluster = Some(ClusterFacts { name: name.token(), environment, role });
            match construct {
                Some(cluster) if !Rc::ptr_eq(&cluster.program, &scope.construct().program) => {
                    foreign = Some(cluster)
                }
                cluster => data.cluster_node = cluster.map(|cluster| cluster.id),
            }
        }
        let construct = scope.construct().add(id, Location::caller(), Kind::Chart(Box::new(data)));
        let chart = Chart { construct };
        if let Some(cluster) = foreign {
            let message = format!("the chart's cluster {:?} belongs to another app", cluster.path());
            chart.report(Diagnostic::error("foreign-reference", message).allowed("clusters of the same app"));
        }
        chart
    }

    /// Adds an object: a type of `k8s-openapi`, JSON, or anything else that serializes to one.
    ///
    /// Its construct id is the kind and the name, with the namespace where the object gives one;
    /// [`Manifest::new`] lets it be chosen.
    #[track_caller]
    pub fn add(&self, object: impl Serialize) -> Manifest {
        manifest::add(self, None, object, Location::caller())
    }
}

impl Scope for Chart {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}
