//! The specification of a pod: its containers, and their ports.

use std::collections::BTreeMap;

use super::field::{Field, repeated};
use super::{metadata, security, volume};
use crate::names::{DNS_LABEL, is_dns_label, is_port_name};
use crate::{Data, Problem};

/// `claims` are volumes that whoever makes the pods adds to them.
///
/// Source: <https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/>
pub(super) fn check(spec: &Field<'_>, claims: &[&str], found: &mut Vec<Problem>) {
    let lists = ["initContainers", "containers", "ephemeralContainers"];
    let containers: Vec<Field<'_>> = lists.iter().flat_map(|list| spec.get(list).items()).collect();
    names(&containers, found);
    containers.iter().for_each(|container| ports(container, found));
    host_ports(&containers, found);
    volume::check(spec, &containers, claims, found);
    metadata::labels(&spec.get("nodeSelector"), found);
    security::pod(spec, &containers, found);
}

fn names(containers: &[Field<'_>], found: &mut Vec<Problem>) {
    for container in containers {
        let name = container.get("name");
        match name.known() {
            Some(text) if !is_dns_label(text) => {
                found.push(name.misfit("invalid-name", text, "cannot be the name of a container", DNS_LABEL));
            }
            _ if !name.is_set() => {
                found.push(name.problem("missing-name", "is missing: a container needs a name"))
            }
            _ => {}
        }
    }
    for (text, field) in repeated(containers.iter().map(|container| container.get("name"))) {
        let message = format!("{text:?} is the name of another container of the pod");
        found.push(field.problem("duplicate-container", message).value(text));
    }
}

fn ports(container: &Field<'_>, found: &mut Vec<Problem>) {
    let ports = container.get("ports").items();
    for port in &ports {
        let name = port.get("name");
        if let Some(text) = name.known()
            && !is_port_name(text)
        {
            let allowed = "1 to 15 lower-case letters, digits and single dashes, with a letter among them and a letter \
                           or digit at either end";
            found.push(name.misfit("invalid-name", text, "cannot be the name of a port", allowed));
        }
        for number in ["containerPort", "hostPort"] {
            port_number(&port.get(number), found);
        }
    }
    for (text, field) in repeated(ports.iter().map(|port| port.get("name"))) {
        let message = format!("{text:?} is the name of another port of the container");
        found.push(field.problem("duplicate-port", message).value(text));
    }
}

/// A port's number, where it is one.
pub(super) fn port_number(port: &Field<'_>, found: &mut Vec<Problem>) {
    if let Some(Data::Int(number)) = port.data
        && !(1..=65_535).contains(number)
    {
        let number = number.to_string();
        let problem = port.problem("invalid-port", format!("{number} is no port: allowed are 1 to 65535"));
        found.push(problem.value(number).allowed("1 to 65535"));
    }
}

/// A port of the node is used once, for each protocol and address.
fn host_ports(containers: &[Field<'_>], found: &mut Vec<Problem>) {
    let mut taken = BTreeMap::new();
    for port in containers.iter().flat_map(|container| container.get("ports").items()) {
        let field = port.get("hostPort");
        let Some(Data::Int(number)) = field.data else { continue };
        let protocol = port.get("protocol").text().unwrap_or("TCP");
        let address = port.get("hostIP").text().unwrap_or_default();
        if let Some(first) = taken.insert((number, protocol, address), field.path.clone()) {
            let message = format!("{number}/{protocol} is taken by {first}");
            found.push(field.problem("duplicate-port", message).value(number.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{found, told};

    fn pod(spec: &str) -> String {
        format!("{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {spec}}}")
    }

    #[test]
    fn containers_have_names_of_their_own() {
        assert_eq!(found(&pod("{initContainers: [{name: a}], containers: [{name: b}, {name: c}]}")), [""; 0]);
        assert_eq!(
            told(&pod("{initContainers: [{name: a}], containers: [{name: b}, {name: a}]}")),
            ["spec.containers.1.name \"a\" is the name of another container of the pod"],
        );
        assert_eq!(
            found(&pod("{containers: [{name: A}, {image: x}]}")),
            ["invalid-name spec.containers.0.name", "missing-name spec.containers.1.name"],
        );
    }

    #[test]
    fn ports_have_names_and_numbers_of_their_own() {
        let ports = |ports: &str| found(&pod(&format!("{{containers: [{{name: a, ports: [{ports}]}}]}}")));
        assert_eq!(ports("{name: http, containerPort: 80}, {containerPort: 443}"), [""; 0]);
        assert_eq!(ports("{name: a}, {name: a}"), ["duplicate-port spec.containers.0.ports.1.name"]);
        assert_eq!(ports("{name: Http}"), ["invalid-name spec.containers.0.ports.0.name"]);
        assert_eq!(ports("{containerPort: 0}"), ["invalid-port spec.containers.0.ports.0.containerPort"]);
        assert_eq!(ports("{hostPort: 65536}"), ["invalid-port spec.containers.0.ports.0.hostPort"]);
    }

    #[test]
    fn a_port_of_the_node_is_used_once() {
        let two = |one: &str, other: &str| {
            found(&pod(&format!(
                "{{containers: [{{name: a, ports: [{one}]}}, {{name: b, ports: [{other}]}}]}}"
            )))
        };
        assert_eq!(two("{hostPort: 80}", "{hostPort: 81}"), [""; 0]);
        assert_eq!(two("{hostPort: 80}", "{hostPort: 80, protocol: UDP}"), [""; 0]);
        assert_eq!(two("{hostPort: 80}", "{hostPort: 80, hostIP: 127.0.0.1}"), [""; 0]);
        assert_eq!(
            two("{hostPort: 80}", "{hostPort: 80, protocol: TCP}"),
            ["duplicate-port spec.containers.1.ports.0.hostPort"],
        );
    }

    #[test]
    fn nodes_are_selected_by_labels() {
        assert_eq!(found(&pod("{nodeSelector: {disk: ssd}}")), [""; 0]);
        assert_eq!(found(&pod("{nodeSelector: {fast: true}}")), ["invalid-label spec.nodeSelector.fast"]);
    }
}
