//! What a pod says to get interfaces in further networks.

use std::net::IpAddr;

use serde::Serialize;
use stackwright_cfn::has_token;
use stackwright_core::{Diagnostic, Manifest, Scope};
use stackwright_k8s::Map;

use super::address_range::{can_be_reached, kept};
use super::interface::{invalid_mac, is_mac};
use super::static_addresses::reserved;
use super::{
    Ipam, Network, NetworkAttachmentDefinition, NetworkSelection, cluster_networks, interface_name, workload,
};
use crate::ec2::IpBlock;
use crate::ec2::ip_family::Family;
use crate::line::Line;

/// One further interface of a pod.
#[derive(Clone, Debug)]
pub struct Attachment {
    network: Network,
    /// The object in a chart; none where the network is there already.
    definition: Option<Manifest>,
    line: Line,
    interface: Option<String>,
    ips: Vec<IpAddr>,
    mac: Option<String>,
    default_routes: Vec<IpAddr>,
}

impl Attachment {
    /// An interface in a network that a chart of the pod's cluster defines.
    ///
    /// The pod is in the namespace of the network, unless the network [names its own](Network::namespace): then the
    /// annotation does too. Its chart is deployed after that of the network.
    #[track_caller]
    pub fn new(network: &NetworkAttachmentDefinition) -> Self {
        Self::of(network.network(), Some(network.manifest().clone()), Line::of_caller())
    }

    /// An interface in a network that the cluster has already, in the pod's namespace or in the one it
    /// [names](Network::namespace).
    #[track_caller]
    pub fn existing(network: &Network) -> Self {
        Self::of(network, None, Line::of_caller())
    }

    /// An interface as an annotation says it that is written by hand.
    pub(super) fn written(network: &Network, asked: &NetworkSelection) -> Self {
        let NetworkSelection { interface, ips, mac, default_routes, .. } = asked.clone();
        Attachment { interface, ips, mac, default_routes, ..Self::of(network, None, Line::default()) }
    }

    fn of(network: &Network, definition: Option<Manifest>, line: Line) -> Self {
        Attachment {
            network: network.clone(),
            definition,
            line,
            interface: None,
            ips: Vec::new(),
            mac: None,
            default_routes: Vec::new(),
        }
    }

    /// The name of the interface in the pod; by default `net1` for the first attachment, `net2` for the second, and so on.
    #[must_use]
    pub fn interface(mut self, name: impl Into<String>) -> Self {
        self.interface = Some(name.into());
        self
    }

    /// An address to ask for, which the network must
    /// [let pods ask for](super::CniConfig::requested_ips); by default the network chooses.
    #[must_use]
    pub fn ip(mut self, address: impl Into<IpAddr>) -> Self {
        self.ips.push(address.into());
        self
    }

    /// Addresses to ask for, as [`Attachment::ip`] does for one: those of an interface, for example, that a plan
    /// [allots](crate::ip_plan::IpPlan::allot).
    #[must_use]
    pub fn ips<Address: Into<IpAddr>>(mut self, addresses: impl IntoIterator<Item = Address>) -> Self {
        self.ips.extend(addresses.into_iter().map(Into::into));
        self
    }

    /// The MAC address to ask for, which the network must
    /// [let pods ask for](super::CniConfig::requested_mac); by default the kernel chooses.
    #[must_use]
    pub fn mac(mut self, address: impl Into<String>) -> Self {
        self.mac = Some(address.into());
        self
    }

    /// Sends what the pod has no other route for by way of this router, in place of the cluster's network.
    ///
    /// Services and DNS of the cluster are then reached only where the network leads to them. Say it again for the router of
    /// the other family.
    #[must_use]
    pub fn default_route(mut self, gateway: impl Into<IpAddr>) -> Self {
        self.default_routes.push(gateway.into());
        self
    }

    pub(super) fn network(&self) -> &Network {
        &self.network
    }

    pub(super) fn line(&self) -> Line {
        self.line
    }

    pub(super) fn has_default_route(&self) -> bool {
        !self.default_routes.is_empty()
    }

    /// Whether the short form has no words for it.
    fn needs_json(&self) -> bool {
        !self.ips.is_empty() || self.mac.is_some() || !self.default_routes.is_empty()
    }

