//! Pods of which each keeps its own addresses.

use std::collections::BTreeSet;

use serde::Serialize;
use stackwright_core::{Construct, Diagnostic, Manifest, Scope};
use stackwright_k8s::{Data, Map, Object};

use super::{Attachment, Attachments, MultusNodes, NetworkAttachmentDefinition};
use crate::ec2::Subnet;
use crate::iam::ServiceAccountRole;
use crate::ip_plan::IpPlan;
use crate::line::Line;

/// The label that tells the pods of a set apart.
const ORDINAL: &str = "networks.stackwright/ordinal";

/// The label of nodes with the name of their zone.
const ZONE: &str = "topology.kubernetes.io/zone";

/// The settings of [`AddressedPods`].
#[derive(Clone, Debug)]
#[must_use]
pub struct AddressedPodsProps {
    plan: IpPlan,
    count: u32,
    object: Result<Object, String>,
    interfaces: Vec<Interfaces>,
    assigned_to: Option<(MultusNodes, ServiceAccountRole)>,
}

/// Interfaces of each pod in one network.
#[derive(Clone, Debug)]
struct Interfaces {
    definition: NetworkAttachmentDefinition,
    network: String,
    count: u32,
    line: Line,
}

impl AddressedPodsProps {
    /// So many pods, with addresses of a plan: each as the `StatefulSet` says, which says no number of its own.
    pub fn new(plan: &IpPlan, count: u32, stateful_set: impl Serialize) -> Self {
        let object = Object::from_serialize(stateful_set).map_err(|problem| problem.to_string());
        Self { plan: plan.clone(), count, object, interfaces: Vec::new(), assigned_to: None }
    }

    /// How many interfaces each pod has in a network, each with an address of the
    /// [network of this name](crate::ip_plan::PlannedNetwork::named) in the plan. Say it again for another network.
    #[track_caller]
    pub fn interfaces(
        mut self,
        definition: &NetworkAttachmentDefinition,
        network: impl Into<String>,
        count: u32,
    ) -> Self {
        let (definition, network, line) = (definition.clone(), network.into(), Line::of_caller());
        self.interfaces.push(Interfaces { definition, network, count, line });
        self
    }

    /// Has the addresses of each pod [assigned](Attachments::assigned_to) to the interfaces of its node, so that they are
    /// reached from everywhere in the VPC. Left out: they are reached on its node alone.
    pub fn assigned_to(mut self, nodes: &MultusNodes, role: &ServiceAccountRole) -> Self {
        self.assigned_to = Some((nodes.clone(), role.clone()));
        self
    }
}

/// Pods of which each keeps its addresses in further networks, by its number.
///
/// All pods of a `StatefulSet` have the annotation of its one template, and the `static` plugin gives the addresses that
/// stand there: all of them would have the same. So there is a `StatefulSet` with a single pod for each number, called
/// after it: the first pod of `gateway` is `gateway-0-0`. It is a `StatefulSet` because that never has a second pod
/// before the first is gone, on whatever node.
///
/// A subnet is in one zone, and so are its addresses: the pods take turns with the zones of the network, and each is put
/// on nodes of its zone only.
///
/// In a network [of both families](crate::ip_plan::PlannedNetwork::dual_stack) each interface has an address of either; the
/// definition then says [all blocks](Subnet::blocks) of the subnets.
///
/// Which pod has which addresses is the [plan's](IpPlan::allot_to) to say. Without a [ledger](crate::ec2::ledger) they
/// follow from the order of the program, so that more pods of one set move the addresses of the next; with it, every pod
/// keeps its zone and addresses, and new ones come behind.
///
/// ```
/// use stackwright_cfn::json;
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::ec2::{SubnetSelection, Subnets, Vpc, VpcProps};
/// use stackwright_constructs::ip_plan::{IpPlan, IpPlanProps, PlannedNetwork, PlannedNodes};
/// use stackwright_constructs::multus::*;
/// use stackwright_core::{App, Chart, Stack};
///
/// let app = App::new();
/// let stack = Stack::new(&app, "network");
/// let vpc = VpcProps::new(cidr!("10.10.0.0/16")).max_azs(2).subnets([Subnets::isolated("user", 24)]);
/// let vpc = Vpc::new(&stack, "vpc", vpc);
/// let user = PlannedNetwork::named("user", SubnetSelection::group("user")).pods_per_node("workers", 4);
/// let props = IpPlanProps::new().nodes(PlannedNodes::per_zone("workers", 2)).network(user);
/// let plan = IpPlan::new(&stack, "addresses", &vpc, props);
///
/// let chart = Chart::new(&app, "apps");
/// let blocks = vpc.subnets().iter().filter_map(|subnet| subnet.cidr());
/// let user = CniConfig::new("user", Ipvlan::new("ens6"), StaticAddresses::requested(blocks));
/// let user = NetworkAttachmentDefinition::new(&chart, "user", Network::new(user));
/// let gateway = json!({
///     "apiVersion": "apps/v1",
///     "kind": "StatefulSet",
///     "metadata": { "name": "gateway" },
///     "spec": {
///         "selector": { "matchLabels": { "app": "gateway" } },
///         "template": {
///             "metadata": { "labels": { "app": "gateway" } },
///             "spec": { "containers": [{ "name": "main", "image": "registry.example/gateway:1" }] },
///         },
///     },
/// });
/// let gateways = AddressedPodsProps::new(&plan, 3, gateway).interfaces(&user, "user", 1);
/// let gateways = AddressedPods::new(&chart, "gateway", gateways);
/// // The third is in the first zone again.
/// assert!(gateways.stateful_sets()[2].object().to_yaml().contains("10.10.0.9/24"));
/// ```
///
/// Source: [addresses of the `static` plugin](https://www.cni.dev/plugins/current/ipam/static/)
#[derive(Clone, Debug)]
pub struct AddressedPods {
    construct: Construct,
    stateful_sets: Vec<Manifest>,
}

