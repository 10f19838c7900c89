//! Addresses that the configuration or the pod itself names.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use stackwright_core::Diagnostic;

use super::address_range::{can_be_reached, kept};
use super::route::{self, Route};
use crate::ec2::IpBlock;

/// The `static` plugin: the address is named by the pod that asks for it, or stands in the configuration.
///
/// Source: <https://www.cni.dev/plugins/current/ipam/static/>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaticAddresses {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    addresses: Vec<StaticAddress>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    routes: Vec<Route>,
    /// Those of the addresses asked for; the plugin takes the prefix length from each address, and knows no subnet.
    #[serde(skip)]
    subnets: Vec<IpBlock>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StaticAddress {
    address: Assigned,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gateway: Option<IpAddr>,
}

/// An address with the prefix length of its subnet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
struct Assigned {
    address: IpAddr,
    subnet: IpBlock,
}

impl From<Assigned> for String {
    fn from(Assigned { address, subnet }: Assigned) -> Self {
        format!("{address}/{}", subnet.prefix_len())
    }
}

impl TryFrom<String> for Assigned {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not an address with a prefix length, like 10.10.5.10/24");
        let (address, prefix) = text.split_once('/').ok_or_else(wrong)?;
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let prefix = prefix.parse().map_err(|_| wrong())?;
        let subnet = IpBlock::around(address, prefix).ok_or_else(wrong)?;
        Ok(Assigned { address, subnet })
    }
}

impl StaticAddresses {
    /// Every pod asks for its own addresses of these subnets ([`Attachment::ip`](super::Attachment::ip)): those of the
    /// zone that its node is in, for a node reaches no other.
    pub fn requested<Block: Into<IpBlock>>(subnets: impl IntoIterator<Item = Block>) -> Self {
        StaticAddresses { subnets: subnets.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// The one pod that uses the network has this address of the subnet; say it again for a further one.
    #[must_use]
    pub fn address(mut self, address: impl Into<IpAddr>, subnet: impl Into<IpBlock>) -> Self {
        let address = Assigned { address: address.into(), subnet: subnet.into() };
        self.addresses.push(StaticAddress { address, gateway: None });
        self
    }

    /// The router that comes with the address named last; by default there is none.
    #[must_use]
    pub fn gateway(mut self, gateway: impl Into<IpAddr>) -> Self {
        if let Some(last) = self.addresses.last_mut() {
            last.gateway = Some(gateway.into());
        }
        self
    }

    /// A route that pods get; by default only that to the subnet.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
        self
    }

    pub(super) fn is_requested(&self) -> bool {
        self.addresses.is_empty()
    }

    /// The addresses that stand in the configuration.
    pub(super) fn fixed(&self) -> impl Iterator<Item = IpAddr> {
        self.addresses.iter().map(|one| one.address.address)
    }

    /// The subnets of its addresses, and those of what pods ask for.
    pub(super) fn subnets(&self) -> impl Iterator<Item = IpBlock> {
        self.addresses.iter().map(|one| one.address.subnet).chain(self.subnets.iter().copied())
    }

    pub(super) fn check(&self, is_vpc: bool, found: &mut Vec<Diagnostic>) {
        for StaticAddress { address: Assigned { address, subnet }, gateway } in &self.addresses {
            let allowed = format!("{} to {}", subnet.first(), subnet.last());
            if !subnet.holds(*address) {
                let message =
                    format!("the address {address} is outside its subnet {subnet}: allowed is {allowed}");
                found.push(
                    Diagnostic::error("address-outside-subnet", message)
                        .value(address.to_string())
                        .allowed(&allowed),
                );
            } else if kept(*subnet, is_vpc).contains(address) {
                found.push(reserved(*address, *subnet, is_vpc));
            }
            if let Some(gateway) = gateway.filter(|gateway| !can_be_reached(*gateway, &[*subnet])) {
                let message =
                    format!("the gateway {gateway} is outside the subnet {subnet}: allowed is {allowed}");
                found.push(
                    Diagnostic::error("gateway-outside-subnet", message)
                        .value(gateway.to_string())
                        .allowed(allowed),
                );
            }
        }
        if !self.addresses.is_empty() {
            let message = "a static address in the configuration goes to every pod that uses the network";
            found.push(Diagnostic::warning("static-address-shared", message).hint(
                "use the network in one pod only, or let pods ask for their addresses (`StaticAddresses::requested`)",
            ));
        }
        let subnets: Vec<IpBlock> = self.subnets().collect();
        route::check(&self.routes, &subnets, found);
    }
}

/// The finding about an address that no pod may have.
pub(super) fn reserved(address: IpAddr, subnet: IpBlock, is_vpc: bool) -> Diagnostic {
    let whose = match (is_vpc, subnet.is_ipv6()) {
        (true, _) => "AWS keeps the first four and the last",
        (false, false) => "it names the network or its broadcast",
        (false, true) => "it names the network",
    };
    Diagnostic::error("reserved-address", format!("{address} of {subnet} cannot be a pod's: {whose}"))
        .value(address.to_string())
}