    /// `namespace/name@interface`, without what is not said.
    fn short(&self) -> String {
        let namespace = self.network.in_namespace().map(|name| format!("{name}/"));
        let interface = self.interface.as_ref().map(|name| format!("@{name}"));
        [namespace.unwrap_or_default(), self.network.name().to_owned(), interface.unwrap_or_default()]
            .concat()
    }

    fn long(&self) -> Long<'_> {
        // The subnet of each address; a plugin that needs none of it ignores the prefix length.
        let subnets = subnets(&self.network);
        let ip = |address: &IpAddr| match subnets.iter().find(|subnet| subnet.holds(*address)) {
            Some(subnet) => format!("{address}/{}", subnet.prefix_len()),
            None => address.to_string(),
        };
        Long {
            name: self.network.name(),
            namespace: self.network.in_namespace(),
            interface: self.interface.as_deref(),
            ips: self.ips.iter().map(ip).collect(),
            mac: self.mac.as_deref(),
            default_routes: &self.default_routes,
        }
    }

    fn check(&self, all: &mut Vec<Diagnostic>) {
        let mut found = Vec::new();
        self.check_settings(&mut found);
        all.extend(found.into_iter().map(|finding| self.line.mark(finding)));
    }

    /// Whether the network is one that the pod can get at; `defined` are those of the pod's cluster.
    fn check_reach(&self, pod: &Manifest, defined: &[Manifest]) -> Option<Diagnostic> {
        let definition = self.definition.as_ref()?;
        let name = self.network.name();
        let finding = if !defined.contains(definition) {
            let message = format!("no chart of the pod's cluster defines network `{name}`");
            Diagnostic::error("unknown-network", message)
                .value(name)
                .hint("define it in a chart of the same cluster, or say `Attachment::existing`")
        } else if self.network.in_namespace().is_none() {
            let (own, pods) = (definition.namespace(), pod.namespace());
            if own == pods || has_token(&own) || has_token(&pods) {
                return None;
            }
            let message = format!(
                "the pod is in namespace `{pods}` and would look for network `{name}` there, but it is in `{own}`"
            );
            Diagnostic::error("network-in-other-namespace", message).value(pods).allowed(&own).hint(format!(
                "say `Network::namespace(\"{own}\")`, or put one of the two into the namespace of the other"
            ))
        } else {
            return None;
        };
        Some(self.line.mark(finding.related(definition.related(&format!("network `{name}`")))))
    }

    /// The addresses that the pod asks for.
    pub(super) fn asked_ips(&self) -> &[IpAddr] {
        &self.ips
    }

    fn check_settings(&self, found: &mut Vec<Diagnostic>) {
        let name = self.network.name();
        let config = self.network.config();
        if let Some(interface) = &self.interface {
            found.extend(interface_name::check("the interface of an attachment", interface));
            if matches!(interface.as_str(), "eth0" | "lo") {
                let message = format!("the pod has an interface `{interface}` already");
                found.push(Diagnostic::error("interface-taken", message).value(interface));
            }
        }
        if !self.ips.is_empty() && !config.takes_ips() {
            let message = format!("network `{name}` does not let pods ask for addresses");
            found.push(
                Diagnostic::error("ips-not-requestable", message)
                    .hint("say `requested_ips()` in its configuration"),
            );
        }
        if self.ips.is_empty()
            && matches!(config.ipam(), Some(Ipam::StaticAddresses(ipam)) if ipam.is_requested())
        {
            let message = format!("network `{name}` has no address for a pod that asks for none");
            found.push(Diagnostic::error("ip-missing", message).hint("ask for one by `ip`"));
        }
        self.ips.iter().for_each(|address| self.check_ip(*address, found));
        if let Some(mac) = &self.mac {
            if !config.takes_mac() {
                let message = format!("network `{name}` does not let pods ask for a MAC address");
                found.push(Diagnostic::error("mac-not-requestable", message).hint(
                    "say `requested_mac()` in its configuration: macvlan and bridge give what is asked for",
                ));
            }
            if !is_mac(mac) {
                found.push(invalid_mac(mac));
            }
        }
        let subnets = subnets(&self.network);
        let is_unreachable = |gateway: &&IpAddr| !subnets.is_empty() && !can_be_reached(**gateway, &subnets);
        for gateway in self.default_routes.iter().filter(is_unreachable) {
            let message =
                format!("the default route goes by {gateway}, which is in no subnet of network `{name}`");
            found.push(Diagnostic::error("default-route-unreachable", message).value(gateway.to_string()));
        }
    }

    fn check_ip(&self, address: IpAddr, found: &mut Vec<Diagnostic>) {
        let name = self.network.name();
        let is_vpc = self.network.config().interface().is_in_vpc();
        let ranges = self.network.config().ipam().map(Ipam::ranges).unwrap_or_default();
        if !ranges.is_empty() {
            if !ranges.iter().any(|range| range.hands_out(address)) {
                let allowed = ranges.iter().flat_map(|range| range.pieces());
                let allowed = allowed
                    .map(|piece| format!("{} to {}", piece.start(), piece.end()))
                    .collect::<Vec<_>>()
                    .join(", ");
                let message =
                    format!("{address} is not among the addresses of network `{name}`: allowed is {allowed}");
                found.push(
                    Diagnostic::error("ip-outside-network", message)
                        .value(address.to_string())
                        .allowed(allowed),
                );
            }
            return;
        }
        let subnets = subnets(&self.network);
        match subnets.iter().find(|subnet| subnet.holds(address)) {
            Some(subnet) if kept(*subnet, is_vpc).contains(&address) => {
                found.push(reserved(address, *subnet, is_vpc));
            }
            None if !subnets.is_empty() => {
                let allowed = subnets.iter().map(IpBlock::to_string).collect::<Vec<_>>().join(", ");
                let message =
                    format!("{address} is in no subnet of network `{name}`: allowed are those of {allowed}");
                found.push(
                    Diagnostic::error("ip-outside-network", message)
                        .value(address.to_string())
                        .allowed(allowed),
                );
            }
            _ => {}
        }
    }
}

