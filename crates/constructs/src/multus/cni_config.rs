//! The configuration of a network, as the CNI plugins read it.

use std::fmt;
use std::ops::Not;

use serde::{Deserialize, Serialize};
use stackwright_core::Diagnostic;

use super::interface::IpvlanMode;
use super::{Chained, CniVersion, Interface, Ipam, mtu};

/// How an interface of a network is made and where its addresses come from.
///
/// ```
/// use stackwright_constructs::{cidr, multus::{AddressRange, CniConfig, Ipvlan, SourceRouting, Whereabouts}};
///
/// let addresses = Whereabouts::new(AddressRange::new(cidr!("10.10.5.0/24")));
/// let config = CniConfig::new("data", Ipvlan::new("ens6"), addresses).then(SourceRouting::new());
/// assert!(config.check().is_empty());
/// assert_eq!(
///     config.to_json(),
///     concat!(
///         r#"{"cniVersion":"1.0.0","name":"data","plugins":[{"type":"ipvlan","master":"ens6","mode":"l2","#,
///         r#""ipam":{"type":"whereabouts","range":"10.10.5.0/24","range_start":"10.10.5.4","#,
///         r#""range_end":"10.10.5.254"}},{"type":"sbr"}]}"#,
///     )
/// );
/// assert_eq!(CniConfig::parse(&config.to_json())?, config);
/// # Ok::<(), stackwright_constructs::multus::CniConfigError>(())
/// ```
///
/// Source: <https://www.cni.dev/docs/spec/#section-1-network-configuration-format>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CniConfig {
    name: String,
    version: CniVersion,
    plugin: Plugin,
    chain: Vec<Chained>,
}

/// The plugin that makes the interface, with what every such plugin may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Plugin {
    #[serde(flatten)]
    interface: Interface,
    #[serde(default, skip_serializing_if = "Capabilities::is_none")]
    capabilities: Capabilities,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ipam: Option<Ipam>,
}

/// What a pod may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Capabilities {
    #[serde(skip_serializing_if = "Not::not")]
    ips: bool,
    #[serde(skip_serializing_if = "Not::not")]
    mac: bool,
}

impl Capabilities {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl CniConfig {
    /// Interfaces with addresses. The name is that of the network, by which plugins tell its addresses from others'.
    pub fn new(name: impl Into<String>, interface: impl Into<Interface>, ipam: impl Into<Ipam>) -> Self {
        Self::of(name.into(), interface.into(), Some(ipam.into()))
    }

    /// Interfaces that pods give addresses to themselves, or use without any.
    pub fn without_addresses(name: impl Into<String>, interface: impl Into<Interface>) -> Self {
        Self::of(name.into(), interface.into(), None)
    }

    fn of(name: String, interface: Interface, ipam: Option<Ipam>) -> Self {
        // Nothing but the pod can name such an address.
        let ips = matches!(&ipam, Some(Ipam::StaticAddresses(addresses)) if addresses.is_requested());
        let capabilities = Capabilities { ips, mac: false };
        let plugin = Plugin { interface, capabilities, ipam };
        CniConfig { name, version: CniVersion::default(), plugin, chain: Vec::new() }
    }

    /// The version of the specification; by default 1.0.0.
    #[must_use]
    pub fn version(mut self, version: CniVersion) -> Self {
        self.version = version;
        self
    }

    /// A plugin that runs after the others.
    #[must_use]
    pub fn then(mut self, plugin: impl Into<Chained>) -> Self {
        self.chain.push(plugin.into());
        self
    }

    /// Lets pods ask for addresses ([`Attachment::ip`](super::Attachment::ip)). By default they may not, unless the
    /// addresses are [static](super::StaticAddresses::requested).
    #[must_use]
    pub fn requested_ips(mut self) -> Self {
        self.plugin.capabilities.ips = true;
        self
    }

    /// Lets pods ask for a MAC address ([`Attachment::mac`](super::Attachment::mac)). By default they may not.
    #[must_use]
    pub fn requested_mac(mut self) -> Self {
        self.plugin.capabilities.mac = true;
        self
    }

    /// The name of the network.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn interface(&self) -> &Interface {
        &self.plugin.interface
    }

    pub(crate) fn ipam(&self) -> Option<&Ipam> {
        self.plugin.ipam.as_ref()
    }

    pub(super) fn takes_ips(&self) -> bool {
        self.plugin.capabilities.ips
    }

    pub(super) fn takes_mac(&self) -> bool {
        self.plugin.capabilities.mac
    }

    /// The text for plugins: JSON without spaces, its keys always in the same order.
    #[must_use]
    pub fn to_json(&self) -> String {
        let CniConfig { name, version, plugin, chain } = self;
        let text = if chain.is_empty() {
            serde_json::to_string(&Single { version: *version, name: name.clone(), plugin: plugin.clone() })
        } else {
            let first = Step::First(plugin.clone());
            let plugins = std::iter::once(first).chain(chain.iter().cloned().map(Step::Next)).collect();
            serde_json::to_string(&List { version: *version, name: name.clone(), plugins })
        };
        text.unwrap_or_else(|error| unreachable!("texts, numbers and lists are JSON: {error}"))
    }

