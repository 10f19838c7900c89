//! Addresses that the VPC already brings to the node.

use serde::ser::{Serialize, SerializeMap, Serializer};
use stackwright_core::Diagnostic;

use super::route::{self, Route};

/// Where the configurations of nodes have the addresses of the node, of each family.
const IPV4: &str = "@ipv4@";
const IPV6: &str = "@ipv6@";

/// How many addresses pods get of a prefix of IPv6, which is a /80: all but the first four and the last.
const OF_IPV6_PREFIX: u64 = (1 << 48) - 5;

/// Emptied by a restart of the node, as are the pods.
const DATA_DIR: &str = "/run/cni/networks";

/// Each node hands out the addresses of the prefixes that its own interface has: for the networks of
/// [`MultusNodes`](super::MultusNodes).
///
/// EC2 gives each interface prefixes of 16 addresses, or one of IPv6, in which nobody else has a part, and the VPC brings
/// packets for them to the interface. So no address is handed out twice, none needs a call to EC2, and a pod is reached from
/// everywhere in the VPC as soon as it has its address. That is what to choose wherever pods do not care which address
/// they have. The price is that a pod has another address on another node, and that prefixes are handed out whole: a node
/// has 16 addresses of each, for however many pods. Choose [`StaticAddresses`](super::StaticAddresses) or
/// [`Whereabouts`](super::Whereabouts) for addresses that stay or that are scarce, and have something assign them to the
/// interface.
///
/// Each node writes the configuration into a file of its own, `/etc/cni/multus/net.d/NAME.conf`, and the object of the
/// network has none, so that Multus looks for the file. A pod may have several interfaces in the network.
///
/// A prefix of IPv6 is a /80, of which a subnet of /64 has 65,536: one is enough for any number of pods, and the plan of
/// addresses has nothing to say of it. AWS keeps the first four addresses of a subnet and the last, and does not say
/// whether it gives out the prefixes that these are in; so pods get neither the first four addresses of a prefix nor its
/// last. The router of such pods is `fe80:ec2::1`, by which every VPC answers. The interface itself has an address of
/// IPv6 only where the subnet gives one to each; it needs none.
///
/// What only an account can confirm: that EC2 has room for a prefix in the subnet, which must be free of other addresses
/// for 16 at a time (reserve a block for prefixes), that the type of instance takes prefixes, as all on Nitro do, and that
/// an interface may have a prefix of IPv6 beside the address that the subnet gives it.
///
/// ```
/// use stackwright_constructs::multus::{CniConfig, EniPrefix, Ipvlan, Network};
///
/// let user = CniConfig::new("user", Ipvlan::new("user"), EniPrefix::new(2).and_ipv6());
/// assert!(user.check().is_empty());
/// assert!(!Network::new(user).object().to_yaml().contains("config"));
/// ```
///
/// Sources: [prefixes](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html),
/// [what AWS keeps, and the router](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html),
/// [configurations in files](https://github.com/k8snetworkplumbingwg/multus-cni/blob/master/docs/how-to-use.md)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EniPrefix {
    /// `None` where pods get no addresses of IPv4.
    ipv4: Option<u32>,
    has_ipv6: bool,
    routes: Vec<Route>,
}

impl EniPrefix {
    /// So many prefixes of 16 addresses for each node. An interface has room for one less than the addresses that the type
    /// of instance has for each.
    pub fn new(count: u32) -> Self {
        EniPrefix { ipv4: Some(count), has_ipv6: false, routes: Vec::new() }
    }

    /// A prefix of IPv6 for each node, and none of IPv4: also for subnets that have IPv6 alone.
    pub fn ipv6() -> Self {
        EniPrefix { ipv4: None, has_ipv6: true, routes: Vec::new() }
    }

    /// A prefix of IPv6 besides: a pod gets an address of each family. The subnets need a block of IPv6, which they have in
    /// a [dual-stack VPC](crate::ec2::VpcProps::dual_stack). Left out: addresses of IPv4 alone.
    #[must_use]
    pub fn and_ipv6(mut self) -> Self {
        self.has_ipv6 = true;
        self
    }

    /// A route that pods get; by default only that to the subnet of the node's interface.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
        self
    }

    /// How many prefixes of IPv4 a node has.
    pub(super) fn count(&self) -> u32 {
        self.ipv4.unwrap_or(0)
    }

    pub(super) fn has_ipv6(&self) -> bool {
        self.has_ipv6
    }

    /// How many pods of a node get addresses: one of each family.
    pub(super) fn addresses(&self) -> u64 {
        self.ipv4.map_or(OF_IPV6_PREFIX, |count| u64::from(count) * 16)
    }

    pub(super) fn check(&self, found: &mut Vec<Diagnostic>) {
        if let Some(count) = self.ipv4.filter(|count| !(1..=49).contains(count)) {
            let message = format!("nodes cannot have {count} prefixes in a network: allowed are 1 to 49");
            let finding = Diagnostic::error("prefix-count", message);
            found.push(finding.value(count.to_string()).allowed("1 to 49"));
        }
        let has = |route: &Route| if route.is_ipv6() { self.has_ipv6 } else { self.ipv4.is_some() };
        for route in self.routes.iter().filter(|route| !has(route)) {
            let (family, say) = match route.is_ipv6() {
                true => ("IPv6", "EniPrefix::and_ipv6()"),
                false => ("IPv4", "EniPrefix::new()"),
            };
            let message = format!("the {route} leads nowhere: pods get no address of {family}");
            found.push(
                Diagnostic::error("route-of-other-family", message)
                    .hint(format!("give nodes prefixes of {family}, by {say}")),
            );
        }
        route::check(&self.routes, &[], found);
    }
}

/// What nodes make the configuration of `host-local` from.
impl Serialize for EniPrefix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let ranges = [(self.ipv4.is_some(), IPV4), (self.has_ipv6, IPV6)];
        let ranges: Vec<&str> =
            ranges.into_iter().filter(|(is_there, _)| *is_there).map(|(_, set)| set).collect();
        map.serialize_entry("ranges", &ranges)?;
        if !self.routes.is_empty() {
            map.serialize_entry("routes", &self.routes)?;
        }
        map.serialize_entry("dataDir", DATA_DIR)?;
        map.end()
    }
}