impl AddressedPods {
    /// Puts the pods into a chart, or a construct within one.
    #[track_caller]
    pub fn new(scope: &impl Scope, id: &str, props: AddressedPodsProps) -> Self {
        let construct = Construct::new(scope, id);
        let mut stateful_sets = Vec::new();
        if let Some(object) = check(&construct, &props) {
            let zones = zones(&construct, &props);
            check_nodes(&construct, &props, &zones);
            for ordinal in 0..if zones.is_empty() { 0 } else { props.count } {
                let name = format!("{}-{ordinal}", object.name().unwrap_or_default());
                let subnet = zone(&props, &name, &zones, ordinal);
                let set = Manifest::new(
                    &construct,
                    &ordinal.to_string(),
                    single(&object, &name, ordinal, subnet).fields(),
                );
                let mut attachments = Vec::new();
                for Interfaces { definition, network, count, .. } in &props.interfaces {
                    let addresses = props.plan.allot_to(&name, network, subnet.zone(), *count as usize);
                    for ips in addresses {
                        attachments.push(Attachment::new(definition).ips(ips));
                    }
                }
                let attachments = Attachments::new(attachments);
                match &props.assigned_to {
                    // Where there are none, that is told.
                    _ if attachments.is_empty() => {}
                    Some((nodes, role)) => attachments.assigned_to(nodes, role).attach_to(&set),
                    None => attachments.attach_to(&set),
                }
                stateful_sets.push(set);
            }
        }
        AddressedPods { construct, stateful_sets }
    }

    /// The objects, one for each pod.
    #[must_use]
    pub fn stateful_sets(&self) -> &[Manifest] {
        &self.stateful_sets
    }
}

impl Scope for AddressedPods {
    fn construct(&self) -> &Construct {
        &self.construct
    }
}

/// The object that pods are made of; tells what cannot be.
fn check(pods: &Construct, props: &AddressedPodsProps) -> Option<Object> {
    let object = match &props.object {
        Ok(object) => object,
        Err(problem) => {
            let message = format!("this cannot be a Kubernetes object: {problem}");
            pods.report(Diagnostic::error("unusable-object", message).allowed("maps that JSON can write"));
            return None;
        }
    };
    if object.kind() != "StatefulSet" {
        let given = object.kind();
        let message =
            format!("pods that keep their addresses cannot be those of a {given}: allowed is StatefulSet");
        pods.report(Diagnostic::error("addressed-pods-kind", message).value(given).allowed("StatefulSet"));
        return None;
    }
    let field = |way: &[&str], field: &str| {
        let map = way.iter().try_fold(object.fields(), |map, field| map.get(field)?.as_map());
        map.is_some_and(|map| map.get(field).is_some())
    };
    for (way, name, hint) in [
        (&["spec"][..], "replicas", "say how many there are to AddressedPodsProps::new()"),
        (
            &["spec", "template", "spec", "nodeSelector"],
            ZONE,
            "each pod is put into the zone of its addresses",
        ),
    ] {
        if field(way, name) {
            let message = format!("the StatefulSet says {name}, which follows from the pods' numbers");
            pods.report(
                Diagnostic::error("addressed-pods-field", message)
                    .value(name)
                    .hint(format!("leave it out: {hint}")),
            );
        }
    }
    if props.interfaces.iter().all(|interfaces| interfaces.count == 0) {
        let message = "pods without further interfaces have no addresses to keep";
        let finding = Diagnostic::error("no-interfaces", message);
        pods.report(finding.hint("say AddressedPodsProps::interfaces()"));
    }
    Some(object.clone())
}

