//! What a pod's annotation says of its further interfaces, as text.

use std::fmt;
use std::net::IpAddr;

use serde::Deserialize;
use stackwright_k8s::names;

/// One further interface that an annotation asks for.
///
/// ```
/// use stackwright_constructs::multus::NetworkSelection;
///
/// let short = NetworkSelection::read("data, planes/user@n3")?;
/// assert_eq!((short[1].namespace.as_deref(), short[1].name.as_str()), (Some("planes"), "user"));
/// let long = NetworkSelection::read(r#"[{"name": "data", "ips": ["10.10.5.9/24"]}]"#)?;
/// assert_eq!(long[0].ips, [std::net::Ipv4Addr::new(10, 10, 5, 9)]);
/// # Ok::<(), stackwright_constructs::multus::NetworkSelectionError>(())
/// ```
///
/// Source: the [Multi-Network Specification](https://github.com/k8snetworkplumbingwg/multi-net-spec), section 4.1
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSelection {
    /// The name of the network.
    pub name: String,
    /// The namespace the network is in; by default that of the pod.
    pub namespace: Option<String>,
    /// The name of the interface in the pod; by default `net1` for the first, and so on.
    pub interface: Option<String>,
    /// The addresses asked for.
    pub ips: Vec<IpAddr>,
    /// The MAC address asked for.
    pub mac: Option<String>,
    /// The routers of the pod's default routes, in place of those of the cluster's network.
    pub default_routes: Vec<IpAddr>,
}

impl NetworkSelection {
    /// Reads the value of the annotation `k8s.v1.cni.cncf.io/networks`: names with commas between them, or JSON. What has
    /// to do with neither networks nor addresses is left out.
    ///
    /// # Errors
    ///
    /// Where Multus would not understand it either.
    pub fn read(text: &str) -> Result<Vec<Self>, NetworkSelectionError> {
        let wrong = |what: String| NetworkSelectionError { what };
        if text.is_empty() {
            return Err(wrong("it is empty".to_owned()));
        }
        if !text.contains(['[', '{', '"']) {
            return text.split(',').map(|one| short(one.trim()).map_err(wrong)).collect();
        }
        let all: Option<Vec<Long>> =
            serde_json::from_str(text).map_err(|error| wrong(format!("it is no such JSON: {error}")))?;
        all.unwrap_or_default().into_iter().map(|one| long(one).map_err(wrong)).collect()
    }
}

/// `namespace/name@interface`, where only the name has to be there.
fn short(text: &str) -> Result<NetworkSelection, String> {
    let wrong = || format!("`{text}` is not of the form namespace/name@interface");
    let (namespace, rest) = match text.split_once('/') {
        Some((namespace, rest)) => (Some(namespace.trim()).filter(|name| !name.is_empty()), rest),
        None => (None, text),
    };
    let (name, interface) = match rest.split_once('@') {
        Some((name, interface)) => (name.trim(), Some(interface.trim())),
        None => (rest.trim(), None),
    };
    if rest.contains('/') || interface.is_some_and(|interface| interface.contains('@')) {
        return Err(wrong());
    }
    if name.is_empty() {
        return Err("the name of a network is missing".to_owned());
    }
    // Multus takes names with dots in JSON only.
    if let Some(bad) = [namespace, Some(name)].into_iter().flatten().find(|name| !is_label(name)) {
        return Err(format!("`{bad}` in `{text}` cannot be a name: allowed are {}", names::DNS_LABEL));
    }
    Ok(NetworkSelection {
        name: name.to_owned(),
        namespace: namespace.map(str::to_owned),
        interface: interface.filter(|name| !name.is_empty()).map(str::to_owned),
        ..NetworkSelection::default()
    })
}

/// Lower case letters, digits and dashes, of any length.
fn is_label(name: &str) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_some_and(|byte| *byte != b'-');
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    is_end(name.as_bytes().first()) && is_end(name.as_bytes().last()) && name.bytes().all(fits)
}

