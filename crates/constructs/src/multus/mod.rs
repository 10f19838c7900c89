//! Further networks of pods, which [Multus](https://github.com/k8snetworkplumbingwg/multus-cni) attaches to them.
//!
//! A [`CniConfig`] says how an interface is made and where its addresses come from. A [`Network`] is a configuration
//! under the name that pods know it by; [`Attachments`] is what a pod says to get interfaces in networks;
//! [`Installation`] is Multus itself. [`NetworkAttachmentDefinition`] and [`Multus`] put them into a chart. All of it is plain data: it is
//! checked against the rules of the CNI plugins and of a VPC before anything is deployed, and an existing configuration
//! [is read](CniConfig::parse) into the same types. Addresses are of either family, and a pod may get one of each.

mod address_range;
mod assigned_attachments;
mod assigned_room;
mod attachment;
mod chained;
mod cni_config;
mod cni_version;
mod daemon;
mod eni_prefix;
mod host_local;
mod installation;
mod interface;
mod interface_function;
mod interface_name;
mod ipam;
mod mtu;
mod network;
mod network_attachment_definition;
mod node_network;
mod node_setup;
mod nodes;
mod overlap;
mod route;
mod startup_taint;
mod static_addresses;
mod whereabouts;
mod whereabouts_plugin;

pub use address_range::AddressRange;
pub use assigned_attachments::AssignedAttachments;
pub(crate) use attachment::RequestedAddresses;
pub use attachment::{Attachment, Attachments};
pub use chained::{Chained, SourceRouting, Tuning};
pub use cni_config::{CniConfig, CniConfigError};
pub use cni_version::CniVersion;
pub use daemon::Multus;
pub use eni_prefix::EniPrefix;
pub use host_local::HostLocal;
pub use installation::{Installation, MultusVersion};
pub use interface::{Bridge, HostDevice, Interface, Ipvlan, IpvlanMode, Macvlan, MacvlanMode, Vlan};
pub use ipam::{Dhcp, Ipam};
pub use network::Network;
pub(crate) use network_attachment_definition::DefinedNetwork;
pub use network_attachment_definition::NetworkAttachmentDefinition;
pub use node_network::NodeNetwork;
pub use nodes::{HasLifecycleHooks, MultusNodes, MultusNodesProps};
pub use route::Route;
pub use startup_taint::StartupTaint;
pub use static_addresses::StaticAddresses;
pub use whereabouts::Whereabouts;
pub use whereabouts_plugin::{WhereaboutsPlugin, WhereaboutsPluginProps};