/// The subnets of the first network in the zones that all of the networks are in.
fn zones(pods: &Construct, props: &AddressedPodsProps) -> Vec<Subnet> {
    let Some((first, others)) = props.interfaces.split_first() else { return Vec::new() };
    let mut zones = props.plan.zones(&first.network);
    for other in others {
        let its: BTreeSet<usize> = props.plan.zones(&other.network).iter().map(Subnet::zone).collect();
        zones.retain(|subnet| its.contains(&subnet.zone()));
        if zones.is_empty() {
            let message = format!(
                "networks `{}` and `{}` are in no zone together: an address is in one zone, as is a pod",
                first.network, other.network
            );
            pods.report(other.line.mark(Diagnostic::error("no-common-zone", message).value(&other.network)));
        }
    }
    if zones.is_empty() && others.is_empty() {
        let network = &first.network;
        let message = format!("the plan has no network `{network}`");
        let finding = Diagnostic::error("no-such-network", message).value(network);
        pods.report(first.line.mark(finding.related(props.plan.related("the plan"))));
    }
    zones
}

/// Tells where the nodes have no interface in the subnet that addresses are assigned of.
fn check_nodes(pods: &Construct, props: &AddressedPodsProps, zones: &[Subnet]) {
    let Some((nodes, _)) = &props.assigned_to else { return };
    for Interfaces { definition, network, line, .. } in &props.interfaces {
        let master = definition.network().config().interface().master();
        // Where the nodes have no such network, that is told of each pod.
        let Some(beneath) = nodes.networks().iter().find(|beneath| Some(beneath.name()) == master) else {
            continue;
        };
        let of_pods = props.plan.zones(network);
        for subnet in of_pods.iter().filter(|one| zones.iter().any(|other| other.zone() == one.zone())) {
            let its = beneath.subnet_in(subnet.zone());
            if its.is_some_and(|its| its.subnet_id() == subnet.subnet_id()) {
                continue;
            }
            let message = format!(
                "pods have addresses of network `{network}` in zone {}, and nodes no interface in that subnet",
                subnet.zone() + 1
            );
            let finding = Diagnostic::error("nodes-not-in-subnet", message)
                .value(network)
                .hint(format!("let network `{}` of the nodes have the subnets of the plan", beneath.name()));
            let finding = finding.related(subnet.related("the subnet")).related(nodes.related("the nodes"));
            pods.report(line.mark(finding));
        }
    }
}

/// The zone of a pod: that in which it keeps addresses already, or the next.
fn zone<'a>(props: &AddressedPodsProps, name: &str, zones: &'a [Subnet], ordinal: u32) -> &'a Subnet {
    let kept = props.interfaces.iter().find_map(|one| props.plan.zone_of(name, &one.network));
    let kept = kept.and_then(|zone| zones.iter().find(|subnet| subnet.zone() == zone));
    kept.unwrap_or(&zones[ordinal as usize % zones.len()])
}

/// The object of one pod.
fn single(object: &Object, name: &str, ordinal: u32, subnet: &Subnet) -> Object {
    let mut object = object.clone();
    let ordinal = ordinal.to_string();
    for (way, key, value) in [
        (&["metadata"][..], "name", Data::from(name.to_owned())),
        (&["spec"], "replicas", Data::Int(1)),
        (&["spec", "selector", "matchLabels"], ORDINAL, ordinal.clone().into()),
        (&["spec", "template", "metadata", "labels"], ORDINAL, ordinal.into()),
        (&["spec", "template", "spec", "nodeSelector"], ZONE, subnet.availability_zone().token().into()),
    ] {
        let map = way.iter().try_fold(object.fields_mut(), |map, field| {
            map.get_or_insert_with(field, || Map::new().into()).as_map_mut()
        });
        // Where it is no map, that is told with what else is wrong with the object.
        if let Some(map) = map {
            map.insert(key, value);
        }
    }
    object
}
