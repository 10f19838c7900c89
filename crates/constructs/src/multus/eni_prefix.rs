//! Addresses that the VPC already brings to the node.

use serde::ser::{Serialize, SerializeMap, Serializer};
use stackwright_core::Diagnostic;

use super::route::{self, Route};

/// Where the configurations of nodes have the addresses of the node.
const RANGES: &str = "@ranges@";

/// Emptied by a restart of the node, as are the pods.
const DATA_DIR: &str = "/run/cni/networks";

/// Each node hands out the addresses of the prefixes that its own interface has: for the networks of
/// [`MultusNodes`](super::MultusNodes).
///
/// EC2 gives each interface prefixes of 16 addresses, in which nobody else has a part, and the VPC brings packets for
/// them to the interface. So no address is handed out twice, none needs a call to EC2, and a pod is reached from
/// everywhere in the VPC as soon as it has its address. That is what to choose wherever pods do not care which address
/// they have. The price is that a pod has another address on another node, and that prefixes are handed out whole: a node
/// has 16 addresses of each, for however many pods. Choose [`StaticAddresses`](super::StaticAddresses) or
/// [`Whereabouts`](super::Whereabouts) for addresses that stay or that are scarce, and have something assign them to the
/// interface.
///
/// Each node writes the configuration into a file of its own, `/etc/cni/multus/net.d/NAME.conf`, and the object of the
/// network has none, so that Multus looks for the file. A pod may have several interfaces in the network.
///
/// The addresses are of IPv4.
///
/// What only an account can confirm: that EC2 has room for a prefix in the subnet, which must be free of other addresses
/// for 16 at a time (reserve a block for prefixes), and that the type of instance takes prefixes, as all on Nitro do.
///
/// ```
/// use stackwright_constructs::multus::{CniConfig, EniPrefix, Ipvlan, Network};
///
/// let user = CniConfig::new("user", Ipvlan::new("user"), EniPrefix::new(2));
/// assert!(user.check().is_empty());
/// assert!(!Network::new(user).object().to_yaml().contains("config"));
/// ```
///
/// Sources: [prefixes](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html),
/// [configurations in files](https://github.com/k8snetworkplumbingwg/multus-cni/blob/master/docs/how-to-use.md)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EniPrefix {
    count: u32,
    routes: Vec<Route>,
}

impl EniPrefix {
    /// So many prefixes of 16 addresses for each node. An interface has room for one less than the addresses that the type
    /// of instance has for each.
    pub fn new(count: u32) -> Self {
        EniPrefix { count, routes: Vec::new() }
    }

    /// A route that pods get; by default only that to the subnet of the node's interface.
    #[must_use]
    pub fn route(mut self, route: Route) -> Self {
        self.routes.push(route);
        self
    }

    pub(super) fn count(&self) -> u32 {
        self.count
    }

    pub(super) fn check(&self, found: &mut Vec<Diagnostic>) {
        if !(1..=49).contains(&self.count) {
            let message =
                format!("nodes cannot have {} prefixes in a network: allowed are 1 to 49", self.count);
            let finding = Diagnostic::error("prefix-count", message);
            found.push(finding.value(self.count.to_string()).allowed("1 to 49"));
        }
        for route in self.routes.iter().filter(|route| route.is_ipv6()) {
            let message = format!("the {route} leads nowhere: nodes get prefixes of IPv4 only");
            found.push(
                Diagnostic::error("route-of-other-family", message)
                    .hint("use `Whereabouts` or `StaticAddresses` for addresses of IPv6"),
            );
        }
        route::check(&self.routes, &[], found);
    }
}

/// What nodes make the configuration of `host-local` from.
impl Serialize for EniPrefix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("ranges", RANGES)?;
        if !self.routes.is_empty() {
            map.serialize_entry("routes", &self.routes)?;
        }
        map.serialize_entry("dataDir", DATA_DIR)?;
        map.end()
    }
}
