//! Addresses that the whole cluster hands out together.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use stackwright_core::Diagnostic;

use super::address_range::AddressRange;
use super::route::{self, Route};
use crate::ec2::IpBlock;
use crate::ec2::ip_family::{before, behind};

/// The `whereabouts` plugin: nodes agree on addresses by way of objects in the cluster, so none is handed out twice.
///
/// EKS nodes do not have this plugin; it is to be installed in the cluster.
///
/// Source: <https://github.com/k8snetworkplumbingwg/whereabouts/blob/master/README.md>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Wire", from = "Wire")]
pub struct Whereabouts {
    range: AddressRange,
    routes: Vec<Route>,
}

impl Whereabouts {
    /// Addresses of a range.
    pub fn new(range: AddressRange) -> Self {
        Whereabouts { range, routes: Vec::new() }
    }

    /// A route that pods get; by default only that to the subnet.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
        self
    }

    pub(crate) fn range(&self) -> &AddressRange {
        &self.range
    }

    pub(super) fn check(&self, is_vpc: bool, found: &mut Vec<Diagnostic>) {
        self.range.check(is_vpc, found);
        route::check(&self.routes, &[self.range.subnet()], found);
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    range: IpBlock,
    #[serde(skip_serializing_if = "Option::is_none")]
    range_start: Option<IpAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range_end: Option<IpAddr>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    exclude: Vec<IpBlock>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<IpAddr>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Route>,
}

impl From<Whereabouts> for Wire {
    fn from(Whereabouts { range, routes }: Whereabouts) -> Self {
        let (start, end) = range.ends();
        Wire {
            range: range.subnet(),
            range_start: Some(start),
            range_end: Some(end),
            exclude: range.excluded().to_vec(),
            gateway: range.router(),
            routes,
        }
    }
}

impl From<Wire> for Whereabouts {
    fn from(Wire { range: subnet, range_start, range_end, exclude, gateway, routes }: Wire) -> Self {
        // What the plugin takes where an end is left out.
        let start = range_start.unwrap_or(behind(subnet.first(), 1));
        let end = range_end.unwrap_or(before(subnet.last()));
        let mut range = AddressRange::between(subnet, start, end);
        range = exclude.into_iter().fold(range, AddressRange::exclude);
        range = gateway.into_iter().fold(range, AddressRange::gateway);
        Whereabouts { range, routes }
    }
}
