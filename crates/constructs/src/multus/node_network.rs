//! A network that nodes have an interface of their own in.

use stackwright_core::{Construct, Diagnostic, Scope};
use stackwright_k8s::names;

use super::{CniConfig, Interface, Ipam, interface_name};
use crate::ec2::ip_family::Family;
use crate::ec2::{SecurityGroup, Subnet};
use crate::line::Line;

/// What names of interfaces begin with that the kernel, udev and the VPC CNI plugin give.
const TAKEN: [&str; 7] = ["eni", "eno", "enp", "ens", "enx", "eth", "vlan"];

/// A network that each node of [`MultusNodes`](super::MultusNodes) has an interface of its own in.
///
/// The interface has the name of the network on every node and after every restart, whatever the kernel would call it:
/// so that is the master that configurations of the network name.
///
/// ```
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::ec2::{
///     Port, SecurityGroup, SecurityGroupProps, SubnetSelection, Subnets, Vpc, VpcProps,
/// };
/// use stackwright_constructs::multus::NodeNetwork;
/// use stackwright_core::{App, Stack};
///
/// let stack = Stack::new(&App::new(), "network");
/// let tiers = [Subnets::private("nodes", 22), Subnets::isolated("user", 24)];
/// let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")).subnets(tiers));
/// let members = SecurityGroup::new(&stack, "user-plane", SecurityGroupProps::new(&vpc));
/// members.allow_members(Port::all_traffic(), "within the user plane");
///
/// let user = NodeNetwork::new("user", vpc.select(SubnetSelection::group("user")), [&members]).prefixes(1);
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct NodeNetwork {
    name: String,
    subnets: Vec<Subnet>,
    security_groups: Vec<SecurityGroup>,
    prefixes: u32,
    has_ipv6_prefix: bool,
    addresses: u32,
    pods: Option<CniConfig>,
    is_destination_checked: bool,
    line: Line,
}

impl NodeNetwork {
    /// What EC2 calls the numbers of addresses that an interface gets.
    const PREFIXES: &str = "Ipv4PrefixCount";
    const ADDRESSES: &str = "SecondaryPrivateIpAddressCount";
    const IPV6_PREFIXES: &str = "Ipv6PrefixCount";

    /// A network of this name, with one of the subnets in each zone that nodes run in, and with the security groups of the
    /// interfaces.
    ///
    /// Do not tag the subnets with `kubernetes.io/role/cni`: the VPC CNI plugin would take addresses of them for pods.
    #[track_caller]
    pub fn new<'a>(
        name: impl Into<String>,
        subnets: impl IntoIterator<Item = Subnet>,
        security_groups: impl IntoIterator<Item = &'a SecurityGroup>,
    ) -> Self {
        Self {
            name: name.into(),
            subnets: subnets.into_iter().collect(),
            security_groups: security_groups.into_iter().cloned().collect(),
            prefixes: 0,
            has_ipv6_prefix: false,
            addresses: 0,
            pods: None,
            is_destination_checked: false,
            line: Line::of_caller(),
        }
    }

    /// How many prefixes of 16 addresses the interface has, each in place of one address. EC2 takes them from what is
    /// reserved for prefixes in the subnet, if anything is, and from anywhere in it otherwise. Left out: none.
    ///
    /// Source: [prefixes](https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-prefix-eni.html) and
    /// [reservations](https://docs.aws.amazon.com/vpc/latest/userguide/subnet-cidr-reservation.html)
    pub fn prefixes(mut self, count: u32) -> Self {
        self.prefixes = count;
        self
    }

    /// Has the interface have a prefix of IPv6, a /80, which EC2 takes from the subnet's block of IPv6. Left out: none.
    pub fn ipv6_prefix(mut self) -> Self {
        self.has_ipv6_prefix = true;
        self
    }

    /// How many addresses the interface has besides its own; not together with prefixes. Left out: none.
    pub fn addresses(mut self, count: u32) -> Self {
        self.addresses = count;
        self
    }

    /// How pods of a node get interfaces and addresses by its interface: each node gets this configuration as a file of its
    /// own, with the addresses that its interface has. Left out: the nodes only have the interface, and the network says
    /// all in its object.
    ///
    /// The configuration has the name of the network and takes the interface of that name for its master. Its addresses
    /// are [`EniPrefix`](super::EniPrefix), which says what prefixes the interface has.
    pub fn pods(mut self, config: CniConfig) -> Self {
        if let Some(Ipam::EniPrefix(prefix)) = config.ipam() {
            self.prefixes = prefix.count();
            self.has_ipv6_prefix = prefix.has_ipv6();
        }
        self.pods = Some(config);
        self
    }

    /// Has EC2 drop what is neither from nor to an address of the interface. Left out: it lets through what pods forward,
    /// as routers and gateways do.
    ///
    /// Source: [source and destination check](https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html#EIP_Disable_SrcDestCheck)
    pub fn check_destination(mut self) -> Self {
        self.is_destination_checked = true;
        self
    }

    /// The name of the network, and of the interface on nodes.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The label, with the value `true`, of nodes that have an interface in the network: for the node selectors of pods.
    #[must_use]
    pub fn label(&self) -> String {
        format!("networks.stackwright/{}", self.name)
    }

    pub(super) fn config(&self) -> Option<&CniConfig> {
        self.pods.as_ref()
    }

    pub(super) fn subnets(&self) -> &[Subnet] {
        &self.subnets
    }

    pub(super) fn security_groups(&self) -> &[SecurityGroup] {
        &self.security_groups
    }

    pub(super) fn is_destination_checked(&self) -> bool {
        self.is_destination_checked
    }

    /// The arguments of EC2 by which an interface gets its addresses.
    pub(super) fn addresses_asked(&self) -> impl Iterator<Item = (&'static str, u32)> {
        let addresses = if self.prefixes > 0 { 0 } else { self.addresses };
        let asked = [
            (Self::PREFIXES, self.prefixes),
            (Self::ADDRESSES, addresses),
            (Self::IPV6_PREFIXES, self.has_ipv6_prefix.into()),
        ];
        asked.into_iter().filter(|(_, count)| *count > 0)
    }

    /// How many of the places for addresses of a family are taken that an interface has, beside its own.
    pub(super) fn places(&self, family: Family) -> u32 {
        match family {
            Family::V4 => self.prefixes.max(self.addresses),
            Family::V6 => self.has_ipv6_prefix.into(),
        }
    }

    /// Whether the interface has prefixes, of either family.
    pub(super) fn has_prefixes(&self) -> bool {
        self.prefixes > 0 || self.has_ipv6_prefix
    }

    /// How many pods of a node the interface has addresses for by its prefixes.
    pub(super) fn addresses_of_prefixes(&self) -> u64 {
        match self.config().and_then(CniConfig::ipam) {
            Some(Ipam::EniPrefix(prefix)) => prefix.addresses(),
            _ => u64::from(self.prefixes) * 16,
        }
    }

    /// The subnet in this zone.
    pub(super) fn subnet_in(&self, zone: usize) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.zone() == zone)
    }

    /// A subnet that is known to have no addresses of IPv6.
    pub(super) fn subnet_without_ipv6(&self) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.has_ipv6() == Some(false))
    }

    pub(super) fn mark(&self, finding: Diagnostic) -> Diagnostic {
        self.line.mark(finding)
    }

    /// Tells where nodes would write a file that Multus does not find, or that leads nowhere.
    fn check_pods(&self, config: &CniConfig, report: &impl Fn(Diagnostic)) {
        let name = &self.name;
        if config.name() != name {
            let given = config.name();
            let finding = format!(
                "the configuration of pods in the network `{name}` is called `{given}`: allowed is `{name}`"
            );
            report(Diagnostic::error("network-name", finding).value(given).allowed(name));
        }
        if !matches!(config.ipam(), Some(Ipam::EniPrefix(_))) {
            let finding =
                format!("nodes have nothing to add to the configuration of pods in the network `{name}`");
            report(
                Diagnostic::error("configuration-without-prefix", finding)
                    .allowed("EniPrefix")
                    .hint("leave it to the network's object, or say EniPrefix"),
            );
        }
        match config.interface() {
            Interface::Ipvlan(_) if config.interface().master() == Some(name) => {}
            Interface::Ipvlan(_) => {
                let given = config.interface().master().unwrap_or_default();
                let finding = format!(
                    "pods in the network `{name}` have the interface `{given}` of the node for their master: allowed is \
                     `{name}`"
                );
                report(Diagnostic::error("network-master", finding).value(given).allowed(name));
            }
            other => {
                let given = other.plugin();
                let finding = format!(
                    "pods in the network `{name}` have addresses of the node's interface and another MAC address, by {given}"
                );
                report(
                    Diagnostic::error("prefix-without-ipvlan", finding)
                        .value(given)
                        .allowed("ipvlan")
                        .hint("a VPC delivers packets by MAC address"),
                );
            }
        }
    }

    /// Tells what cannot be, of nodes in these zones.
    pub(super) fn check(&self, nodes: &Construct, zones: &[usize]) {
        let report = |finding| nodes.report(self.line.mark(finding));
        let name = &self.name;
        if let Some(finding) = interface_name::check("the network", name) {
            report(finding);
        } else if !names::is_dns_label(name) {
            let finding =
                format!("`{name}` cannot be the name of a network: allowed are {}", names::DNS_LABEL);
            report(Diagnostic::error("invalid-name", finding).value(name).allowed(names::DNS_LABEL));
        } else if name == "lo" || TAKEN.iter().any(|taken| name.starts_with(taken)) {
            let allowed = format!("names that do not begin with {}, and are not lo", TAKEN.join(", "));
            let finding =
                format!("`{name}` is what other interfaces of nodes may be called: allowed are {allowed}");
            report(Diagnostic::error("interface-taken", finding).value(name).allowed(allowed));
        }
        if self.security_groups.is_empty() || self.security_groups.len() > 5 {
            let given = self.security_groups.len();
            let finding = format!("an interface of the network `{name}` has {given} security groups");
            let finding = Diagnostic::error("security-group-count", finding).value(given.to_string());
            report(finding.allowed("1 to 5"));
        }
        if self.prefixes > 0 && self.addresses > 0 {
            let (prefixes, addresses) = (self.prefixes, self.addresses);
            let finding = format!(
                "the network `{name}` asks for {prefixes} prefixes and {addresses} addresses: EC2 gives one or the other"
            );
            report(Diagnostic::error("prefixes-and-addresses", finding).hint("a prefix has 16 addresses"));
        }
        if self.has_ipv6_prefix
            && let Some(subnet) = self.subnet_without_ipv6()
        {
            let finding = format!("the network `{name}` asks for a prefix of IPv6 in a subnet without IPv6");
            let finding = Diagnostic::error("prefix-without-ipv6", finding).value(name);
            let finding = finding.hint("let the VPC have both families: VpcProps::dual_stack()");
            report(finding.related(subnet.related("the subnet")));
        }
        if let Some(config) = &self.pods {
            config.check().into_iter().for_each(report);
            self.check_pods(config, &report);
        }
        for zone in zones {
            let found = self.subnets.iter().filter(|subnet| subnet.zone() == *zone).count();
            if found != 1 {
                let finding = format!(
                    "the network `{name}` has {found} subnets in zone {} of the VPC, where nodes run: an interface is in the \
                     zone of its node",
                    zone + 1
                );
                let finding = Diagnostic::error("network-subnet-count", finding).value(found.to_string());
                report(
                    finding
                        .allowed("1")
                        .hint("give it a subnet in each zone of the nodes, or have nodes run in fewer"),
                );
            }
        }
    }
}
