//! The plugins that make an interface, or take one that is there.

use std::ops::Not;

use serde::{Deserialize, Serialize};
use stackwright_core::Diagnostic;

use super::{interface_name, mtu};

/// The setter of the size of packets, with what that is by default.
macro_rules! mtu_setter {
    ($default:literal) => {
        #[doc = concat!("The size of the largest packet, 68 to 9001 bytes; by default ", $default, ".")]
        #[must_use]
        pub fn mtu(mut self, bytes: u32) -> Self {
            self.mtu = Some(bytes);
            self
        }
    };
}

/// How an interface is made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Interface {
    /// Shares the interface beneath, and its MAC address.
    Ipvlan(Ipvlan),
    /// Shares the interface beneath, with a MAC address of its own.
    Macvlan(Macvlan),
    /// Takes an interface of the node away from it.
    HostDevice(HostDevice),
    /// Joins a bridge on the node.
    Bridge(Bridge),
    /// Takes one VLAN of the interface beneath.
    Vlan(Vlan),
}

impl Interface {
    /// The interface beneath, for those that share one.
    pub(super) fn master(&self) -> Option<&str> {
        match self {
            Interface::Ipvlan(ipvlan) => Some(&ipvlan.master),
            Interface::Macvlan(macvlan) => Some(&macvlan.master),
            Interface::Vlan(vlan) => Some(&vlan.master),
            Interface::HostDevice(_) | Interface::Bridge(_) => None,
        }
    }
}

/// The `ipvlan` plugin: pods share an interface and its MAC address, which is what a VPC lets through.
///
/// The VPC delivers packets only for addresses that the node's network interface has, so each address of a pod must be
/// a secondary address of it, or of a prefix of it.
///
/// Source: <https://www.cni.dev/plugins/current/main/ipvlan/>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ipvlan {
    master: String,
    #[serde(default)]
    mode: IpvlanMode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mtu: Option<u32>,
}

/// Where an ipvlan decides on the way of packets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IpvlanMode {
    /// In the pod, which takes part in ARP.
    #[default]
    L2,
    /// In the node; neither broadcast nor multicast reaches pods.
    L3,
    /// As in `L3`, and the node's packet filter sees the packets.
    L3s,
}

impl Ipvlan {
    /// Interfaces on top of the node's interface `master`, in mode [`L2`](IpvlanMode::L2).
    ///
    /// The plugin would take the one with the default route where none is named, which the cluster's own network uses;
    /// so one must be named. It is `eth1` for the second interface of Bottlerocket, and usually `ens6` on AL2023.
    pub fn new(master: impl Into<String>) -> Self {
        Ipvlan { master: master.into(), mode: IpvlanMode::default(), mtu: None }
    }

    /// Where packets find their way; by default [`L2`](IpvlanMode::L2).
    #[must_use]
    pub fn mode(mut self, mode: IpvlanMode) -> Self {
        self.mode = mode;
        self
    }

    mtu_setter!("that of the master");

    pub(super) fn mode_in_use(&self) -> IpvlanMode {
        self.mode
    }
}

/// The `macvlan` plugin: pods share an interface, each with a MAC address of its own.
///
/// A VPC does not know these MAC addresses: pods of one node reach each other, others do not reach them.
///
/// Source: <https://www.cni.dev/plugins/current/main/macvlan/>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Macvlan {
    master: String,
    #[serde(default)]
    mode: MacvlanMode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mtu: Option<u32>,
}

/// Whom the pods of one master reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MacvlanMode {
    /// Each other, within the node.
    #[default]
    Bridge,
    /// Not each other.
    Private,
    /// Each other, by way of a switch that sends packets back.
    Vepa,
    /// The one pod there may be has the master for itself.
    Passthru,
}

impl Macvlan {
    /// Interfaces on top of the node's interface `master`, in mode [`Bridge`](MacvlanMode::Bridge).
    pub fn new(master: impl Into<String>) -> Self {
        Macvlan { master: master.into(), mode: MacvlanMode::default(), mtu: None }
    }

    /// Whom pods reach; by default [`Bridge`](MacvlanMode::Bridge).
    #[must_use]
    pub fn mode(mut self, mode: MacvlanMode) -> Self {
        self.mode = mode;
        self
    }

    mtu_setter!("that of the master");
}

/// The `host-device` plugin: moves an interface of the node into the pod, whole, until the pod ends.
///
/// Source: <https://www.cni.dev/plugins/current/main/host-device/>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HostDevice {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hwaddr: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kernelpath: Option<String>,
    #[serde(default, rename = "pciBusID", skip_serializing_if = "Option::is_none")]
    pci_bus_id: Option<String>,
}

