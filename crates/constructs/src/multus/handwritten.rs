//! Networks and attachments that are written by hand, in existing manifests say, checked as if they were typed.

use serde_json::Value;
use stackwright_core::{Check, Diagnostic, Manifest, Scope, Severity};
use stackwright_k8s::{Data, Object};

use super::cluster_networks::{Attached, ClusterNetworks};
use super::host_local::ON_MANY_NODES;
use super::{Attachment, Attachments, CniConfig, Ipam, Network};
use crate::ec2::IpBlock;

/// The network of an object that is not made of one; `None` where it is of a kind that this model does not have.
pub(super) fn network(manifest: &Manifest, check: &mut Check<'_>) -> Option<Network> {
    let object = manifest.object();
    let text = object.fields().get("spec")?.as_map()?.get("config")?.as_str()?;
    let mut report = |finding: Diagnostic| {
        check.report(finding.path(manifest.path()).source(manifest.related("").source));
    };
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let message = format!("the configuration of the network is not JSON: {error}");
        report(Diagnostic::error("unreadable-configuration", message).value(text));
    }
    let config = CniConfig::parse(text).ok()?;
    for finding in config.check() {
        // The text has no word for a network of one node.
        if finding.code == ON_MANY_NODES {
            let warning = Diagnostic { severity: Severity::Warning, ..finding };
            report(
                warning.hint(
                    "use `EniPrefix` or `Whereabouts`, unless one node alone can ever serve the network",
                ),
            );
        } else {
            report(finding);
        }
    }
    let name = object.name().unwrap_or_default();
    Some(Network::new(config).named(name))
}

/// The keys that say which addresses are handed out.
const KEYS: [&str; 12] = [
    "address",
    "addresses",
    "exclude",
    "ipRanges",
    "range",
    "rangeEnd",
    "rangeStart",
    "range_end",
    "range_start",
    "ranges",
    "subnet",
    "type",
];

/// Where the addresses of an object that is not made of a network come from, also where the rest of it is of a kind that this
/// model does not have.
pub(super) fn ipam(object: &Object) -> Vec<Ipam> {
    let spec = object.fields().get("spec").and_then(Data::as_map);
    let text = spec.and_then(|spec| spec.get("config")?.as_str()).unwrap_or_default();
    let config: Value = serde_json::from_str(text).unwrap_or_default();
    let plugins = config.get("plugins").and_then(Value::as_array).into_iter().flatten();
    let found = plugins.chain([&config]).filter_map(|plugin| plugin.get("ipam"));
    found.filter_map(|ipam| serde_json::from_value(addresses_only(ipam.clone())).ok()).collect()
}

/// What is left where a part of a configuration says nothing but addresses, and blocks as this model has them: plugins take
/// any address of a block for its first.
fn addresses_only(value: Value) -> Value {
    match value {
        Value::Object(mut map) => {
            map.retain(|key, _| KEYS.contains(&key.as_str()));
            // whereabouts also takes both ends in front of the prefix length.
            if let Some((start, end)) =
                map.get("range").and_then(Value::as_str).and_then(|it| it.split_once('-'))
            {
                let (start, range) = (start.trim().to_owned(), end.trim().to_owned());
                let end = range.split('/').next().unwrap_or_default().to_owned();
                map.entry("range_start").or_insert(start.into());
                map.entry("range_end").or_insert(end.into());
                map.insert("range".to_owned(), range.into());
            }
            let blocks = |(key, value): (String, Value)| {
                let is_block = matches!(key.as_str(), "range" | "subnet" | "exclude");
                (key, if is_block { block(value) } else { addresses_only(value) })
            };
            map.into_iter().map(blocks).collect()
        }
        Value::Array(list) => list.into_iter().map(addresses_only).collect(),
        other => other,
    }
}

/// The block that a text means, or each of a list.
fn block(value: Value) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(block).collect(),
        Value::String(text) => {
            let meant = text.split_once('/').and_then(|(address, prefix)| {
                IpBlock::around(address.trim().parse().ok()?, prefix.trim().parse().ok()?)
            });
            meant.map_or(text, |block| block.to_string()).into()
        }
        other => other,
    }
}

/// Reports what is wrong with an annotation, as far as its networks are known.
pub(super) fn check(networks: &ClusterNetworks, pods: &Attached, check: &mut Check<'_>) {
    let attachments = pods.selections.iter().filter_map(|selected| {
        let network = networks.defined[selected.network?].network.as_ref()?;
        Some(Attachment::written(network, &selected.asked))
    });
    // Names of interfaces follow from all of them.
    let attachments: Vec<Attachment> = attachments.collect();
    if attachments.len() == pods.selections.len() {
        Attachments::new(attachments)
            .check()
            .into_iter()
            .for_each(|finding| check.report(pods.mark(finding)));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// What is handed out, as text.
    fn spans(ipam: &Value) -> String {
        let config = json!({ "type": "sriov", "vlan": 5, "ipam": ipam });
        let found = [config.clone(), json!({ "plugins": [{ "type": "tuning" }, config] })].map(|config| {
            let object = json!({ "spec": { "config": config.to_string() } });
            let found = super::ipam(&Object::from_serialize(object).unwrap());
            let spans = found.iter().flat_map(Ipam::addresses);
            spans.map(|span| format!("{} to {}", span.start(), span.end())).collect::<Vec<_>>().join(", ")
        });
        let [alone, chained] = found;
        assert_eq!(alone, chained);
        alone
    }

    #[test]
    fn addresses_are_read_whatever_is_around_them() {
        let whereabouts = |more: Value| {
            let mut ipam = json!({ "type": "whereabouts", "log_level": "debug", "datastore": "kubernetes" });
            ipam.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            spans(&ipam)
        };
        assert_eq!(whereabouts(json!({ "range": "10.0.1.9/28" })), "10.0.1.1 to 10.0.1.14");
        assert_eq!(whereabouts(json!({ "range": "10.0.1.9-10.0.1.12/28" })), "10.0.1.9 to 10.0.1.12");
        assert_eq!(
            whereabouts(
                json!({ "range": "10.0.1.0/24", "range_end": "10.0.1.9", "exclude": ["10.0.1.5/30"] })
            ),
            "10.0.1.1 to 10.0.1.3, 10.0.1.8 to 10.0.1.9"
        );
        let ranges = json!({ "ipRanges": [{ "range": "2001:db8::7/126" }, { "range": "10.0.1.0/30" }] });
        assert_eq!(whereabouts(ranges), "2001:db8::5 to 2001:db8::6, 10.0.1.1 to 10.0.1.2");
        let host_local = json!({
            "type": "host-local",
            "ranges": [[{ "subnet": "10.0.1.9/24", "rangeEnd": "10.0.1.20", "gateway": "10.0.1.1" }]],
            "resolvConf": "/etc/resolv.conf",
        });
        assert_eq!(spans(&host_local), "10.0.1.1 to 10.0.1.20");
        let older = json!({ "type": "host-local", "subnet": "10.0.1.0/30", "gateway": "10.0.1.1" });
        assert_eq!(spans(&older), "10.0.1.1 to 10.0.1.2");
        let fixed =
            json!({ "type": "static", "addresses": [{ "address": "10.0.1.7/24", "via": "?" }], "dns": {} });
        assert_eq!(spans(&fixed), "10.0.1.7 to 10.0.1.7");
        for none in [json!({}), json!({ "type": "calico-ipam" }), json!(7), json!({ "type": "dhcp" })] {
            assert_eq!(spans(&none), "");
        }
    }
}
