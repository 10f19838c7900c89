//! Protocols and ports of security groups.

use stackwright_assembly::Diagnostic;
use stackwright_cfn::{Map, Resource};

use crate::known::{each_item, texts_of};
use crate::near::{nearest, slip};
use crate::{Document, Finding, Section, Way};

/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>
const PROTOCOLS: [&str; 5] = ["-1", "icmp", "icmpv6", "tcp", "udp"];

pub(crate) fn check(document: &Document<'_>, found: &mut Vec<Finding>) {
    for (id, resource) in document.resources() {
        let keys = ["SecurityGroupIngress", "SecurityGroupEgress"];
        rules(document, (id, resource), &keys, &mut |map, way| rule(document, map, way, found));
    }
}

/// Shows every rule of a security group that stands in one of the properties `keys` of it, or in a resource of its own,
/// which is called as they are.
pub(crate) fn rules<'n>(
    document: &Document<'n>,
    (id, resource): (&str, &'n Resource),
    keys: &[&str],
    show: &mut dyn FnMut(&'n Map, &Way<'_>),
) {
    let element = Way::to(Section::Resource, id);
    let properties = element.key("Properties");
    match resource.type_name.strip_prefix("AWS::EC2::") {
        Some("SecurityGroup") => {
            for key in keys {
                each_item(document, resource.properties.get(key), &properties.key(key), show);
            }
        }
        Some(name) if keys.contains(&name) => show(&resource.properties, &properties),
        _ => {}
    }
}

fn rule<'n>(document: &Document<'n>, rule: &'n Map, way: &Way<'_>, found: &mut Vec<Finding>) {
    let protocols = texts_of(document, rule, "IpProtocol");
    let [protocol] = protocols.as_slice() else { return };
    let number = |key: &str| texts_of(document, rule, key).first()?.parse::<i64>().ok();
    let range = (number("FromPort"), number("ToPort"));
    match &**protocol {
        "tcp" | "udp" | "6" | "17" => found.extend(ports(range, way)),
        "icmp" | "icmpv6" | "1" | "58" => {}
        other if other == "-1" || other.parse::<u8>().is_ok() => found.extend(ignored(protocol, range, way)),
        other => {
            let allowed = format!("{} and numbers up to 255", PROTOCOLS.join(", "));
            let message = format!("IpProtocol is {other:?}: allowed are {allowed}");
            let finding = slip("value-not-allowed", message, nearest(other, PROTOCOLS.into_iter()));
            found.push(Finding::new(way.key("IpProtocol").place(), finding.value(other).allowed(allowed)));
        }
    }
}

fn ports(range: (Option<i64>, Option<i64>), way: &Way<'_>) -> Option<Finding> {
    let allowed = "0 to 65535, the first not above the last";
    for (key, port) in [("FromPort", range.0), ("ToPort", range.1)] {
        if let Some(port) = port.filter(|port| !(-1..=65_535).contains(port)) {
            let message = format!("{key} is {port}: allowed are {allowed}");
            let finding = Diagnostic::error("invalid-port", message).value(port.to_string());
            return Some(Finding::new(way.key(key).place(), finding.allowed(allowed)));
        }
    }
    let (Some(from), Some(to)) = range else { return None };
    if from <= to {
        return None;
    }
    let message = format!("FromPort is {from} and ToPort is {to}: allowed are {allowed}");
    let finding = Diagnostic::error("invalid-port", message).value(format!("{from} to {to}"));
    Some(Finding::new(way.key("FromPort").place(), finding.allowed(allowed)))
}

/// EC2 takes ports beside a protocol that has none for nothing, and opens all of it.
fn ignored(protocol: &str, range: (Option<i64>, Option<i64>), way: &Way<'_>) -> Option<Finding> {
    let (Some(from), Some(to)) = range else { return None };
    // Ways to say all of them.
    if [(-1, -1), (0, 0), (0, 65_535)].contains(&(from, to)) {
        return None;
    }
    let what = if protocol == "-1" { "every protocol" } else { "a protocol without ports" };
    let message = format!("ports {from} to {to} are ignored: IpProtocol {protocol:?} is {what}");
    let finding = Diagnostic::warning("ignored-ports", message).value(format!("{from} to {to}"));
    let hint = "name the protocol, such as tcp, or leave the ports out";
    Some(Finding::new(way.key("FromPort").place(), finding.hint(hint)))
}

#[cfg(test)]
mod tests {
    use crate::testing;

    #[track_caller]
    fn check(rule: &str, expected: &[&str]) {
        let ingress = format!("{{Type: 'AWS::EC2::SecurityGroupIngress', Properties: {{{rule}}}}}");
        testing::check(super::check, &format!("{{Resources: {{A: {ingress}}}}}"), expected);
    }

    #[test]
    fn ports_are_in_order_and_there() {
        check("IpProtocol: tcp, FromPort: 80, ToPort: 443", &[]);
        check("IpProtocol: icmp, FromPort: 8, ToPort: -1", &[]);
        check("IpProtocol: tcp, FromPort: 443, ToPort: '80'", &["invalid-port A.FromPort"]);
        check("IpProtocol: udp, FromPort: 1, ToPort: 65536", &["invalid-port A.ToPort"]);
        check("IpProtocol: tcp, FromPort: {Ref: P}, ToPort: 80", &[]);
    }

    #[test]
    fn ports_are_beside_protocols_that_have_them() {
        check("IpProtocol: -1", &[]);
        check("IpProtocol: -1, FromPort: 0, ToPort: 65535", &[]);
        check("IpProtocol: '-1', FromPort: 443, ToPort: 443", &["ignored-ports A.FromPort"]);
        check("IpProtocol: 50, FromPort: 443, ToPort: 443", &["ignored-ports A.FromPort"]);
        check("IpProtocol: https, FromPort: 443, ToPort: 443", &["value-not-allowed A.IpProtocol"]);
        check("IpProtocol: TCP, FromPort: 443, ToPort: 443", &["value-not-allowed A.IpProtocol"]);
        check("IpProtocol: {Ref: P}, FromPort: 443, ToPort: 443", &[]);
    }

    #[test]
    fn rules_stand_in_groups_too() {
        let group =
            "{Type: 'AWS::EC2::SecurityGroup', Properties: {SecurityGroupEgress: [{IpProtocol: ipv4}]}}";
        let expected = ["value-not-allowed A.SecurityGroupEgress.0.IpProtocol"];
        testing::check(super::check, &format!("{{Resources: {{A: {group}}}}}"), &expected);
    }
}