    /// Reads an existing configuration: one plugin, or a chain of one that makes an interface and others after it.
    ///
    /// What the plugins take for a part that is left out is what the result has. It is not checked yet.
    ///
    /// # Errors
    ///
    /// Where the text is not JSON, a plugin or a key of it is not one that this model has, a required key is missing,
    /// or the version is not one of [`CniVersion`].
    pub fn parse(text: &str) -> Result<Self, CniConfigError> {
        let value: serde_json::Value = serde_json::from_str(text).map_err(CniConfigError)?;
        if value.get("plugins").is_none() {
            let Single { version, name, plugin } = serde_json::from_value(value).map_err(CniConfigError)?;
            return Ok(CniConfig { name, version, plugin, chain: Vec::new() });
        }
        let List { version, name, plugins } =
            serde_json::from_value::<List<serde_json::Value>>(value).map_err(CniConfigError)?;
        let mut plugins = plugins.into_iter();
        let Some(first) = plugins.next() else {
            return Err(CniConfigError(serde::de::Error::custom("`plugins` is empty")));
        };
        let plugin = serde_json::from_value(first).map_err(CniConfigError)?;
        let chain = plugins.map(serde_json::from_value).collect::<Result<_, _>>().map_err(CniConfigError)?;
        Ok(CniConfig { name, version, plugin, chain })
    }

    /// Everything that is wrong with it, and what is worth knowing.
    #[must_use]
    pub fn check(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let Plugin { interface, capabilities, ipam } = &self.plugin;
        self.check_name(&mut found);
        interface.check(&mut found);
        match ipam {
            Some(ipam) => ipam.check(interface.is_in_vpc(), &mut found),
            None if interface.needs_addresses() => {
                let message = format!("{} does not work without addresses", interface.plugin());
                found.push(
                    Diagnostic::error("no-addresses", message).hint("give the configuration an `Ipam`"),
                );
            }
            None => {}
        }
        if ipam.as_ref().is_some_and(Ipam::has_ipv6) {
            mtu::check_ipv6(interface.mtu(), &mut found);
        }
        check_dhcp(interface, ipam.as_ref(), &mut found);
        let takes_ips = matches!(ipam, Some(Ipam::HostLocal(_) | Ipam::StaticAddresses(_)));
        if capabilities.ips && !takes_ips {
            let message = "pods may ask for addresses, but only host-local and static give what is asked for";
            found.push(Diagnostic::error("requested-ips-unsupported", message).allowed("host-local, static"));
        }
        if let Some(Ipam::StaticAddresses(addresses)) = ipam
            && addresses.is_requested()
            && !capabilities.ips
        {
            let message = "there is no static address, and pods may not ask for one";
            found.push(Diagnostic::error("no-static-address", message).hint("say `requested_ips()`"));
        }
        if capabilities.mac && !interface.takes_mac() {
            let message =
                format!("pods may ask for a MAC address, but {} does not give one", interface.plugin());
            found.push(Diagnostic::error("requested-mac-unsupported", message).allowed("macvlan, bridge"));
        }
        self.chain.iter().for_each(|plugin| plugin.check(&mut found));
        found
    }

    fn check_name(&self, found: &mut Vec<Diagnostic>) {
        let is_end = |byte: &u8| byte.is_ascii_alphanumeric();
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        if !self.name.as_bytes().first().is_some_and(is_end) || !self.name.bytes().all(fits) {
            let allowed = "letters, digits, underscores, dots and dashes, with a letter or digit in front";
            let message = format!("`{}` cannot be the name of a network: allowed are {allowed}", self.name);
            found.push(Diagnostic::error("invalid-network-name", message).value(&self.name).allowed(allowed));
        }
    }
}

/// A server cannot tell pods apart that share a MAC address, and does not hear those that send no broadcast.
fn check_dhcp(interface: &Interface, ipam: Option<&Ipam>, found: &mut Vec<Diagnostic>) {
    let (Interface::Ipvlan(ipvlan), Some(Ipam::Dhcp(_))) = (interface, ipam) else { return };
    let hint = "use `Whereabouts`, or `HostLocal` with a share of the range for each node";
    found.push(match ipvlan.mode_in_use() {
        IpvlanMode::L2 => {
            let message =
                "all pods have the MAC address of the master, so DHCP gives them the master's address";
            Diagnostic::warning("dhcp-on-ipvlan", message).hint(hint)
        }
        IpvlanMode::L3 | IpvlanMode::L3s => Diagnostic::error(
            "dhcp-without-broadcast",
            "DHCP needs broadcasts, which ipvlan has in mode l2 only",
        )
        .hint(hint),
    });
}

/// A configuration of one plugin.
#[derive(Serialize, Deserialize)]
#[serde(expecting = "a map")]
struct Single {
    #[serde(rename = "cniVersion")]
    version: CniVersion,
    name: String,
    #[serde(flatten)]
    plugin: Plugin,
}

/// A configuration of several plugins.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct List<T> {
    #[serde(rename = "cniVersion")]
    version: CniVersion,
    name: String,
    plugins: Vec<T>,
}

/// A plugin in its place of the chain, to be written.
#[derive(Serialize)]
#[serde(untagged)]
enum Step {
    First(Plugin),
    Next(Chained),
}

/// Why a text is not a configuration that this model knows.
#[derive(Debug)]
pub struct CniConfigError(serde_json::Error);

impl fmt::Display for CniConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not a CNI configuration of a kind known here: {}", self.0)
    }
}

impl std::error::Error for CniConfigError {}