impl HostDevice {
    const NONE: HostDevice = HostDevice { device: None, hwaddr: None, kernelpath: None, pci_bus_id: None };

    /// The interface of this name.
    pub fn named(device: impl Into<String>) -> Self {
        HostDevice { device: Some(device.into()), ..Self::NONE }
    }

    /// The interface of this MAC address.
    pub fn mac(address: impl Into<String>) -> Self {
        HostDevice { hwaddr: Some(address.into()), ..Self::NONE }
    }

    /// The interface of the device at this path below `/sys/devices`.
    pub fn kernel_path(path: impl Into<String>) -> Self {
        HostDevice { kernelpath: Some(path.into()), ..Self::NONE }
    }

    /// The interface of the device in this place of the PCI bus, such as `0000:00:06.0`.
    pub fn pci_bus_id(id: impl Into<String>) -> Self {
        HostDevice { pci_bus_id: Some(id.into()), ..Self::NONE }
    }
}

/// The `bridge` plugin: pods join a bridge on their node, which nothing outside the node is part of.
///
/// Such a network is the node's own: its addresses need not be those of a VPC's subnet, and each node may hand out the
/// same.
///
/// Source: <https://www.cni.dev/plugins/current/main/bridge/>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bridge {
    bridge: String,
    #[serde(default, skip_serializing_if = "Not::not")]
    is_gateway: bool,
    #[serde(default, skip_serializing_if = "Not::not")]
    is_default_gateway: bool,
    #[serde(default, skip_serializing_if = "Not::not")]
    ip_masq: bool,
    #[serde(default, skip_serializing_if = "Not::not")]
    hairpin_mode: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vlan: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mtu: Option<u32>,
}

impl Bridge {
    /// The bridge of this name, which is made where there is none.
    pub fn new(bridge: impl Into<String>) -> Self {
        Bridge {
            bridge: bridge.into(),
            is_gateway: false,
            is_default_gateway: false,
            ip_masq: false,
            hairpin_mode: false,
            vlan: None,
            mtu: None,
        }
    }

    /// Gives the bridge the gateway's address, so that pods reach the node; by default it has none.
    #[must_use]
    pub fn gateway(mut self) -> Self {
        self.is_gateway = true;
        self
    }

    /// As [`gateway`](Bridge::gateway), and pods get their default route by way of it.
    #[must_use]
    pub fn default_gateway(mut self) -> Self {
        self.is_default_gateway = true;
        self
    }

    /// Hides pods behind the node's address where they go beyond the bridge; by default it does not.
    #[must_use]
    pub fn masquerade(mut self) -> Self {
        self.ip_masq = true;
        self
    }

    /// Sends packets back where they came from, so that a pod reaches itself by a service; by default it does not.
    #[must_use]
    pub fn hairpin(mut self) -> Self {
        self.hairpin_mode = true;
        self
    }

    /// The VLAN that pods are in, 1 to 4094; by default none.
    #[must_use]
    pub fn vlan(mut self, id: u32) -> Self {
        self.vlan = Some(id);
        self
    }

    mtu_setter!("what the kernel chooses");
}

/// The `vlan` plugin: one VLAN of a node's interface, taken by one pod.
///
/// Source: <https://www.cni.dev/plugins/current/main/vlan/>
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Vlan {
    master: String,
    vlan_id: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mtu: Option<u32>,
}

impl Vlan {
    /// The VLAN of this number, 1 to 4094, of the node's interface `master`.
    pub fn new(master: impl Into<String>, id: u32) -> Self {
        Vlan { master: master.into(), vlan_id: id, mtu: None }
    }

    mtu_setter!("that of the master");
}

/// Where an address can be one interface's only.
#[derive(PartialEq, Eq)]
pub(super) enum Segment<'a> {
    Vpc,
    Vlan(u32),
    Bridge(&'a str),
}

impl Interface {
    /// Whether its addresses are those of a VPC's subnet: so it is with all but a bridge, which is a node's own.
    pub(super) fn is_in_vpc(&self) -> bool {
        !matches!(self, Interface::Bridge(_))
    }