/// The subnets the network is in, as far as they are known.
fn subnets(network: &Network) -> Vec<IpBlock> {
    network.config().ipam().map(Ipam::subnets).unwrap_or_default()
}

/// All further interfaces of a pod, in order.
///
/// ```
/// use stackwright_constructs::cidr;
/// use stackwright_constructs::multus::{Attachment, Attachments, CniConfig, Ipvlan, Network, StaticAddresses};
///
/// let addresses = StaticAddresses::requested([cidr!("10.10.5.0/24")]);
/// let data = Network::new(CniConfig::new("data", Ipvlan::new("ens6"), addresses));
/// let pod = Attachments::new([Attachment::existing(&data).ip([10, 10, 5, 20])]);
/// assert!(pod.check().is_empty());
/// assert_eq!(pod.annotation(), r#"[{"name":"data","ips":["10.10.5.20/24"]}]"#);
/// ```
///
/// Source: the [Multi-Network Specification](https://github.com/k8snetworkplumbingwg/multi-net-spec), section 4.1
#[derive(Clone, Debug, Default)]
pub struct Attachments(Vec<Attachment>);

impl Attachments {
    /// The key of the annotation.
    pub const KEY: &str = "k8s.v1.cni.cncf.io/networks";

    /// These interfaces.
    pub fn new(attachments: impl IntoIterator<Item = Attachment>) -> Self {
        Attachments(attachments.into_iter().collect())
    }

    /// The value of the annotation: names with commas between them where that says all, JSON otherwise.
    #[must_use]
    pub fn annotation(&self) -> String {
        if !self.0.iter().any(Attachment::needs_json) {
            return self.0.iter().map(Attachment::short).collect::<Vec<_>>().join(", ");
        }
        let long: Vec<Long<'_>> = self.0.iter().map(Attachment::long).collect();
        serde_json::to_string(&long).unwrap_or_else(|error| unreachable!("texts and lists are JSON: {error}"))
    }