/// An element as JSON has it.
#[derive(Deserialize)]
struct Long {
    name: String,
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    interface: Option<String>,
    #[serde(default)]
    ips: Option<Vec<String>>,
    #[serde(default)]
    mac: Option<String>,
    #[serde(rename = "default-route", default)]
    default_routes: Option<Vec<IpAddr>>,
}

fn long(element: Long) -> Result<NetworkSelection, String> {
    let Long { name, namespace, interface, ips, mac, default_routes } = element;
    let said = |text: Option<String>| text.filter(|text| !text.is_empty());
    let ips = ips.unwrap_or_default().into_iter().map(|text| {
        let (address, prefix) = text.split_once('/').map_or((&*text, None), |(one, rest)| (one, Some(rest)));
        let address: Option<IpAddr> = address.parse().ok();
        let longest = if address.is_some_and(|address| address.is_ipv6()) { 128 } else { 32 };
        let fits = prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|length| length <= longest));
        address.filter(|_| fits).ok_or_else(|| format!("`{text}` is not an address"))
    });
    Ok(NetworkSelection {
        name,
        namespace: said(namespace),
        interface: said(interface),
        ips: ips.collect::<Result<_, _>>()?,
        mac: said(mac),
        default_routes: default_routes.unwrap_or_default(),
    })
}

/// Why a text is not the value of the annotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkSelectionError {
    what: String,
}

impl fmt::Display for NetworkSelectionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not an annotation that Multus understands: {}", self.what)
    }
}

impl std::error::Error for NetworkSelectionError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_multus_does_not_understand_is_refused() {
        let refused = |text: &str, reason: &str| {
            let error = NetworkSelection::read(text).unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        };
        refused("", "empty");
        refused("data,", "is missing");
        refused("a/@b", "is missing");
        refused("a/b/c", "of the form");
        refused("a@b@c", "of the form");
        refused("Data", "`Data`");
        refused("my.network", "`my.network`");
        refused("-a", "`-a`");
        refused(r#"{"name":"data"}"#, "no such JSON");
        refused(r#"[{"namespace":"data"}]"#, "missing field `name`");
        refused(r#"[{"name":"data","ips":"10.10.5.9"}]"#, "no such JSON");
        refused(r#"[{"name":"data","ips":["10.10.5"]}]"#, "`10.10.5` is not an address");
        refused(r#"[{"name":"data","ips":["10.10.5.9/33"]}]"#, "`10.10.5.9/33` is not an address");
        refused(r#"[{"name":"data","default-route":["router"]}]"#, "no such JSON");
    }

    #[test]
    fn both_forms_are_read() {
        let data = || NetworkSelection { name: "data".into(), ..NetworkSelection::default() };
        let far = NetworkSelection { namespace: Some("a".into()), interface: Some("n.3".into()), ..data() };
        assert_eq!(NetworkSelection::read("data ,a/data@n.3"), Ok(vec![data(), far.clone()]));
        assert_eq!(NetworkSelection::read("/data@"), Ok(vec![data()]));
        assert_eq!(NetworkSelection::read("[]"), Ok(vec![]));
        let text =
            r#"[{"name":"data","cni-args":{"a":1}},{"name":"data","namespace":"a","interface":"n.3"}]"#;
        assert_eq!(NetworkSelection::read(text), Ok(vec![data(), far]));
        let asking = NetworkSelection {
            ips: vec![[10, 10, 5, 9].into(), [0xfd00, 0, 0, 0, 0, 0, 0, 9].into()],
            mac: Some("02:00:00:00:00:01".into()),
            default_routes: vec![[10, 10, 5, 1].into()],
            ..data()
        };
        let text = concat!(
            r#"[{"name":"data","ips":["10.10.5.9/24","fd00::9"],"mac":"02:00:00:00:00:01","#,
            r#""default-route":["10.10.5.1"]}]"#,
        );
        assert_eq!(NetworkSelection::read(text), Ok(vec![asking]));
    }
}
