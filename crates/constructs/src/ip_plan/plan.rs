//! The plan itself.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::rc::Rc;

use stackwright_aws::ec2 as l1;
use stackwright_core::{Capacity, Construct, Diagnostic, Resource, Scope};

use super::allotment::Allotments;
use super::interface_addresses::InterfaceAddresses;
use super::layout::{Layout, Placed, PlannedSubnet};
use super::network::{PlannedNetwork, PodAddresses};
use super::props::IpPlanProps;
use super::reservation::Reservations;
use super::{capacity, conflict, map, moves};
use crate::ec2::{Cidr, IpBlock, Subnet, Vpc};
use crate::line::Line;
use crate::multus::AddressRange;

/// Which addresses of a VPC are those of nodes and pods in further networks, proven when the app is synthesized.
///
/// Each network gets a range in its subnet of each zone, as large as the most nodes need, and each range is reserved in
/// the VPC. What is left of a subnet is for the network interfaces of nodes. Nothing overlaps: ranges, what AWS keeps,
/// peers, the services of clusters, and the networks and addresses in charts. `plan` on the command line prints it.
///
/// ```
/// use stackwright_constructs::ec2::{SubnetSelection, Subnets, Vpc, VpcProps};
/// use stackwright_constructs::ip_plan::{IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes, Reservations};
/// use stackwright_constructs::{cidr, instance_type};
/// use stackwright_core::{App, Stack, SynthOptions};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "network");
/// let groups = [Subnets::private("app", 24), Subnets::isolated("user", 24)];
/// let vpc = Vpc::new(&stack, "vpc", VpcProps::new(cidr!("10.10.0.0/16")).nat_gateways(0).subnets(groups));
/// let plan = IpPlan::new(
///     &stack,
///     "addresses",
///     &vpc,
///     IpPlanProps::new()
///         .nodes(PlannedNodes::per_zone("workers", 1..=3).instance_type(instance_type!("m5.xlarge")))
///         .network(PlannedNetwork::pool("user", SubnetSelection::group("user")).pods_per_node("workers", 10))
///         .reservations(Reservations::ByTemplate),
/// );
/// // 3 nodes with 10 pods each: a block of 32 in each zone.
/// assert_eq!(plan.blocks("user", 1), [cidr!("10.10.3.32/27")]);
/// assert!(plan.ranges("user", 1)[0].hands_out([10, 10, 3, 40]));
/// # assert!(app.synth(&SynthOptions::new()).is_ok());
/// ```
#[derive(Clone, Debug)]
pub struct IpPlan(Rc<Inner>);

#[derive(Debug)]
struct Inner {
    construct: Construct,
    vpc: Vpc,
    props: IpPlanProps,
    layout: Layout,
    capacities: Vec<Capacity>,
    reserved: Vec<Reserved>,
    allotments: RefCell<Allotments>,
}