    /// Writes the annotation into a pod, or into the template that a workload makes pods of.
    ///
    /// What is wrong with the attachments is told when the app is synthesized; so is an object that has no pods.
    ///
    /// ```
    /// use stackwright_cfn::json;
    /// use stackwright_constructs::{cidr, multus::*};
    /// use stackwright_core::{App, Chart};
    ///
    /// let addresses = Whereabouts::new(AddressRange::new(cidr!("10.10.5.0/24")));
    /// let data = Network::new(CniConfig::new("data", Ipvlan::new("ens6"), addresses));
    ///
    /// let app = App::new();
    /// let chart = Chart::new(&app, "apps");
    /// let data = NetworkAttachmentDefinition::new(&chart, "data", data);
    /// let pod = chart.add(json!({
    ///     "apiVersion": "v1",
    ///     "kind": "Pod",
    ///     "metadata": { "name": "web" },
    ///     "spec": { "containers": [{ "name": "web", "image": "busybox" }] },
    /// }));
    /// Attachments::new([Attachment::new(&data)]).attach_to(&pod);
    /// assert!(pod.object().to_yaml().contains("k8s.v1.cni.cncf.io/networks: data"));
    /// ```
    #[track_caller]
    pub fn attach_to(&self, manifest: &Manifest) {
        let place = std::panic::Location::caller();
        let ips = self.0.iter().flat_map(|one| one.ips.iter().copied()).collect();
        manifest.tell(RequestedAddresses { pods: manifest.clone(), ips, place });
        let place_of =
            |finding: Diagnostic| if finding.source.is_some() { finding } else { finding.source(place) };
        self.check().into_iter().for_each(|finding| manifest.report(place_of(finding)));
        let definitions = self.0.iter().filter_map(|one| one.definition.as_ref());
        definitions.for_each(|definition| manifest.depends_on(definition));
        let (attachments, pod) = (self.clone(), manifest.clone());
        manifest.validate(move |check| {
            let defined = pod.same_cluster(cluster_networks::KIND);
            let unreachable = attachments.0.iter().filter_map(|one| one.check_reach(&pod, &defined));
            unreachable.for_each(|finding| check.report(finding));
        });
        let mut kind = None;
        manifest.edit(|object| match workload::pod_of(object) {
            Some(pod) => {
                let annotations = ["metadata", "annotations"].into_iter().try_fold(pod, |map, field| {
                    map.get_or_insert_with(field, || Map::new().into()).as_map_mut()
                });
                if let Some(annotations) = annotations {
                    annotations.insert(Self::KEY, self.annotation());
                }
            }
            None => kind = Some(object.kind().to_owned()),
        });
        if let Some(kind) = kind {
            let message = format!("a {kind} has no pods to attach to networks");
            manifest.report(
                Diagnostic::error("no-pods-to-attach", message)
                    .value(kind)
                    .allowed("pods, and workloads that make pods")
                    .source(place),
            );
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each with what its interface is called.
    pub(super) fn named(&self) -> impl Iterator<Item = (String, &Attachment)> {
        let name = |(at, one): (usize, _)| (interface(one, at), one);
        self.0.iter().enumerate().map(name)
    }

    /// Everything that is wrong with them, as far as it does not lie in the networks, which have checks of their own.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        self.0.iter().for_each(|attachment| attachment.check(&mut found));
        let names: Vec<String> = self.named().map(|(name, _)| name).collect();
        for (at, name) in names.iter().enumerate().filter(|(at, name)| names[..*at].contains(name)) {
            let message = format!("attachment {} makes a second interface `{name}`", at + 1);
            found.push(Diagnostic::error("interface-taken", message).value(name));
        }
        for family in [Family::V4, Family::V6] {
            let routes = self.0.iter().flat_map(|one| &one.default_routes);
            let routes = routes.filter(|gateway| Family::of(**gateway) == family).count();
            if routes > 1 {
                let message = format!("{routes} attachments have a default route: allowed is one");
                found.push(
                    Diagnostic::error("default-route-twice", message).value(routes.to_string()).allowed("1"),
                );
            }
        }
        let ips: Vec<IpAddr> = self.0.iter().flat_map(|one| one.ips.iter().copied()).collect();
        for (_, ip) in ips.iter().enumerate().filter(|(at, ip)| ips[..*at].contains(ip)) {
            found.push(
                Diagnostic::error("ip-twice", format!("{ip} is asked for twice")).value(ip.to_string()),
            );
        }
        found
    }
}

/// The addresses that pods ask for, which they tell address plans.
#[derive(Clone, Debug)]
pub(crate) struct RequestedAddresses {
    pub(crate) pods: Manifest,
    pub(crate) ips: Vec<IpAddr>,
    /// Where the program attaches the pod.
    pub(crate) place: &'static std::panic::Location<'static>,
}

/// What the interface of the attachment in this place is called.
fn interface(attachment: &Attachment, at: usize) -> String {
    attachment.interface.clone().unwrap_or_else(|| format!("net{}", at + 1))
}

#[derive(Serialize)]
struct Long<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interface: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ips: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mac: Option<&'a str>,
    #[serde(rename = "default-route", skip_serializing_if = "<[_]>::is_empty")]
    default_routes: &'a [IpAddr],
}
