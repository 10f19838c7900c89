//! Routes that a pod gets with an interface.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use stackwright_core::Diagnostic;

use super::address_range::can_be_reached;
use crate::ec2::IpBlock;

/// A route by way of the interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    dst: IpBlock,
    #[serde(rename = "gw", skip_serializing_if = "Option::is_none")]
    gateway: Option<IpAddr>,
}

impl Route {
    /// A route to a block; by default by way of the gateway that comes with the pod's address.
    pub fn to(block: impl Into<IpBlock>) -> Self {
        Route { dst: block.into(), gateway: None }
    }

    /// The router it goes by, which must be in the subnet of the interface.
    #[must_use]
    pub fn via(mut self, gateway: impl Into<IpAddr>) -> Self {
        self.gateway = Some(gateway.into());
        self
    }
}

impl Route {
    /// Whether it is one of IPv6.
    pub(super) fn is_ipv6(&self) -> bool {
        self.dst.is_ipv6()
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "route to {}", self.dst)
    }
}

/// What is wrong with the routes of an interface that is in these subnets; nothing is known of them where there is none.
pub(super) fn check(routes: &[Route], subnets: &[IpBlock], found: &mut Vec<Diagnostic>) {
    for (at, Route { dst, gateway }) in routes.iter().enumerate() {
        if routes[..at].iter().any(|other| other.dst == *dst) {
            found.push(
                Diagnostic::error("route-twice", format!("there are two routes to {dst}"))
                    .value(dst.to_string()),
            );
        }
        if dst.prefix_len() == 0 {
            let message = format!("a route to {dst} competes with the pod's own default route");
            found.push(Diagnostic::warning("default-route-in-network", message).value(dst.to_string()).hint(
                "let the pod's attachment say `default_route`, or route only the blocks that are behind this network",
            ));
        }
        let is_of_family = |is_ipv6: bool| dst.is_ipv6() == is_ipv6;
        if gateway.is_some_and(|gateway| !is_of_family(gateway.is_ipv6()))
            || !subnets.is_empty() && !subnets.iter().any(|subnet| is_of_family(subnet.is_ipv6()))
        {
            let family = if dst.is_ipv6() { "IPv6" } else { "IPv4" };
            let message = format!("the route to {dst} leads nowhere: the network has no {family} for it");
            found.push(
                Diagnostic::error("route-of-other-family", message).value(dst.to_string()).hint(format!(
                    "give the network {family} addresses, and the route a router that has one"
                )),
            );
        } else if let Some(gateway) = gateway
            && !subnets.is_empty()
            && !can_be_reached(*gateway, subnets)
        {
            let allowed = subnets.iter().map(IpBlock::to_string).collect::<Vec<_>>().join(", ");
            let message = format!(
                "the route to {dst} goes by {gateway}, which is in no subnet of the network: allowed is {allowed}"
            );
            found.push(
                Diagnostic::error("route-gateway-unreachable", message)
                    .value(gateway.to_string())
                    .allowed(allowed),
            );
        }
    }
}