impl IpPlan {
    /// A plan for a VPC. There is one for each VPC, in its stack or in another.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, vpc: &Vpc, props: IpPlanProps) -> Self {
        let construct = Construct::new(scope, id);
        check_names(&construct, &props);
        let layout = Layout::new(&construct, vpc, &props);
        let reserved = reserve(&construct, &props, &layout);
        let zones: BTreeSet<usize> = layout.placed.iter().map(|placed| placed.subnet.zone()).collect();
        let capacities = capacity::prove(&construct, &props, zones.len() as u64);
        let allotments = RefCell::new(Allotments::new(&construct.path(), &props));
        let plan = Self(Rc::new(Inner {
            construct,
            vpc: vpc.clone(),
            props,
            layout,
            capacities,
            reserved,
            allotments,
        }));
        let subnets = plan.subnets().iter();
        plan.tell(conflict::Told {
            vpc: vpc.construct().clone(),
            subnets: subnets.map(|planned| (planned.subnet.construct().clone(), planned.within)).collect(),
        });
        let checked = plan.clone();
        plan.validate(move |check| {
            conflict::check(&checked, check);
            moves::warn(&checked, check);
            checked.allotments().borrow().check(&checked, check);
            let drawn = map::draw(&checked, check);
            check.add_address_plan(drawn);
        });
        plan
    }

    /// The blocks of a network in a zone, counted from 0: one, or several where there is no room for one, and one more for
    /// each time that it has grown since the ledger holds it. None where there is no such network, or no room for it,
    /// which is told.
    #[track_caller]
    pub fn blocks(&self, network: &str, zone: usize) -> Vec<Cidr> {
        let location = Line::of_caller();
        self.find(network, zone, location).map_or_else(Vec::new, |placed| placed.blocks.clone())
    }

    /// The [blocks](IpPlan::blocks) of a network as ranges of its subnet, for the configurations that hand out addresses;
    /// blocks that follow one another are one range. In a network whose pods name their addresses, nothing else hands
    /// them out, which is told.
    #[track_caller]
    pub fn ranges(&self, network: &str, zone: usize) -> Vec<AddressRange> {
        let location = Line::of_caller();
        let Some(placed) = self.find(network, zone, location) else { return Vec::new() };
        if self.network(placed).kind == PodAddresses::Named {
            let finding =
                format!("pods name their addresses in network `{network}`: there is no range to hand out");
            let finding = Diagnostic::error("ranges-of-named-network", finding)
                .value(network)
                .hint("use IpPlan::allot(), or plan the network with PlannedNetwork::pool()");
            self.report(location.mark(finding).related(self.line(placed).related(self, "the network")));
        }
        let range = |[first, last]: [Ipv4Addr; 2]| AddressRange::new(placed.within).start(first).end(last);
        joined(&placed.blocks).into_iter().map(range).collect()
    }

    /// The [ranges](IpPlan::ranges) of a network in a zone as one, from the first address to the last, less what is
    /// between them: for [`Whereabouts`](crate::multus::Whereabouts), which hands out addresses of one range. None where
    /// there is none, which is told.
    ///
    /// ```
    /// # use stackwright_constructs::cidr;
    /// # use stackwright_constructs::ec2::{SubnetSelection, Subnets, Vpc, VpcProps};
    /// # use stackwright_constructs::ip_plan::{IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes};
    /// # use stackwright_constructs::multus::Whereabouts;
    /// # use stackwright_core::{App, Stack};
    /// # let stack = Stack::new(&App::new(), "network");
    /// # let props = VpcProps::new(cidr!("10.10.0.0/16")).subnets([Subnets::isolated("db", 24)]);
    /// # let vpc = Vpc::new(&stack, "vpc", props);
    /// let data = PlannedNetwork::pool("data", SubnetSelection::group("db")).pods_per_node("workers", 8);
    /// let props = IpPlanProps::new().nodes(PlannedNodes::per_zone("workers", 2)).network(data);
    /// let plan = IpPlan::new(&stack, "addresses", &vpc, props);
    /// let range = plan.pool("data", 0).unwrap();
    /// assert!(range.hands_out([10, 10, 0, 16]) && !range.hands_out([10, 10, 0, 32]));
    /// let addresses = Whereabouts::new(range);
    /// # let _ = addresses;
    /// ```
    #[track_caller]
    pub fn pool(&self, network: &str, zone: usize) -> Option<AddressRange> {
        let ranges = self.ranges(network, zone);
        let (first, last) = (ranges.first()?.ends().0, ranges.last()?.ends().1);
        let whole = AddressRange::new(ranges[0].subnet()).start(first).end(last);
        // Those that follow one another are one already.
        let next = |address: Ipv4Addr| Ipv4Addr::from_bits(address.to_bits() + 1);
        let before = |address: Ipv4Addr| Ipv4Addr::from_bits(address.to_bits() - 1);
        let spans = joined(&self.blocks(network, zone));
        let gaps = spans.windows(2).map(|pair| (next(pair[0][1]), before(pair[1][0])));
        Some(gaps.flat_map(|(from, to)| Cidr::covering(from, to)).fold(whole, AddressRange::exclude))
    }

    /// The IPv6 addresses of a network in a zone, counted from 0, as a range of its subnet; none where the network is not
    /// [of both families](PlannedNetwork::dual_stack).
    ///
    /// ```
    /// # use stackwright_constructs::ec2::{Ipv6Pool, SubnetSelection, Subnets, Vpc, VpcProps};
    /// # use stackwright_constructs::ip_plan::{IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes};
    /// # use stackwright_constructs::multus::Whereabouts;
    /// # use stackwright_constructs::{cidr, ipv6_cidr};
    /// # use stackwright_core::{App, Stack};
    /// # let stack = Stack::new(&App::new(), "network");
    /// let props = VpcProps::new(cidr!("10.10.0.0/16")).subnets([Subnets::isolated("db", 24)]);
    /// let props = props.ipv6_block(ipv6_cidr!("2001:db8::/56"), Ipv6Pool::ipam("ipam-pool-0a1b2c3d4e5f60718"));
    /// let vpc = Vpc::new(&stack, "vpc", props);
    /// let data = PlannedNetwork::pool("data", SubnetSelection::group("db")).pods_per_node("workers", 8);
    /// let props = IpPlanProps::new().nodes(PlannedNodes::per_zone("workers", 2)).network(data.dual_stack());
    /// let plan = IpPlan::new(&stack, "addresses", &vpc, props);
    /// let (ipv4, ipv6) = (plan.pool("data", 0).unwrap(), plan.ipv6_range("data", 0).unwrap());
    /// assert!(ipv6.hands_out([0x2001, 0xdb8, 0, 0, 1, 0, 0, 9]));
    /// let addresses = Whereabouts::new(ipv4).and(ipv6);
    /// # let _ = addresses;
    /// ```
    #[track_caller]
    pub fn ipv6_range(&self, network: &str, zone: usize) -> Option<AddressRange> {
        let placed = self.find(network, zone, Line::of_caller())?;
        let block = placed.ipv6_block()?;
        Some(AddressRange::new(placed.subnet.ipv6_cidr()?).start(block.first()).end(block.last()))
    }

    /// The next addresses of a network in a zone, counted from 0, for interfaces of pods that name them: no address is
    /// handed out twice, and what is handed out follows from the order in which the program asks. Each is one of IPv4, with
    /// one of IPv6 where the network is [of both families](PlannedNetwork::dual_stack). More than there are is an error; the
    /// list is then as short as what is left.
    ///
    /// ```
    /// # use stackwright_constructs::ec2::{SubnetSelection, Subnets, Vpc, VpcProps};
    /// # use stackwright_constructs::ip_plan::{IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes};
    /// # use stackwright_constructs::cidr;
    /// # use stackwright_core::{App, Stack};
    /// # let stack = Stack::new(&App::new(), "network");
    /// # let props = VpcProps::new(cidr!("10.10.0.0/16")).subnets([Subnets::isolated("db", 24)]);
    /// # let vpc = Vpc::new(&stack, "vpc", props);
    /// let data = PlannedNetwork::named("data", SubnetSelection::group("db")).pods_per_node("workers", 8);
    /// let props = IpPlanProps::new().nodes(PlannedNodes::per_zone("workers", 2)).network(data);
    /// let plan = IpPlan::new(&stack, "addresses", &vpc, props);
    /// let [first, second] = plan.allot("data", 0, 2)[..] else { panic!("there are 16") };
    /// assert_eq!((first.ipv4().octets(), second.ipv4().octets()), ([10, 10, 0, 16], [10, 10, 0, 17]));
    /// assert_eq!(plan.allot("data", 0, 1)[0].ipv4().octets(), [10, 10, 0, 18]);
    /// ```
    #[track_caller]
    pub fn allot(&self, network: &str, zone: usize, count: usize) -> Vec<InterfaceAddresses> {
        let line = Line::of_caller();
        self.take(network, zone, count, line, |allotments, placed| allotments.take(placed, network, count))
    }

    /// The addresses of a network in a zone, counted from 0, that someone keeps, such as a pod that is always reached by
    /// them: the same ones whenever they are asked for by this name, and nobody else's. Those that the
    /// [ledger](IpPlanProps::ledger) holds for the name stay whatever the program asks for besides; further ones come
    /// behind. Without a ledger they follow from the order in which the program asks. Those of IPv6 follow from those of
    /// IPv4, and stay with them. More than there are is an error; the list is then as short as what is left.
    ///
    /// [`AddressedPods`](crate::multus::AddressedPods) asks for those of its pods.
    #[track_caller]
    pub fn allot_to(
        &self,
        holder: &str,
        network: &str,
        zone: usize,
        count: usize,
    ) -> Vec<InterfaceAddresses> {
        let line = Line::of_caller();
        let keep =
            |allotments: &mut Allotments, placed: &Placed| allotments.keep(placed, network, holder, count);
        self.take(network, zone, count, line, keep)
    }

    /// The zones that a network is in, in their order, each with its subnet.
    pub(crate) fn zones(&self, network: &str) -> Vec<Subnet> {
        let its = self.placed().iter().filter(|placed| self.network(placed).name == network);
        its.map(|placed| placed.subnet.clone()).collect()
    }

    /// The zone in which the ledger holds addresses of a network for this name.
    pub(crate) fn zone_of(&self, holder: &str, network: &str) -> Option<usize> {
        self.0.allotments.borrow().zone_of(network, holder)
    }

    fn take(
        &self,
        network: &str,
        zone: usize,
        count: usize,
        location: Line,
        take: impl FnOnce(&mut Allotments, &Placed) -> Vec<Ipv4Addr>,
    ) -> Vec<InterfaceAddresses> {
        let Some(placed) = self.find(network, zone, location) else { return Vec::new() };
        let report = |finding: Diagnostic| {
            self.report(location.mark(finding).related(self.line(placed).related(self, "the network")));
        };
        if self.network(placed).kind != PodAddresses::Named {
            let finding =
                format!("pods do not name their addresses in network `{network}`: others hand them out");
            let finding = Diagnostic::error("addresses-not-named", finding).value(network);
            report(finding.hint("plan the network with PlannedNetwork::named()"));
            return Vec::new();
        }
        let addresses = take(&mut self.0.allotments.borrow_mut(), placed);
        if addresses.len() < count && !placed.blocks.is_empty() {
            let (zone, left) = (zone + 1, addresses.len());
            let finding = format!(
                "{count} addresses are asked for of network `{network}` in zone {zone}, which has {left} left"
            );
            let finding = Diagnostic::error("network-used-up", finding)
                .value(count.to_string())
                .allowed(left.to_string());
            report(finding.hint("plan more pods for each node, or more nodes"));
        }
        let block = placed.ipv6_block();
        addresses.into_iter().map(|ipv4| InterfaceAddresses::new(ipv4, block)).collect()
    }

    /// The place of a network in a zone. None where there is no such, which is told.
    fn find(&self, network: &str, zone: usize, line: Line) -> Option<&Placed> {
        let its = self.placed().iter().filter(|placed| self.network(placed).name == network);
        let found = its.into_iter().find(|placed| placed.subnet.zone() == zone);
        if found.is_none() && self.0.vpc.is_whole() {
            let known = self.placed().iter();
            let known = known.map(|placed| {
                format!("`{}` in zone {}", self.network(placed).name, placed.subnet.zone() + 1)
            });
            let known = known.collect::<Vec<_>>().join(", ");
            let finding = format!("the plan has no network `{network}` in zone {}: it has {known}", zone + 1);
            self.report(
                line.mark(Diagnostic::error("no-such-network", finding).value(network).allowed(known)),
            );
        }
        found
    }

    pub(super) fn vpc(&self) -> &Vpc {
        &self.0.vpc
    }

    pub(super) fn props(&self) -> &IpPlanProps {
        &self.0.props
    }

    pub(super) fn placed(&self) -> &[Placed] {
        &self.0.layout.placed
    }

    pub(super) fn subnets(&self) -> &[PlannedSubnet] {
        &self.0.layout.subnets
    }

    pub(super) fn capacities(&self) -> &[Capacity] {
        &self.0.capacities
    }

    pub(super) fn allotments(&self) -> &RefCell<Allotments> {
        &self.0.allotments
    }

    pub(super) fn reserved(&self) -> &[Reserved] {
        &self.0.reserved
    }

    pub(super) fn network(&self, placed: &Placed) -> &PlannedNetwork {
        &self.0.props.networks[placed.network]
    }

    fn line(&self, placed: &Placed) -> Line {
        self.network(placed).line
    }
}

