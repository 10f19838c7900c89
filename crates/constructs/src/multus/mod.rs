//! Further networks of pods, which [Multus](https://github.com/k8snetworkplumbingwg/multus-cni) attaches to them.
//!
//! A [`CniConfig`] says how an interface is made and where its addresses come from. A [`Network`] is a configuration
//! under the name that pods know it by; [`Attachments`] is what a pod says to get interfaces in networks;
//! [`Installation`] is Multus itself. [`NetworkAttachmentDefinition`] and [`Multus`] put them into a chart. All of it is plain data: it is
//! checked against the rules of the CNI plugins and of a VPC before anything is deployed, and an existing configuration
//! [is read](CniConfig::parse) into the same types. Addresses are of either family, and a pod may get one of each.
//!
//! # Where addresses come from
//!
//! | addresses | who hands them out | a pod's address | reached from the VPC | price |
//! | --- | --- | --- | --- | --- |
//! | [`EniPrefix`] | each node, those of its interface | any of its node's, of either family | at once | whole prefixes for each node; nodes of [`MultusNodes`] |
//! | [`Whereabouts`] | the cluster, out of one range | the lowest that is free, on any node | once [assigned](Attachments::assigned_to) | a [plugin](WhereaboutsPlugin), a lease and two calls to EC2 for each pod, one of the interface's few places |
//! | [`StaticAddresses`] | the program | the one it names | once [assigned](Attachments::assigned_to) | the same calls and places; a list of addresses that somebody keeps, best [the plan](crate::ip_plan::IpPlan::allot) |
//! | [`HostLocal`] | each node, out of the same range | as on every other node | once [assigned](Attachments::assigned_to) | right on one node, and on bridges, which are a node's own |
//! | [`Dhcp`] | a server of the network | the server's choice | in a VPC, never: it answers interfaces of EC2 alone | a daemon of the plugin |
//!
//! Take `EniPrefix` where pods do not care which address they have; `Whereabouts` where there are too few addresses for a
//! prefix on each node, or where others know pods by one small range; `StaticAddresses` where they know each of them.

mod address_range;
mod addressed_pods;
mod assigned_attachments;
mod assigned_room;
mod attachment;
mod chained;
mod claims;
mod cluster_networks;
mod cni_config;
mod cni_version;
mod daemon;
mod demand;
mod eni_prefix;
mod handwritten;
mod host_local;
mod installation;
mod interface;
mod interface_function;
mod interface_name;
mod ipam;
mod mtu;
mod network;
mod network_attachment_definition;
mod network_selection;
mod node_network;
mod node_setup;
mod nodes;
mod overlap;
mod requested;
mod route;
mod startup_taint;
mod static_addresses;
mod whereabouts;
mod whereabouts_plugin;
mod workload;

pub use address_range::AddressRange;
pub use addressed_pods::{AddressedPods, AddressedPodsProps};
pub use assigned_attachments::AssignedAttachments;
use attachment::RequestedAddresses;
pub use attachment::{Attachment, Attachments};
pub use chained::{Chained, SourceRouting, Tuning};
pub(crate) use claims::{HandedOut, are_compared, asked_for, handed_out};
pub use cni_config::{CniConfig, CniConfigError};
pub use cni_version::CniVersion;
pub use daemon::Multus;
pub use eni_prefix::EniPrefix;
pub use host_local::HostLocal;
pub use installation::{Installation, MultusVersion};
pub use interface::{Bridge, HostDevice, Interface, Ipvlan, IpvlanMode, Macvlan, MacvlanMode, Vlan};
pub use ipam::{Dhcp, Ipam};
pub use network::Network;
use network_attachment_definition::DefinedNetwork;
pub use network_attachment_definition::NetworkAttachmentDefinition;
pub use network_selection::{NetworkSelection, NetworkSelectionError};
pub use node_network::NodeNetwork;
pub use nodes::{HasLifecycleHooks, MultusNodes, MultusNodesProps};
pub use route::Route;
pub use startup_taint::StartupTaint;
pub use static_addresses::StaticAddresses;
pub use whereabouts::Whereabouts;
pub use whereabouts_plugin::{WhereaboutsPlugin, WhereaboutsPluginProps};
