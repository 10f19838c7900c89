//! The interfaces that pods ask for, and those that Multus says they have.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;
use serde_json::Value;

use super::network::Range;
use super::pods::{self, Workload};
use super::{Finding, Verdict, finding};
use crate::chart::trouble;

/// A network, by its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Network {
    pub(super) namespace: String,
    pub(super) name: String,
}

/// An interface that a pod asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    network: Network,
    interface: String,
    /// The addresses it asks for; none: whichever it gets.
    addresses: Vec<String>,
}

/// An interface that a pod has.
#[derive(Clone, Debug)]
pub(super) struct Attached {
    /// The pod's namespace and name.
    pub(super) pod: String,
    pub(super) network: Network,
    pub(super) interface: String,
    pub(super) addresses: Vec<String>,
}

/// An item of the annotation's JSON form.
#[derive(Deserialize)]
struct Item {
    name: String,
    namespace: Option<String>,
    interface: Option<String>,
    #[serde(default)]
    ips: Vec<String>,
}

/// What the annotation of a pod asks for, in either of its forms.
///
/// Source: [Multus, how to use](https://github.com/k8snetworkplumbingwg/multus-cni/blob/master/docs/how-to-use.md)
pub(super) fn wanted(workload: &Workload<'_>) -> Result<Vec<Wanted>, String> {
    let text = workload.annotation.trim();
    let items: Vec<Item> = match text.starts_with('[') {
        true => {
            serde_json::from_str(text).map_err(|error| format!("its networks cannot be read: {error}"))?
        }
        false => text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(short).collect(),
    };
    let wanted = items.into_iter().zip(1..).map(|(item, number)| Wanted {
        network: Network {
            namespace: item.namespace.unwrap_or_else(|| workload.namespace.to_owned()),
            name: item.name,
        },
        interface: item.interface.unwrap_or_else(|| format!("net{number}")),
        addresses: item.ips.iter().map(|ip| bare(ip).to_owned()).collect(),
    });
    Ok(wanted.collect())
}

/// `namespace/name@interface`, of which only the name has to be there.
fn short(item: &str) -> Item {
    let (item, interface) = match item.split_once('@') {
        Some((item, interface)) => (item, Some(interface.to_owned())),
        None => (item, None),
    };
    let (namespace, name) = match item.split_once('/') {
        Some((namespace, name)) => (Some(namespace.to_owned()), name),
        None => (None, item),
    };
    Item { name: name.to_owned(), namespace, interface, ips: Vec::new() }
}

/// An address without the length of its prefix.
fn bare(address: &str) -> &str {
    address.split_once('/').map_or(address, |(address, _)| address)
}

/// Whether a pod has the interfaces that it asks for, with addresses it asks for, or of the network's ranges.
pub(super) fn check(
    pod: &Value,
    wanted: &[Wanted],
    ranges: &dyn Fn(&Network) -> Vec<Range>,
    attached: &mut Vec<Attached>,
) -> Vec<Finding> {
    #[derive(Deserialize)]
    struct Status {
        name: String,
        #[serde(default)]
        interface: String,
        #[serde(default)]
        ips: Vec<String>,
    }

    let namespace = pod["metadata"]["namespace"].as_str().unwrap_or("default");
    let id = format!("{namespace}/{}", pods::name(pod));
    if !pods::is_ready(pod) {
        let why = trouble(&pod["status"]).map_or(String::new(), |why| format!(": {why}"));
        return vec![finding(Verdict::Fails, format!("Pod {id}"), format!("it is not ready{why}"))];
    }
    let annotations = &pod["metadata"]["annotations"];
    let status = annotations["k8s.v1.cni.cncf.io/network-status"].as_str();
    let Some(status) = status else {
        let message = "Multus says nothing of its interfaces: it may have been made before Multus was ready; make it anew";
        return vec![finding(Verdict::Fails, format!("Pod {id}"), message)];
    };
    let Ok(status) = serde_json::from_str::<Vec<Status>>(status) else {
        let message = "what Multus says of its interfaces cannot be read";
        return vec![finding(Verdict::Fails, format!("Pod {id}"), message)];
    };
    let mut findings = Vec::new();
    for Wanted { network, interface, addresses } in wanted {
        let subject = format!("Pod {id} {interface}");
        let in_network = format!("{}/{}", network.namespace, network.name);
        let has = status.iter().find(|has| has.interface == *interface && has.name == in_network);
        let Some(has) = has.filter(|has| !has.ips.is_empty()) else {
            let what = if has.is_some() { "has no address" } else { "is not there" };
            findings.push(finding(Verdict::Fails, subject, format!("{what}, in network {in_network}")));
            continue;
        };
        let own: Vec<String> = has.ips.iter().map(|ip| bare(ip).to_owned()).collect();
        let missing: Vec<&str> =
            addresses.iter().filter(|address| !own.contains(address)).map(String::as_str).collect();
        let ranges = ranges(network);
        let is_outside = |address: &&String| {
            let address: Option<IpAddr> = address.parse().ok();
            !ranges.is_empty()
                && !address.is_some_and(|address| ranges.iter().any(|range| range.holds(address)))
        };
        let outside: Vec<&str> = own.iter().filter(is_outside).map(String::as_str).collect();
        let found = format!("{} in network {in_network}", own.join(", "));
        findings.push(if !missing.is_empty() {
            finding(
                Verdict::Fails,
                subject,
                format!("{found}, and not {} as it asks for", missing.join(", ")),
            )
        } else if !outside.is_empty() {
            finding(
                Verdict::Fails,
                subject,
                format!("{found}, which does not hand out {}", outside.join(", ")),
            )
        } else {
            finding(Verdict::Holds, subject, found)
        });
        attached.push(Attached {
            pod: id.clone(),
            network: network.clone(),
            interface: interface.clone(),
            addresses: own,
        });
    }
    findings
}

/// Tells of addresses that several interfaces of a network have: host-local hands them out anew on each node.
pub(super) fn check_duplicates(attached: &[Attached]) -> Vec<Finding> {
    let mut holders: BTreeMap<(&Network, &str), Vec<String>> = BTreeMap::new();
    for attached in attached {
        for address in &attached.addresses {
            let holder = format!("{} {}", attached.pod, attached.interface);
            holders.entry((&attached.network, address)).or_default().push(holder);
        }
    }
    let several = holders.into_iter().filter(|(_, holders)| holders.len() > 1);
    let told = several.map(|((network, address), holders)| {
        let subject = format!("NetworkAttachmentDefinition {}/{}", network.namespace, network.name);
        finding(Verdict::Fails, subject, format!("{address} is the address of {}", holders.join(" and of ")))
    });
    told.collect()
}