impl Scope for IpPlan {
    fn construct(&self) -> &Construct {
        &self.0.construct
    }
}

/// The first and the last address of what blocks make up together.
fn joined(blocks: &[Cidr]) -> Vec<[Ipv4Addr; 2]> {
    let mut blocks = blocks.to_vec();
    blocks.sort();
    let mut spans: Vec<[Ipv4Addr; 2]> = Vec::new();
    for block in blocks {
        match spans.last_mut() {
            Some([_, last]) if last.to_bits().checked_add(1) == Some(block.first().to_bits()) => {
                *last = block.last();
            }
            _ => spans.push([block.first(), block.last()]),
        }
    }
    spans
}

/// A range that the template reserves.
#[derive(Clone, Debug)]
pub(super) struct Reserved {
    /// The index of the network in the settings.
    pub(super) network: usize,
    pub(super) block: IpBlock,
    pub(super) resource: Resource<l1::SubnetCidrReservation>,
}

/// Reserves every range; gives those that the template reserves.
#[track_caller]
fn reserve(plan: &Construct, props: &IpPlanProps, layout: &Layout) -> Vec<Reserved> {
    let mut reserved = Vec::new();
    if layout.placed.iter().all(|placed| placed.blocks.is_empty()) {
        return reserved;
    }
    let reservations = Reservations::settle(props.reservations, plan);
    for (index, network) in props.networks.iter().enumerate() {
        if props.networks[..index].iter().any(|other| other.name == network.name) {
            // Which has been told.
            continue;
        }
        let construct = Construct::new(plan, &network.name);
        for placed in layout.placed.iter().filter(|placed| placed.network == index) {
            for block in placed.all_blocks() {
                let made = reservations.add(&construct, network, &placed.subnet, block);
                reserved.extend(made.map(|resource| Reserved { network: index, block, resource }));
            }
        }
    }
    reserved
}

