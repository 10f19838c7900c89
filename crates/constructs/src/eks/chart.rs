//! Clusters as charts want them.

use stackwright_core::ChartCluster;

use super::Cluster;

/// A chart for the cluster, `Chart::for_cluster(&app, "agents", &cluster)`, is deployed after the cluster's stack and finds
/// it by its name.
impl From<&Cluster> for ChartCluster {
    fn from(cluster: &Cluster) -> Self {
        ChartCluster::new(cluster, cluster.name())
    }
}
