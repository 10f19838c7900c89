//! Services: ports with names and numbers of their own.

use std::collections::BTreeMap;

use super::field::{Field, repeated};
use super::metadata;
use super::pod::port_number;
use crate::names::{DNS_LABEL, is_dns_label};
use crate::{Data, Object, Problem};

/// Source: <https://kubernetes.io/docs/concepts/services-networking/service/#multi-port-services>
pub(super) fn check(object: &Object, found: &mut Vec<Problem>) {
    if !object.is("", "Service") {
        return;
    }
    let spec = Field::of(object, "spec");
    metadata::labels(&spec.get("selector"), found);
    let ports = spec.get("ports").items();
    let mut taken = BTreeMap::new();
    for port in &ports {
        let (name, number) = (port.get("name"), port.get("port"));
        match name.known() {
            Some(text) if !is_dns_label(text) => {
                found.push(name.misfit("invalid-name", text, "cannot be the name of a port", DNS_LABEL));
            }
            _ if ports.len() > 1 && !name.is_set() => {
                let message = "is missing: of several ports each needs a name";
                found.push(name.problem("missing-name", message));
            }
            _ => {}
        }
        port_number(&number, found);
        let protocol = port.get("protocol").text().unwrap_or("TCP");
        if let Some(Data::Int(value)) = number.data
            && let Some(first) = taken.insert((*value, protocol), number.path.clone())
        {
            let message = format!("{value}/{protocol} is taken by {first}");
            found.push(number.problem("duplicate-port", message).value(value.to_string()));
        }
    }
    for (text, field) in repeated(ports.iter().map(|port| port.get("name"))) {
        let message = format!("{text:?} is the name of another port of the service");
        found.push(field.problem("duplicate-port", message).value(text));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::found;

    fn ports(ports: &str) -> Vec<String> {
        found(&format!(
            "{{apiVersion: v1, kind: Service, metadata: {{name: a}}, spec: {{selector: {{a: b}}, ports: [{ports}]}}}}"
        ))
    }

    #[test]
    fn ports_have_names_and_numbers_of_their_own() {
        assert_eq!(ports("{port: 80}"), [""; 0]);
        assert_eq!(ports("{name: a, port: 53}, {name: b, port: 53, protocol: UDP}"), [""; 0]);
        assert_eq!(ports("{name: a, port: 80}, {port: 81}"), ["missing-name spec.ports.1.name"]);
        assert_eq!(ports("{name: a, port: 80}, {name: a, port: 81}"), ["duplicate-port spec.ports.1.name"]);
        assert_eq!(ports("{name: a, port: 80}, {name: b, port: 80}"), ["duplicate-port spec.ports.1.port"]);
        assert_eq!(
            ports("{name: A_b, port: 0}"),
            ["invalid-name spec.ports.0.name", "invalid-port spec.ports.0.port"]
        );
    }

    #[test]
    fn pods_are_selected_by_labels() {
        let text = "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {selector: {a: true}}}";
        assert_eq!(found(text), ["invalid-label spec.selector.a"]);
    }
}