/// What is wrong with the settings before a single address is handed out.
fn check_names(plan: &Construct, props: &IpPlanProps) {
    if plan.stack().is_none() {
        let finding = "an address plan is outside of any stack: allowed is within one";
        plan.report(
            Diagnostic::error("plan-outside-stack", finding).hint("put it into the stack of the VPC"),
        );
    }
    let twice = |what: &str, name: &str, line: Line, first: Line| {
        let finding = Diagnostic::error("name-twice", format!("the plan has two {what} called `{name}`"));
        plan.report(line.mark(finding.value(name)).related(first.related(plan, "the other one")));
    };
    for (index, nodes) in props.nodes.iter().enumerate() {
        if let Some(first) = props.nodes[..index].iter().find(|other| other.name == nodes.name) {
            twice("kinds of nodes", &nodes.name, nodes.line, first.line);
        }
        nodes.count.check(plan, nodes.line);
    }
    let nodes_known = |name: &str| props.nodes.iter().any(|nodes| nodes.name == name);
    let all_nodes = || props.nodes.iter().map(|nodes| nodes.name.as_str()).collect::<Vec<_>>().join(", ");
    let no_nodes = |name: &str, line: Line| {
        let finding = format!("the plan has no nodes called `{name}`: it has {}", all_nodes());
        plan.report(line.mark(Diagnostic::error("no-such-nodes", finding).value(name).allowed(all_nodes())));
    };
    for (index, network) in props.networks.iter().enumerate() {
        if let Some(first) = props.networks[..index].iter().find(|other| other.name == network.name) {
            twice("networks", &network.name, network.line, first.line);
        }
        if network.pods.iter().all(|pods| pods.count == 0) && network.ranges.is_empty() {
            let finding = format!("network `{}` has neither pods nor a range", network.name);
            let finding = Diagnostic::error("network-of-nothing", finding)
                .hint("say how many pods each node has in it: PlannedNetwork::pods_per_node()");
            plan.report(network.line.mark(finding));
        }
        for (at, pods) in network.pods.iter().enumerate() {
            if !nodes_known(&pods.nodes) {
                no_nodes(&pods.nodes, pods.line);
            } else if let Some(first) = network.pods[..at].iter().find(|other| other.nodes == pods.nodes) {
                twice("numbers of pods on nodes", &pods.nodes, pods.line, first.line);
            }
        }
    }
    for pods in &props.pods {
        if !nodes_known(&pods.nodes) {
            no_nodes(&pods.nodes, pods.line);
        }
        for (network, _) in &pods.interfaces {
            let its = props.networks.iter().find(|known| known.name == *network);
            if !its.is_some_and(|its| its.pods.iter().any(|per_node| per_node.nodes == pods.nodes)) {
                let finding = format!(
                    "pods of `{}` have interfaces in network `{network}`, which their nodes `{}` are not in",
                    pods.name, pods.nodes
                );
                let finding = Diagnostic::error("nodes-not-in-network", finding).value(network);
                let finding = finding.hint("say PlannedNetwork::pods_per_node() for these nodes");
                plan.report(pods.line.mark(finding));
            }
        }
    }
}
