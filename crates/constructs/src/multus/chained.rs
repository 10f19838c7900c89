//! Plugins that change an interface after it is made.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use stackwright_core::Diagnostic;

use super::interface::{invalid_mac, is_mac};
use super::mtu;

/// A plugin that runs after the one that makes the interface.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
#[non_exhaustive]
pub enum Chained {
    /// Answers by the interface that was asked.
    #[serde(rename = "sbr")]
    SourceRouting(SourceRouting),
    /// Sets what the kernel lets one set.
    #[serde(rename = "tuning")]
    Tuning(Tuning),
}

/// The `sbr` plugin (source based routing): packets from the interface's address leave by the interface, whatever the
/// pod's default route is.
///
/// Source: <https://www.cni.dev/plugins/current/meta/sbr/>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SourceRouting {}

impl SourceRouting {
    /// Routing by source address.
    pub fn new() -> Self {
        SourceRouting {}
    }
}

/// The `tuning` plugin: kernel settings of the pod's network, and properties of the interface. Nothing is set by
/// default.
///
/// Source: <https://www.cni.dev/plugins/current/meta/tuning/>
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tuning {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    sysctl: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mac: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    promisc: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    allmulti: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mtu: Option<u32>,
}

impl Tuning {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a kernel setting below `net.`; `IFNAME` in the key stands for the interface.
    #[must_use]
    pub fn sysctl(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.sysctl.insert(key.into(), value.into());
        self
    }

    /// The MAC address of the interface; by default the one it has.
    #[must_use]
    pub fn mac(mut self, address: impl Into<String>) -> Self {
        self.mac = Some(address.into());
        self
    }

    /// Whether the interface takes packets that are for others.
    #[must_use]
    pub fn promiscuous(mut self, yes: bool) -> Self {
        self.promisc = Some(yes);
        self
    }

    /// Whether the interface takes all multicast packets.
    #[must_use]
    pub fn all_multicast(mut self, yes: bool) -> Self {
        self.allmulti = Some(yes);
        self
    }

    /// The size of the largest packet, 68 to 9001 bytes; by default the one it has.
    #[must_use]
    pub fn mtu(mut self, bytes: u32) -> Self {
        self.mtu = Some(bytes);
        self
    }
}

impl Chained {
    pub(super) fn check(&self, found: &mut Vec<Diagnostic>) {
        let Chained::Tuning(Tuning { sysctl, mac, mtu, .. }) = self else { return };
        for key in sysctl.keys().filter(|key| !key.starts_with("net.") && !key.starts_with("net/")) {
            let message =
                format!("the kernel setting `{key}` is not one of the network: allowed are those below net.");
            found.push(Diagnostic::error("sysctl-not-of-network", message).value(key).allowed("net.*"));
        }
        if let Some(mac) = mac.as_deref().filter(|mac| !is_mac(mac)) {
            found.push(invalid_mac(mac));
        }
        mtu::check(*mtu, found);
    }
}

impl From<SourceRouting> for Chained {
    fn from(plugin: SourceRouting) -> Self {
        Chained::SourceRouting(plugin)
    }
}

impl From<Tuning> for Chained {
    fn from(plugin: Tuning) -> Self {
        Chained::Tuning(plugin)
    }
}