    /// What interfaces of it reach each other by: the VPC, one VLAN of it, or one bridge of a node.
    pub(super) fn segment(&self) -> Segment<'_> {
        match self {
            Interface::Ipvlan(_) | Interface::Macvlan(_) | Interface::HostDevice(_) => Segment::Vpc,
            Interface::Vlan(Vlan { vlan_id, .. }) => Segment::Vlan(*vlan_id),
            Interface::Bridge(Bridge { bridge, .. }) => Segment::Bridge(bridge),
        }
    }

    /// How large a packet may be, where it is said.
    pub(super) fn mtu(&self) -> Option<u32> {
        match self {
            Interface::Ipvlan(Ipvlan { mtu, .. })
            | Interface::Macvlan(Macvlan { mtu, .. })
            | Interface::Bridge(Bridge { mtu, .. })
            | Interface::Vlan(Vlan { mtu, .. }) => *mtu,
            Interface::HostDevice(_) => None,
        }
    }

    /// Whether it works without addresses.
    pub(super) fn needs_addresses(&self) -> bool {
        matches!(self, Interface::Ipvlan(_))
    }

    /// Whether a pod may ask for a MAC address.
    pub(super) fn takes_mac(&self) -> bool {
        matches!(self, Interface::Macvlan(_) | Interface::Bridge(_))
    }

    /// The name of the plugin.
    pub(super) fn plugin(&self) -> &'static str {
        match self {
            Interface::Ipvlan(_) => "ipvlan",
            Interface::Macvlan(_) => "macvlan",
            Interface::HostDevice(_) => "host-device",
            Interface::Bridge(_) => "bridge",
            Interface::Vlan(_) => "vlan",
        }
    }

    pub(super) fn check(&self, found: &mut Vec<Diagnostic>) {
        match self {
            Interface::Ipvlan(Ipvlan { master, mtu, .. })
            | Interface::Macvlan(Macvlan { master, mtu, .. }) => {
                found.extend(interface_name::check("the master", master));
                mtu::check(*mtu, found);
            }
            Interface::HostDevice(device) => check_host_device(device, found),
            Interface::Bridge(Bridge { bridge, vlan, mtu, .. }) => {
                found.extend(interface_name::check("the bridge", bridge));
                vlan.iter().for_each(|id| check_vlan(*id, found));
                mtu::check(*mtu, found);
            }
            Interface::Vlan(Vlan { master, vlan_id, mtu }) => {
                found.extend(interface_name::check("the master", master));
                check_vlan(*vlan_id, found);
                mtu::check(*mtu, found);
            }
        }
    }
}

fn check_host_device(device: &HostDevice, found: &mut Vec<Diagnostic>) {
    let HostDevice { device, hwaddr, kernelpath, pci_bus_id } = device;
    let count = [device, hwaddr, kernelpath, pci_bus_id].into_iter().flatten().count();
    if count != 1 {
        let allowed = "one of device, hwaddr, kernelpath and pciBusID";
        let message = format!("the host device is named in {count} ways: allowed is {allowed}");
        found.push(
            Diagnostic::error("host-device-identity", message).value(count.to_string()).allowed(allowed),
        );
    }
    if let Some(name) = device {
        found.extend(interface_name::check("the host device", name));
    }
    if let Some(mac) = hwaddr.as_deref().filter(|mac| !is_mac(mac)) {
        found.push(invalid_mac(mac));
    }
}

/// Whether the text is a MAC address of one interface: six bytes, the first one even.
pub(super) fn is_mac(text: &str) -> bool {
    let bytes: Vec<&str> = text.split(':').collect();
    let is_byte = |byte: &&str| byte.len() == 2 && byte.bytes().all(|digit| digit.is_ascii_hexdigit());
    bytes.len() == 6
        && bytes.iter().all(is_byte)
        && u8::from_str_radix(bytes[0], 16).is_ok_and(|first| first & 1 == 0)
        && bytes.iter().any(|byte| *byte != "00")
}

pub(super) fn invalid_mac(text: &str) -> Diagnostic {
    let allowed = "six bytes like 02:42:0a:0a:05:04, the first one even, not all of them zero";
    Diagnostic::error(
        "invalid-mac",
        format!("`{text}` is not the MAC address of an interface: allowed is {allowed}"),
    )
    .value(text)
    .allowed(allowed)
}

fn check_vlan(id: u32, found: &mut Vec<Diagnostic>) {
    if !(1..=4094).contains(&id) {
        found.push(
            Diagnostic::error("invalid-vlan", format!("there is no VLAN {id}: allowed is 1 to 4094"))
                .value(id.to_string())
                .allowed("1 to 4094"),
        );
    }
}

macro_rules! from {
    ($($type:ident)*) => {
        $(impl From<$type> for Interface {
            fn from(interface: $type) -> Self {
                Interface::$type(interface)
            }
        })*
    };
}

from! { Ipvlan Macvlan HostDevice Bridge Vlan }
