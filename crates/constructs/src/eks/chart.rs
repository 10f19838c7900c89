//! Clusters as charts want them.

use std::cell::{Cell, RefCell};
use std::panic::Location;

use stackwright_aws::ids::iam::RoleArn;
use stackwright_cfn::Value;
use stackwright_core::{ChartCluster, Diagnostic, Scope};

use super::Cluster;

/// What charts of a cluster are told beside its name.
#[derive(Debug, Default)]
pub(super) struct ChartAccess {
    role: RefCell<Option<Value<RoleArn>>>,
    /// Whether a chart has been told already.
    is_told: Cell<bool>,
}

impl Cluster {
    /// Has charts of the cluster applied with a role that administers it, which whoever deploys takes on; left out: whoever
    /// deploys has to have access.
    ///
    /// It is said before the first chart of the cluster is made.
    ///
    /// ```
    /// use stackwright_constructs::eks::{Cluster, ClusterAttributes};
    /// use stackwright_core::{App, Chart, Stack};
    ///
    /// let app = App::new();
    /// let cluster = Cluster::from_attributes(&Stack::new(&app, "team"), "cluster", ClusterAttributes::new("shop"));
    /// cluster.deploy_charts_as("arn:aws:iam::111122223333:role/platform");
    /// let agents = Chart::for_cluster(&app, "agents", &cluster);
    /// ```
    #[track_caller]
    pub fn deploy_charts_as(&self, role: impl Into<Value<RoleArn>>) {
        if self.0.charts.is_told.get() {
            let finding = "the role that applies charts is given after a chart of the cluster was made";
            self.report(
                Diagnostic::error("late-chart-role", finding)
                    .hint("say deploy_charts_as() before the first chart")
                    .source(Location::caller()),
            );
        }
        self.0.charts.role.replace(Some(role.into()));
    }
}

/// A chart for the cluster, `Chart::for_cluster(&app, "agents", &cluster)`, is deployed after the cluster's stack, finds it
/// by its name, and is applied with the role of [`Cluster::deploy_charts_as`].
impl From<&Cluster> for ChartCluster {
    fn from(cluster: &Cluster) -> Self {
        cluster.0.charts.is_told.set(true);
        let chart = ChartCluster::new(cluster, cluster.name());
        match cluster.0.charts.role.borrow().clone() {
            Some(role) => chart.role(role),
            None => chart,
        }
    }
}
